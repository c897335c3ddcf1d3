"""The tables of needs."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from access.models import Commune
from accounts.models import EMAIL_LENGTH, enum_of
from core.db import Base, label, long_text, pk
from directory.models import PHONE_LENGTH
from directory.questions import LONGEST_ANSWER
from expertise.companies.models import Company
from expertise.needs.life import Act, Ending, State
from expertise.partners.models import Partner
from expertise.programmes.models import Programme, Subject, SubjectQuestion, Way
from expertise.programmes.sectors import IS_A_SECTION, SECTORS

IS_SOMEBODY_S = text("anonymised_at IS NULL")
IS_LOOKED_AT = text("state = 'open' AND alerted_at IS NULL")
LONGEST_TITLE = 150
LONGEST_WORDS = 5_000
LONGEST_STEP = 3_000
LONGEST_HIDDEN = 500


class Need(Base):
    """What a company asks of a programme (besoin)."""

    __tablename__ = "need"
    __table_args__ = (
        UniqueConstraint("programme_id", "number"),
        UniqueConstraint("programme_id", "submission"),
        CheckConstraint("length(title) > 0 AND length(description) > 0", name="is_said"),
        CheckConstraint("(opened_at IS NULL) = (way IS NULL)", name="answered_in_a_way"),
        CheckConstraint("(state = 'closed') = (ending IS NOT NULL)", name="ends_when_closed"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_when_closed"),
        CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name="ends_after_it_starts"),
        CheckConstraint("staff IS NULL OR staff >= 0", name="staff_is_counted"),
        CheckConstraint(IS_A_SECTION.format("sector"), name="sector_is_a_section"),
        CheckConstraint(
            "anonymised_at IS NULL OR (state = 'closed' AND company_id IS NULL AND email = '')",
            name="anonymous_is_closed",
        ),
        Index(
            "ix_need_kept",
            "asked_at",
            sqlite_where=IS_SOMEBODY_S,
            postgresql_where=IS_SOMEBODY_S,
        ),
        Index("ix_need_basket", "programme_id", "state", "id"),
        Index("ix_need_siret", "siret"),
        Index(
            "ix_need_unanswered",
            "opened_at",
            sqlite_where=IS_LOOKED_AT,
            postgresql_where=IS_LOOKED_AT,
        ),
        Index("ix_need_partner", "partner_id", "asked_at"),
    )
    id: Mapped[pk]
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    number: Mapped[int]
    """From 1 in its programme: what people call it by."""
    state: Mapped[State] = mapped_column(enum_of(State))
    ending: Mapped[Ending | None] = mapped_column(enum_of(Ending))
    title: Mapped[label]
    context: Mapped[long_text]
    """The company, what it does, and what is at stake."""
    description: Mapped[long_text]
    """What it wants to do, and what it expects."""
    off_list: Mapped[bool]
    """ "My need is not in the list": the team finds its subject."""
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    company_id: Mapped[int | None] = mapped_column(
        ForeignKey(Company.id, ondelete="SET NULL"), index=True
    )
    """Asked from its account; None: without one."""
    partner_id: Mapped[int | None] = mapped_column(ForeignKey(Partner.id))
    """Asked through a partner."""
    siret: Mapped[str] = mapped_column(String(14))
    company: Mapped[label]
    postcode: Mapped[str] = mapped_column(String(5))
    town: Mapped[label]
    commune_code: Mapped[str] = mapped_column(ForeignKey("commune.code"), index=True)
    staff: Mapped[int | None]
    sector: Mapped[str | None] = mapped_column(String(1))
    """The letter of its section: expertise.programmes.sectors."""
    grows: Mapped[bool] = mapped_column(default=False)
    reorganises: Mapped[bool] = mapped_column(default=False)
    first_name: Mapped[label]
    last_name: Mapped[label]
    phone: Mapped[str] = mapped_column(String(PHONE_LENGTH))
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH))
    hidden_words: Mapped[str] = mapped_column(String(LONGEST_HIDDEN))
    """Those who must not see it and are in no list, as the company named them to the team."""
    names_settled: Mapped[bool] = mapped_column(default=False)
    """Whether it is known who these are: expertise.needs.hiding."""
    language: Mapped[str] = mapped_column(String(2))
    asked_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    """When it was validated."""
    way: Mapped[Way | None] = mapped_column(enum_of(Way))
    """How it is answered, from the first time that it was validated (expertise.needs.ways)."""
    closed_at: Mapped[datetime | None]
    rewritten_at: Mapped[datetime | None]
    """When its company rewrote it after it was validated, until its team has read it again."""
    submission: Mapped[str | None] = mapped_column(String(36))
    """What its form is known by: sent twice, it is one need."""
    alerted_at: Mapped[datetime | None]
    """When its team was told that nobody answers it."""
    link_epoch: Mapped[int] = mapped_column(default=0)
    """Raised to end the tracking links that were sent."""
    lapse_told_at: Mapped[datetime | None]
    """When its team was told that nobody touches it any more, and that it will be closed."""
    anonymised_at: Mapped[datetime | None]
    """When it became nobody's: what figures need is left (expertise.keeping)."""
    programme: Mapped[Programme] = relationship(lazy="raise_on_sql")
    commune: Mapped[Commune] = relationship(lazy="raise_on_sql")
    subjects: Mapped[list[Subject]] = relationship(
        secondary="need_subject", lazy="raise_on_sql", order_by=Subject.position
    )

    @property
    def names_wait(self) -> bool:
        """Whether its company named somebody that nobody has recognised: it goes to none then."""
        return bool(self.hidden_words) and not self.names_settled

    @property
    def is_unread(self) -> bool:
        """Whether those who answer read its words no more, until its team has."""
        return self.rewritten_at is not None

    @property
    def sector_name(self) -> str:
        """The title of its section, if it said which."""
        return SECTORS[self.sector] if self.sector else ""

    @property
    def contact(self) -> str:
        """The person to call."""
        return f"{self.first_name} {self.last_name}"


class NeedSubject(Base):
    """A need is about a subject."""

    __tablename__ = "need_subject"
    need_id: Mapped[int] = mapped_column(
        ForeignKey("need.id", ondelete="CASCADE"), primary_key=True
    )
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"), primary_key=True, index=True)


class NeedAnswer(Base):
    """What a company answered to a question of a subject."""

    __tablename__ = "need_answer"
    need_id: Mapped[int] = mapped_column(
        ForeignKey("need.id", ondelete="CASCADE"), primary_key=True
    )
    question_id: Mapped[int] = mapped_column(
        ForeignKey("subject_question.id"), primary_key=True, index=True
    )
    words: Mapped[str] = mapped_column(String(LONGEST_ANSWER))
    question: Mapped[SubjectQuestion] = relationship(lazy="raise_on_sql")


class Hiding(Base):
    """An institution must not see a need: the company said so (seeds/000 §3.4)."""

    __tablename__ = "need_hiding"
    need_id: Mapped[int] = mapped_column(
        ForeignKey("need.id", ondelete="CASCADE"), primary_key=True
    )
    institution_id: Mapped[int] = mapped_column(
        ForeignKey("institution.id"), primary_key=True, index=True
    )


class By(StrEnum):
    """Who did something."""

    COMPANY = "company"
    TEAM = "team"
    INSTITUTION = "institution"
    """Those who answer."""
    COMMITTEE = "committee"
    HOUSE = "house"
    """Nobody: a delay that ran out."""


class Step(Base):
    """Something that happened to a need, and what was said then."""

    __tablename__ = "need_step"
    __table_args__ = (Index("ix_need_step", "need_id", "id"),)
    id: Mapped[pk]
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id", ondelete="CASCADE"))
    act: Mapped[Act] = mapped_column(enum_of(Act))
    by: Mapped[By] = mapped_column(enum_of(By))
    member_id: Mapped[int | None] = mapped_column(
        ForeignKey("member.id", ondelete="SET NULL"), index=True
    )
    words: Mapped[long_text]
    """What the company and the team both read."""
    outside: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Decided by the team where a committee selects."""
    changes: Mapped[list[list[str]] | None] = mapped_column(JSON(none_as_null=True))
    """What the company corrected: what it is, as it was, as it is (expertise.needs.changes)."""
    at: Mapped[datetime]
