"""Dates that come back: the rules of RFC 5545, read on the clock of the place where they stand.

A meeting at 9 o'clock stays at 9 o'clock when summer time begins. A time that the clock skips is
read with the offset before the jump, one that it shows twice is the first (RFC 5545, 3.3.5).
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from heapq import merge
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from icalendar.prop import vRecur

from core.clock import PARIS
from core.refusals import Refused

MOST = 750
"""Dates of one event that are written at once: each day for two years."""
FOLLOWED = 20_000
"""Dates of a rule that are passed over to find those after some moment."""
AHEAD = timedelta(days=731)
"""How far a rule without end is written."""
LONGEST = 20_000
"""Characters of a rule and its exceptions."""
FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
WRITTEN = "%Y%m%dT%H%M%S"
"""How RDATE, EXDATE and UNTIL are written here: on the clock of the event, without a zone."""


def dates(
    starts: datetime, recurrence: str, until: datetime, *, after: datetime | None = None
) -> list[datetime]:
    """The starts that a rule gives up to `until`, the first date among them, in order.

    All are wall-clock times, naive. At most MOST of them, the first ones; `after` passes over
    those before it.
    Raises Refused("recurrence-unknown"), Refused("recurrence-too-fine").
    """
    if len(recurrence) > LONGEST:
        raise Refused("recurrence-unknown")
    given: list[Iterator[datetime]] = [iter([starts])]
    excluded: set[datetime] = set()
    for line in filter(None, map(str.strip, recurrence.splitlines())):
        name, _colon, value = line.partition(":")
        if name == "RRULE":
            given.append(_each(value, starts, until, FOLLOWED if after else MOST))
        elif name == "RDATE":
            given.append(iter(sorted(_listed(value))))
        elif name == "EXDATE":
            excluded.update(_listed(value))
        else:
            raise Refused("recurrence-unknown")
    found = _once(merge(*given), excluded, starts, until)
    return list(islice((one for one in found if after is None or one >= after), MOST))


def ruled(rule: str, starts: datetime, until: datetime) -> list[datetime]:
    """What the value of a RRULE gives by itself, `until` included."""
    return list(_each(rule, starts, until, FOLLOWED))


def _each(rule: str, starts: datetime, until: datetime, most: int) -> Iterator[datetime]:
    """The dates of a RRULE, which ends where we stop.

    One that nothing satisfies would be followed to the year 9999.
    """
    try:
        parts = vRecur.from_ical(rule)
        (freq,) = parts["FREQ"]
        (interval,), (count,) = parts.get("INTERVAL", [1]), parts.pop("COUNT", [most])
        (end,) = parts.pop("UNTIL", [until])
        if freq not in FREQUENCIES:
            raise Refused("recurrence-too-fine")
        if interval < 1 or count < 1:
            raise Refused("recurrence-unknown")
        parts["UNTIL"] = [min(until, _last(end))]
        read = rrulestr(parts.to_ical().decode(), dtstart=starts, ignoretz=True)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise Refused("recurrence-unknown") from error
    return islice(iter(read), min(count, most))


def _last(end: date) -> datetime:
    """A rule that ends with a day has the whole of that day."""
    if isinstance(end, datetime):
        return end.replace(tzinfo=None)
    return datetime.combine(end, time.max)


def _listed(value: str) -> list[datetime]:
    try:
        return [datetime.strptime(one, WRITTEN) for one in value.split(",")]  # noqa: DTZ007 - naive
    except ValueError as error:
        raise Refused("recurrence-unknown") from error


def _once(
    given: Iterator[datetime], excluded: set[datetime], starts: datetime, until: datetime
) -> Iterator[datetime]:
    last = None
    for one in given:
        if one > until:
            return
        if one >= starts and one != last and one not in excluded:
            yield one
        last = one


def moment(wall: datetime, zone: str) -> datetime:
    """The instant at which the clock of a zone shows this."""
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def wall(instant: datetime, zone: str) -> datetime:
    """What the clock of a zone shows at this instant, naive."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def days(starts_at: datetime, ends_at: datetime, *, zone: str, all_day: bool) -> tuple[date, date]:
    """The first and the last day that something takes, both included.

    Whole days are those of their own zone; hours are seen from Paris.
    """
    here = ZoneInfo(zone) if all_day else PARIS
    first = starts_at.astimezone(here).date()
    if ends_at <= starts_at:
        return first, first
    return first, (ends_at - timedelta(microseconds=1)).astimezone(here).date()
