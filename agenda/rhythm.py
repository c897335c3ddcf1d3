"""The rules that a form can say: every so many days, weeks, months or years, until when.

A rule of RFC 5545 can say far more: one that comes from elsewhere and says more is kept as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from icalendar.prop import vRecur

from agenda.recurrence import WRITTEN
from core.refusals import Refused

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LONGEST_INTERVAL = 99
MOST_TIMES = 750
MOST_EXCEPTIONS = 200
SHORTEST_MONTH = 4
"""Weeks: the fifth Tuesday of a month is rather its last one."""


class Every(StrEnum):
    """What comes back."""

    DAY = "DAILY"
    WEEK = "WEEKLY"
    MONTH = "MONTHLY"
    YEAR = "YEARLY"


class Monthly(StrEnum):
    """How a month is counted."""

    BY_DAY = "day"
    """The 12th."""
    BY_WEEKDAY = "weekday"
    """The second Tuesday."""
    BY_LAST_WEEKDAY = "last"
    """The last Tuesday."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How an event comes back."""

    every: Every
    interval: int = 1
    weekdays: Sequence[int] = ()
    """Of a week: 0 is Monday. None: that of the first date."""
    monthly: Monthly = Monthly.BY_DAY
    until: date | None = None
    """The last day, included."""
    times: int | None = None
    """How many dates in all."""
    but: Sequence[date] = ()
    """The days that are left out."""


def written(rhythm: Rhythm, starts: datetime) -> str:
    """The lines of RFC 5545 that say it of an event whose first date starts then.

    Raises Refused("interval-unknown"), Refused("times-unknown"), Refused("ends-twice"),
    Refused("until-past"), Refused("too-many-exceptions").
    """
    if not 1 <= rhythm.interval <= LONGEST_INTERVAL:
        raise Refused("interval-unknown", most=LONGEST_INTERVAL)
    if rhythm.times is not None and not 1 <= rhythm.times <= MOST_TIMES:
        raise Refused("times-unknown", most=MOST_TIMES)
    if rhythm.times is not None and rhythm.until is not None:
        raise Refused("ends-twice")
    if rhythm.until is not None and rhythm.until < starts.date():
        raise Refused("until-past")
    if len(rhythm.but) > MOST_EXCEPTIONS:
        raise Refused("too-many-exceptions", most=MOST_EXCEPTIONS)
    parts = [f"FREQ={rhythm.every.value}"]
    if rhythm.interval > 1:
        parts.append(f"INTERVAL={rhythm.interval}")
    parts += _on(rhythm, starts)
    if rhythm.until is not None:
        parts.append(f"UNTIL={datetime.combine(rhythm.until, time(23, 59, 59)):{WRITTEN}}")
    if rhythm.times is not None:
        parts.append(f"COUNT={rhythm.times}")
    lines = [f"RRULE:{';'.join(parts)}"]
    if rhythm.but:
        out = (datetime.combine(day, starts.time()) for day in sorted(set(rhythm.but)))
        lines.append("EXDATE:" + ",".join(one.strftime(WRITTEN) for one in out))
    return "\n".join(lines)


def _on(rhythm: Rhythm, starts: datetime) -> list[str]:
    """Which days."""
    if rhythm.every is Every.WEEK:
        days = sorted({*rhythm.weekdays} or {starts.weekday()})
        return ["BYDAY=" + ",".join(DAYS[one] for one in days)]
    if rhythm.every is Every.MONTH and rhythm.monthly is not Monthly.BY_DAY:
        rank = rank_of(starts.date()) if rhythm.monthly is Monthly.BY_WEEKDAY else -1
        return [f"BYDAY={rank}{DAYS[starts.weekday()]}"]
    return []


def rank_of(day: date) -> int:
    """2 for the second Tuesday of a month; -1 for a fifth one, which is rather the last."""
    rank = (day.day - 1) // 7 + 1
    return rank if rank <= SHORTEST_MONTH else -1


def is_last(day: date) -> bool:
    """Whether it is the last Tuesday, or other day, of its month."""
    return (day + timedelta(days=7)).month != day.month


def read(rule: str, starts: datetime) -> Rhythm | None:
    """The rhythm that these lines say; None when they say what a form cannot."""
    found: dict[str, list[str]] = {}
    for line in filter(None, map(str.strip, rule.splitlines())):
        name, _colon, value = line.partition(":")
        found.setdefault(name, []).append(value)
    rules = found.pop("RRULE", [])
    out = [datetime.strptime(one, WRITTEN) for v in found.pop("EXDATE", []) for one in v.split(",")]  # noqa: DTZ007 - naive
    if found or len(rules) != 1 or any(one.time() != starts.time() for one in out):
        return None
    rhythm = _rhythm(vRecur.from_ical(rules[0]), starts, [one.date() for one in out])
    return rhythm if rhythm and _same(written(rhythm, starts), rule, starts) else None


def _rhythm(parts: Any, starts: datetime, but: list[date]) -> Rhythm | None:
    """As nearly as a form can say it."""
    freq, until = parts["FREQ"][0], parts.get("UNTIL", [None])[0]
    if freq not in {one.value for one in Every}:
        return None
    named = [str(one) for one in parts.get("BYDAY", [])]
    last = Monthly.BY_LAST_WEEKDAY if named == [f"-1{DAYS[starts.weekday()]}"] else None
    return Rhythm(
        every=Every(freq),
        interval=parts.get("INTERVAL", [1])[0],
        weekdays=[DAYS.index(one) for one in named if one in DAYS],
        monthly=last or (Monthly.BY_WEEKDAY if named else Monthly.BY_DAY),
        until=until.date() if isinstance(until, datetime) else until,
        times=parts.get("COUNT", [None])[0],
        but=but,
    )


def _same(one: str, other: str, starts: datetime) -> bool:
    """Whether two rules say the same, whatever the order of their parts and the hour of an end."""
    return _parts(one, starts) == _parts(other, starts)


def _parts(rule: str, starts: datetime) -> set[str]:
    said: set[str] = set()
    for line in filter(None, map(str.strip, rule.splitlines())):
        name, _colon, value = line.partition(":")
        if name != "RRULE":
            said |= {f"{name}={one}" for one in value.split(",")}
            continue
        parts = vRecur.from_ical(value)
        ends = parts.pop("UNTIL", [None])[0]
        if ends is not None:
            said.add(f"UNTIL={ends:%Y%m%d}")
        usual = {"INTERVAL": [1], "BYMONTHDAY": [starts.day], "BYMONTH": [starts.month]}
        for part, meaning in usual.items():
            if parts.get(part) == meaning:
                parts.pop(part)
        parts.pop("WKST", None)
        if parts["FREQ"] == [Every.WEEK.value]:
            parts.setdefault("BYDAY", [DAYS[starts.weekday()]])
        said |= {f"{part}={sorted(map(str, value))}" for part, value in parts.items()}
    return said
