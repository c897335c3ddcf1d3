"""The tables of calendars: addresses that programs subscribe to, files that wait for a yes."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from access.models import Network, Territory
from accounts.models import Member
from agenda.models import EventKind
from core.db import Base, code, label, pk
from directory.models import Theme

FEED_NAME_LENGTH = 60


class CalendarFeed(Base):
    """A secret address of a member, that their telephone reads the agenda at.

    What is None filters nothing.
    """

    __tablename__ = "calendar_feed"
    __table_args__ = (Index("ix_calendar_feed_member", "member_id", "id"),)
    id: Mapped[pk]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(FEED_NAME_LENGTH))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scope: Mapped[code] = mapped_column(default="all")
    """Which of the events that the member sees: a name of agenda.ics.feeds.SCOPES."""
    network_id: Mapped[int | None] = mapped_column(
        ForeignKey("network.id", ondelete="CASCADE"), index=True
    )
    territory_id: Mapped[int | None] = mapped_column(
        ForeignKey("territory.id", ondelete="CASCADE"), index=True
    )
    kind_id: Mapped[int | None] = mapped_column(
        ForeignKey("event_kind.id", ondelete="CASCADE"), index=True
    )
    theme_id: Mapped[int | None] = mapped_column(
        ForeignKey("theme.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime]
    """When its address was made, or made again."""
    fetched_at: Mapped[datetime | None]
    """The last time that a program came, to the hour."""
    shown: Mapped[str | None] = mapped_column(String(64))
    """A digest of what it gave then."""
    shown_at: Mapped[datetime | None]
    """Since when it gives that."""
    network: Mapped[Network | None] = relationship(lazy="raise_on_sql")
    territory: Mapped[Territory | None] = relationship(lazy="raise_on_sql")
    kind: Mapped[EventKind | None] = relationship(lazy="raise_on_sql")
    theme: Mapped[Theme | None] = relationship(lazy="raise_on_sql")
    member: Mapped[Member] = relationship(lazy="raise_on_sql")


class CalendarImport(Base):
    """A calendar file that a member sent: what it says waits until they say yes."""

    __tablename__ = "calendar_import"
    __table_args__ = (
        Index("ix_calendar_import_member", "member_id", "id"),
        Index("ix_calendar_import_created", "created_at"),
    )
    id: Mapped[pk]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    name: Mapped[label]
    """Of the file."""
    choice: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What was said once for all its events (agenda.ics.importing.Choice)."""
    said: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What was read (agenda.ics.values.Read); nothing once it is written."""
    outcomes: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """What becomes, or became, of each event (agenda.ics.importing.Outcome)."""
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
