"""What the sheets of experts say, turned over: from a subject to those who answer about it.

Both tables say nothing of their own: `expertise.matching.refresh` writes them from a sheet.
"""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base

LONGEST_STEM = 40
EVERYWHERE = ""
"""The place of who answers wherever the programme works."""


class ExpertPlace(Base):
    """An expert answers about a subject at a place: a commune, a territory, or everywhere."""

    __tablename__ = "expert_place"
    __table_args__ = ({"sqlite_with_rowid": False},)
    subject_id: Mapped[int] = mapped_column(
        ForeignKey("subject.id", ondelete="CASCADE"), primary_key=True
    )
    place: Mapped[str] = mapped_column(String(20), primary_key=True)
    """ "commune:44109", "territory:12" or ""."""
    expert_id: Mapped[int] = mapped_column(
        ForeignKey("expert.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class ExpertStem(Base):
    """A word of an expert's sheet, by its stem."""

    __tablename__ = "expert_stem"
    __table_args__ = ({"sqlite_with_rowid": False},)
    subject_id: Mapped[int] = mapped_column(
        ForeignKey("subject.id", ondelete="CASCADE"), primary_key=True
    )
    stem: Mapped[str] = mapped_column(String(LONGEST_STEM), primary_key=True)
    expert_id: Mapped[int] = mapped_column(
        ForeignKey("expert.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    word: Mapped[str] = mapped_column(String(LONGEST_STEM))
    """As they wrote it."""


def place_of_commune(code: str) -> str:
    """How a commune is written in the table of places."""
    return f"commune:{code}"


def place_of_territory(territory_id: int) -> str:
    """How a territory is written in the table of places."""
    return f"territory:{territory_id}"
