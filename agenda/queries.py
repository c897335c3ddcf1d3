"""Reads of the agenda. Each takes a viewer and starts from what they may see."""

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import contains_eager, joinedload

from access.viewers import Viewer
from agenda.models import Event, Occurrence


def seen(viewer: Viewer) -> ColumnElement[bool]:
    """The events that exist for this viewer."""
    return and_(Event.visible_to(viewer), Event.withdrawn_at.is_(None))


def event(viewer: Viewer, event_id: int) -> Select[Event]:
    """One event, with its kind, its theme and who announced it."""
    return (
        select(Event)
        .options(
            joinedload(Event.kind),
            joinedload(Event.theme),
            joinedload(Event.owner),
            joinedload(Event.organisation),
        )
        .where(Event.id == event_id, seen(viewer))
    )


def occurrence(viewer: Viewer, occurrence_id: int) -> Select[Occurrence]:
    """One date of an event, with the event."""
    return (
        select(Occurrence)
        .join(Occurrence.event)
        .options(contains_eager(Occurrence.event))
        .where(Occurrence.id == occurrence_id, seen(viewer))
    )


def dates_of(viewer: Viewer, event_id: int) -> Select[Occurrence]:
    """The dates of an event, in order."""
    return (
        select(Occurrence)
        .join(Occurrence.event)
        .where(Occurrence.event_id == event_id, seen(viewer))
        .order_by(Occurrence.starts_at, Occurrence.id)
    )
