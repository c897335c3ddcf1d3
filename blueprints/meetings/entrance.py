"""Who may be in a room at this instant: the same answer for a page, a socket and the clock."""

from sqlalchemy import select
from sqlalchemy.orm import Session

import agenda.queries
from access.viewers import Viewer
from agenda.models import Event
from rooms import queries
from rooms.models import Guest, Room


def seen_room(session: Session, viewer: Viewer, room_id: int) -> Room | None:
    """The room, when it exists for this viewer; that of a date, when the date does too."""
    room = session.scalars(queries.room(viewer, room_id)).one_or_none()
    if room is None or room.event_id is None:
        return room
    date = session.scalar(agenda.queries.seen_id(viewer, room.event_id))
    return None if date is None else room


def guest_and_room(session: Session, guest_id: int) -> tuple[Guest, Room] | None:
    """A guest whose link still opens something, and what it opens."""
    found = session.execute(queries.guest(guest_id)).one_or_none()
    if found is None or not room_stands(session, found[1]):
        return None
    return found[0], found[1]


def room_stands(session: Session, room: Room) -> bool:
    """Whether the date that a room serves, if it does, was not taken away."""
    if room.event_id is None:
        return True
    stands = select(Event.id).where(Event.id == room.event_id, Event.withdrawn_at.is_(None))
    return session.scalar(stands) is not None
