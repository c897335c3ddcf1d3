"""What the video rooms hold about a member: given to them, let go with them, and for how long."""

from sqlalchemy import Exists, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from accounts.departures import Departure
from accounts.facts import MemberLeft
from core import clock, text
from core.portable import Held, rows_of
from core.retention import deleting
from rooms.models import Guest, Meeting, Note, Presence, Room

READ_AT_ONCE = 5_000
"""Rows in which a name is looked for in one transaction."""
ATTENDANCE_DAYS = 365
ERASED_TITLE = "Salon"
"""What a room is called where others wrote: their notes stay readable."""


def its_data_of(session: Session, member_id: int) -> Held:
    """The rooms they opened, when they were in a meeting, what they noted."""
    return Held(
        {
            "room": rows_of(session, Room, Room.owner_id == member_id),
            "presence": rows_of(session, Presence, Presence.member_id == member_id),
            "room_note": rows_of(session, Note, Note.member_id == member_id),
        }
    )


def forget(session: Session, fact: MemberLeft) -> None:
    """When they were there goes at once; their rooms too, when all is to go with them."""
    statements = [delete(Presence).where(Presence.member_id == fact.member_id)]
    for statement in statements:
        session.execute(statement.execution_options(synchronize_session=False))
    if fact.erases:
        session.execute(
            update(Room)
            .where(Room.owner_id == fact.member_id, Room.withdrawn_at.is_(None), ~_written(fact))
            .values(withdrawn_at=clock.now())
            .execution_options(synchronize_session=False)
        )


def _written(who: MemberLeft | Departure) -> Exists:
    """Whether others wrote in the room."""
    others = or_(Note.member_id.is_(None), Note.member_id != who.member_id)
    return exists().where(Meeting.room_id == Room.id, Note.meeting_id == Meeting.id, others)


def erase(session: Session, departure: Departure, _after: int) -> int | None:
    """Take away what they noted, and the rooms in which nobody else wrote."""
    if not departure.erases:
        return None
    for statement in (
        delete(Note).where(Note.member_id == departure.member_id),
        delete(Room).where(Room.owner_id == departure.member_id, ~_written(departure)),
        update(Room)
        .where(Room.owner_id == departure.member_id)
        .values(title=ERASED_TITLE, words="", phone=""),
    ):
        session.execute(statement.execution_options(synchronize_session=False))
    return None


def unname(session: Session, departure: Departure, after: int) -> int | None:
    """Take the name out of what calls them with @ in notes, some at a time."""
    last = session.scalar(select(func.max(Note.id))) or 0
    end = after + READ_AT_ONCE
    called = f"@{departure.handle}"
    some = Note.id.between(after + 1, end)
    for note in session.scalars(
        select(Note).where(some, Note.body.icontains(called, autoescape=True))
    ):
        note.body = text.called_otherwise(note.body, departure.handle, departure.new_handle)
    return end if end < last else None


def unname_rooms(session: Session, departure: Departure, _after: int) -> int | None:
    """Likewise in what is said of rooms."""
    called = f"@{departure.handle}"
    parts = (Room.title, Room.words)
    for room in session.scalars(
        select(Room).where(or_(*(part.icontains(called, autoescape=True) for part in parts)))
    ):
        room.title = text.called_otherwise(room.title, departure.handle, departure.new_handle)
        room.words = text.called_otherwise(room.words, departure.handle, departure.new_handle)
    return None


RULES = (
    deleting("room-attendance", ATTENDANCE_DAYS, Presence, lambda limit: Presence.until_at < limit),
    deleting("room-guests", ATTENDANCE_DAYS, Guest, lambda limit: Guest.created_at < limit),
)
