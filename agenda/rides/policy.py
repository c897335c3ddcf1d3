"""Who shares rides to a date: those who come to it, and who organises it."""

from datetime import datetime

from access.viewers import Viewer
from agenda.attending import policy
from agenda.attending.models import Registration
from agenda.models import Event, Occurrence


def has_place(occurrence: Occurrence) -> bool:
    """Whether one goes somewhere: what is only on line has no ride."""
    event = occurrence.event
    return any((occurrence.place, event.place, event.address, event.town))


def is_open(occurrence: Occurrence, present: datetime) -> bool:
    """Whether there is anything to go to, still."""
    return has_place(occurrence) and occurrence.ends_at > present and not policy.is_off(occurrence)


def may_share(viewer: Viewer, event: Event, mine: Registration | None) -> bool:
    """Whether rides to its dates exist for them: as the names of those who come do."""
    return policy.may_read_names(viewer, event, mine)
