"""Reads of the video rooms. Each takes a viewer and starts from what they may see."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import contains_eager, joinedload

from access.viewers import Viewer
from core import clock
from rooms.models import HERE, Guest, Meeting, Note, Presence, Room, State

STALE = timedelta(seconds=75)
"""Nobody has said since then that they are there: their process was killed."""


def seen(viewer: Viewer) -> ColumnElement[bool]:
    """The rooms that exist for this viewer."""
    return and_(Room.visible_to(viewer), Room.withdrawn_at.is_(None))


def room(viewer: Viewer, room_id: int) -> Select[Room]:
    """One room, with who opened it."""
    return select(Room).options(joinedload(Room.owner)).where(Room.id == room_id, seen(viewer))


def withdrawn(viewer: Viewer, room_id: int) -> Select[Room]:
    """A room that was taken away, for who may give it back."""
    return select(Room).where(Room.id == room_id, Room.withdrawn_for(viewer))


def permanent(viewer: Viewer) -> Select[Room]:
    """The rooms that stay, by name."""
    return (
        select(Room)
        .options(joinedload(Room.owner))
        .where(seen(viewer), Room.event_id.is_(None))
        .order_by(func.lower(Room.title), Room.id)
    )


def of_event(viewer: Viewer, event_id: int) -> Select[Room]:
    """The room of a date of the agenda."""
    return of_events(viewer, [event_id])


def _is_there(present: datetime) -> ColumnElement[bool]:
    return and_(Presence.state.in_(HERE), Presence.until_at > present - STALE)


def numbers_in(viewer: Viewer, rooms: Collection[int]) -> Select[int, int]:
    """Room → how many are in it at this instant."""
    return (
        select(Meeting.room_id, func.count())
        .join(Presence, Presence.meeting_id == Meeting.id)
        .join(Room, Room.id == Meeting.room_id)
        .where(
            seen(viewer),
            Meeting.room_id.in_(rooms),
            Meeting.ended_at.is_(None),
            _is_there(clock.now()),
            Presence.state == State.INSIDE,
        )
        .group_by(Meeting.room_id)
    )


def meetings(viewer: Viewer, room_id: int, *, most: int) -> Select[Meeting, int, int]:
    """The last meetings of a room, with the number of people and of notes."""
    people = (
        select(func.count(func.distinct(func.coalesce(Presence.member_id, -Presence.guest_id))))
        .where(Presence.meeting_id == Meeting.id, Presence.entered_at.is_not(None))
        .scalar_subquery()
    )
    notes = select(func.count()).where(Note.meeting_id == Meeting.id).scalar_subquery()
    return (
        select(Meeting, people, notes)
        .join(Meeting.room)
        .where(Meeting.room_id == room_id, seen(viewer))
        .order_by(Meeting.started_at.desc(), Meeting.id.desc())
        .limit(most)
    )


def meeting(viewer: Viewer, meeting_id: int) -> Select[Meeting]:
    """One meeting, with its room."""
    return (
        select(Meeting)
        .join(Meeting.room)
        .options(contains_eager(Meeting.room))
        .where(Meeting.id == meeting_id, seen(viewer))
    )


def open_meeting(room_id: int) -> Select[Meeting]:
    """The meeting that is going on in a room; who asks was let in by the rule."""
    return select(Meeting).where(Meeting.room_id == room_id, Meeting.ended_at.is_(None))


_named: list[Any] = [joinedload(Presence.member), joinedload(Presence.guest)]


def people(meeting_id: int) -> Select[Presence]:
    """Who is there or waits at this instant, in the order in which they came.

    For those who are in it, and for the hosts: a room asks with `meeting` first.
    """
    return (
        select(Presence)
        .options(*_named)
        .where(Presence.meeting_id == meeting_id, _is_there(clock.now()))
        .order_by(Presence.id)
    )


def attendance(viewer: Viewer, meeting_id: int) -> Select[Presence]:
    """Who took part in a meeting, each time that they came in."""
    return (
        select(Presence)
        .join(Presence.meeting)
        .join(Meeting.room)
        .options(*_named)
        .where(Presence.meeting_id == meeting_id, Presence.entered_at.is_not(None), seen(viewer))
        .order_by(Presence.entered_at, Presence.id)
    )


def notes(viewer: Viewer, meeting_id: int) -> Select[Note]:
    """What was written during a meeting."""
    return (
        notes_since(meeting_id, 0)
        .join(Meeting, Meeting.id == Note.meeting_id)
        .join(Room, Room.id == Meeting.room_id)
        .where(seen(viewer))
    )


def notes_since(meeting_id: int, last: int) -> Select[Note]:
    """What was written after a note, for those who are in the meeting."""
    return (
        select(Note)
        .options(joinedload(Note.member), joinedload(Note.guest))
        .where(Note.meeting_id == meeting_id, Note.id > last)
        .order_by(Note.id)
    )


def guest(guest_id: int) -> Select[Guest, Room]:
    """A guest whose link still opens their room, and that room."""
    return (
        select(Guest, Room)
        .join(Room, Room.id == Guest.room_id)
        .where(
            Guest.id == guest_id,
            Guest.link == Room.link,
            Room.guests,
            Room.withdrawn_at.is_(None),
        )
    )


def room_of_link(room_id: int, link: int) -> Select[Room]:
    """The room that a link opens to guests."""
    return select(Room).where(
        Room.id == room_id, Room.link == link, Room.guests, Room.withdrawn_at.is_(None)
    )


def dates_served(viewer: Viewer) -> Select[int | None]:
    """The events that have a room, by their number: the agenda says which are to come."""
    return select(Room.event_id).where(seen(viewer), Room.event_id.is_not(None))


def of_events(viewer: Viewer, event_ids: Collection[int]) -> Select[Room]:
    """The rooms of these dates of the agenda."""
    return select(Room).where(Room.event_id.in_(event_ids), seen(viewer))


def presence(viewer: Viewer, room_id: int, presence_id: int) -> Select[Presence]:
    """A place in the meeting that goes on in a room."""
    return (
        select(Presence)
        .join(Presence.meeting)
        .join(Meeting.room)
        .options(*_named, contains_eager(Presence.meeting).contains_eager(Meeting.room))
        .where(
            Presence.id == presence_id,
            Meeting.room_id == room_id,
            Meeting.ended_at.is_(None),
            seen(viewer),
        )
    )
