"""The table of surveys."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import enum_of
from core.db import Base, label, long_text, pk
from expertise.needs.life import Ending
from expertise.needs.models import Need
from expertise.positions.models import Position
from expertise.programmes.models import Programme

OF_COMPANY = text("position_id IS NULL")
IS_ANSWERED = text("answered_at IS NOT NULL")
IS_PUBLISHED = text("approved_at IS NOT NULL")
TO_APPROVE = text("consented_at IS NOT NULL AND approved_at IS NULL")
LONGEST_WORDS = 2_000
LONGEST_TESTIMONIAL = 800
MOST_JOBS = 10_000


class Kind(StrEnum):
    """When one is asked, and so what."""

    CLOSING = "closing"
    """Somebody was to call: how did it go?"""
    RECEPTION = "reception"
    """Nobody was: the need was turned down, guided to others or withdrawn. Shorter."""
    THREE_MONTHS = "three_months"
    SIX_MONTHS = "six_months"
    """What remains of it (seeds/001: the tie often lasts longer than the help)."""


class Said(StrEnum):
    """Yes, no, and what is between."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class Survey(Base):
    """What was asked of one side after one closing, and what it answered last."""

    __tablename__ = "survey"
    __table_args__ = (
        # One for each side and closing: asked twice, it is one.
        Index(
            "ix_survey_of_company",
            "need_id",
            "kind",
            "closed_at",
            unique=True,
            sqlite_where=OF_COMPANY,
            postgresql_where=OF_COMPANY,
        ),
        Index("ix_survey_of_position", "position_id", "kind", "closed_at", unique=True),
        Index("ix_survey_need_id", "need_id"),
        Index("ix_survey_sent", "programme_id", "sent_at"),
        Index(
            "ix_survey_to_approve",
            "programme_id",
            sqlite_where=TO_APPROVE,
            postgresql_where=TO_APPROVE,
        ),
        Index(
            "ix_survey_answered",
            "programme_id",
            "answered_at",
            "id",
            sqlite_where=IS_ANSWERED,
            postgresql_where=IS_ANSWERED,
        ),
        Index(
            "ix_survey_published",
            "programme_id",
            "approved_at",
            sqlite_where=IS_PUBLISHED,
            postgresql_where=IS_PUBLISHED,
        ),
        CheckConstraint("satisfaction BETWEEN 1 AND 5", name="satisfaction_is_on_the_scale"),
        CheckConstraint("of_expert BETWEEN 1 AND 5", name="of_expert_is_on_the_scale"),
        CheckConstraint("jobs_created >= 0 AND jobs_kept >= 0", name="jobs_are_counted"),
        CheckConstraint(
            "consented_at IS NULL OR (length(testimonial) > 0 AND length(signed) > 0)",
            name="consents_to_something_signed",
        ),
        CheckConstraint(
            "approved_at IS NULL OR consented_at IS NOT NULL", name="published_with_consent"
        ),
        CheckConstraint(
            "answered_at IS NOT NULL OR (satisfaction IS NULL AND consented_at IS NULL)",
            name="says_nothing_unanswered",
        ),
    )
    id: Mapped[pk]
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    """That of its need: lists and counts read it alone."""
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id", ondelete="CASCADE"))
    position_id: Mapped[int | None] = mapped_column(ForeignKey("position.id", ondelete="CASCADE"))
    """Whose institution or expert is asked; None: the company."""
    kind: Mapped[Kind] = mapped_column(enum_of(Kind))
    ending: Mapped[Ending] = mapped_column(enum_of(Ending))
    closed_at: Mapped[datetime]
    """Which closing: a need may be opened again, and closed again."""
    sent_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    """The last time."""
    member_id: Mapped[int | None] = mapped_column(
        ForeignKey("member.id", ondelete="SET NULL"), index=True
    )
    """Who answered, when they have an account."""
    satisfaction: Mapped[int | None] = mapped_column(SmallInteger)
    """From 1, very unhappy, to 5."""
    easy: Mapped[Said | None] = mapped_column(enum_of(Said))
    in_time: Mapped[Said | None] = mapped_column(enum_of(Said))
    """Whether the call came in time."""
    of_expert: Mapped[int | None] = mapped_column(SmallInteger)
    """How it was for the expert, as the institution says it, on the same scale."""
    jobs_created: Mapped[int | None]
    jobs_kept: Mapped[int | None]
    tie_lasts: Mapped[Said | None] = mapped_column(enum_of(Said))
    """Whether company and expert are still in touch."""
    of_use: Mapped[Said | None] = mapped_column(enum_of(Said))
    """Whether the help still serves."""
    words: Mapped[long_text] = mapped_column(default="")
    testimonial: Mapped[long_text] = mapped_column(default="")
    signed: Mapped[label] = mapped_column(default="")
    consented_at: Mapped[datetime | None]
    """When they agreed that the testimonial is published."""
    approved_at: Mapped[datetime | None]
    """When the team did: it is shown then."""
    need: Mapped[Need] = relationship(lazy="raise_on_sql")
    position: Mapped[Position | None] = relationship(lazy="raise_on_sql")
    programme: Mapped[Programme] = relationship(lazy="raise_on_sql")

    @property
    def is_of_company(self) -> bool:
        """Whether the company is asked."""
        return self.position_id is None
