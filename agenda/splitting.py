"""One series cut in two: what its rule becomes before a date, and from that date on (RFC 5545)."""

from collections.abc import Callable
from datetime import datetime, timedelta

from icalendar.prop import vRecur

from agenda import recurrence

A_SECOND = timedelta(seconds=1)


def before(rule: str, starts: datetime, at: datetime) -> str:
    """The rule that gives the dates before `at`, and none after. Wall-clock times, naive."""
    kept = []
    for name, value in _lines(rule):
        if name == "RRULE":
            parts = vRecur.from_ical(value)
            parts.pop("COUNT", None)
            # The rule may end before the cut: dates added by hand come after it.
            ruled = recurrence.ruled(value, starts, at - A_SECOND)
            parts["UNTIL"] = [max(ruled, default=starts)]
            kept.append(f"RRULE:{parts.to_ical().decode()}")
        else:
            kept += _some(name, value, lambda one: one < at)
    left = "\n".join(kept)
    return "" if recurrence.dates(starts, left, at) == [starts] else left


def since(rule: str, starts: datetime, at: datetime) -> str:
    """The rule that gives, from a first date at `at`, what the whole rule gave from there on."""
    kept = []
    for name, value in _lines(rule):
        if name != "RRULE":
            kept += _some(name, value, lambda one: one > at)
            continue
        ruled = recurrence.ruled(value, starts, at)
        if at not in ruled:
            return _listed(rule, starts, at)
        parts = vRecur.from_ical(value)
        if "COUNT" in parts:
            parts["COUNT"] = [parts["COUNT"][0] - len(ruled) + 1]
        kept.append(f"RRULE:{parts.to_ical().decode()}")
    return "\n".join(kept)


def _listed(rule: str, starts: datetime, at: datetime) -> str:
    """A series cut at a date that its rule does not give: what follows is a list of dates."""
    after = recurrence.dates(starts, rule, at + recurrence.AHEAD, after=at + A_SECOND)
    if not after:
        return ""
    return "RDATE:" + ",".join(one.strftime(recurrence.WRITTEN) for one in after)


def _lines(rule: str) -> list[tuple[str, str]]:
    found = []
    for line in filter(None, map(str.strip, rule.splitlines())):
        name, _colon, value = line.partition(":")
        found.append((name, value))
    return found


def _some(name: str, value: str, keeps: Callable[[datetime], bool]) -> list[str]:
    """A line of dates with those that are kept; no line for none."""
    kept = [one for one in value.split(",") if keeps(_read(one))]
    return [f"{name}:{','.join(kept)}"] if kept else []


def _read(written: str) -> datetime:
    return datetime.strptime(written, recurrence.WRITTEN)  # noqa: DTZ007 - naive
