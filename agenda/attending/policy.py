"""Who may do what about a date. Seeing it is settled before, and checked again to register."""

from datetime import datetime, time, timedelta

from access.viewers import Viewer
from agenda.attending.models import Registration, Standing, Terms
from agenda.models import Event, Occurrence
from agenda.policy import may_tend
from agenda.recurrence import moment, wall


def may_see(viewer: Viewer, event: Event) -> bool:
    """Whether the event exists for them: its number alone opens nothing."""
    return event.audience_id in viewer.audiences and event.withdrawn_at is None


def may_organise(viewer: Viewer, event: Event) -> bool:
    """See answers, export, note who came, write to all."""
    return may_see(viewer, event) and may_tend(viewer, event)


def may_read_names(viewer: Viewer, event: Event, mine: Registration | None) -> bool:
    """Those who come know one another; the organiser knows them all."""
    comes = mine is not None and mine.standing is Standing.COMING
    return may_organise(viewer, event) or (may_see(viewer, event) and comes)


def is_off(occurrence: Occurrence) -> bool:
    """Whether it will not take place."""
    return occurrence.cancelled_at is not None or occurrence.event.cancelled_at is not None


def closes_at(occurrence: Occurrence, terms: Terms) -> datetime:
    """The instant after which nobody registers any more, on the clock of the event."""
    if terms.days_before is None:
        return occurrence.starts_at
    zone = occurrence.event.zone
    last = wall(occurrence.starts_at, zone).date() - timedelta(days=terms.days_before)
    midnight = datetime.combine(last + timedelta(days=1), time.min)
    return min(moment(midnight, zone), occurrence.starts_at)


def why_not(occurrence: Occurrence, terms: Terms | None, present: datetime) -> str | None:
    """Why nobody may register now, as a code of refusal; None when one may."""
    if terms is None:
        return "registration-none"
    if is_off(occurrence):
        return "date-cancelled"
    if occurrence.starts_at <= present:
        return "date-over"
    if not terms.is_open or closes_at(occurrence, terms) <= present:
        return "registration-closed"
    return None
