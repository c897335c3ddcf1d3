"""The mailbox in which answers and returned mails arrive: read by IMAP, a little at a time."""

import imaplib
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from sqlalchemy.orm import Session

from core.settings import Settings
from inbound import reading
from inbound.actions import receive

log = logging.getLogger("maillage.inbound")

POLL = "inbound.poll"
AT_ONCE = 50
"""Mails read in one turn."""
TIMEOUT_SECONDS = 30


def next_minute(present: datetime) -> datetime:
    """When the mailbox is read again."""
    return present.replace(second=0, microsecond=0) + timedelta(minutes=1)


@contextmanager
def opened(url: str) -> Iterator[imaplib.IMAP4]:
    """A mailbox, its folder selected. Raises OSError or imaplib.IMAP4.error."""
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    kind = imaplib.IMAP4_SSL if parts.scheme == "imaps" else imaplib.IMAP4
    port = parts.port or (993 if parts.scheme == "imaps" else 143)
    client = kind(host, port, timeout=TIMEOUT_SECONDS)
    try:
        if parts.scheme == "imap" and "STARTTLS" in client.capabilities:
            client.starttls()
        client.login(unquote(parts.username or ""), unquote(parts.password or ""))
        folder = unquote(parts.path.strip("/")) or "INBOX"
        answer, said = client.select(f'"{folder}"')
        if answer != "OK":
            raise imaplib.IMAP4.error(str(said))
        yield client
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            client.logout()
        with suppress(OSError):
            client.shutdown()


class Reader:
    """Takes what is new in the mailbox."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def poll(self, session: Session, _payload: dict[str, Any]) -> None:
        """Keep each unread mail, then mark it as read: a kill between both reads it twice."""
        if self.settings.imap_url is None:
            return
        try:
            with opened(self.settings.imap_url) as client:
                _answer, found = client.uid("SEARCH", "UNSEEN")
                for uid in (found[0] or b"").decode().split()[:AT_ONCE]:
                    self._take(session, client, uid)
        except (OSError, imaplib.IMAP4.error) as error:
            # The next turn is in a minute: nothing is lost, the mailbox keeps it all.
            log.warning("the mailbox of answers cannot be read: %s", error)

    def _take(self, session: Session, client: imaplib.IMAP4, uid: str) -> None:
        _answer, said = client.uid("FETCH", uid, "(RFC822.SIZE)")
        size = re.search(rb"RFC822\.SIZE (\d+)", b" ".join(one for one in said if one))
        whole = size is None or int(size.group(1)) <= reading.LARGEST
        what = "(BODY.PEEK[])" if whole else f"(BODY.PEEK[]<0.{reading.HEADERS_KEPT}>)"
        _answer, parts = client.uid("FETCH", uid, what)
        raw = next((part[1] for part in parts if isinstance(part, tuple)), None)
        if not raw:
            # It stays unread, and is asked for again: the others do not wait for it.
            log.warning("a mail is not given by the mailbox of answers: %s", uid)
            return
        receive(session, raw, whole=whole)
        session.commit()
        client.uid("STORE", uid, "+FLAGS", r"(\Seen)")
