"""What a calendar answers by mail to an invitation: METHOD REPLY (RFC 5546, 3.2.3)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.message import Message
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar

from agenda.ics import limits, zones
from agenda.ics.reading import hostile
from core import addresses
from core.refusals import Refused


class Answer(StrEnum):
    """What somebody who is invited says (PARTSTAT)."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"


ANSWERS = {one.value.upper(): one for one in Answer}


@dataclass(frozen=True, slots=True)
class Reply:
    """Who answers what, as their calendar wrote it; nothing of it is believed yet."""

    uid: str
    recurrence_at: datetime | None
    """An instant: which date of a series; None for all of them."""
    attendee: str
    """An e-mail address, in lower case."""
    answer: Answer
    comment: str = ""


def reply(message: Message, *, sender: str | None = None) -> Reply | None:
    """The answer that a mail carries; None for a mail that carries none.

    `sender`: the address that the mail is known to come from. Somebody answers for themselves
    alone. Raises Refused: "reply-damaged", "reply-not-theirs", "reply-unknown".
    """
    for part in message.walk():
        if part.get_content_type() in {"text/calendar", "application/ics"}:
            content = part.get_payload(decode=True)
            found = _reply(content if isinstance(content, bytes) else b"")
            if found is not None:
                _check(found, sender)
                return found
    return None


def _check(found: Reply, sender: str | None) -> None:
    if sender is not None and sender.strip().lower() != found.attendee:
        raise Refused("reply-not-theirs")


def _reply(content: bytes) -> Reply | None:
    """What a calendar says, when it is an answer."""
    if len(content) > limits.REPLY_BYTES or hostile(content):
        raise Refused("reply-damaged")
    try:
        calendar = Calendar.from_ical(content.decode("utf-8-sig", "replace"))
        if str(calendar.get("METHOD", "")).upper() != "REPLY":
            return None
        (event,) = calendar.walk("VEVENT")
        (attendee,) = _several(event.get("ATTENDEE"))
        uid = str(event["UID"])
        at = getattr(event.get("RECURRENCE-ID"), "dt", None)
    except Refused:
        raise
    except Exception as error:  # the library raises what it likes at what is malformed
        raise Refused("reply-damaged") from error
    said = ANSWERS.get(str(attendee.params.get("PARTSTAT", "")).upper())
    if said is None:
        raise Refused("reply-unknown")
    mail = str(attendee)
    if not mail.lower().startswith("mailto:") or not 0 < len(uid) <= 255:
        raise Refused("reply-damaged")
    try:
        address = addresses.mail(mail[7:])
    except Refused as error:
        raise Refused("reply-damaged") from error
    comment = " ".join(str(event.get("COMMENT", "")).split())[:500]
    return Reply(uid, _instant(at), address, said, comment)


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _instant(at: object) -> datetime | None:
    """The instant of a date; a day, or an hour without a zone, is one of the house's clock."""
    here = ZoneInfo(zones.HOUSE)
    if isinstance(at, datetime):
        return (at if at.tzinfo else at.replace(tzinfo=here)).astimezone(UTC)
    if isinstance(at, date):
        return datetime.combine(at, time(), here).astimezone(UTC)
    return None
