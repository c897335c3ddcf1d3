"""Answering a mail: a signed address says who answers, and in which topic.

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


@dataclass(frozen=True, slots=True)
class Answering:
    """What the address of an answer says."""

    member_id: int
    topic_id: int
    over: bool
    """It is too old."""


def _proof(settings: Settings, held: bytes) -> bytes:
    key = f"answers:{settings.secret_key}".encode()
    return hmac.digest(key, held, "sha256")[:_PROOF]


def _day(moment: datetime) -> int:
    return int(moment.timestamp() // 86_400)


def address(settings: Settings, member_id: int, topic_id: int) -> str | None:
    """Where this member answers in this topic by mail; None where nobody does."""
    if settings.mail_answers is None:
        return None
    held = _HELD.pack(member_id, topic_id, _day(clock.now()))
    token = base64.b32encode(held + _proof(settings, held)).decode().lower()
    return settings.mail_answers.replace(TOKEN, token)


def read(settings: Settings, token: str) -> Answering:
    """Who answers where. Raises Refused("address-forged") for a token that is not ours."""
    try:
        given = base64.b32decode(token.upper())
    except ValueError as error:
        raise Refused("address-forged") from error
    held, proof = given[: _HELD.size], given[_HELD.size :]
    if len(held) != _HELD.size or not hmac.compare_digest(proof, _proof(settings, held)):
        raise Refused("address-forged")
    member_id, topic_id, day = _HELD.unpack(held)
    over = day + LASTS.days < _day(clock.now())
    return Answering(member_id, topic_id, over)
