"""Writes of a meeting: who comes, who is let in, who leaves, what is noted."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session

from core import clock, text
from core.db import insert_into
from core.facts import record
from core.refusals import Refused
from rooms import queries
from rooms.facts import Excluded, MeetingEnded, MeetingMoved, Noted
from rooms.models import HERE, NAME_LENGTH, Guest, Meeting, Note, Presence, Room, State

GRACE = timedelta(seconds=20)
"""How long a place is kept for who lost their line."""
MOST_WAITING = 30
LONGEST_NOTE = 2_000
MOST_NOTES = 2_000
"""Of one meeting."""


@dataclass(frozen=True, slots=True)
class Who:
    """A member, or a guest; one of both."""

    member_id: int | None = None
    guest_id: int | None = None

    @property
    def is_theirs(self) -> ColumnElement[bool]:
        """Their presences."""
        if self.member_id is not None:
            return Presence.member_id == self.member_id
        return Presence.guest_id == self.guest_id


def come_as_guest(session: Session, room: Room, name: str) -> Guest:
    """Somebody without an account gives their name. Raises Refused("name-empty")."""
    said = " ".join(text.plain(name).split())[:NAME_LENGTH]
    if not said:
        raise Refused("name-empty")
    guest = Guest(room_id=room.id, name=said, link=room.link, created_at=clock.now())
    session.add(guest)
    session.flush()
    return guest


def come(
    session: Session, room: Room, who: Who, *, hosts: bool, most: int, again: int | None = None
) -> Presence:
    """Somebody whom the rule lets see the room is at its door: they come in, or wait.

    `most`: how many the room holds. `again`: the presence whose line was cut, to take it up where
    it was. Raises Refused: "removed-from-meeting", "refused-at-the-door", "meeting-locked",
    "meeting-full", "too-many-wait".
    """
    meeting = _open_meeting(session, room)
    before = session.scalars(
        select(Presence).where(Presence.meeting_id == meeting.id, who.is_theirs)
    ).all()
    if any(one.state is State.REMOVED for one in before):
        raise Refused("removed-from-meeting")
    if any(one.state is State.REFUSED for one in before):
        raise Refused("refused-at-the-door")
    present = clock.now()
    for one in before:
        if one.id == again and one.state in HERE and one.until_at > present - queries.STALE:
            one.lost_at, one.until_at, one.line = None, present, one.line + 1
            record(session, MeetingMoved(meeting.id))
            return one
    cut = [one for one in before if one.state in HERE and one.lost_at is not None]
    if meeting.locked and not hosts and not any(one.entered_at for one in cut):
        raise Refused("meeting-locked")
    for one in cut:
        one.state = State.LEFT
        record(session, Excluded(one))
    session.flush()
    known = any(one.entered_at is not None for one in before)
    waits = not known and not hosts and (room.waits or who.guest_id is not None)
    _see_that_there_is_room(session, meeting, waits, most)
    presence = _place(meeting, who, waits=waits, present=present)
    session.add(presence)
    session.flush()
    record(session, MeetingMoved(meeting.id))
    return presence


def _place(meeting: Meeting, who: Who, *, waits: bool, present: datetime) -> Presence:
    return Presence(
        meeting_id=meeting.id,
        member_id=who.member_id,
        guest_id=who.guest_id,
        state=State.WAITING if waits else State.INSIDE,
        came_at=present,
        entered_at=None if waits else present,
        until_at=present,
        lost_at=None,
        line=1,
        hand_at=None,
        microphone=False,
        camera=False,
        screen=False,
        light=False,
    )


def _open_meeting(session: Session, room: Room) -> Meeting:
    """The meeting that goes on, or a new one; held until the end of the transaction."""
    wanted = queries.open_meeting(room.id).with_for_update()
    found = session.scalar(wanted)
    if found is not None and _is_over(session, found):
        _end(session, found)
        found = None
    if found is not None:
        return found
    session.execute(
        insert_into(session, Meeting)
        .values(room_id=room.id, started_at=clock.now(), locked=False)
        .on_conflict_do_nothing()
    )
    return session.scalars(wanted).one()


def _number(session: Session, meeting: Meeting, state: State) -> int:
    there = queries.people(meeting.id).where(Presence.state == state).order_by(None).subquery()
    return session.scalar(select(func.count()).select_from(there)) or 0


def _see_that_there_is_room(session: Session, meeting: Meeting, waits: bool, most: int) -> None:
    if waits and _number(session, meeting, State.WAITING) >= MOST_WAITING:
        raise Refused("too-many-wait")
    if not waits and _number(session, meeting, State.INSIDE) >= most:
        raise Refused("meeting-full", most=most)


def show(
    session: Session,
    presence: Presence,
    *,
    microphone: bool,
    camera: bool,
    screen: bool,
    hand: bool,
    light: bool,
) -> None:
    """What somebody shows of themselves to the others. One screen at a time is shown."""
    if presence.state is not State.INSIDE:
        return
    if screen and not presence.screen:
        session.execute(
            update(Presence)
            .where(Presence.meeting_id == presence.meeting_id, Presence.screen)
            .values(screen=False)
        )
    presence.microphone, presence.camera = microphone, camera and not light
    presence.screen, presence.light = screen, light
    presence.hand_at = (presence.hand_at or clock.now()) if hand else None
    record(session, MeetingMoved(presence.meeting_id))


def leave(session: Session, presence: Presence) -> None:
    """Somebody leaves by themselves."""
    _go(session, presence, State.LEFT)


def lose(session: Session, presence: Presence, *, line: int) -> None:
    """A line is cut: their place is kept a while, unless another took it up since."""
    if presence.state in HERE and presence.lost_at is None and presence.line == line:
        presence.lost_at = presence.until_at = clock.now()
        record(session, MeetingMoved(presence.meeting_id))


def put_out(session: Session, presence: Presence) -> None:
    """The rule, or their account, no longer lets them be here."""
    _go(session, presence, State.LEFT)


def admit(session: Session, presence: Presence, *, most: int) -> None:
    """A host lets in who waits. Raises Refused("meeting-full"). The caller checked the host."""
    meeting = _held(session, presence)
    if meeting is None or presence.state is not State.WAITING:
        return
    _see_that_there_is_room(session, meeting, False, most)
    presence.state, presence.entered_at = State.INSIDE, clock.now()
    record(session, MeetingMoved(presence.meeting_id))


def refuse(session: Session, presence: Presence) -> None:
    """A host does not let in who waits: not during this meeting."""
    if _held(session, presence) and presence.state is State.WAITING:
        _go(session, presence, State.REFUSED)


def remove(session: Session, presence: Presence) -> None:
    """A host sends somebody away: all their places end, and they do not come back to it."""
    _held(session, presence)
    who = Who(presence.member_id, presence.guest_id)
    theirs = select(Presence).where(
        Presence.meeting_id == presence.meeting_id, Presence.state.in_(HERE), who.is_theirs
    )
    for one in session.scalars(theirs).all():
        _go(session, one, State.REMOVED)


def _held(session: Session, presence: Presence) -> Meeting | None:
    """Its meeting, held until the end of the transaction; the presence as it is now.

    Who is there changes under this hold alone. None when the meeting left no trace.
    """
    meeting = session.get(Meeting, presence.meeting_id, with_for_update=True)
    if meeting is not None:
        session.refresh(presence, ["state"])
    return meeting


def _go(session: Session, presence: Presence, state: State) -> None:
    meeting = _held(session, presence)
    if meeting is None or presence.state not in HERE:
        return
    presence.state, presence.until_at, presence.lost_at = state, clock.now(), None
    presence.screen, presence.hand_at = False, None
    session.flush()
    record(session, MeetingMoved(presence.meeting_id))
    record(session, Excluded(presence))
    if _is_over(session, meeting):
        _end(session, meeting)


def lock(session: Session, meeting: Meeting, *, locked: bool) -> None:
    """A host closes the door, or opens it again."""
    meeting.locked = locked
    record(session, MeetingMoved(meeting.id))


def note(session: Session, presence: Presence, body: str) -> Note | None:
    """Write something for all; None when there is nothing to write.

    Raises Refused("body-too-long"), Refused("too-many-notes").
    """
    said = text.plain(body).strip()
    if not said or presence.state is not State.INSIDE:
        return None
    if len(said) > LONGEST_NOTE:
        raise Refused("body-too-long", longest=LONGEST_NOTE)
    written = select(func.count()).where(Note.meeting_id == presence.meeting_id)
    if (session.scalar(written) or 0) >= MOST_NOTES:
        raise Refused("too-many-notes", most=MOST_NOTES)
    made = Note(
        meeting_id=presence.meeting_id,
        member_id=presence.member_id,
        guest_id=presence.guest_id,
        body=said,
        at=clock.now(),
    )
    session.add(made)
    session.flush()
    record(session, Noted(presence.meeting_id))
    return made


def still_there(session: Session, presences: Collection[int]) -> None:
    """These have said that they are there."""
    session.execute(
        update(Presence)
        .where(Presence.id.in_(presences), Presence.state.in_(HERE), Presence.lost_at.is_(None))
        .values(until_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def tidy(session: Session) -> None:
    """Let go of the places of those who did not come back, and end what nobody is in."""
    present = clock.now()
    late = or_(Presence.lost_at <= present - GRACE, Presence.until_at <= present - queries.STALE)
    gone = and_(Presence.state.in_(HERE), late)
    there = select(Presence.meeting_id).where(Presence.state.in_(HERE))
    empty = and_(Meeting.ended_at.is_(None), Meeting.id.not_in(there))
    untidy = or_(empty, Meeting.id.in_(select(Presence.meeting_id).where(gone)))
    for meeting_id in session.scalars(select(Meeting.id).where(untidy).order_by(Meeting.id)).all():
        meeting = session.get(Meeting, meeting_id, with_for_update=True)
        for one in session.scalars(
            select(Presence).where(Presence.meeting_id == meeting_id, gone)
        ).all():
            one.state, one.lost_at, one.screen, one.hand_at = State.LEFT, None, False, None
            record(session, MeetingMoved(meeting_id))
            record(session, Excluded(one))
        session.flush()
        if meeting is not None and meeting.ended_at is None and _is_over(session, meeting):
            _end(session, meeting)


def _is_over(session: Session, meeting: Meeting) -> bool:
    return session.scalar(queries.people(meeting.id).limit(1)) is None


def _end(session: Session, meeting: Meeting) -> None:
    """Close a meeting; one in which nobody was let in and nothing written leaves no trace."""
    of_it = Presence.meeting_id == meeting.id
    session.execute(
        update(Presence)
        .where(of_it, Presence.state.in_(HERE))
        .values(state=State.LEFT, lost_at=None, screen=False, hand_at=None)
    )
    last = session.scalar(select(func.max(Presence.until_at)).where(of_it))
    entered = exists().where(of_it, Presence.entered_at.is_not(None))
    written = exists().where(Note.meeting_id == meeting.id)
    record(session, MeetingEnded(meeting.id))
    if not session.scalar(select(or_(entered, written))):
        session.delete(meeting)
    else:
        meeting.ended_at = last or clock.now()
    session.flush()
