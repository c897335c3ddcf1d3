"""The days on which people work in France.

Public holidays: article L3133-1 of the Code du travail. Easter: the Gregorian computus of Butcher's
Ecclesiastical Calendar (1876), as given by J. Meeus, Astronomical Algorithms, ch. 8.
"""

from datetime import date, datetime, timedelta
from functools import lru_cache

from core.clock import PARIS

SATURDAY = 5
ONE = timedelta(days=1)


def easter(year: int) -> date:
    """Easter Sunday."""
    century, rest = divmod(year, 100)
    moon = (
        19 * (year % 19) + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15
    ) % 30
    week = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (year % 19 + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return date(year, month, day + 1)


@lru_cache(maxsize=20)
def holidays(year: int) -> frozenset[date]:
    """The eleven public holidays of the whole country."""
    sunday = easter(year)
    moving = {sunday + timedelta(days=days) for days in (1, 39, 50)}
    fixed = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
    return frozenset(moving | {date(year, month, day) for month, day in fixed})


def is_working(day: date) -> bool:
    """Whether people are at work: neither the week-end nor a public holiday."""
    return day.weekday() < SATURDAY and day not in holidays(day.year)


def after(moment: datetime, days: int) -> datetime:
    """So many working days later, at the same time in France.

    What happens on a day off counts from nine in the morning of the next working day: nobody is
    told of a delay that ends at midnight.
    """
    local = moment.astimezone(PARIS)
    if not is_working(local.date()):
        local = _next(local).replace(hour=9, minute=0, second=0, microsecond=0)
    for _day in range(days):
        local = _next(local)
    return local.astimezone(moment.tzinfo)


def before(moment: datetime, days: int) -> datetime:
    """So many working days earlier, at the same time in France."""
    local = moment.astimezone(PARIS)
    for _day in range(days):
        local -= ONE
        while not is_working(local.date()):
            local -= ONE
    return local.astimezone(moment.tzinfo)


def _next(local: datetime) -> datetime:
    """The same time on the next working day."""
    local += ONE
    while not is_working(local.date()):
        local += ONE
    return local


def between(first: date, last: date) -> int:
    """How many working days after the first day, up to the last one: 0 on the same day."""
    weeks, rest = divmod(max((last - first).days, 0), 7)
    found = 5 * weeks
    found += sum((first + ONE * (7 * weeks + more)).weekday() < SATURDAY for more in _1_to(rest))
    days_off = (day for year in _years(first, last) for day in holidays(year))
    return found - sum(first < day <= last and day.weekday() < SATURDAY for day in days_off)


def _1_to(number: int) -> range:
    return range(1, number + 1)


def _years(first: date, last: date) -> range:
    return range(first.year, last.year + 1)
