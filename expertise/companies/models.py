"""The tables of companies that have an account."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from access.models import Commune
from accounts.models import Member
from core.db import Base, label, long_text, pk
from directory.models import PHONE_LENGTH


class Company(Base):
    """A company, as its people keep its sheet (fiche entreprise)."""

    __tablename__ = "company"
    __table_args__ = (
        CheckConstraint("length(name) > 0", name="is_named"),
        CheckConstraint("staff IS NULL OR staff >= 0", name="staff_is_counted"),
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
    grows: Mapped[bool] = mapped_column(default=False)
    reorganises: Mapped[bool] = mapped_column(default=False)
    phone: Mapped[str | None] = mapped_column(String(PHONE_LENGTH))
    created_at: Mapped[datetime]
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
