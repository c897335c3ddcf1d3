"""Mails that come back, and the addresses to which nothing is sent any more.

An address is put on hold after two mails that were refused for good because nobody is there. A full
mailbox, a server that takes us for spam or is away for a time hold nothing.
"""

import base64
import hmac
import re
import struct
from datetime import datetime

from sqlalchemy import ForeignKey, Select, String, exists, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import clock
from core.db import Base, insert_into, pk
from core.settings import TOKEN, Settings

HARD_BEFORE_HOLD = 2
"""Mails that came back: one alone may be a server's mistake."""
ON_HOLD = "address on hold"
"""What the journal says of a mail that was not sent."""
LONGEST = 500
_NOBODY = re.compile(r"(?:^|\D)5\.(?:1\.(?:0|1|2|3|6|10)|2\.1|4\.4)(?:\D|$)")
_ENHANCED = re.compile(r"(?:^|\s)[245]\.\d{1,3}\.\d{1,3}(?:\D|$)")
_BARE = re.compile(r"^\s*(?:550|551|553)\b")
_OUR_FAULT = re.compile(
    r"spam|block|black ?list|reput|polic|spf|dkim|dmarc|denied|relay", re.IGNORECASE
)
_MARK = 8
"""Bytes of the proof in a return address."""


class Bounce(Base):
    """A mail that came back: at once, or by a report afterwards."""

    __tablename__ = "mail_bounce"
    mail_id: Mapped[int] = mapped_column(
        ForeignKey("mail.id", ondelete="CASCADE"), primary_key=True
    )
    address: Mapped[str] = mapped_column(String(254), index=True)
    hard: Mapped[bool]
    words: Mapped[str] = mapped_column(String(LONGEST))
    """What the other server said."""
    at: Mapped[datetime]


class Hold(Base):
    """An address to which only what its person asks for is sent."""

    __tablename__ = "mail_hold"
    id: Mapped[pk]
    address: Mapped[str] = mapped_column(String(254), unique=True)
    since: Mapped[datetime]
    words: Mapped[str] = mapped_column(String(LONGEST))
    """What the last server said."""


def is_hard(said: str) -> bool:
    """Whether a refusal says that nobody is at this address: "550 5.1.1 no such user"."""
    if _ENHANCED.search(said):
        return bool(_NOBODY.search(said))
    return bool(_BARE.search(said)) and not _OUR_FAULT.search(said)


def came_back(session: Session, mail_id: int, address: str, said: str, *, hard: bool) -> None:
    """Keep that a mail came back, once; hold its address when that is enough."""
    words = " ".join(said.split())[:LONGEST]
    session.execute(
        insert_into(session, Bounce)
        .values(mail_id=mail_id, address=address, hard=hard, words=words, at=clock.now())
        .on_conflict_do_nothing()
    )
    if not hard:
        return
    hold = session.scalar(select(Hold.since).where(Hold.address == address))
    number = session.scalar(
        select(func.count()).select_from(Bounce).where(Bounce.address == address, Bounce.hard)
    )
    if hold is None and (number or 0) >= HARD_BEFORE_HOLD:
        session.execute(
            insert_into(session, Hold)
            .values(address=address, since=clock.now(), words=words)
            .on_conflict_do_nothing()
        )


def on_hold(address: str) -> Select[bool]:
    """Whether an address is on hold."""
    return select(exists().where(Hold.address == address.lower()))


def lift(session: Session, hold: Hold) -> None:
    """Write to an address again: what came back before counts no more."""
    hard = select(Bounce).where(Bounce.address == hold.address, Bounce.hard)
    for bounce in session.scalars(hard):
        bounce.hard = False
    session.delete(hold)


# --- the return address ------------------------------------------------------------------------


def _mark(settings: Settings, mail_id: bytes) -> bytes:
    key = f"bounces:{settings.secret_key}".encode()
    return hmac.digest(key, mail_id, "sha256")[:_MARK]


def return_address(settings: Settings, mail_id: int) -> str | None:
    """Where a server sends back this mail: an address that names it, and that is not guessed."""
    if settings.mail_bounces is None:
        return None
    number = struct.pack(">I", mail_id)
    token = base64.b32encode(number + _mark(settings, number)).decode().rstrip("=").lower()
    return settings.mail_bounces.replace(TOKEN, token)


def mail_of(settings: Settings, token: str) -> int | None:
    """The number of the mail that a return address names; None when it is not ours."""
    try:
        held = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
    except ValueError:
        return None
    number, mark = held[:4], held[4:]
    if len(number) != 4 or not hmac.compare_digest(mark, _mark(settings, number)):
        return None
    return int(struct.unpack(">I", number)[0])
