"""The dates of an event, written as rows: what its rule says, and what was changed by hand."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda import recurrence
from agenda.models import Event, Occurrence
from core import clock


def write_dates(session: Session, event: Event) -> list[Occurrence]:
    """Bring the rows of an event to what its rule says, up to two years ahead.

    A date changed alone stays as it was changed. Returns those that the rule no longer gives:
    the caller says what becomes of them.
    Raises Refused("recurrence-unknown"), Refused("recurrence-too-fine").
    """
    wanted = starts_of(event)
    session.flush()
    there = {
        one.recurrence_at: one
        for one in session.scalars(select(Occurrence).where(Occurrence.event_id == event.id))
    }
    for at in wanted:
        occurrence = there.get(at)
        if occurrence is None:
            occurrence = Occurrence(event_id=event.id, recurrence_at=at, changed=False, words="")
            session.add(occurrence)
        if not occurrence.changed:
            _set(occurrence, event, at)
    return [one for at, one in there.items() if at not in wanted]


def starts_of(event: Event) -> dict[datetime, None]:
    """The instants at which the dates of an event start, in order."""
    if not event.recurrence:
        event.through = None
        return {event.starts_at: None}
    event.through = max(clock.now(), event.starts_at) + recurrence.AHEAD
    found = recurrence.dates(
        recurrence.wall(event.starts_at, event.zone),
        event.recurrence,
        recurrence.wall(event.through, event.zone),
    )
    return {recurrence.moment(one, event.zone): None for one in found}


def ends_of(event: Event, starts_at: datetime) -> datetime:
    """When the date that starts then ends: hours last as long, days end at midnight."""
    if not event.all_day:
        return starts_at + (event.ends_at - event.starts_at)
    first, last = (recurrence.wall(one, event.zone) for one in (event.starts_at, event.ends_at))
    start = recurrence.wall(starts_at, event.zone)
    return recurrence.moment(start + (last - first), event.zone)


def _set(occurrence: Occurrence, event: Event, starts_at: datetime) -> None:
    occurrence.starts_at, occurrence.ends_at = starts_at, ends_of(event, starts_at)
    occurrence.first_day, occurrence.last_day = recurrence.days(
        occurrence.starts_at, occurrence.ends_at, zone=event.zone, all_day=event.all_day
    )
