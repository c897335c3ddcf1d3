"""The dates of an event, written as rows: what its rule says, and what was changed by hand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda import recurrence
from agenda.models import Event, Occurrence
from core import clock

LONGEST_EVENT = timedelta(days=92)
REMEMBERED = timedelta(days=366)
"""A series too long to be written whole is written from so far back: what was before stays."""


@dataclass(frozen=True, slots=True)
class Stood:
    """Where a series stood before it was changed: dates follow when the whole of it moves."""

    starts_at: datetime
    zone: str


def first_dates(event: Event) -> list[Occurrence]:
    """The rows of an event that has none yet, up to two years ahead; they are in no session.

    Raises as write_dates.
    """
    return [_new(event, at) for at in _written(event)[0]]


def write_dates(
    session: Session,
    event: Event,
    stood: Stood | None = None,
    *,
    there: list[Occurrence] | None = None,
) -> list[Occurrence]:
    """Bring the rows of an event to what its rule says, up to two years ahead.

    A date keeps its row, and what hangs on it, when the rule still gives it, when it moved as the
    whole series did, or else when it stays on its day. A date changed alone stays as it was
    changed. Returns those that the rule no longer gives: the caller says what becomes of them.
    `there`: all its rows in order, when they have been read.
    Raises Refused("recurrence-unknown"), Refused("recurrence-too-fine").
    """
    wanted, since = _written(event)
    session.flush()
    if there is None:
        there = _rows(session, event, since)
    elif since is not None:
        there = [one for one in there if one.recurrence_at >= since]
    kept = _matched(event, there, wanted, stood or Stood(event.starts_at, event.zone))
    for at in wanted:
        occurrence = kept.get(at)
        if occurrence is None:
            occurrence = _new(event, at)
            session.add(occurrence)
        occurrence.recurrence_at = at
        if not occurrence.changed:
            set_times(occurrence, event, at, ends_of(event, at))
    staying = {one.id for one in kept.values()}
    return [one for one in there if one.id not in staying]


def _rows(session: Session, event: Event, since: datetime | None) -> list[Occurrence]:
    rows = select(Occurrence).where(Occurrence.event_id == event.id)
    if since is not None:
        rows = rows.where(Occurrence.recurrence_at >= since)
    return list(session.scalars(rows.order_by(Occurrence.recurrence_at)))


def extend(session: Session, event: Event) -> None:
    """Write the dates that came within two years since the last time."""
    written, through = event.through, clock.now() + recurrence.AHEAD
    if written is None or written >= through:
        return
    found = recurrence.dates(
        recurrence.wall(event.starts_at, event.zone),
        event.recurrence,
        recurrence.wall(through, event.zone),
        after=recurrence.wall(written, event.zone),
    )
    after = select(Occurrence.recurrence_at).where(
        Occurrence.event_id == event.id, Occurrence.recurrence_at >= written
    )
    there = set(session.scalars(after))
    for wall in found:
        at = recurrence.moment(wall, event.zone)
        if at not in there:
            session.add(_new(event, at))
    event.through = through


def _written(event: Event) -> tuple[dict[datetime, None], datetime | None]:
    """The instants at which the dates of an event start, in order; and since when they are told."""
    if not event.recurrence:
        event.through = None
        return {event.starts_at: None}, None
    event.through = max(clock.now(), event.starts_at) + recurrence.AHEAD
    starts, until = (recurrence.wall(one, event.zone) for one in (event.starts_at, event.through))
    found, since = recurrence.dates(starts, event.recurrence, until), None
    if len(found) == recurrence.MOST:
        since = max(event.starts_at, clock.now() - REMEMBERED)
        after = recurrence.wall(since, event.zone)
        found = recurrence.dates(starts, event.recurrence, until, after=after)
    return {recurrence.moment(one, event.zone): None for one in found}, since


def _matched(
    event: Event, there: list[Occurrence], wanted: Iterable[datetime], stood: Stood
) -> dict[datetime, Occurrence]:
    """Which row each date keeps."""
    kept = {one.recurrence_at: one for one in there}
    found = {at: kept[at] for at in wanted if at in kept}
    left = [one for one in there if one.recurrence_at not in found]
    free = {recurrence.wall(at, event.zone): at for at in wanted if at not in found}
    walls = {one.id: recurrence.wall(one.recurrence_at, stood.zone) for one in left}
    moved = recurrence.wall(event.starts_at, event.zone) - recurrence.wall(
        stood.starts_at, stood.zone
    )
    for one in left:
        at = free.pop(walls[one.id] + moved, None)
        if at is not None:
            found[at] = one
    by_day = {wall.date(): wall for wall in free}
    matched = {one.id for one in found.values()}
    for one in left:
        wall = by_day.pop(walls[one.id].date(), None) if one.id not in matched else None
        if wall is not None:
            found[free[wall]] = one
    return found


def ends_of(event: Event, starts_at: datetime) -> datetime:
    """When the date that starts then ends: hours last as long, days end at midnight."""
    if not event.all_day:
        return starts_at + (event.ends_at - event.starts_at)
    first, last = (recurrence.wall(one, event.zone) for one in (event.starts_at, event.ends_at))
    start = recurrence.wall(starts_at, event.zone)
    return recurrence.moment(start + (last - first), event.zone)


def _new(event: Event, at: datetime) -> Occurrence:
    made = Occurrence(event_id=event.id, recurrence_at=at, changed=False, words="")
    set_times(made, event, at, ends_of(event, at))
    return made


def set_times(occurrence: Occurrence, event: Event, starts_at: datetime, ends_at: datetime) -> None:
    """When a date takes place, and the days that it takes."""
    occurrence.starts_at, occurrence.ends_at = starts_at, ends_at
    occurrence.first_day, occurrence.last_day = recurrence.days(
        starts_at, ends_at, zone=event.zone, all_day=event.all_day
    )
