"""Reads of the agenda. Each takes a viewer and starts from what they may see."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import contains_eager, joinedload

from access.viewers import Viewer
from agenda.models import Event, Occurrence
from core import clock
from directory import organisations


def seen(viewer: Viewer) -> ColumnElement[bool]:
    """The events that exist for this viewer."""
    return and_(Event.visible_to(viewer), Event.withdrawn_at.is_(None))


def _shown(viewer: Viewer) -> list[Any]:
    """What a page says of an event; the organisation only when the viewer sees it."""
    return [
        joinedload(Event.kind),
        joinedload(Event.theme),
        joinedload(Event.owner),
        joinedload(Event.organisation.and_(organisations.seen(viewer))),
    ]


def event(viewer: Viewer, event_id: int) -> Select[Event]:
    """One event, with its kind, its theme, who announced it and, if it is seen, who invites."""
    return select(Event).options(*_shown(viewer)).where(Event.id == event_id, seen(viewer))


def withdrawn(viewer: Viewer, event_id: int) -> Select[Event]:
    """An event that was taken away, for who may give it back."""
    return select(Event).where(Event.id == event_id, Event.withdrawn_for(viewer))


def seen_id(viewer: Viewer, event_id: int) -> Select[int]:
    """The number of an event, when it exists for this viewer."""
    return select(Event.id).where(Event.id == event_id, seen(viewer))


def occurrence(viewer: Viewer, occurrence_id: int) -> Select[Occurrence]:
    """One date of an event, with the event and what its page says."""
    return (
        select(Occurrence)
        .join(Occurrence.event)
        .options(contains_eager(Occurrence.event).options(*_shown(viewer)))
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


def coming_dates_of(viewer: Viewer, event_id: int, *, most: int) -> Select[Occurrence]:
    """Those that are not over."""
    return dates_of(viewer, event_id).where(Occurrence.last_day >= clock.today()).limit(most)


def last_date_of(viewer: Viewer, event_id: int) -> Select[Occurrence]:
    """The last of its dates."""
    last = dates_of(viewer, event_id).order_by(None)
    return last.order_by(Occurrence.starts_at.desc(), Occurrence.id.desc()).limit(1)


def coming_of(
    viewer: Viewer, event_ids: Collection[int] | Select[Any], until: date
) -> Select[Occurrence]:
    """The dates of these events that are not over and begin by a day, soonest first."""
    return (
        select(Occurrence)
        .join(Occurrence.event)
        .options(contains_eager(Occurrence.event))
        .where(
            Occurrence.event_id.in_(event_ids),
            Occurrence.last_day >= clock.today(),
            Occurrence.first_day <= until,
            Occurrence.cancelled_at.is_(None),
            Event.cancelled_at.is_(None),
            seen(viewer),
        )
        .order_by(Occurrence.starts_at, Occurrence.id)
    )
