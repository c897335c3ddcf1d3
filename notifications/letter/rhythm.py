"""Weeks, and the moment at which the letter of a network leaves."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from core.clock import PARIS

WEEKDAY, HOUR = 0, 7
"""On Monday at seven, where the editors chose nothing else."""
LATE = timedelta(days=3)
"""A letter that the worker could not begin leaves late; later than that, it waits for the next."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A day of the week (0 is Monday) and an hour, in France."""

    weekday: int = WEEKDAY
    hour: int = HOUR


def week_of(day: date) -> str:
    """ "2026-W47"."""
    year, week, _day = day.isocalendar()
    return f"{year}-W{week:02}"


def monday_of(week: str) -> date:
    """The first day of a week. Raises ValueError for what is no week."""
    year, _, number = week.partition("-W")
    if len(week) != len("2026-W47") or not (year.isdecimal() and number.isdecimal()):
        raise ValueError(week)
    return date.fromisocalendar(int(year), int(number), 1)


def moment_in(week: str, rhythm: Rhythm) -> datetime:
    """When the letter of a week leaves."""
    day = monday_of(week) + timedelta(days=rhythm.weekday)
    return datetime.combine(day, time(rhythm.hour), PARIS).astimezone(UTC)


def _around(present: datetime) -> Iterator[str]:
    """The week that it is, then the one before."""
    today = present.astimezone(PARIS).date()
    for days in (0, 7):
        yield week_of(today - timedelta(days=days))


def due(present: datetime, rhythm: Rhythm) -> tuple[str, datetime] | None:
    """The week whose letter should have begun, and when; None when there is none to begin."""
    for week in _around(present):
        moment = moment_in(week, rhythm)
        if moment <= present < moment + LATE:
            return week, moment
    return None


def coming(present: datetime, rhythm: Rhythm) -> tuple[str, datetime]:
    """The next letter: its week, and when it leaves."""
    day = present.astimezone(PARIS).date()
    for days in (0, 7):
        week = week_of(day + timedelta(days=days))
        moment = moment_in(week, rhythm)
        if moment > present:
            return week, moment
    raise AssertionError(week)


def next_hour(present: datetime) -> datetime:
    """When the worker looks again whether letters are to leave."""
    return present.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
