"""The tables of programmes: their choices, their subjects, those who take part."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import EMAIL_LENGTH, Member, enum_of
from core.db import Base, code, label, long_text, pk
from core.naming import Named
from core.storage import KEPT
from directory.models import PHONE_LENGTH
from directory.questions import Asked

HELP_LENGTH = 600


class Asking(StrEnum):
    """Who may ask."""

    ANYONE = "anyone"
    SUBSCRIBED = "subscribed"
    """A company that paid for its year."""


class Review(StrEnum):
    """Who reads a need before it goes out."""

    TEAM = "team"
    COMMITTEE = "committee"
    """The steering committee of the territory, which votes."""
    NONE = "none"


class Sending(StrEnum):
    """How needs go out to those who may answer."""

    AT_ONCE = "at_once"
    WEEKLY = "weekly"


class Way(StrEnum):
    """How one answers."""

    EXCLUSIVE = "exclusive"
    """One institution at a time reserves a need (seeds/000 §4.2)."""
    COOPERATIVE = "cooperative"
    """Several take charge (seeds/003, 4.3)."""


class Programme(Base):
    """A way for companies to find help (dispositif): one flow, and what it chooses of it."""

    __tablename__ = "programme"
    __table_args__ = (
        CheckConstraint("length(name) > 0", name="is_named"),
        CheckConstraint(
            "position_days > 0 AND reservation_days > 0 AND extension_days >= 0", name="has_delays"
        ),
        CheckConstraint(
            "least_staff IS NULL OR most_staff IS NULL OR least_staff <= most_staff",
            name="staff_is_a_range",
        ),
    )
    id: Mapped[pk]
    slug: Mapped[code] = mapped_column(unique=True)
    name: Mapped[label] = mapped_column(unique=True)
    tagline: Mapped[label]
    """What it does, in one sentence."""
    colour: Mapped[str] = mapped_column(String(7))
    accent: Mapped[str] = mapped_column(String(7))
    is_open: Mapped[bool]
    """Whether its public pages stand, and take needs."""
    asking: Mapped[Asking] = mapped_column(enum_of(Asking), default=Asking.ANYONE)
    review: Mapped[Review] = mapped_column(enum_of(Review))
    sending: Mapped[Sending] = mapped_column(enum_of(Sending), default=Sending.AT_ONCE)
    way: Mapped[Way] = mapped_column(enum_of(Way), default=Way.EXCLUSIVE)
    """How one answers, about the subjects that do not say otherwise."""
    several_subjects: Mapped[bool]
    """Whether a need may be about several subjects."""
    off_list: Mapped[bool]
    """Whether one may ask about something that is not in the list (seeds/003, 4.2)."""
    position_days: Mapped[int] = mapped_column(default=5)
    """Working days within which somebody is expected to answer."""
    reservation_days: Mapped[int] = mapped_column(default=10)
    """Working days that a reservation lasts,"""
    extension_days: Mapped[int] = mapped_column(default=5)
    """and how many it may be prolonged by, once."""
    reminds: Mapped[bool] = mapped_column(default=True)
    """Whether those who have not answered in time are told once more."""
    lends: Mapped[bool] = mapped_column(default=True)
    """Whether its agreements may be loans of personnel; else they are one-off helps."""
    surveys: Mapped[bool] = mapped_column(default=True)
    """Whether both sides are asked what they think after a closing,"""
    follows_up: Mapped[bool] = mapped_column(default=True)
    """and again, three and six months after a help."""
    least_staff: Mapped[int | None]
    most_staff: Mapped[int | None]
    sectors: Mapped[str] = mapped_column(String(21), default="")
    """The letters of those for which it is, in order; none: for all."""
    asks_phase: Mapped[bool]
    """Whether the company must grow or reorganise (seeds/001)."""
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH))
    """Of its team: needs are announced there, and companies write there."""
    phone: Mapped[str | None] = mapped_column(String(PHONE_LENGTH))
    address: Mapped[label] = mapped_column(default="")


class ProgrammeTerritory(Base):
    """Where a programme works; everywhere when it names nothing."""

    __tablename__ = "programme_territory"
    programme_id: Mapped[int] = mapped_column(
        ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True
    )
    territory_id: Mapped[int] = mapped_column(ForeignKey("territory.id"), primary_key=True)


class PublicPage(StrEnum):
    """What a programme tells everybody."""

    HOME = "home"
    COMPANIES = "companies"
    INSTITUTIONS = "institutions"
    SERVICES = "services"
    PRICES = "prices"
    LEGAL = "legal"
    TERMS = "terms"
    """Of a subscription: who orders one accepts them."""


class ProgrammeWords(Base):
    """The words of a public page, as the team writes them."""

    __tablename__ = "programme_words"
    programme_id: Mapped[int] = mapped_column(
        ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True
    )
    page: Mapped[PublicPage] = mapped_column(enum_of(PublicPage), primary_key=True)
    body: Mapped[long_text]
    html: Mapped[long_text]
    """The body, cleaned."""
    changed_at: Mapped[datetime]


class SubjectTheme(Base):
    """A group of subjects."""

    __tablename__ = "subject_theme"
    __table_args__ = (UniqueConstraint("programme_id", "slug"),)
    id: Mapped[pk]
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    slug: Mapped[code]
    name: Mapped[label]
    help: Mapped[str] = mapped_column(String(HELP_LENGTH), default="")
    position: Mapped[int]
    subjects: Mapped[list["Subject"]] = relationship(
        lazy="raise_on_sql", order_by="Subject.position", back_populates="theme"
    )


class Subject(Base):
    """What a need may be about."""

    __tablename__ = "subject"
    __table_args__ = (UniqueConstraint("theme_id", "slug"),)
    id: Mapped[pk]
    theme_id: Mapped[int] = mapped_column(ForeignKey("subject_theme.id", ondelete="CASCADE"))
    slug: Mapped[code]
    name: Mapped[label]
    help: Mapped[str] = mapped_column(String(HELP_LENGTH), default="")
    position: Mapped[int]
    retired: Mapped[bool] = mapped_column(default=False)
    """No longer offered; the needs about it stay."""
    way: Mapped[Way | None] = mapped_column(enum_of(Way))
    """How one answers; None: as its programme says (expertise.needs.ways)."""
    theme: Mapped[SubjectTheme] = relationship(lazy="raise_on_sql", back_populates="subjects")
    questions: Mapped[list["SubjectQuestion"]] = relationship(
        lazy="raise_on_sql", order_by="SubjectQuestion.position"
    )


class SubjectQuestion(Asked, Base):
    """Something that is asked of a company, about one subject."""

    __tablename__ = "subject_question"
    __table_args__ = (Index("ix_subject_question", "subject_id", "position"),)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id", ondelete="CASCADE"))
    position: Mapped[int]


class TeamMember(Base):
    """Somebody who runs a programme."""

    __tablename__ = "programme_team"
    programme_id: Mapped[int] = mapped_column(
        ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True
    )
    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    member: Mapped[Member] = relationship(lazy="raise_on_sql")


class InstitutionKind(StrEnum):
    """Who lends its people."""

    GROUP = "group"
    """A large company."""
    PUBLIC = "public"
    """A public body."""
    LOCAL = "local"
    """A large employer of the place."""


class Institution(Named, Base):
    """Those whose experts answer: a large group, a public body, a local employer."""

    __tablename__ = "institution"
    __table_args__ = (CheckConstraint("length(name) > 0", name="is_named"),)
    id: Mapped[pk]
    name: Mapped[label] = mapped_column(unique=True)
    kind: Mapped[InstitutionKind] = mapped_column(enum_of(InstitutionKind))
    logo: Mapped[str | None] = mapped_column(String(64), info=KEPT)
    """The storage's name of a PNG."""
    suspended_at: Mapped[datetime | None]


class ProgrammeInstitution(Base):
    """An institution takes part in a programme."""

    __tablename__ = "programme_institution"
    programme_id: Mapped[int] = mapped_column(
        ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True
    )
    institution_id: Mapped[int] = mapped_column(
        ForeignKey("institution.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    since: Mapped[date]
    institution: Mapped[Institution] = relationship(lazy="raise_on_sql")
