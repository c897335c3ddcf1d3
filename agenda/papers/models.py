"""The tables of what goes with a date. The library says who sees its documents."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from agenda.models import Occurrence
from core.db import Base, long_text


class Paper(Base):
    """A document of the library that goes with a date."""

    __tablename__ = "event_paper"
    occurrence_id: Mapped[int] = mapped_column(
        ForeignKey("occurrence.id", ondelete="CASCADE"), primary_key=True
    )
    document_id: Mapped[int] = mapped_column(
        ForeignKey("document.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    added_at: Mapped[datetime]


class Minutes(Base):
    """What was said at a date."""

    __tablename__ = "event_minutes"
    occurrence_id: Mapped[int] = mapped_column(
        ForeignKey("occurrence.id", ondelete="CASCADE"), primary_key=True
    )
    words: Mapped[long_text]
    html: Mapped[long_text]
    """The words, cleaned."""
    written_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    occurrence: Mapped[Occurrence] = relationship(lazy="raise_on_sql")
