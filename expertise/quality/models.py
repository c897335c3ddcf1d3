"""The table of alerts."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models import enum_of
from core.db import Base


class Kind(StrEnum):
    """What is not as it should be."""

    REFUSALS = "refusals"
    """Too many needs are declined."""
    HELP = "help"
    """Too few of those that were answered end with a help."""


class QualityAlert(Base):
    """A rate of an institution crossed its limit; the row goes when it is better."""

    __tablename__ = "quality_alert"
    programme_id: Mapped[int] = mapped_column(
        ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True
    )
    institution_id: Mapped[int] = mapped_column(
        ForeignKey("institution.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    kind: Mapped[Kind] = mapped_column(enum_of(Kind), primary_key=True)
    since: Mapped[datetime]
    """When its team was told."""
