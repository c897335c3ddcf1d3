"""What the worker does for the agenda: each night, series are written two years ahead."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.dates import extend
from agenda.models import Event
from agenda.recurrence import AHEAD
from core import clock
from core.jobs import enqueue

EXTEND = "agenda.extend"
AT_ONCE = 100
A_MONTH = timedelta(days=30)
"""A series is written further once a month, not each night."""


def extend_series(session: Session, _payload: dict[str, Any]) -> None:
    """Write the dates that came within two years."""
    due = (
        select(Event)
        .where(Event.through <= clock.now() + AHEAD - A_MONTH)
        .order_by(Event.through, Event.id)
        .limit(AT_ONCE)
    )
    events = session.scalars(due).all()
    for event in events:
        extend(session, event)
    if len(events) == AT_ONCE:
        enqueue(session, EXTEND, key=EXTEND)


def next_night(present: datetime) -> datetime:
    """When: at two in the morning, UTC."""
    night = present.replace(hour=2, minute=0, second=0, microsecond=0)
    return night if night > present else night + timedelta(days=1)


handlers = {EXTEND: extend_series}
periodic = {EXTEND: next_night}
