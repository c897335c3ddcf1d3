"""What facts leave for the pages of the rooms: ids, told after the commit."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.facts import EventWithdrawn
from core.news import News, tell
from rooms.facts import MeetingMoved, Noted, RoomChanged
from rooms.models import Room

MOVED = "meeting"
"""Somebody came, left, shows something else; or the door was locked."""
NOTED = "meeting-note"
ROOM = "room"
"""A room has other rules: who is in it is looked at again."""
CLOCK = "meeting-clock"


def on_moved(session: Session, fact: MeetingMoved) -> None:
    """Those who are in it see who is there."""
    tell(session, News(MOVED, fact.meeting_id))


def on_noted(session: Session, fact: Noted) -> None:
    """Those who are in it read what was written."""
    tell(session, News(NOTED, fact.meeting_id))


def on_room_changed(session: Session, fact: RoomChanged) -> None:
    """It may be that some must leave."""
    tell(session, News(ROOM, fact.room.id))


def on_event_withdrawn(session: Session, fact: EventWithdrawn) -> None:
    """The room of a date is found with it, and lost with it."""
    if fact.event is None:
        return
    room_id = session.scalar(select(Room.id).where(Room.event_id == fact.event.id))
    if room_id is not None:
        tell(session, News(ROOM, room_id))
