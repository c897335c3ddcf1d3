"""The tables of prices, orders and services. Those of invoices: invoices/models.py."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import EMAIL_LENGTH, enum_of
from core.addresses import LONGEST_LINK
from core.db import Base, code, label, long_text, pk
from expertise.companies.models import Company
from expertise.programmes.models import Programme

PREFIX_LENGTH = 8
LONGEST_WORDS = 3_000
LONGEST_REASON = 500


class PriceGrid(Base):
    """What a year costs from a day on, and the VAT then. The grids of the past stay."""

    __tablename__ = "price_grid"
    __table_args__ = (
        UniqueConstraint("programme_id", "starts_on"),
        CheckConstraint("vat_points BETWEEN 0 AND 10000", name="vat_is_a_rate"),
    )
    id: Mapped[pk]
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    starts_on: Mapped[date]
    vat_points: Mapped[int]
    """In hundredths of a percent: 2000 is 20 %."""
    lines: Mapped[list["PriceLine"]] = relationship(
        lazy="raise_on_sql", order_by="PriceLine.least_staff", cascade="all, delete-orphan"
    )


class PriceLine(Base):
    """The price of a year for companies of a size: up to the next line of its grid."""

    __tablename__ = "price_line"
    __table_args__ = (
        CheckConstraint("least_staff >= 0", name="staff_is_counted"),
        CheckConstraint("net_cents > 0", name="costs_something"),
    )
    grid_id: Mapped[int] = mapped_column(
        ForeignKey("price_grid.id", ondelete="CASCADE"), primary_key=True
    )
    least_staff: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    net_cents: Mapped[int]
    """Without VAT."""


class Seller(Base):
    """Who sells the subscriptions of a programme, as its invoices must say."""

    __tablename__ = "programme_seller"
    __table_args__ = (CheckConstraint("length(name) > 0", name="is_named"),)
    programme_id: Mapped[int] = mapped_column(
        ForeignKey("programme.id"), primary_key=True, autoincrement=False
    )
    prefix: Mapped[str] = mapped_column(String(PREFIX_LENGTH), unique=True)
    """What its numbers begin with; it stays once an invoice bears it."""
    name: Mapped[label]
    form: Mapped[label]
    """Legal form, capital: "association loi 1901"."""
    address: Mapped[label]
    siret: Mapped[str] = mapped_column(String(14))
    registration: Mapped[label]
    """ "RCS Paris 123 456 789"; empty for who has none."""
    vat_number: Mapped[str] = mapped_column(String(20))
    vat_words: Mapped[label]
    """Why there is no VAT, where there is none: an article of the law."""
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH))
    """Where one writes about an invoice."""
    iban: Mapped[str] = mapped_column(String(40))
    bic: Mapped[str] = mapped_column(String(11))
    payee: Mapped[label]
    """To whom cheques are made out, and where they are sent."""
    penalty_words: Mapped[label]
    """What is due for a late payment: a rate, in words."""


class ServiceKind(StrEnum):
    """How a service reaches a company."""

    EXPERT = "expert"
    """The loan of an expert: a need is asked."""
    PROVIDED = "provided"
    """A partner gives it, and a credit pays it."""
    RELAYED = "relayed"
    """A scheme of others, whose page is linked."""


class Service(Base):
    """Something that a programme offers beside (seeds/000 §3.5)."""

    __tablename__ = "service"
    __table_args__ = (
        CheckConstraint("length(name) > 0", name="is_named"),
        CheckConstraint("kind <> 'relayed' OR length(link) > 0", name="relayed_is_linked"),
        CheckConstraint(
            "kind <> 'provided' OR (length(provider) > 0 AND length(provider_email) > 0)",
            name="provided_by_somebody",
        ),
        Index("ix_service_of_programme", "programme_id", "position"),
        Index(
            "ix_service_of_experts",
            "programme_id",
            unique=True,
            sqlite_where=text("kind = 'expert'"),
            postgresql_where=text("kind = 'expert'"),
        ),
    )
    id: Mapped[pk]
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    kind: Mapped[ServiceKind] = mapped_column(enum_of(ServiceKind))
    name: Mapped[label]
    provider: Mapped[label] = mapped_column(default="")
    provider_email: Mapped[str] = mapped_column(String(EMAIL_LENGTH), default="")
    description: Mapped[long_text] = mapped_column(default="")
    html: Mapped[long_text] = mapped_column(default="")
    """The description, cleaned."""
    link: Mapped[str] = mapped_column(String(LONGEST_LINK), default="")
    position: Mapped[int]
    retired: Mapped[bool] = mapped_column(default=False)
    """No longer offered; the credits that were bought stay good."""

    @property
    def takes_credit(self) -> bool:
        """Whether a year includes it once."""
        return self.kind is not ServiceKind.RELAYED


class PaidBy(StrEnum):
    """How a year is paid."""

    CARD = "card"
    CHEQUE = "cheque"
    TRANSFER = "transfer"


class State(StrEnum):
    """Where an order stands."""

    WAITING = "waiting"
    """For its payment."""
    PAID = "paid"
    CANCELLED = "cancelled"
    """Before it was paid."""
    CREDITED = "credited"
    """Ended by a credit note."""


class Subscription(Base):
    """A year, ordered by a company: a subscription once it is paid."""

    __tablename__ = "subscription"
    __table_args__ = (
        CheckConstraint("net_cents > 0", name="costs_something"),
        CheckConstraint("vat_cents >= 0", name="vat_is_counted"),
        CheckConstraint(
            "(state IN ('paid', 'credited')) = (paid_on IS NOT NULL)", name="paid_when_paid"
        ),
        CheckConstraint(
            "(paid_on IS NULL) = (starts_on IS NULL) AND (paid_on IS NULL) = (ends_on IS NULL)",
            name="runs_once_paid",
        ),
        CheckConstraint("starts_on IS NULL OR starts_on <= ends_on", name="ends_after_it_starts"),
        CheckConstraint(
            "(state IN ('cancelled', 'credited')) = (ended_at IS NOT NULL)", name="ends_when_ended"
        ),
        # One order waits at a time: two would be paid twice.
        Index(
            "ix_subscription_waiting",
            "programme_id",
            "company_id",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_subscription_basket", "programme_id", "state", "id"),
        Index("ix_subscription_newest", "programme_id", "id"),
        Index("ix_subscription_of_company", "company_id", "programme_id", "ends_on"),
    )
    id: Mapped[pk]
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"))
    state: Mapped[State] = mapped_column(enum_of(State))
    paid_by: Mapped[PaidBy] = mapped_column(enum_of(PaidBy))
    least_staff: Mapped[int]
    most_staff: Mapped[int | None]
    """The line of the grid that was ordered; None: and more."""
    net_cents: Mapped[int]
    vat_points: Mapped[int]
    vat_cents: Mapped[int]
    ordered_at: Mapped[datetime]
    terms: Mapped[long_text] = mapped_column(default="")
    """Those that were accepted with the order, as they were then; empty when there were none."""
    paid_on: Mapped[date | None]
    paid_reference: Mapped[label] = mapped_column(default="")
    """The number of the cheque, the words of the transfer, the payment of the card."""
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    """The last day of the year that was paid."""
    ended_at: Mapped[datetime | None]
    """When it was cancelled or credited."""
    told_days: Mapped[int | None]
    """Which reminder of its end left last: 30 days before it, or 7."""
    reason: Mapped[str] = mapped_column(String(LONGEST_REASON), default="")
    programme: Mapped[Programme] = relationship(lazy="raise_on_sql")
    company: Mapped[Company] = relationship(lazy="raise_on_sql")
    credits: Mapped[list["Credit"]] = relationship(
        lazy="raise_on_sql", order_by="Credit.id", back_populates="subscription"
    )

    @property
    def gross_cents(self) -> int:
        """What is to pay."""
        return self.net_cents + self.vat_cents

    def runs(self, day: date) -> bool:
        """Whether it is active on a day."""
        if self.state is not State.PAID or self.starts_on is None or self.ends_on is None:
            return False
        return self.starts_on <= day <= self.ends_on


class Credit(Base):
    """One use of one service, within a year that was paid (seeds/000 §3.2)."""

    __tablename__ = "credit"
    __table_args__ = (
        UniqueConstraint("subscription_id", "service_id"),
        CheckConstraint("used_at IS NOT NULL OR complement = ''", name="complement_of_a_use"),
        Index("ix_credit_of_service", "service_id", "used_at"),
        Index("ix_credit_of_need", "need_id", unique=True),
    )
    id: Mapped[pk]
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscription.id"))
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    need_id: Mapped[int | None] = mapped_column(ForeignKey("need.id", ondelete="SET NULL"))
    """The need that it is kept for, then used on."""
    used_at: Mapped[datetime | None]
    complement: Mapped[long_text] = mapped_column(default="")
    """What the company said to the provider."""
    subscription: Mapped[Subscription] = relationship(lazy="raise_on_sql", back_populates="credits")
    service: Mapped[Service] = relationship(lazy="raise_on_sql")


class Checkout(Base):
    """A page of the payment service, opened for an order."""

    __tablename__ = "checkout"
    session_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    """As the service names it."""
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscription.id"), index=True)
    url: Mapped[long_text]
    opened_at: Mapped[datetime]
    until: Mapped[datetime]


class Outcome(StrEnum):
    """What became of what the payment service said."""

    PAID = "paid"
    IGNORED = "ignored"
    """Of another kind, or of a payment that did not go through."""
    TWICE = "twice"
    """Money for what is paid already: to be given back."""
    MISMATCH = "mismatch"
    """Another amount, another currency."""
    UNKNOWN = "unknown"
    """Of no order of ours."""


class PaymentEvent(Base):
    """Something that the payment service said: kept by its name, so that it counts once."""

    __tablename__ = "payment_event"
    id: Mapped[str] = mapped_column(String(255), primary_key=True)
    kind: Mapped[code]
    outcome: Mapped[Outcome] = mapped_column(enum_of(Outcome))
    subscription_id: Mapped[int | None] = mapped_column(ForeignKey("subscription.id"), index=True)
    payment: Mapped[label] = mapped_column(default="")
    """As the service names it, for who gives money back."""
    cents: Mapped[int | None]
    received_at: Mapped[datetime]
