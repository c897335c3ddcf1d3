"""What became of a mail of ours, as the server that gave up says it (RFC 3464)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from inbound.reading import in_letters

_OURS = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@([a-z0-9.-]+)>", re.IGNORECASE)
MOST = 20
"""Parts looked at."""


@dataclass(frozen=True, slots=True)
class Report:
    """That a mail did not arrive."""

    said: str
    """ "5.1.1 550 no such user": its status, then the words of the other server."""
    numbers: tuple[str, ...]
    """What our Message-ID may be: it was drawn at random, so that nobody guesses it."""

    @property
    def for_good(self) -> bool:
        """A server that will not try again says 5 for good, 4 when it grew tired."""
        return self.said.startswith("5")


def report(mail: Message, domain: str) -> Report | None:
    """What a report says; None for any other mail, and for one that is only late."""
    if mail.get_content_type() != "multipart/report":
        return None
    for fields in _recipients(mail):
        if str(fields.get("Action", "")).strip().lower() != "failed":
            continue
        status = str(fields.get("Status", "")).strip()[:20]
        words = str(fields.get("Diagnostic-Code", "")).partition(";")[2].strip()
        return Report(f"{status} {' '.join(words.split())}"[:500], tuple(_numbers(mail, domain)))
    return None


def _recipients(mail: Message) -> Iterator[Message]:
    for part in list(mail.walk())[:MOST]:
        if part.get_content_type() == "message/delivery-status":
            yield from (one for one in part.get_payload() if isinstance(one, Message))


def _numbers(mail: Message, domain: str) -> Iterator[str]:
    for part in list(mail.walk())[:MOST]:
        kind = part.get_content_type()
        if kind == "message/rfc822":
            held = part.get_payload(0)
            words = str(held.get("Message-ID", "")) if isinstance(held, Message) else ""
        elif kind in {"text/rfc822-headers", "message/rfc822-headers"}:
            content = part.get_payload(decode=True)
            words = in_letters(content, "utf-8") if isinstance(content, bytes) else ""
        else:
            continue
        for found in _OURS.finditer(words[:100_000]):
            if found.group(2).lower() == domain.lower():
                yield found.group(1).lower()
