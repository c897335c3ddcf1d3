"""Who is to be reminded of which date, and when: on the clock of the event, summer or winter."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from access import rule
from accounts.models import Member
from accounts.queries import active
from agenda.attending.models import Registration, Reminder, Standing
from agenda.models import Event, Occurrence
from agenda.recurrence import moment, wall
from core import clock


class Which(StrEnum):
    """The two reminders of a date."""

    BEFORE = "before"
    """Two days before."""
    MORNING = "morning"
    """That morning; an hour before what starts at dawn."""


DAYS_BEFORE = 2
BEFORE_AT = time(9)
MORNING_AT = time(7)
AT_LEAST = timedelta(hours=1)
AHEAD = timedelta(days=DAYS_BEFORE + 2)
"""Within which a date is looked at: two days, whatever the clock."""


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder that is to leave from one instant to another."""

    which: Which
    at: datetime
    until: datetime


def due(occurrence: Occurrence) -> tuple[Due, Due]:
    """When the two reminders of a date leave."""
    event = occurrence.event
    day = wall(occurrence.starts_at, event.zone).date()
    before = moment(datetime.combine(day - timedelta(days=DAYS_BEFORE), BEFORE_AT), event.zone)
    morning = moment(datetime.combine(day, MORNING_AT), event.zone)
    if event.all_day:
        end = occurrence.ends_at
    else:
        morning, end = min(morning, occurrence.starts_at - AT_LEAST), occurrence.starts_at
    return Due(Which.BEFORE, before, morning), Due(Which.MORNING, morning, end)


def leaving(session: Session) -> Iterator[tuple[Occurrence, Which]]:
    """The reminders that are to leave now, and that somebody has not had."""
    present = clock.now()
    comes = (
        select(Registration.id)
        .where(
            Registration.occurrence_id == Occurrence.id,
            Registration.standing == Standing.COMING,
        )
        .exists()
    )
    dates = (
        select(Occurrence)
        .join(Occurrence.event)
        .options(contains_eager(Occurrence.event))
        .where(
            Occurrence.starts_at <= present + AHEAD,
            Occurrence.ends_at > present,
            Occurrence.cancelled_at.is_(None),
            Event.cancelled_at.is_(None),
            Event.withdrawn_at.is_(None),
            comes,
        )
        .order_by(Occurrence.starts_at, Occurrence.id)
    )
    for occurrence in session.scalars(dates).all():
        for one in due(occurrence):
            if one.at <= present < one.until and to_remind(session, occurrence, one, most=1):
                yield occurrence, one.which


def still_due(occurrence: Occurrence, which: Which) -> Due | None:
    """The reminder, unless its time is not come or is over: the date was moved meanwhile."""
    (found,) = (one for one in due(occurrence) if one.which is which)
    return found if found.at <= clock.now() < found.until else None


def to_remind(
    session: Session, occurrence: Occurrence, reminder: Due, *, most: int
) -> Sequence[Registration]:
    """Those who come, who knew before the reminder was due, and who have not had it."""
    had = (
        select(Reminder.registration_id)
        .where(
            Reminder.registration_id == Registration.id,
            Reminder.which == reminder.which.value,
            Reminder.starts_at == occurrence.starts_at,
        )
        .exists()
    )
    return session.scalars(
        select(Registration)
        .join(Registration.member)
        .options(contains_eager(Registration.member))
        .where(
            Registration.occurrence_id == occurrence.id,
            Registration.standing == Standing.COMING,
            Registration.since < reminder.at,
            rule.reached(Member.id, occurrence.event.audience_id),
            active(clock.now()),
            ~had,
        )
        .order_by(Registration.id)
        .limit(most)
    ).all()


def note(session: Session, registration: Registration, which: Which, starts_at: datetime) -> None:
    """They had it."""
    session.add(Reminder(registration_id=registration.id, which=which.value, starts_at=starts_at))
