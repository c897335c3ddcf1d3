"""The days that are looked at, and those that they are compared with."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

LONGEST = 1_100
"""Days: three years."""
DAY = timedelta(days=1)


class Stretch(StrEnum):
    """The periods that have a name."""

    WEEK = "7j"
    MONTH = "30j"
    THREE_MONTHS = "90j"
    QUARTER = "trimestre"
    LAST_QUARTER = "trimestre-dernier"
    YEAR = "annee"
    LAST_YEAR = "annee-derniere"


@dataclass(frozen=True, slots=True)
class Period:
    """Days, the first and the last included, and those beside which they are set."""

    first: date
    last: date
    before_first: date
    before_last: date

    @property
    def length(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1


def _just_before(first: date, last: date) -> Period:
    return Period(first, last, first - (last - first) - DAY, first - DAY)


def _quarter(day: date) -> date:
    """The first day of its quarter."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def _year_earlier(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # the 29th of February
        return day.replace(year=day.year - 1, day=28)


def named(stretch: Stretch, yesterday: date) -> Period:
    """A named period that ends yesterday at the latest.

    Days are compared with as many before; a quarter under way with as many days of the one before;
    a year under way with the same dates a year earlier.
    """
    if stretch in {Stretch.WEEK, Stretch.MONTH, Stretch.THREE_MONTHS}:
        days = int(stretch.removesuffix("j"))
        return _just_before(yesterday - (days - 1) * DAY, yesterday)
    if stretch is Stretch.LAST_YEAR:
        first = date(yesterday.year - 1, 1, 1)
        last = date(yesterday.year - 1, 12, 31)
        return Period(first, last, _year_earlier(first), _year_earlier(last))
    if stretch is Stretch.YEAR:
        first = date(yesterday.year, 1, 1)
        return Period(first, yesterday, _year_earlier(first), _year_earlier(yesterday))
    first, last = _quarter(yesterday), yesterday
    if stretch is Stretch.LAST_QUARTER:
        last = first - DAY
        first = _quarter(last)
    before = _quarter(first - DAY)
    whole = stretch is Stretch.LAST_QUARTER
    ends = first - DAY if whole else min(before + (last - first), first - DAY)
    return Period(first, last, before, ends)


def chosen(first: date, last: date, yesterday: date) -> Period:
    """From a day to another, three years at most, compared with as many days before."""
    first, last = sorted((first, last))
    last = min(last, yesterday)
    first = max(min(first, last), last - (LONGEST - 1) * DAY)
    return _just_before(first, last)


def slices(period: Period) -> list[tuple[date, date]]:
    """The period cut for a chart: by day up to a month, by week up to half a year, by month."""
    starts: list[date] = []
    length = period.length
    for number in range(length):
        day = period.first + number * DAY
        if (
            not starts
            or length <= 31
            or (length <= 190 and day.weekday() == 0)
            or (length > 190 and day.day == 1)
        ):
            starts.append(day)
    ends = [start - DAY for start in starts[1:]] + [period.last]
    return list(zip(starts, ends, strict=True))
