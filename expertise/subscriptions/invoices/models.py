"""The tables of invoices. What is written there stays as it is: see keeping."""

from datetime import date
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import enum_of
from core.db import Base, label, pk

NUMBER_LENGTH = 24


class Kind(StrEnum):
    """An invoice, or what takes it back."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class Invoice(Base):
    """What was sold, by whom, to whom, as it was said that day (CGI, annexe II, art. 242 nonies A).

    The amounts of a credit note are negative: the sum of all is what was earned.
    """

    __tablename__ = "invoice"
    __table_args__ = (
        UniqueConstraint("programme_id", "kind", "year", "number"),
        CheckConstraint("number > 0", name="is_numbered"),
        CheckConstraint("gross_cents = net_cents + vat_cents", name="adds_up"),
        CheckConstraint(
            "(kind = 'credit_note') = (corrects_id IS NOT NULL)", name="corrects_an_invoice"
        ),
        CheckConstraint("(kind = 'invoice') = (net_cents >= 0)", name="has_its_sign"),
        # An invoice is taken back once.
        Index("ix_invoice_corrects", "corrects_id", unique=True),
        Index("ix_invoice_of_subscription", "subscription_id", "kind", unique=True),
    )
    id: Mapped[pk]
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    kind: Mapped[Kind] = mapped_column(enum_of(Kind))
    year: Mapped[int]
    number: Mapped[int]
    """From 1 each year, among those of its kind."""
    title: Mapped[str] = mapped_column(String(NUMBER_LENGTH), unique=True)
    """As it is called: "PC-F2026-0001"."""
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscription.id"))
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"))
    issued_on: Mapped[date]
    seller: Mapped[dict[str, str]] = mapped_column(JSON)
    buyer: Mapped[dict[str, str]] = mapped_column(JSON)
    mentions: Mapped[list[str]] = mapped_column(JSON)
    """The sentences under its sums."""
    net_cents: Mapped[int]
    vat_cents: Mapped[int]
    gross_cents: Mapped[int]
    lines: Mapped[list["InvoiceLine"]] = relationship(
        lazy="raise_on_sql", order_by="InvoiceLine.place"
    )


class InvoiceLine(Base):
    """One thing that was sold."""

    __tablename__ = "invoice_line"
    __table_args__ = (
        CheckConstraint("net_cents = quantity * unit_cents", name="adds_up"),
        CheckConstraint("quantity > 0", name="is_counted"),
    )
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    words: Mapped[label]
    quantity: Mapped[int]
    unit_cents: Mapped[int]
    net_cents: Mapped[int]
    vat_points: Mapped[int]
    vat_cents: Mapped[int]
