"""The mails that came in."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Member, enum_of
from core.db import Base, code, pk


class Outcome(StrEnum):
    """What became of a mail that came in."""

    WAITING = "waiting"
    PUBLISHED = "published"
    """It is a post, or one that awaits its reading by a moderator."""
    DRAFT = "draft"
    """It is a draft of its sender, or made one before."""
    REFUSED = "refused"
    """Its member was told why, and was given back what they wrote."""
    BOUNCE = "bounce"
    """It says what became of a mail of ours."""
    IGNORED = "ignored"
    """Nobody is answered: a machine wrote it, or it is not for us."""


class Received(Base):
    """A mail that came in. Its words are kept until it is dealt with, and no longer."""

    __tablename__ = "received_mail"
    __table_args__ = (
        Index("ix_received_mail_member", "member_id", "received_at"),
        Index("ix_received_mail_received_at", "received_at"),
    )
    id: Mapped[pk]
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    """The SHA-256 of the mail: the same bytes come in once."""
    recipient: Mapped[str] = mapped_column(String(254))
    """To whom the mail server delivers it, when it says so."""
    received_at: Mapped[datetime]
    size: Mapped[int]
    """Bytes, of which only the first are kept when there are too many."""
    raw: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True, deferred_raiseload=True)
    from_address: Mapped[str] = mapped_column(String(254), default="")
    outcome: Mapped[Outcome] = mapped_column(enum_of(Outcome), default=Outcome.WAITING)
    why: Mapped[code] = mapped_column(default="")
    """Why it was refused or ignored."""
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    """Who answered."""
    member: Mapped[Member | None] = relationship(lazy="raise_on_sql")
