"""The tables of companies that have an account."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from access.models import Commune
from accounts.models import EMAIL_LENGTH, Member, RequestState, enum_of
from core.db import Base, label, long_text, pk
from directory.models import PHONE_LENGTH
from expertise.programmes.models import Programme
from expertise.programmes.sectors import IS_A_SECTION

LONGEST_WORD = 2_000
STILL_WAITING = text("state = 'waiting'")


class Company(Base):
    """A company, as its people keep its sheet (fiche entreprise)."""

    __tablename__ = "company"
    __table_args__ = (
        CheckConstraint("length(name) > 0", name="is_named"),
        CheckConstraint("staff IS NULL OR staff >= 0", name="staff_is_counted"),
        CheckConstraint(IS_A_SECTION.format("sector"), name="sector_is_a_section"),
    )
    id: Mapped[pk]
    siret: Mapped[str] = mapped_column(String(14), unique=True)
    name: Mapped[label]
    about: Mapped[long_text]
    """What it does: the context of its needs."""
    postcode: Mapped[str] = mapped_column(String(5))
    town: Mapped[label]
    commune_code: Mapped[str] = mapped_column(ForeignKey("commune.code"), index=True)
    staff: Mapped[int | None]
    sector: Mapped[str | None] = mapped_column(String(1))
    """The letter of its section: expertise.programmes.sectors."""
    grows: Mapped[bool] = mapped_column(default=False)
    reorganises: Mapped[bool] = mapped_column(default=False)
    phone: Mapped[str | None] = mapped_column(String(PHONE_LENGTH))
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    """When its last person left: nobody acts for it until somebody asks for its account again."""
    commune: Mapped[Commune] = relationship(lazy="raise_on_sql")


class Representative(Base):
    """A member acts for a company."""

    __tablename__ = "representative"
    company_id: Mapped[int] = mapped_column(
        ForeignKey("company.id", ondelete="CASCADE"), primary_key=True
    )
    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    member: Mapped[Member] = relationship(lazy="raise_on_sql")


class ExpectedRepresentative(Base):
    """Whoever opens an account at this address acts for the company then.

    Who has one already is asked first.
    """

    __tablename__ = "expected_representative"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_is_lower_case"),)
    company_id: Mapped[int] = mapped_column(
        ForeignKey("company.id", ondelete="CASCADE"), primary_key=True
    )
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH), primary_key=True, index=True)
    first_name: Mapped[label]
    last_name: Mapped[label]
    since: Mapped[datetime]


class CompanyRequest(Base):
    """A company asks for an account (seeds/000 §3.1)."""

    __tablename__ = "company_request"
    __table_args__ = (
        CheckConstraint("length(name) > 0", name="is_named"),
        CheckConstraint("email = lower(email)", name="email_is_lower_case"),
        CheckConstraint("staff IS NULL OR staff >= 0", name="staff_is_counted"),
        CheckConstraint(
            "(state = 'waiting') = (decided_at IS NULL)", name="decided_when_not_waiting"
        ),
        # Sent twice, it is one request.
        Index(
            "ix_company_request_waiting",
            "programme_id",
            "siret",
            "email",
            unique=True,
            sqlite_where=STILL_WAITING,
            postgresql_where=STILL_WAITING,
        ),
        Index("ix_company_request_of_programme", "programme_id", "state", "id"),
        Index("ix_company_request_newest", "programme_id", "id"),
        Index("ix_company_request_email", "email"),
    )
    id: Mapped[pk]
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    siret: Mapped[str] = mapped_column(String(14))
    name: Mapped[label]
    postcode: Mapped[str] = mapped_column(String(5))
    town: Mapped[label]
    commune_code: Mapped[str] = mapped_column(ForeignKey("commune.code"), index=True)
    staff: Mapped[int | None]
    first_name: Mapped[label]
    last_name: Mapped[label]
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH))
    phone: Mapped[str] = mapped_column(String(PHONE_LENGTH))
    words: Mapped[str] = mapped_column(String(LONGEST_WORD))
    """Why they ask, as they say it."""
    language: Mapped[str] = mapped_column(String(2))
    state: Mapped[RequestState] = mapped_column(enum_of(RequestState), default=RequestState.WAITING)
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("member.id", ondelete="SET NULL"), index=True
    )
    answer: Mapped[str] = mapped_column(String(LONGEST_WORD), default="")
    """What the team answered."""
    programme: Mapped[Programme] = relationship(lazy="raise_on_sql")

    @property
    def person(self) -> str:
        """Who asks."""
        return f"{self.first_name} {self.last_name}"
