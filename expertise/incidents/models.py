"""The tables of incidents."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Member
from core.db import Base, long_text, pk
from expertise.programmes.models import Programme


class Incident(Base):
    """Data lost, or seen by somebody who should not; a misuse, a mistake."""

    __tablename__ = "incident"
    __table_args__ = (CheckConstraint("length(happened) > 0", name="is_told"),)
    id: Mapped[pk]
    member_id: Mapped[int | None] = mapped_column(
        ForeignKey("member.id", ondelete="SET NULL"), index=True
    )
    """Who told it."""
    happened: Mapped[long_text]
    noticed_on: Mapped[date]
    about: Mapped[long_text]
    """Which data."""
    at: Mapped[datetime]
    member: Mapped[Member | None] = relationship(lazy="raise_on_sql")


class IncidentProgramme(Base):
    """An incident is told to the team of a programme."""

    __tablename__ = "incident_programme"
    __table_args__ = (Index("ix_incident_programme", "programme_id", "incident_id"),)
    incident_id: Mapped[int] = mapped_column(
        ForeignKey("incident.id", ondelete="CASCADE"), primary_key=True
    )
    programme_id: Mapped[int] = mapped_column(
        ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True
    )
    programme: Mapped[Programme] = relationship(lazy="raise_on_sql")
