"""The table of the desk's figures."""

from datetime import date
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models import enum_of
from core.db import Base
from expertise.figures.measures import Measure
from expertise.programmes.models import Programme

WITNESSES = 60


class Side(StrEnum):
    """What a programme is divided by."""

    ALL = "all"
    """It is not."""
    SUBJECT = "subject"
    """`of_id` 0: what is in no list."""
    TERRITORY = "territory"
    """The région and the département of the company."""
    INSTITUTION = "institution"


BY_YEAR = frozenset({Side.SUBJECT, Side.TERRITORY})
"""What is read of whole years only is counted so: in the month of January."""


class DeskMonth(Base):
    """How much of a measure there was in a month, for a programme or a part of it."""

    __tablename__ = "desk_month"
    __table_args__ = (
        CheckConstraint("times > 0 AND amount >= 0", name="counts_something"),
        {"sqlite_with_rowid": False},
    )
    programme_id: Mapped[int] = mapped_column(
        ForeignKey(Programme.id, ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    side: Mapped[Side] = mapped_column(enum_of(Side), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    """Its first day."""
    of_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """The subject, the territory or the institution; 0 for the whole."""
    measure: Mapped[Measure] = mapped_column(enum_of(Measure), primary_key=True)
    times: Mapped[int]
    amount: Mapped[int]
    """What the measure adds up: half-days, jobs, marks, working days."""
    companies: Mapped[str] = mapped_column(String(WITNESSES))
    """Up to five of the companies, by a number that names none: enough to know whether several
    months hold five together."""
    spread: Mapped[dict[str, int] | None] = mapped_column(JSON(none_as_null=True))
    """Working days → how often: of what is a delay."""


class DeskCount(Base):
    """Up to which day a programme is counted."""

    __tablename__ = "desk_count"
    programme_id: Mapped[int] = mapped_column(
        ForeignKey(Programme.id, ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    counted_to: Mapped[date]
