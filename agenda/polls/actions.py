"""Writes of polls: propose, correct, close. What depends on its state is done while it is held."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.orm import Session

from access import audiences
from access.viewers import Viewer
from accounts.models import Member
from agenda.actions import FURTHEST, LONGEST_TITLE
from agenda.dates import LONGEST_EVENT
from agenda.models import Event
from agenda.polls import policy, queries
from agenda.polls.facts import Closed, PollWithdrawn, Proposed, Reminded, SlotAdded
from agenda.polls.models import Choice, Poll, Slot, Suits
from agenda.recurrence import moment
from core import clock, text
from core.facts import record
from core.refusals import Refused
from directory.entries import one_line

LONGEST_DESCRIPTION = 3_000
FEWEST_SLOTS, MOST_SLOTS = 2, 20
LONGEST_LENGTH = 24 * 60
"""Minutes."""


@dataclass(frozen=True, slots=True, order=True)
class When:
    """A slot as it was typed, on the clock of its poll; a whole day ends at the next midnight."""

    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is said of a poll, as it was typed."""

    title: str
    words: str = ""
    place: str = ""
    minutes: int = 60
    until: date | None = None


# --- propose and correct -------------------------------------------------------------------------


def propose(
    session: Session,
    said: Said,
    slots: Collection[When],
    *,
    owner: Viewer,
    networks: Collection[int],
    territories: Collection[int],
    all_day: bool = False,
    zone: str = "Europe/Paris",
    submission: str | None = None,
) -> Poll:
    """Ask when most people come. The same form sent twice makes one poll.

    Raises Refused: "title-empty", "title-too-long", "body-too-long", "address-too-long",
    "length-unknown", "last-day-past", "zone-unknown", "slots-few", "slots-many", "slot-past",
    "ends-before-it-starts", "event-too-long", "event-too-far", "audience-not-yours", "no-network".
    """
    if sent := _already_sent(session, owner, submission):
        return sent
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Refused("zone-unknown", zone=zone) from error
    poll = Poll(
        audience_id=audiences.own_audience(session, owner.member_id, networks, territories),
        owner_id=owner.member_id,
        created_at=clock.now(),
        all_day=all_day,
        zone=zone,
        submission=submission,
    )
    _describe(poll, said)
    wanted = _read(poll, slots)
    if len(wanted) < FEWEST_SLOTS:
        raise Refused("slots-few", fewest=FEWEST_SLOTS)
    if len(wanted) > MOST_SLOTS:
        raise Refused("slots-many", most=MOST_SLOTS)
    session.add(poll)
    session.flush()
    session.add_all(Slot(poll_id=poll.id, starts_at=one, ends_at=end) for one, end in wanted)
    record(session, Proposed(poll))
    return poll


def _already_sent(session: Session, owner: Viewer, submission: str | None) -> Poll | None:
    me = select(Member.id).where(Member.id == owner.member_id)
    session.execute(me.with_for_update(key_share=True))
    if submission is None:
        return None
    return session.scalar(
        select(Poll).where(Poll.owner_id == owner.member_id, Poll.submission == submission)
    )


def _describe(poll: Poll, said: Said) -> None:
    title = " ".join(text.plain(said.title).split())
    if not title:
        raise Refused("title-empty")
    if len(title) > LONGEST_TITLE:
        raise Refused("title-too-long", longest=LONGEST_TITLE)
    if len(said.words) > LONGEST_DESCRIPTION:
        raise Refused("body-too-long", longest=LONGEST_DESCRIPTION)
    if not 0 < said.minutes <= LONGEST_LENGTH:
        raise Refused("length-unknown")
    if said.until is not None and said.until != poll.until and said.until < clock.today():
        raise Refused("last-day-past")
    poll.title, poll.minutes, poll.until = title, said.minutes, said.until
    poll.description = text.plain(said.words).strip()
    poll.html = text.clean(poll.description)
    poll.place = one_line(said.place, "address-too-long")


def _read(poll: Poll, slots: Iterable[When]) -> list[tuple[datetime, datetime]]:
    """The instants of these slots, each once, in order."""
    present = clock.now()
    found = []
    for one in sorted(set(slots)):
        if one.ends <= one.starts:
            raise Refused("ends-before-it-starts")
        if one.ends - one.starts > LONGEST_EVENT:
            raise Refused("event-too-long", days=LONGEST_EVENT.days)
        starts, ends = moment(one.starts, poll.zone), moment(one.ends, poll.zone)
        if (ends if poll.all_day else starts) <= present:
            raise Refused("slot-past")
        if starts > present + FURTHEST:
            raise Refused("event-too-far")
        found.append((starts, ends))
    return found


def hold(session: Session, poll_id: int) -> Poll:
    """The poll as it is now, held until the commit."""
    held = select(Poll).where(Poll.id == poll_id).with_for_update()
    return session.scalars(held.execution_options(populate_existing=True)).one()


def held_by(session: Session, poll_id: int, by: Viewer) -> Poll:
    """The same, for who tends it. Raises Refused("not-yours")."""
    poll = hold(session, poll_id)
    if not (policy.may_see(by, poll) and policy.may_tend(by, poll)):
        raise Refused("not-yours")
    return poll


def correct(session: Session, poll_id: int, said: Said, *, by: Viewer) -> Poll:
    """Say otherwise what it is about. Raises Refused("poll-closed") and as propose."""
    poll = _open(session, poll_id, by)
    _describe(poll, said)
    return poll


def _open(session: Session, poll_id: int, by: Viewer) -> Poll:
    poll = held_by(session, poll_id, by)
    if poll.closed_at is not None:
        raise Refused("poll-closed")
    return poll


def add_slots(session: Session, poll_id: int, slots: Collection[When], *, by: Viewer) -> Poll:
    """Propose more slots: what was answered stays, those who answered are told.

    Raises Refused("poll-closed"), Refused("nothing-to-do") and as propose.
    """
    poll = _open(session, poll_id, by)
    there = {(one.starts_at, one.ends_at) for one in session.scalars(queries.slots(poll.id))}
    new = [one for one in _read(poll, slots) if one not in there]
    if not new:
        raise Refused("nothing-to-do")
    if len(there) + len(new) > MOST_SLOTS:
        raise Refused("slots-many", most=MOST_SLOTS)
    session.add_all(Slot(poll_id=poll.id, starts_at=one, ends_at=end) for one, end in new)
    record(session, SlotAdded(poll, by.member_id))
    return poll


def remove_slot(
    session: Session, poll_id: int, slot_id: int, *, by: Viewer, sure: bool = False
) -> None:
    """Propose a slot no more; `sure`: although somebody can come then.

    Raises Refused: "not-yours", "poll-closed", "nothing-to-do", "slots-few", "slot-wanted".
    """
    poll = _open(session, poll_id, by)
    there = {one.id: one for one in session.scalars(queries.slots(poll.id))}
    if slot_id not in there:
        raise Refused("nothing-to-do")
    if len(there) <= FEWEST_SLOTS:
        raise Refused("slots-few", fewest=FEWEST_SLOTS)
    wanted = select(Choice.reply_id).where(Choice.slot_id == slot_id, Choice.suits != Suits.NO)
    if not sure and session.scalar(wanted.limit(1)) is not None:
        raise Refused("slot-wanted")
    session.delete(there[slot_id])


# --- remind, close, take away --------------------------------------------------------------------


def remind(session: Session, poll_id: int, *, by: Viewer) -> None:
    """Remind those who have not answered, once a day at most.

    Raises Refused: "not-yours", "poll-closed", "poll-ended", "reminded-today".
    """
    poll = held_by(session, poll_id, by)
    if refusal := policy.why_not(poll):
        raise Refused(refusal)
    if poll.reminded_at and poll.reminded_at.astimezone(clock.PARIS).date() == clock.today():
        raise Refused("reminded-today")
    poll.reminded_at = clock.now()
    record(session, Reminded(poll, by.member_id))


def close(session: Session, poll_id: int, *, by: Viewer) -> None:
    """No date comes of it. Raises Refused("not-yours"), Refused("poll-closed")."""
    poll = _open(session, poll_id, by)
    poll.closed_at = clock.now()
    record(session, Closed(poll, by.member_id))


def settle(session: Session, poll: Poll, slot_id: int, event: Event, *, by: Viewer) -> None:
    """A slot became this date: the poll, which is held, is closed with it.

    The form of the date sent twice settles once. Raises Refused("poll-closed"),
    Refused("nothing-to-do").
    """
    if poll.closed_at is not None:
        if poll.event_id == event.id:
            return
        raise Refused("poll-closed")
    slot = session.scalars(queries.slot(poll.id, slot_id)).one_or_none()
    if slot is None:
        raise Refused("nothing-to-do")
    session.flush()
    slot.chosen = True
    poll.closed_at, poll.event_id = clock.now(), event.id
    record(session, Closed(poll, by.member_id))


def reopen(session: Session, poll_id: int, *, by: Viewer) -> None:
    """Take answers again, unless the date that came of it stands.

    Raises Refused("not-yours"), Refused("nothing-to-do"), Refused("poll-dated").
    """
    poll = held_by(session, poll_id, by)
    if poll.closed_at is None:
        raise Refused("nothing-to-do")
    event = session.get(Event, poll.event_id) if poll.event_id else None
    if event is not None and event.withdrawn_at is None and event.cancelled_at is None:
        raise Refused("poll-dated")
    poll.closed_at = poll.event_id = None
    for slot in session.scalars(queries.slots(poll.id).where(Slot.chosen)):
        slot.chosen = False


def withdraw(session: Session, poll_id: int, *, by: Member, viewer: Viewer) -> None:
    """Take a poll away from everyone. Raises Refused("not-yours")."""
    poll = held_by(session, poll_id, viewer)
    poll.take_away(viewer)
    record(session, PollWithdrawn(by, poll.title, {"state": "withdrawn"}, poll))


def give_back(session: Session, poll: Poll, *, by: Member, viewer: Viewer) -> None:
    """Undo a withdrawal. Raises Refused("not-yours"), Refused("withdrawn-by-moderator")."""
    poll.bring_back(viewer)
    record(session, PollWithdrawn(by, poll.title, {"state": "given-back"}, poll))
