"""The tables of positions."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import EMAIL_LENGTH, Member, enum_of
from core.db import Base, label, long_text, pk
from directory.models import PHONE_LENGTH
from expertise.experts.models import Expert
from expertise.needs.models import Need
from expertise.positions.life import HELD, Act, Outcome, State
from expertise.programmes.models import Institution

IS_ANSWERED = text("answered_at IS NOT NULL")
IS_HELD = text("state IN ({})".format(", ".join(f"'{one.value}'" for one in HELD)))
IS_SILENT = text("state = 'waiting' AND reminded_at IS NULL")
FOR_THE_WHOLE = text("expert_id IS NULL")


class Position(Base):
    """A need was sent to an institution, or to one of its experts; and what they answered."""

    __tablename__ = "position"
    __table_args__ = (
        # Two institutions at the same instant: exactly one holds the need.
        Index(
            "ix_position_held",
            "need_id",
            unique=True,
            sqlite_where=IS_HELD,
            postgresql_where=IS_HELD,
        ),
        Index("ix_position_of_expert", "need_id", "expert_id", unique=True),
        Index(
            "ix_position_of_institution",
            "need_id",
            "institution_id",
            unique=True,
            sqlite_where=FOR_THE_WHOLE,
            postgresql_where=FOR_THE_WHOLE,
        ),
        Index("ix_position_received", "institution_id", "state", "need_id"),
        Index("ix_position_of_house", "institution_id", "id"),
        Index("ix_position_answered_by", "expert_id", "state", "need_id"),
        Index(
            "ix_position_answered",
            "need_id",
            "answered_at",
            sqlite_where=IS_ANSWERED,
            postgresql_where=IS_ANSWERED,
        ),
        Index("ix_position_due", "due_at"),
        Index("ix_position_silent", "told_at", sqlite_where=IS_SILENT, postgresql_where=IS_SILENT),
        Index("ix_position_load", "expert_id", "sent_at", "state"),
        CheckConstraint("(state = 'reserved') = (due_at IS NOT NULL)", name="due_when_reserved"),
        CheckConstraint("(state = 'queued') = (queued_at IS NOT NULL)", name="queued_when_queued"),
        CheckConstraint(
            "state IN ('waiting', 'removed') OR answered_at IS NOT NULL", name="moved_by_an_answer"
        ),
        CheckConstraint("(state = 'done') = (outcome IS NOT NULL)", name="comes_to_something"),
    )
    id: Mapped[pk]
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id", ondelete="CASCADE"))
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    expert_id: Mapped[int | None] = mapped_column(ForeignKey("expert.id"))
    """None: the institution as a whole was asked (seeds/000 §4.2)."""
    state: Mapped[State] = mapped_column(enum_of(State), default=State.WAITING)
    sent_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    """The first time that they answered."""
    due_at: Mapped[datetime | None]
    """Until when they hold it."""
    extended: Mapped[bool] = mapped_column(default=False)
    queued_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    """When the mail about it was written: at once, or with those of the week."""
    reminded_at: Mapped[datetime | None]
    named: Mapped[label] = mapped_column(default="")
    """Who will call the company: their name,"""
    named_job: Mapped[label] = mapped_column(default="")
    named_phone: Mapped[str | None] = mapped_column(String(PHONE_LENGTH))
    named_email: Mapped[str | None] = mapped_column(String(EMAIL_LENGTH))
    """and how to reach them."""
    company_agrees: Mapped[bool] = mapped_column(default=False)
    institution_agrees: Mapped[bool] = mapped_column(default=False)
    """Each says: this is the right person."""
    outcome: Mapped[Outcome | None] = mapped_column(enum_of(Outcome))
    link_epoch: Mapped[int] = mapped_column(default=0)
    """Raised to end the links that were sent."""
    need: Mapped[Need] = relationship(lazy="raise_on_sql")
    institution: Mapped[Institution] = relationship(lazy="raise_on_sql")
    expert: Mapped[Expert | None] = relationship(lazy="raise_on_sql")

    @property
    def caller(self) -> str:
        """ "Ana Experte, responsable export (Groupe Essai)", then how to reach them."""
        expert = self.expert
        name = self.named or (expert.name if expert else "")
        job = self.named_job or (expert.job if expert and not self.named else "")
        phone = self.named_phone or (expert.phone if expert and not self.named else None)
        email = self.named_email or (expert.email if expert and not self.named else None)
        named = ", ".join(filter(None, (name, job)))
        house = self.institution.name
        return "\n".join(filter(None, (f"{named} ({house})" if named else house, phone, email)))


class By(StrEnum):
    """Who did something."""

    EXPERT = "expert"
    """The institution, or its expert."""
    COMPANY = "company"
    TEAM = "team"
    HOUSE = "house"
    """Nobody: a delay that ran out, a turn that came."""


class PositionStep(Base):
    """Something that happened to a position; never read by the company."""

    __tablename__ = "position_step"
    __table_args__ = (Index("ix_position_step", "position_id", "id"),)
    id: Mapped[pk]
    position_id: Mapped[int] = mapped_column(ForeignKey("position.id", ondelete="CASCADE"))
    act: Mapped[Act] = mapped_column(enum_of(Act))
    by: Mapped[By] = mapped_column(enum_of(By))
    member_id: Mapped[int | None] = mapped_column(
        ForeignKey("member.id", ondelete="SET NULL"), index=True
    )
    words: Mapped[long_text]
    at: Mapped[datetime]


class NoteKind(StrEnum):
    """What one adviser tells the others."""

    NOTE = "note"
    APPOINTMENT = "appointment"
    ANSWER = "answer"
    """What was answered to the company."""


LONGEST_NOTE = 3_000


class Note(Base):
    """What those who answer a need tell each other; its company never reads it (seeds/003, 4.3)."""

    __tablename__ = "need_note"
    __table_args__ = (
        CheckConstraint("length(words) > 0", name="is_said"),
        CheckConstraint("(kind = 'appointment') = (day IS NOT NULL)", name="appointment_has_a_day"),
        Index("ix_need_note", "need_id", "id"),
    )
    id: Mapped[pk]
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id", ondelete="CASCADE"))
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institution.id"))
    """For whom they speak; None: the team."""
    member_id: Mapped[int | None] = mapped_column(
        ForeignKey("member.id", ondelete="SET NULL"), index=True
    )
    kind: Mapped[NoteKind] = mapped_column(enum_of(NoteKind), default=NoteKind.NOTE)
    words: Mapped[long_text]
    day: Mapped[date | None]
    """Of the appointment."""
    at: Mapped[datetime]
    institution: Mapped[Institution | None] = relationship(lazy="raise_on_sql")
    member: Mapped[Member | None] = relationship(lazy="raise_on_sql")
