"""Answering a mail: a signed address says who answers, and in which topic, or to which event.

It is all that counts: a member may write from another mailbox than the one we know. Its letters are
those that no mail server changes, 32 of them, and it is good for 90 days.
"""

import base64
import hmac
import struct
from dataclasses import dataclass
from datetime import datetime, timedelta

from core import clock
from core.refusals import Refused
from core.settings import TOKEN, Settings

LASTS = timedelta(days=90)
_HELD = struct.Struct(">IIH")
_PROOF = 10
"""Bytes."""
_ANSWERS, _DATES = "answers", "dates"


@dataclass(frozen=True, slots=True)
class Answering:
    """What the address of an answer says."""

    member_id: int
    topic_id: int
    over: bool
    """It is too old."""


@dataclass(frozen=True, slots=True)
class Coming:
    """Who answers an invitation to which event. The address is good as long as the date is."""

    member_id: int
    event_id: int


def _proof(settings: Settings, held: bytes, purpose: str) -> bytes:
    key = f"{purpose}:{settings.secret_key}".encode()
    return hmac.digest(key, held, "sha256")[:_PROOF]


def _day(moment: datetime) -> int:
    return int(moment.timestamp() // 86_400)


def address(settings: Settings, member_id: int, topic_id: int) -> str | None:
    """Where this member answers in this topic by mail; None where nobody does."""
    return _address(settings, member_id, topic_id, _ANSWERS)


def address_of_date(settings: Settings, member_id: int, event_id: int) -> str | None:
    """Where the calendar of this member answers an invitation; None where none does."""
    return _address(settings, member_id, event_id, _DATES)


def _address(settings: Settings, member_id: int, number: int, purpose: str) -> str | None:
    if settings.mail_answers is None:
        return None
    held = _HELD.pack(member_id, number, _day(clock.now()))
    token = base64.b32encode(held + _proof(settings, held, purpose)).decode().lower()
    return settings.mail_answers.replace(TOKEN, token)


def read(settings: Settings, token: str) -> Answering:
    """Who answers where. Raises Refused("address-forged") for a token that is not ours."""
    found = _read(settings, token, _ANSWERS)
    if found is None:
        raise Refused("address-forged")
    member_id, topic_id, day = found
    return Answering(member_id, topic_id, over=day + LASTS.days < _day(clock.now()))


def read_date(settings: Settings, token: str) -> Coming | None:
    """Who answers which invitation; None for an address that is of no invitation."""
    found = _read(settings, token, _DATES)
    return Coming(found[0], found[1]) if found else None


def _read(settings: Settings, token: str, purpose: str) -> tuple[int, int, int] | None:
    try:
        given = base64.b32decode(token.upper())
    except ValueError:
        return None
    held, proof = given[: _HELD.size], given[_HELD.size :]
    genuine = len(held) == _HELD.size and hmac.compare_digest(
        proof, _proof(settings, held, purpose)
    )
    return _HELD.unpack(held) if genuine else None
