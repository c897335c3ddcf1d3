"""What a calendar of the dates that a member comes to gives."""

from sqlalchemy import ColumnElement, Select, select

from access.viewers import Viewer
from agenda.attending.models import Registration, Standing
from agenda.models import Event, Occurrence

MINE = "mine"


def dates(viewer: Viewer) -> Select[int]:
    """The dates that they come to."""
    return select(Registration.occurrence_id).where(
        Registration.member_id == viewer.member_id, Registration.standing == Standing.COMING
    )


def scope(viewer: Viewer) -> ColumnElement[bool]:
    """The events of these dates."""
    return Event.id.in_(select(Occurrence.event_id).where(Occurrence.id.in_(dates(viewer))))
