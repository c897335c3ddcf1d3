"""The tables of the video rooms: no picture and no sound is ever kept."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from access.withdrawal import Withdrawable
from accounts.models import Member, enum_of
from core.db import Base, label, long_text, pk

WORDS_LENGTH = 500
PHONE_LENGTH = 60
NAME_LENGTH = 60
OPEN = text("ended_at IS NULL")


class State(StrEnum):
    """Where somebody stands in a meeting."""

    WAITING = "waiting"
    INSIDE = "inside"
    LEFT = "left"
    REFUSED = "refused"
    REMOVED = "removed"


HERE = (State.WAITING, State.INSIDE)


class Room(Withdrawable, Base):
    """A place where several see and hear each other: it stays, or serves one event."""

    __tablename__ = "room"
    __table_args__ = (
        CheckConstraint("length(title) > 0", name="is_titled"),
        Index("ix_room_owner", "owner_id"),
    )
    id: Mapped[pk]
    title: Mapped[label]
    words: Mapped[str] = mapped_column(String(WORDS_LENGTH), default="")
    """What it is for."""
    phone: Mapped[str] = mapped_column(String(PHONE_LENGTH), default="")
    """The number that one calls when video does not work."""
    owner_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    event_id: Mapped[int | None] = mapped_column(
        ForeignKey("event.id", ondelete="CASCADE"), unique=True
    )
    """The date of the agenda that it serves; None for a room that stays."""
    waits: Mapped[bool] = mapped_column(default=False)
    """Members too wait until a host lets them in."""
    guests: Mapped[bool] = mapped_column(default=False)
    """People without an account may ask to come in, by its link."""
    link: Mapped[int] = mapped_column(default=1)
    """The number of the link of guests: the former ones open nothing."""
    created_at: Mapped[datetime]
    owner: Mapped[Member] = relationship(lazy="raise_on_sql")


class Meeting(Base):
    """From the first who comes to the last who leaves."""

    __tablename__ = "meeting"
    __table_args__ = (
        Index("uq_meeting_open", "room_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_meeting_room", "room_id", "started_at"),
    )
    id: Mapped[pk]
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id", ondelete="CASCADE"))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    locked: Mapped[bool] = mapped_column(default=False)
    """Nobody comes in any more, except the hosts and those whose line was cut."""
    room: Mapped[Room] = relationship(lazy="raise_on_sql")


class Guest(Base):
    """Somebody without an account, who came by the link of a room."""

    __tablename__ = "room_guest"
    __table_args__ = (
        Index("ix_room_guest_room", "room_id"),
        Index("ix_room_guest_created", "created_at"),
    )
    id: Mapped[pk]
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    link: Mapped[int]
    """By which of the links they came."""
    created_at: Mapped[datetime]


class Presence(Base):
    """Somebody in a meeting, from when to when, and what they show of themselves."""

    __tablename__ = "presence"
    __table_args__ = (
        CheckConstraint("(member_id IS NULL) <> (guest_id IS NULL)", name="is_somebody"),
        Index("ix_presence_meeting", "meeting_id", "state"),
        Index("ix_presence_member", "member_id"),
        Index("ix_presence_guest", "guest_id"),
        Index("ix_presence_until", "until_at"),
    )
    id: Mapped[pk]
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    guest_id: Mapped[int | None] = mapped_column(ForeignKey("room_guest.id", ondelete="CASCADE"))
    state: Mapped[State] = mapped_column(enum_of(State))
    came_at: Mapped[datetime]
    entered_at: Mapped[datetime | None]
    """When they were let in."""
    until_at: Mapped[datetime]
    """When they were last known to be there."""
    lost_at: Mapped[datetime | None]
    """Since when their line is cut; they may still come back to the same place."""
    line: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    """The number of the page that has this place; when a former one ends, nothing is lost."""
    microphone: Mapped[bool] = mapped_column(default=False)
    camera: Mapped[bool] = mapped_column(default=False)
    screen: Mapped[bool] = mapped_column(default=False)
    light: Mapped[bool] = mapped_column(default=False)
    """They take sound alone: their line is weak."""
    hand_at: Mapped[datetime | None]
    """Since when their hand is raised."""
    member: Mapped[Member | None] = relationship(lazy="raise_on_sql")
    guest: Mapped[Guest | None] = relationship(lazy="raise_on_sql")
    meeting: Mapped[Meeting] = relationship(lazy="raise_on_sql")

    @property
    def name(self) -> str:
        """As the others read it."""
        return self.member.name if self.member else self.guest.name if self.guest else ""


class Note(Base):
    """What was written during a meeting: it stays with the room."""

    __tablename__ = "room_note"
    __table_args__ = (
        CheckConstraint("member_id IS NULL OR guest_id IS NULL", name="is_by_one"),
        Index("ix_room_note_meeting", "meeting_id", "id"),
        Index("ix_room_note_member", "member_id"),
        Index("ix_room_note_guest", "guest_id"),
    )
    id: Mapped[pk]
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    guest_id: Mapped[int | None] = mapped_column(ForeignKey("room_guest.id", ondelete="SET NULL"))
    """None too when their name was erased, after its time."""
    body: Mapped[long_text]
    at: Mapped[datetime]
    member: Mapped[Member | None] = relationship(lazy="raise_on_sql")
    guest: Mapped[Guest | None] = relationship(lazy="raise_on_sql")

    @property
    def name(self) -> str:
        """As the others read it; nothing once a guest's name is erased."""
        return self.member.name if self.member else self.guest.name if self.guest else ""
