"""What becomes of events: changed, moved, cancelled, withdrawn; one date, or those that follow.

Calendars are told by `sequence`, which grows when the time, the place or the fact of a date is not
what it was (RFC 5546).
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, insert, inspect, select, update
from sqlalchemy.orm import Session

from access.viewers import Viewer
from accounts.models import Member
from agenda import needs, policy, splitting
from agenda.actions import LONGEST_TITLE, Said, describe
from agenda.dates import LONGEST_EVENT, Stood, ends_of, set_times, write_dates
from agenda.facts import (
    Cancelled,
    Divided,
    EventWithdrawn,
    OccurrenceRearranged,
    Rearranged,
)
from agenda.models import WHY_LENGTH, Event, FormerDate, Occurrence
from agenda.recurrence import moment, wall
from core import addresses, clock
from core.facts import record
from core.refusals import Refused
from directory.entries import one_line

MATTER = (
    *("starts_at", "ends_at", "all_day", "zone", "recurrence"),
    *("place", "address", "postcode", "town", "link"),
)
"""What those who come must know of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidOfDate:
    """What is said of one date alone; times are those of the clock of its event, naive."""

    starts: datetime
    ends: datetime
    title: str = ""
    """As the event says when nothing is said; so for the place and the link."""
    place: str = ""
    link: str = ""
    words: str = ""


def _tends(viewer: Viewer, event: Event) -> None:
    if not policy.may_tend(viewer, event):
        raise Refused("not-yours")


# --- all of it -----------------------------------------------------------------------------------


def rearrange(session: Session, event: Event, said: Said, *, by: Viewer) -> None:
    """Say otherwise what an event is and when; its dates follow.

    A date that was changed alone stays as it was changed. One that the rule no longer gives goes,
    or stays as cancelled when somebody needs it. Raises Refused("not-yours"), and as announce.
    """
    _tends(by, event)
    stood = Stood(event.starts_at, event.zone)
    before = {name: getattr(event, name) for name in MATTER}
    with session.no_autoflush:  # a rule and the end of its dates are written together
        describe(session, event, said)
    matters = any(getattr(event, name) != was for name, was in before.items())
    _follow(session, event, stood)
    _changed(event, matters)
    record(session, Rearranged(event, matters))


def _follow(session: Session, event: Event, stood: Stood) -> None:
    """Write the dates again; see to those that are no longer given."""
    gone = write_dates(session, event, stood)
    needed = needs.needed(session, gone)
    for occurrence in gone:
        if occurrence.id not in needed:
            session.delete(occurrence)
        elif occurrence.cancelled_at is None:
            occurrence.cancelled_at, occurrence.changed = clock.now(), True
            record(session, OccurrenceRearranged(occurrence, matters=True))


def _changed(event: Event, matters: bool) -> None:
    event.changed_at = clock.now()
    if matters:
        event.sequence += 1


def cancel(session: Session, event: Event, why: str, *, by: Viewer) -> None:
    """An event will not take place: it stays, and says so.

    Raises Refused("not-yours"), Refused("nothing-to-do"), Refused("words-too-long").
    """
    _tends(by, event)
    if event.cancelled_at is not None:
        raise Refused("nothing-to-do")
    event.cancelled_why = one_line(why, "words-too-long", WHY_LENGTH)
    event.cancelled_at = clock.now()
    _changed(event, matters=True)
    record(session, Cancelled(event))


def restore(session: Session, event: Event, *, by: Viewer) -> None:
    """It will take place after all. Raises Refused("not-yours"), Refused("nothing-to-do")."""
    _tends(by, event)
    if event.cancelled_at is None:
        raise Refused("nothing-to-do")
    event.cancelled_at, event.cancelled_why = None, ""
    _changed(event, matters=True)
    record(session, Rearranged(event, matters=True))


# --- one date ------------------------------------------------------------------------------------


def rearrange_date(
    session: Session, occurrence: Occurrence, said: SaidOfDate, *, by: Viewer
) -> None:
    """Change one date alone: the rule no longer moves it.

    Raises Refused: "not-yours", "title-too-long", "ends-before-it-starts", "event-too-long",
    "address-too-long", "link-unknown", "words-too-long".
    """
    event = occurrence.event
    _tends(by, event)
    title = one_line(said.title, "title-too-long", LONGEST_TITLE)
    if said.ends < said.starts or (event.all_day and said.ends == said.starts):
        raise Refused("ends-before-it-starts")
    if said.ends - said.starts > LONGEST_EVENT:
        raise Refused("event-too-long", days=LONGEST_EVENT.days)
    before = (occurrence.starts_at, occurrence.ends_at, occurrence.place, occurrence.link)
    occurrence.title = title if title not in ("", event.title) else None
    occurrence.place = one_line(said.place, "address-too-long") or None
    occurrence.link = addresses.link(said.link.strip()) if said.link.strip() else None
    occurrence.words = one_line(said.words, "words-too-long", WHY_LENGTH)
    starts_at, ends_at = moment(said.starts, event.zone), moment(said.ends, event.zone)
    set_times(occurrence, event, starts_at, ends_at)
    occurrence.changed = True
    matters = before != (starts_at, ends_at, occurrence.place, occurrence.link)
    _changed(event, matters)
    record(session, OccurrenceRearranged(occurrence, matters))


def as_the_rule_says(session: Session, occurrence: Occurrence, *, by: Viewer) -> None:
    """Undo what was changed of one date. Raises Refused("not-yours"), Refused("nothing-to-do")."""
    event = occurrence.event
    _tends(by, event)
    if not occurrence.changed and occurrence.cancelled_at is None:
        raise Refused("nothing-to-do")
    occurrence.title = occurrence.place = occurrence.link = occurrence.cancelled_at = None
    occurrence.words, occurrence.changed = "", False
    at = occurrence.recurrence_at
    set_times(occurrence, event, at, ends_of(event, at))
    _changed(event, matters=True)
    record(session, OccurrenceRearranged(occurrence, matters=True))


def cancel_date(session: Session, occurrence: Occurrence, why: str, *, by: Viewer) -> None:
    """One date will not take place. The only date of an event is the event itself.

    Raises as cancel.
    """
    event = occurrence.event
    _tends(by, event)
    if not event.recurrence:
        cancel(session, event, why, by=by)
        return
    if occurrence.cancelled_at is not None:
        raise Refused("nothing-to-do")
    occurrence.words = one_line(why, "words-too-long", WHY_LENGTH)
    occurrence.cancelled_at = clock.now()
    _changed(event, matters=True)
    record(session, OccurrenceRearranged(occurrence, matters=True))


def restore_date(session: Session, occurrence: Occurrence, *, by: Viewer) -> None:
    """It will take place after all; why it would not is forgotten.

    Raises Refused("not-yours"), Refused("nothing-to-do").
    """
    _tends(by, occurrence.event)
    if occurrence.cancelled_at is None:
        raise Refused("nothing-to-do")
    occurrence.cancelled_at, occurrence.words = None, ""
    _changed(occurrence.event, matters=True)
    record(session, OccurrenceRearranged(occurrence, matters=True))


# --- a date and those that follow ----------------------------------------------------------------


def is_first(session: Session, occurrence: Occurrence) -> bool:
    """Whether it and those that follow are the whole event."""
    first = (
        select(Occurrence.recurrence_at)
        .where(Occurrence.event_id == occurrence.event_id)
        .order_by(Occurrence.recurrence_at)
        .limit(1)
    )
    return occurrence.recurrence_at == session.scalar(first)


def divide(session: Session, occurrence: Occurrence, *, by: Viewer) -> Event:
    """Cut a series before one of its dates, which becomes the first of a second series.

    The rows of the later dates go over to it with all that hangs on them. The first date of all
    cuts nothing: the event itself is given back. Raises Refused("not-yours").
    """
    event = occurrence.event
    _tends(by, event)
    if is_first(session, occurrence):
        return event
    zone, cut = event.zone, occurrence.recurrence_at
    starts, at = wall(event.starts_at, zone), wall(cut, zone)
    later = splitting.since(event.recurrence, starts, at)
    follows = _copy(event, cut, later)
    session.add(follows)
    session.flush()
    later_dates = and_(Occurrence.event_id == event.id, Occurrence.recurrence_at >= cut)
    _remember(session, event, later_dates)
    session.execute(
        update(Occurrence)
        .where(later_dates)
        .values(event_id=follows.id)
        .execution_options(synchronize_session=False)
    )
    session.expire(occurrence)
    event.recurrence = splitting.before(event.recurrence, starts, at)
    write_dates(session, event)
    write_dates(session, follows)
    _changed(event, matters=True)
    record(session, Divided(event, follows))
    record(session, Rearranged(event, matters=False))  # its own dates stay as they were
    record(session, Rearranged(follows, matters=False))
    return follows


def _remember(session: Session, event: Event, later: ColumnElement[bool]) -> None:
    """Keep under which name calendars know the dates that go over to another event."""
    known = delete(FormerDate).where(
        FormerDate.event_id == event.id,
        FormerDate.recurrence_at.in_(select(Occurrence.recurrence_at).where(later)),
    )
    session.execute(known.execution_options(synchronize_session=False))
    names = (Occurrence.event_id, Occurrence.recurrence_at, Occurrence.id)
    session.execute(
        insert(FormerDate).from_select(
            ["event_id", "recurrence_at", "occurrence_id"], select(*names).where(later)
        )
    )


def _copy(event: Event, starts_at: datetime, rule: str) -> Event:
    """The same event from a later date on, as another for calendars."""
    own = {"id", "uid", "sequence", "starts_at", "ends_at", "recurrence", "through", "submission"}
    kept = {one.key for one in inspect(Event).column_attrs} - own
    return Event(
        **{name: getattr(event, name) for name in kept},
        uid=str(uuid.uuid4()),
        sequence=0,
        starts_at=starts_at,
        ends_at=ends_of(event, starts_at),
        recurrence=rule,
        through=clock.now() if rule else None,
    )


def rearrange_following(
    session: Session, occurrence: Occurrence, said: Said, *, by: Viewer
) -> Event:
    """Change a date and those that follow. Raises as rearrange."""
    follows = divide(session, occurrence, by=by)
    rearrange(session, follows, said, by=by)
    return follows


def cancel_following(session: Session, occurrence: Occurrence, why: str, *, by: Viewer) -> Event:
    """Cancel a date and those that follow. Raises as cancel."""
    follows = divide(session, occurrence, by=by)
    cancel(session, follows, why, by=by)
    return follows


# --- out of sight --------------------------------------------------------------------------------


def withdraw(session: Session, event: Event, *, by: Member, viewer: Viewer) -> None:
    """Take an event away from everyone. Raises Refused("not-yours")."""
    event.take_away(viewer)
    record(session, EventWithdrawn(by, event.title, {"state": "withdrawn"}, event))


def give_back(session: Session, event: Event, *, by: Member, viewer: Viewer) -> None:
    """Undo a withdrawal. Raises Refused("not-yours"), Refused("withdrawn-by-moderator")."""
    event.bring_back(viewer)
    record(session, EventWithdrawn(by, event.title, {"state": "given-back"}, event))
