"""The tables of agreements."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import EMAIL_LENGTH, enum_of
from core.db import Base, label, long_text, pk
from expertise.agreements.life import Act, State
from expertise.positions.models import Position
from files.models import StoredFile

FEWEST, MOST = 2, 10
"""Half-days of a mission: one to five days (seeds/001: three on average)."""
LONGEST_MISSION = 3_000
LONGEST_WORDS = 1_000


class Kind(StrEnum):
    """What is agreed (seeds/000 §3.4)."""

    LOAN = "loan"
    """A loan of personnel without profit: art. L. 8241-2 of the Code du travail."""
    CONTRIBUTION = "contribution"
    """A one-off help, without any loan of personnel."""


class Refund(StrEnum):
    """What the company gives back of a loan, which is never more than its cost."""

    FULL = "full"
    """Wages, social charges, expenses: art. L. 8241-1."""
    LESS = "less"
    """Less, or nothing: art. L. 8241-3, between some companies only."""


class Aim(StrEnum):
    """What a loan that is refunded less is for: art. L. 8241-3, as the agreement must say."""

    QUALIFICATION = "qualification"
    TRANSITION = "transition"
    PARTNERSHIP = "partnership"


class Party(StrEnum):
    """Who signs."""

    COMPANY = "company"
    INSTITUTION = "institution"
    EMPLOYEE = "employee"
    """Of a loan: their consent is needed, and their contract is amended."""


class Agreement(Base):
    """What a company and an institution agree for one case, filled in from it."""

    __tablename__ = "agreement"
    __table_args__ = (
        CheckConstraint(f"half_days BETWEEN {FEWEST} AND {MOST}", name="one_to_five_days"),
        CheckConstraint("starts_on <= ends_on", name="ends_after_it_starts"),
        CheckConstraint("(kind = 'loan') = (refund IS NOT NULL)", name="a_loan_is_refunded"),
        CheckConstraint(
            "aim IS NULL OR (refund IS NOT NULL AND refund = 'less')", name="an_aim_of_less"
        ),
        CheckConstraint("(state = 'signed') = (signed_at IS NOT NULL)", name="signed_when_signed"),
        CheckConstraint(
            "(signed_at IS NULL) = (signed_file_id IS NULL)", name="signed_file_when_signed"
        ),
        CheckConstraint(
            "state NOT IN ('proposed', 'signed') OR "
            "(sha256 IS NOT NULL AND file_id IS NOT NULL AND version > 0)",
            name="what_is_signed_is_a_file",
        ),
        Index("ix_agreement_signed", "programme_id", "signed_at"),
        Index("ix_agreement_listed", "programme_id", "id"),
    )
    id: Mapped[pk]
    position_id: Mapped[int] = mapped_column(
        ForeignKey("position.id", ondelete="CASCADE"), unique=True
    )
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    """That of its need: lists and counts read it alone."""
    kind: Mapped[Kind] = mapped_column(enum_of(Kind))
    state: Mapped[State] = mapped_column(enum_of(State), default=State.DRAFT)
    version: Mapped[int] = mapped_column(default=0)
    """How many times it was proposed. What was signed of another version counts no more."""
    company: Mapped[label]
    company_siret: Mapped[str] = mapped_column(String(14))
    company_address: Mapped[label]
    company_signatory: Mapped[label]
    company_title: Mapped[label]
    company_email: Mapped[str] = mapped_column(String(EMAIL_LENGTH))
    institution: Mapped[label]
    institution_siret: Mapped[str] = mapped_column(String(14), default="")
    institution_address: Mapped[label]
    institution_signatory: Mapped[label]
    institution_title: Mapped[label]
    institution_email: Mapped[str] = mapped_column(String(EMAIL_LENGTH))
    employee: Mapped[label]
    """Who comes: their name,"""
    employee_job: Mapped[label]
    """their qualification,"""
    employee_email: Mapped[str] = mapped_column(String(EMAIL_LENGTH))
    """and where they are written to."""
    mission: Mapped[long_text]
    place: Mapped[label]
    hours: Mapped[label] = mapped_column(default="")
    """The working hours of the mission."""
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    """Between which days the mission takes place."""
    half_days: Mapped[int] = mapped_column(SmallInteger)
    """How long it is. The ledger says which days."""
    refund: Mapped[Refund | None] = mapped_column(enum_of(Refund))
    aim: Mapped[Aim | None] = mapped_column(enum_of(Aim))
    refund_words: Mapped[long_text] = mapped_column(default="")
    """How wages, charges and expenses are counted."""
    probation: Mapped[label] = mapped_column(default="")
    """The trial period of the loan; none when it is empty."""
    file_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"), index=True)
    """The PDF that is signed."""
    sha256: Mapped[str | None] = mapped_column(String(64))
    """Of that file."""
    signed_file_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"), index=True)
    """The same with its certificate, once all have signed; kept as it is."""
    link_epoch: Mapped[int] = mapped_column(default=0)
    """Raised to end the links that were sent."""
    created_at: Mapped[datetime]
    proposed_at: Mapped[datetime | None]
    """The last time."""
    signed_at: Mapped[datetime | None]
    """When the last party signed."""
    position: Mapped[Position] = relationship(lazy="raise_on_sql")
    file: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql", foreign_keys=[file_id])
    signed_file: Mapped[StoredFile | None] = relationship(
        lazy="raise_on_sql", foreign_keys=[signed_file_id]
    )

    @property
    def parties(self) -> tuple[Party, ...]:
        """Who signs it."""
        return tuple(Party) if self.kind is Kind.LOAN else (Party.COMPANY, Party.INSTITUTION)

    def signatory(self, party: Party) -> tuple[str, str, str]:
        """Who signs for a party: name, title, e-mail address."""
        return {
            Party.COMPANY: (self.company_signatory, self.company_title, self.company_email),
            Party.INSTITUTION: (
                self.institution_signatory,
                self.institution_title,
                self.institution_email,
            ),
            Party.EMPLOYEE: (self.employee, self.employee_job, self.employee_email),
        }[party]


class DayState(StrEnum):
    """What became of a day."""

    PLANNED = "planned"
    DONE = "done"
    CANCELLED = "cancelled"


class AgreementDay(Base):
    """A day of the mission, or half of one: the ledger."""

    __tablename__ = "agreement_day"
    __table_args__ = (
        UniqueConstraint("agreement_id", "day"),
        UniqueConstraint("uid"),
        CheckConstraint("half_days IN (1, 2)", name="a_day_or_half"),
        CheckConstraint("(state = 'planned') = (settled_at IS NULL)", name="settled_when_settled"),
    )
    id: Mapped[pk]
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id", ondelete="CASCADE"))
    day: Mapped[date]
    half_days: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[DayState] = mapped_column(enum_of(DayState), default=DayState.PLANNED)
    settled_at: Mapped[datetime | None]
    """When one said that it was done, or cancelled."""
    uid: Mapped[str] = mapped_column(String(100))
    """What calendars know it by."""
    sequence: Mapped[int] = mapped_column(default=0)
    """Raised when it changes."""
    invited_at: Mapped[datetime | None]
    """When calendars were last told of it."""


class Way(StrEnum):
    """How somebody signed."""

    ONLINE = "online"
    SCAN = "scan"
    """By hand, on paper, brought back."""


class By(StrEnum):
    """Who did something."""

    COMPANY = "company"
    INSTITUTION = "institution"
    EMPLOYEE = "employee"
    TEAM = "team"
    HOUSE = "house"
    """Nobody: what happened to the need or to the position."""


class Signature(Base):
    """A party signed a version of an agreement."""

    __tablename__ = "agreement_signature"
    __table_args__ = (
        UniqueConstraint("agreement_id", "version", "party"),
        CheckConstraint("(way = 'scan') = (file_id IS NOT NULL)", name="a_scan_is_a_file"),
        CheckConstraint("way = 'scan' OR confirmed_at IS NOT NULL", name="online_is_sure"),
        CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by IS NULL)", name="confirmed_by_somebody"
        ),
        CheckConstraint("length(name) > 0", name="is_named"),
    )
    id: Mapped[pk]
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id", ondelete="CASCADE"))
    version: Mapped[int]
    party: Mapped[Party] = mapped_column(enum_of(Party))
    name: Mapped[label]
    """As it was typed."""
    title: Mapped[label]
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH))
    """Where the code was sent."""
    at: Mapped[datetime]
    sha256: Mapped[str] = mapped_column(String(64))
    """Of the file that was signed."""
    way: Mapped[Way] = mapped_column(enum_of(Way))
    from_address: Mapped[label] = mapped_column(default="")
    """Of the computer, its end masked."""
    file_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"), index=True)
    """What was brought back."""
    brought_by: Mapped[By | None] = mapped_column(enum_of(By))
    confirmed_at: Mapped[datetime | None]
    """A scan counts once somebody else read it."""
    confirmed_by: Mapped[By | None] = mapped_column(enum_of(By))
    file: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql")


class SigningCode(Base):
    """The code that waits for a signatory; as a hash, one for each party."""

    __tablename__ = "agreement_code"
    agreement_id: Mapped[int] = mapped_column(
        ForeignKey("agreement.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    party: Mapped[Party] = mapped_column(enum_of(Party), primary_key=True)
    version: Mapped[int]
    code_hash: Mapped[str] = mapped_column(String(64))
    sent_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    """How many times a wrong one was typed."""
    sent: Mapped[int] = mapped_column(default=1)
    """How many codes left since `counted_since`."""
    counted_since: Mapped[datetime]


class AgreementStep(Base):
    """Something that happened to an agreement; all its parties and the team read it."""

    __tablename__ = "agreement_step"
    __table_args__ = (Index("ix_agreement_step", "agreement_id", "id"),)
    id: Mapped[pk]
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id", ondelete="CASCADE"))
    act: Mapped[Act] = mapped_column(enum_of(Act))
    by: Mapped[By] = mapped_column(enum_of(By))
    words: Mapped[long_text]
    at: Mapped[datetime]
