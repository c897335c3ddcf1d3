"""The tables of the agenda."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from access.withdrawal import Withdrawable
from accounts.models import Member
from core.addresses import LONGEST_LINK
from core.db import Base, label, long_text, pk
from directory.models import Listed, Organisation, Standing, Theme, somewhere_or_nowhere

UID_LENGTH = 255
WHY_LENGTH = 500


class EventKind(Listed, Base):
    """What a date is: réunion, journée thématique, formation, job dating… (seeds/004, 002)."""

    __tablename__ = "event_kind"
    listed = "event_kind"


class Event(Standing, Withdrawable, Base):
    """A date that a member gives to others, or several that one rule gives.

    Where it stands (`Standing`) is said by `place`, a name, and by the address of that place.
    """

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_owner", "owner_id", "created_at"),
        Index("ix_event_kind", "kind_id"),
        Index("ix_event_theme", "theme_id"),
        Index("ix_event_through", "through"),
        Index("ix_event_created", "created_at"),
        UniqueConstraint("owner_id", "submission"),
        CheckConstraint("length(title) > 0", name="is_titled"),
        CheckConstraint("starts_at <= ends_at", name="starts_before_it_ends"),
        CheckConstraint("(recurrence = '') = (through IS NULL)", name="recurs_or_not"),
        somewhere_or_nowhere(),
    )
    id: Mapped[pk]
    uid: Mapped[str] = mapped_column(String(UID_LENGTH), unique=True)
    """What calendars know it by (RFC 5545, UID)."""
    sequence: Mapped[int] = mapped_column(default=0)
    """How many times it changed in a way that calendars must hear of (RFC 5545, SEQUENCE)."""
    title: Mapped[label]
    kind_id: Mapped[int] = mapped_column(ForeignKey("event_kind.id"))
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id"))
    description: Mapped[long_text]
    html: Mapped[long_text]
    """The description, cleaned."""
    place: Mapped[label] = mapped_column(default="")
    """The name of the place: « Salle des fêtes », « Maison des associations »."""
    link: Mapped[str | None] = mapped_column(String(LONGEST_LINK))
    """Where one takes part at a distance, or reads more."""
    zone: Mapped[str] = mapped_column(String(60), default="Europe/Paris")
    """The IANA name of the clock that its times are read on."""
    all_day: Mapped[bool] = mapped_column(default=False)
    starts_at: Mapped[datetime]
    """The first date; a day begins at midnight in `zone`."""
    ends_at: Mapped[datetime]
    """Not included: a day ends at the next midnight in `zone`."""
    recurrence: Mapped[long_text] = mapped_column(default="")
    """RRULE, RDATE and EXDATE lines of RFC 5545, read on the clock of `zone`; none for one date."""
    through: Mapped[datetime | None]
    """Until when the dates of the rule are written."""
    owner_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="SET NULL"), index=True
    )
    """Who invites, when it is an organisation of the directory."""
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    cancelled_why: Mapped[str] = mapped_column(String(WHY_LENGTH), default="")
    submission: Mapped[str | None] = mapped_column(String(36))
    """The form it came from: the same form sent twice makes one event."""
    kind: Mapped[EventKind] = relationship(lazy="raise_on_sql")
    theme: Mapped[Theme | None] = relationship(lazy="raise_on_sql")
    owner: Mapped[Member] = relationship(lazy="raise_on_sql", foreign_keys=[owner_id])
    organisation: Mapped[Organisation | None] = relationship(lazy="raise_on_sql")


class FormerDate(Base):
    """Where a date stood in a series before that was cut in two, for calendars that still say so.

    An invitation that left before names the first series, and is answered under that name.
    """

    __tablename__ = "former_date"
    event_id: Mapped[int] = mapped_column(
        ForeignKey("event.id", ondelete="CASCADE"), primary_key=True
    )
    recurrence_at: Mapped[datetime] = mapped_column(primary_key=True)
    occurrence_id: Mapped[int] = mapped_column(
        ForeignKey("occurrence.id", ondelete="CASCADE"), index=True
    )


class Occurrence(Base):
    """One date of an event: what lists show, what one registers for and is reminded of.

    What is None is as the event says.
    """

    __tablename__ = "occurrence"
    __table_args__ = (
        UniqueConstraint("event_id", "recurrence_at"),
        Index("ix_occurrence_days", "last_day", "first_day", "event_id"),
        Index("ix_occurrence_starts", "starts_at", "event_id"),
        CheckConstraint("starts_at <= ends_at", name="starts_before_it_ends"),
        CheckConstraint("first_day <= last_day", name="days_follow"),
    )
    id: Mapped[pk]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    recurrence_at: Mapped[datetime]
    """Where the rule puts it, wherever it was moved since (RFC 5545, RECURRENCE-ID)."""
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    """Not included."""
    first_day: Mapped[date]
    """In Paris for an hour, in the event's own days for a whole day."""
    last_day: Mapped[date]
    """Included."""
    changed: Mapped[bool] = mapped_column(default=False)
    """It was changed alone: the rule no longer moves it."""
    title: Mapped[str | None] = mapped_column(String(200))
    place: Mapped[str | None] = mapped_column(String(200))
    """The whole address, in a line: a date alone has no point of its own on the map."""
    link: Mapped[str | None] = mapped_column(String(LONGEST_LINK))
    words: Mapped[str] = mapped_column(String(WHY_LENGTH), default="")
    """What is to be known of this date alone."""
    cancelled_at: Mapped[datetime | None]
    event: Mapped[Event] = relationship(lazy="raise_on_sql")
