"""The tables of rides."""

from datetime import datetime, time
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Time, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from access.models import Commune
from accounts.models import Member, enum_of
from agenda.models import Occurrence
from core.db import Base, pk

LONGEST_WORDS = 500
MOST_PLACES = 8


class RideKind(StrEnum):
    """What somebody says: they have places, or look for one."""

    OFFER = "offer"
    SEARCH = "search"


class Way(StrEnum):
    """To the date, back from it, or both."""

    THERE = "there"
    BACK = "back"
    BOTH = "both"

    def covers(self, other: "Way") -> bool:
        """Whether who goes this way goes the other one wholly."""
        return self is other or self is Way.BOTH

    def meets(self, other: "Way") -> bool:
        """Whether the two have a part in common."""
        return self.covers(other) or other is Way.BOTH


class Ride(Base):
    """Somebody has places in their car for a date, or looks for one."""

    __tablename__ = "ride"
    __table_args__ = (
        Index("ix_ride_occurrence", "occurrence_id", "id"),
        Index("ix_ride_member", "member_id"),
        CheckConstraint("(kind = 'offer') = (places IS NOT NULL)", name="offers_places"),
        CheckConstraint("(kind = 'offer') = (hour IS NOT NULL)", name="offers_an_hour"),
        CheckConstraint(f"places IS NULL OR places BETWEEN 1 AND {MOST_PLACES}", name="fits"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[pk]
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id", ondelete="CASCADE"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    kind: Mapped[RideKind] = mapped_column(enum_of(RideKind))
    way: Mapped[Way] = mapped_column(enum_of(Way))
    commune_code: Mapped[str] = mapped_column(ForeignKey("commune.code"), index=True)
    """Where it starts from, or where one comes back to."""
    days_after: Mapped[int] = mapped_column(default=0)
    """The first day of the date: one that is moved takes its rides along."""
    hour: Mapped[time | None] = mapped_column(Time)
    """When it leaves, on the clock of the event."""
    places: Mapped[int | None]
    words: Mapped[str] = mapped_column(String(LONGEST_WORDS), default="")
    said_at: Mapped[datetime]
    occurrence: Mapped[Occurrence] = relationship(lazy="raise_on_sql")
    member: Mapped[Member] = relationship(lazy="raise_on_sql")
    commune: Mapped[Commune] = relationship(lazy="raise_on_sql")


class SeatStanding(StrEnum):
    """Where a place in a car stands."""

    ASKED = "asked"
    """By who would sit there: the driver answers."""
    PROPOSED = "proposed"
    """By the driver: who would sit there answers."""
    ACCEPTED = "accepted"
    DECLINED = "turned_down"
    """By the driver."""
    REFUSED = "refused"
    """By who would have sat there."""


class Seat(Base):
    """A place in somebody's car, for somebody."""

    __tablename__ = "ride_seat"
    __table_args__ = (
        UniqueConstraint("ride_id", "member_id"),
        Index("ix_ride_seat_member", "member_id", "standing"),
        # A page that is out of date must not answer to another place that took the same number.
        {"sqlite_autoincrement": True},
    )
    id: Mapped[pk]
    ride_id: Mapped[int] = mapped_column(ForeignKey("ride.id", ondelete="CASCADE"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    standing: Mapped[SeatStanding] = mapped_column(enum_of(SeatStanding))
    words: Mapped[str] = mapped_column(String(LONGEST_WORDS), default="")
    """Of who asked."""
    since: Mapped[datetime]
    ride: Mapped[Ride] = relationship(lazy="raise_on_sql")
    member: Mapped[Member] = relationship(lazy="raise_on_sql")
