"""Events as a calendar says them: plain values, on the wall clock of their zone."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import Any

from agenda import recurrence
from agenda.ics import limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A VEVENT: an event, or one date of a series that was changed alone."""

    number: int = 0
    """Its place among those of the file, from 1."""
    uid: str
    recurrence_at: datetime | None = None
    """Of a date changed alone: where the rule puts it, on the clock of `zone`."""
    sequence: int = 0
    title: str = ""
    description: str = ""
    starts: datetime
    """Naive, on the clock of `zone`; midnight for a whole day."""
    ends: datetime
    """Not included."""
    all_day: bool = False
    zone: str = "Europe/Paris"
    recurrence: str = ""
    """RRULE, RDATE and EXDATE lines, as agenda.recurrence reads them."""
    place: str = ""
    link: str = ""
    latitude: float | None = None
    longitude: float | None = None
    organizer: str = ""
    organizer_mail: str = ""
    """Where an answer goes; nothing when that is nobody's business."""
    categories: tuple[str, ...] = ()
    cancelled: bool = False
    stamp: datetime | None = field(default=None, compare=False)
    """When it last changed, aware; only of what is written."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with an event of a file, as a code with its values."""

    number: int
    title: str
    code: str
    values: dict[str, Any] = field(default_factory=dict)
    refuses: bool = False
    """The event cannot be taken; otherwise a part of it was left aside."""


@dataclass(frozen=True, slots=True)
class Read:
    """What a file says."""

    refused: str | None = None
    """Why nothing of it can be read: file-empty, calendar-unknown, calendar-damaged,
    calendar-too-large, calendar-too-deep, calendar-too-many-events, too-large, too-slow."""
    name: str = ""
    method: str = ""
    calendars: int = 0
    events: int = 0
    """VEVENTs, those that cannot be read among them."""
    entries: tuple[Entry, ...] = ()
    problems: tuple[Problem, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """All of it."""
        return {
            **asdict(self),
            "entries": [entry_as_json(one) for one in self.entries],
            "problems": [asdict(one) for one in self.problems],
        }

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> "Read":
        """The same again. Raises TypeError, KeyError, ValueError."""
        entries = tuple(entry_from_json(one) for one in said["entries"])
        problems = tuple(Problem(**one) for one in said["problems"])
        return cls(**{**said, "entries": entries, "problems": problems})


_TIMES = ("recurrence_at", "starts", "ends", "stamp")


def entry_as_json(entry: Entry) -> dict[str, Any]:
    """An entry as JSON keeps it: times as ISO 8601 writes them."""
    said = asdict(entry)
    for name in _TIMES:
        said[name] = said[name].isoformat() if said[name] else None
    said["categories"] = list(entry.categories)
    return said


def entry_from_json(said: dict[str, Any]) -> Entry:
    """The same again."""
    known = {one.name for one in fields(Entry)}
    values = {name: value for name, value in said.items() if name in known}
    for name in _TIMES:
        values[name] = datetime.fromisoformat(values[name]) if values[name] else None
    values["categories"] = tuple(values["categories"])
    return Entry(**values)


@dataclass(frozen=True, slots=True)
class Series:
    """An event with those of its dates that were changed alone."""

    event: Entry
    changes: tuple[Entry, ...] = ()


def series(entries: Iterable[Entry]) -> list[Series]:
    """What has the same UID together, in the order of the file; of two versions, the later one."""
    heads: dict[str, Entry] = {}
    changes: dict[str, dict[datetime, Entry]] = {}
    for one in entries:
        changes.setdefault(one.uid, {})
        if one.recurrence_at is None:
            if one.uid not in heads or one.sequence >= heads[one.uid].sequence:
                heads[one.uid] = one
        else:
            before = changes[one.uid].get(one.recurrence_at)
            if before is None or one.sequence >= before.sequence:
                changes[one.uid][one.recurrence_at] = one
    return [_joined(heads.get(uid), list(found.values())) for uid, found in changes.items()]


def _joined(head: Entry | None, changes: list[Entry]) -> Series:
    """Dates whose series is not in the file are one event, or a series of just these dates."""
    if head is not None:
        return Series(head, tuple(changes))
    first, *others = sorted(changes, key=lambda one: one.recurrence_at or one.starts)
    if not others:
        return Series(replace(first, recurrence_at=None))
    at = first.recurrence_at or first.starts
    dates = ",".join(f"{one.recurrence_at or one.starts:{recurrence.WRITTEN}}" for one in others)
    whole = replace(
        first,
        recurrence_at=None,
        starts=at,
        ends=at + (first.ends - first.starts),
        recurrence=f"RDATE:{dates}",
        cancelled=False,
    )
    return Series(whole, tuple(changes))


@dataclass(frozen=True, slots=True)
class Date:
    """One date of an event of a file."""

    entry: Entry
    """What says it: the event, or the change of this date."""
    starts: datetime
    ends: datetime


def dates(one: Series, first: datetime, last: datetime) -> Iterator[Date]:
    """The dates of a series that begin in a stretch of time, on its clock."""
    event = one.event
    lasts = event.ends - event.starts
    changed = {change.recurrence_at for change in one.changes}
    for at in recurrence.dates(event.starts, event.recurrence, last):
        if at not in changed and at >= first:
            yield Date(event, at, at + lasts)
    for change in one.changes:
        if first <= change.starts < last:
            yield Date(change, change.starts, change.ends)


def window(entries: Iterable[Entry]) -> tuple[datetime, datetime] | None:
    """The two years that begin with the oldest day of a file; None when it has no event."""
    oldest = min((one.starts for one in entries), default=None)
    if oldest is None:
        return None
    first = oldest.replace(hour=0, minute=0, second=0, microsecond=0)
    return first, first + limits.WINDOW


def within(entries: Iterable[Entry]) -> list[Date]:
    """All the dates of these two years, in order; at most limits.DATES."""
    every = list(entries)
    stretch = window(every)
    found: list[Date] = []
    for one in series(every):
        if stretch is None or len(found) > limits.DATES:
            break
        found += dates(one, *stretch)
    return sorted(found, key=lambda date: (date.starts, date.entry.number))[: limits.DATES]


ONE_DAY = timedelta(days=1)
