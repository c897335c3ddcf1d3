"""What the video rooms give to the search: one entry a room, with the notes of its meetings.

Who sees a room reads the notes of all its meetings, whether they were there or not.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.indexing import Changed, Entry, Source
from rooms.facts import MeetingEnded, RoomChanged
from rooms.models import Meeting, Note, Room

ROOM = "room"
LONGEST_NOTES = 200_000
"""Characters read of the notes of a room, the last ones first."""


Standing = Callable[[Session, Collection[int]], Collection[int]]
"""Told some events, gives those that can be found."""


def source(standing: Standing) -> Source:
    """The rooms that can be found: that of a date, as long as the date is."""

    def read(session: Session, ids: Collection[int]) -> Iterator[Entry]:
        found = select(Room).where(Room.id.in_(ids), Room.withdrawn_at.is_(None))
        rooms = session.scalars(found).all()
        dates = {room.event_id for room in rooms if room.event_id is not None}
        there = set(standing(session, dates)) if dates else set()
        return _entries(
            session, [one for one in rooms if one.event_id is None or one.event_id in there]
        )

    return Source(ROOM, read, _ids, _count)


def _entries(session: Session, rooms: Collection[Room]) -> Iterator[Entry]:
    """Who wrote a note is not named: guests have no account."""
    noted: dict[int, list[str]] = defaultdict(list)
    for room_id, body in session.execute(
        select(Meeting.room_id, Note.body)
        .join(Meeting, Meeting.id == Note.meeting_id)
        .where(Meeting.room_id.in_([room.id for room in rooms]))
        .order_by(Note.id.desc())
    ):
        noted[room_id].append(body)
    for room in rooms:
        yield Entry(
            kind=ROOM,
            id=room.id,
            audience_id=room.audience_id,
            title=room.title,
            summary=room.words,
            body="\n".join(noted[room.id])[:LONGEST_NOTES],
            at=room.created_at,
            author_id=room.owner_id,
        )


def _ids(session: Session, after_id: int, limit: int) -> list[int]:
    found = select(Room.id).where(Room.id > after_id).order_by(Room.id).limit(limit)
    return list(session.scalars(found))


def _count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Room)) or 0


class Telling:
    """Turns the facts of the rooms into entries that are to be read again."""

    def __init__(self, changed: Changed) -> None:
        self.changed = changed

    def room(self, session: Session, fact: RoomChanged) -> None:
        """A room is open, says something else, or can no longer be found."""
        self.changed(session, ROOM, fact.room.id)

    def event(self, session: Session, event_id: int) -> None:
        """A date can no longer be found, or can again, and its room with it."""
        for room_id in session.scalars(select(Room.id).where(Room.event_id == event_id)):
            self.changed(session, ROOM, room_id)

    def meeting(self, session: Session, fact: MeetingEnded) -> None:
        """What was noted is there to be found once all have left."""
        room_id = session.scalar(select(Meeting.room_id).where(Meeting.id == fact.meeting_id))
        if room_id is not None:
            self.changed(session, ROOM, room_id)
