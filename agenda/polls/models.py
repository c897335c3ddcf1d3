"""The tables of polls of dates."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from access.withdrawal import Withdrawable
from accounts.models import Member, enum_of
from agenda.models import Event
from core.db import Base, label, long_text, pk

LONGEST_WORD = 300


class Poll(Withdrawable, Base):
    """A date that is looked for: slots are proposed, those who see it say which suit them."""

    __tablename__ = "date_poll"
    __table_args__ = (
        Index("ix_date_poll_audience", "audience_id", "id"),
        Index("ix_date_poll_owner", "owner_id", "id"),
        UniqueConstraint("owner_id", "submission"),
        CheckConstraint("length(title) > 0", name="is_titled"),
        CheckConstraint("minutes > 0", name="lasts"),
    )
    id: Mapped[pk]
    title: Mapped[label]
    description: Mapped[long_text]
    html: Mapped[long_text]
    """The description, cleaned."""
    place: Mapped[label]
    """Empty when it is not known yet."""
    zone: Mapped[str] = mapped_column(String(60))
    """The IANA name of the clock that its slots are read on."""
    all_day: Mapped[bool]
    """Its slots are whole days."""
    minutes: Mapped[int]
    """How long it is expected to last, when a slot does not say otherwise."""
    until: Mapped[date | None]
    """The last day to answer, included, in Paris."""
    owner_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    created_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    """When those who had not answered were last reminded."""
    closed_at: Mapped[datetime | None]
    event_id: Mapped[int | None] = mapped_column(
        ForeignKey("event.id", ondelete="SET NULL"), index=True
    )
    """The date that it became."""
    submission: Mapped[str | None] = mapped_column(String(36))
    """The form it came from: the same form sent twice makes one poll."""
    owner: Mapped[Member] = relationship(lazy="raise_on_sql")
    event: Mapped[Event | None] = relationship(lazy="raise_on_sql")


class Slot(Base):
    """When it may take place."""

    __tablename__ = "date_poll_slot"
    __table_args__ = (
        UniqueConstraint("poll_id", "starts_at", "ends_at"),
        CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),
    )
    id: Mapped[pk]
    poll_id: Mapped[int] = mapped_column(ForeignKey("date_poll.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime]
    """A day begins at midnight in the zone of the poll."""
    ends_at: Mapped[datetime]
    """Not included."""
    chosen: Mapped[bool] = mapped_column(default=False)
    """The one that the date was made of."""


class Reply(Base):
    """What a member answered to a poll."""

    __tablename__ = "date_poll_reply"
    __table_args__ = (UniqueConstraint("poll_id", "member_id"),)
    id: Mapped[pk]
    poll_id: Mapped[int] = mapped_column(ForeignKey("date_poll.id", ondelete="CASCADE"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    words: Mapped[str] = mapped_column(String(LONGEST_WORD))
    answered_at: Mapped[datetime]
    member: Mapped[Member] = relationship(lazy="raise_on_sql")


class Suits(StrEnum):
    """How a slot suits somebody."""

    YES = "yes"
    IF_NEEDED = "if_needed"
    NO = "no"


class Choice(Base):
    """What was answered about one slot; without a row, nothing was: the slot came after."""

    __tablename__ = "date_poll_choice"
    reply_id: Mapped[int] = mapped_column(
        ForeignKey("date_poll_reply.id", ondelete="CASCADE"), primary_key=True
    )
    slot_id: Mapped[int] = mapped_column(
        ForeignKey("date_poll_slot.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    suits: Mapped[Suits] = mapped_column(enum_of(Suits))
