"""The tables of those who take part."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Member, enum_of
from agenda.models import Occurrence
from core.db import Base, long_text, pk
from directory.questions import LONGEST_ANSWER, Asked


class Terms(Base):
    """How one registers for the dates of an event: without a row, one does not."""

    __tablename__ = "registration_terms"
    __table_args__ = (
        CheckConstraint("capacity IS NULL OR capacity > 0", name="has_places"),
        CheckConstraint("days_before IS NULL OR days_before >= 0", name="closes_before"),
    )
    event_id: Mapped[int] = mapped_column(
        ForeignKey("event.id", ondelete="CASCADE"), primary_key=True
    )
    is_open: Mapped[bool]
    capacity: Mapped[int | None]
    """Places at each date; as many as come when None."""
    days_before: Mapped[int | None]
    """Closed after the day that is so many days before; when the date starts when None."""
    waiting_list: Mapped[bool]


class Question(Asked, Base):
    """Something that the organiser asks of those who register."""

    __tablename__ = "registration_question"
    __table_args__ = (Index("ix_registration_question_event", "event_id", "id"),)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))


class Standing(StrEnum):
    """Where somebody stands about a date."""

    COMING = "coming"
    WAITING = "waiting"
    DECLINED = "declined"


class Registration(Base):
    """What a member said of one date: they come, wait for a place, or do not come."""

    __tablename__ = "registration"
    __table_args__ = (
        UniqueConstraint("occurrence_id", "member_id"),
        Index("ix_registration_line", "occurrence_id", "standing", "since"),
        Index("ix_registration_member", "member_id", "standing"),
        CheckConstraint("came IS NULL OR standing <> 'waiting'", name="came_or_waits"),
    )
    id: Mapped[pk]
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id", ondelete="CASCADE"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    standing: Mapped[Standing] = mapped_column(enum_of(Standing))
    since: Mapped[datetime]
    """When they came to stand there: the order of the waiting list."""
    came: Mapped[bool | None]
    """As the organiser noted it; None when nothing was noted."""
    occurrence: Mapped[Occurrence] = relationship(lazy="raise_on_sql")
    member: Mapped[Member] = relationship(lazy="raise_on_sql")


class Answer(Base):
    """What somebody answered to a question."""

    __tablename__ = "registration_answer"
    registration_id: Mapped[int] = mapped_column(
        ForeignKey("registration.id", ondelete="CASCADE"), primary_key=True
    )
    question_id: Mapped[int] = mapped_column(
        ForeignKey("registration_question.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    words: Mapped[str] = mapped_column(String(LONGEST_ANSWER))


class Reminder(Base):
    """Somebody was reminded of a date as it stood then: never twice."""

    __tablename__ = "registration_reminder"
    registration_id: Mapped[int] = mapped_column(
        ForeignKey("registration.id", ondelete="CASCADE"), primary_key=True
    )
    which: Mapped[str] = mapped_column(String(10), primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    """When the date was to start: one that is moved is reminded of again."""


class Message(Base):
    """What an organiser wrote to those who come."""

    __tablename__ = "registration_message"
    __table_args__ = (Index("ix_registration_message_sent", "occurrence_id", "sent_at"),)
    id: Mapped[pk]
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id", ondelete="CASCADE"))
    author_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    words: Mapped[long_text]
    sent_at: Mapped[datetime]
