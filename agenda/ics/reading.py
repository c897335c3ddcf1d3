"""A calendar file, read into plain values. What is hostile is read by a child (confined.py)."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar
from icalendar.cal.component import Component
from icalendar.prop import vBroken, vRecur

from agenda import recurrence
from agenda.ics import limits, zones
from agenda.ics.values import ONE_DAY, Entry, Problem, Read
from core import addresses, text
from core.refusals import Refused

UTC_NAMES = frozenset({"UTC", "Etc/UTC", "Zulu", "Etc/Zulu", "GMT", "Etc/GMT"})
FLOATING = "floating"
LINKS = ("URL", "CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL")


Pair = tuple[Component, Component]
"""A calendar and an event of it."""


class Unreadable(Exception):
    """An event that cannot be taken, for a reason that is said."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values


def read(content: bytes) -> Read:
    """What a file says; never raises for what it may hold."""
    if not content.strip():
        return Read(refused="file-empty")
    if refused := hostile(content):
        return Read(refused=refused)
    try:
        calendars = Calendar.from_ical(_words(content), multiple=True)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError):
        return Read(refused="calendar-damaged")
    found = [one for one in calendars if one.name == "VCALENDAR"]
    if not found:
        return Read(refused="calendar-unknown")
    events: list[Pair] = [(calendar, one) for calendar in found for one in calendar.walk("VEVENT")]
    if len(events) > limits.EVENTS:
        return Read(refused="calendar-too-many-events")
    problems: list[Problem] = []
    entries = tuple(_entries(events, problems))
    return Read(
        name=_one_line(found[0].get("X-WR-CALNAME") or found[0].get("NAME"))[:200],
        method=_one_line(found[0].get("METHOD")).upper()[:20],
        calendars=len(found),
        events=len(events),
        entries=entries,
        problems=tuple(problems),
    )


def hostile(content: bytes) -> str | None:
    """What is seen without following the file: its weight, its components, how deep they nest."""
    if len(content) > limits.BYTES:
        return "calendar-too-large"
    if not re.search(rb"BEGIN\s*:\s*V", content[:4096], re.IGNORECASE):
        return "calendar-unknown"
    depth = 0
    lines = re.finditer(rb"(?im)^(BEGIN|END)\s*:", content)
    for count, line in enumerate(lines):
        depth += 1 if line[1].upper() == b"BEGIN" else -1
        if depth > limits.DEPTH:
            return "calendar-too-deep"
        if count > limits.COMPONENTS * 2:
            return "calendar-too-large"
    return None


def _words(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _entries(events: list[Pair], problems: list[Problem]) -> Iterator[Entry]:
    """Each event that can be taken; what is wrong is added to `problems`."""
    clocks = _clocks(events)
    for number, (_calendar, event) in enumerate(events, start=1):
        reader = _Event(event, number)
        try:
            yield reader.read(clocks[_uid(event)])
        except Unreadable as wrong:
            reader.note(wrong.code, refuses=True, **wrong.values)
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
            reader.note("event-damaged", refuses=True)
        problems += reader.problems


def _clocks(events: list[Pair]) -> dict[str, str]:
    """The clock of each series: that of the event itself, before those of its changed dates."""
    found: dict[str, str] = {}
    in_order = sorted(events, key=lambda pair: "RECURRENCE-ID" in pair[1])
    for calendar, event in in_order:
        found.setdefault(_uid(event), _clock(calendar, event))
    return found


def _clock(calendar: Component, event: Component) -> str:
    """An IANA name. Instants without a rule are shown on the clock of those who read them."""
    offered = _one_line(calendar.get("X-WR-TIMEZONE"))
    here = offered if zones.known(offered) else zones.HOUSE
    start = getattr(_first(event, "DTSTART"), "dt", None)
    if not isinstance(start, datetime) or start.tzinfo is None:
        return here
    name = zones.named(start.tzinfo) or "UTC"
    return here if name in UTC_NAMES and "RRULE" not in event else name


def _uid(event: Component) -> str:
    """Its UID; one made of what it says when it has none, the same at each reading."""
    given = _one_line(event.get("UID"))
    if 0 < len(given) <= 255:
        return given
    said = "\n".join([given, _one_line(event.get("SUMMARY")), _written(event.get("DTSTART"))])
    return f"{hashlib.sha256(said.encode()).hexdigest()}@file"


def _written(value: Any) -> str:
    return value.to_ical().decode() if hasattr(value, "to_ical") else str(value)


def _one_line(value: Any) -> str:
    value = value[0] if isinstance(value, list) else value
    return " ".join(text.plain(str(value or "")).split())


def _all(event: Component, name: str) -> list[Any]:
    """Every property of that name which the library understood."""
    found = event.get(name)
    several = found if isinstance(found, list) else [found]
    return [one for one in several if one is not None and not isinstance(one, vBroken)]


def _lost(event: Component, name: str) -> bool:
    """Whether the library did not understand one of them."""
    found = event.get(name)
    return any(isinstance(one, vBroken) for one in (found if isinstance(found, list) else [found]))


def _first(event: Component, name: str) -> Any:
    """The first of them, or None."""
    return next(iter(_all(event, name)), None)


class _Event:
    """One VEVENT on its way to an Entry."""

    def __init__(self, event: Component, number: int) -> None:
        self.event, self.number, self.problems = event, number, list[Problem]()
        self.title = _one_line(event.get("SUMMARY"))
        self.zone = zones.HOUSE

    def note(self, code: str, *, refuses: bool = False, **values: object) -> None:
        """Say what is wrong."""
        found = Problem(self.number, self.title[:150], code, dict(values), refuses)
        if found not in self.problems:
            self.problems.append(found)

    def read(self, zone: str) -> Entry:
        """What it says, on the clock of its series. Raises Unreadable."""
        self.zone = zone
        starts, all_day = self._start()
        at = self._value("RECURRENCE-ID")
        rule = "" if at is not None else self._rule(starts, all_day=all_day)
        latitude, longitude = self._point()
        organizer = _first(self.event, "ORGANIZER")
        mail = str(organizer or "")
        return Entry(
            number=self.number,
            uid=_uid(self.event),
            recurrence_at=self._at(at, starts) if at is not None else None,
            sequence=self._sequence(),
            title=self._cut("title", self.title, limits.TITLE),
            description=self._description(),
            starts=starts,
            ends=self._end(starts, all_day=all_day),
            all_day=all_day,
            zone=zone,
            recurrence=rule,
            place=self._cut("place", _one_line(self.event.get("LOCATION")), limits.PLACE),
            link=self._link(),
            latitude=latitude,
            longitude=longitude,
            organizer=_one_line(getattr(organizer, "params", {}).get("CN"))[:200],
            organizer_mail=mail[7:] if mail.lower().startswith("mailto:") else "",
            categories=tuple(self._categories()),
            cancelled=_one_line(self.event.get("STATUS")).upper() == "CANCELLED",
        )

    # --- when ------------------------------------------------------------------------------------

    def _value(self, name: str) -> date | timedelta | None:
        """A date, an instant or a length. Raises Unreadable for what is none."""
        found = self.event.get(name)
        if found is None:
            return None
        value = getattr(_first(self.event, name), "dt", None)
        if not isinstance(value, date | timedelta):
            typed = found[0] if isinstance(found, list) else found
            raise Unreadable("time-unknown", name=name, typed=_one_line(typed)[:60])
        return value

    def _wall(self, value: date, name: str = "DTSTART") -> datetime:
        """What the clock of this series shows then; a day is its midnight."""
        if not isinstance(value, datetime):
            return datetime.combine(value, time())
        value = value.replace(microsecond=0)
        if value.tzinfo is None:
            asked = getattr(_first(self.event, name), "params", {}).get("TZID")
            if asked:
                self.note("zone-unknown-here", zone=str(asked)[:60], used=self.zone)
            return value
        if zones.named(value.tzinfo) is None and name == "DTSTART":
            self.note("zone-unknown-here", zone=str(value.tzname())[:60], used=self.zone)
        try:
            return value.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)
        except OverflowError as error:
            raise Unreadable("time-unknown", name=name, typed=str(value)) from error

    def _start(self) -> tuple[datetime, bool]:
        starts = self._value("DTSTART")
        if starts is None or isinstance(starts, timedelta):
            raise Unreadable("starts-missing")
        return self._wall(starts), not isinstance(starts, datetime)

    def _end(self, starts: datetime, *, all_day: bool) -> datetime:
        """By DTEND or DURATION; a day lasts a day, an hour that says nothing lasts nothing."""
        shortest = starts + ONE_DAY if all_day else starts
        said = self._value("DTEND")
        ends = self._wall(said, "DTEND") if isinstance(said, date) else None
        if ends is None:
            lasts = self._value("DURATION")
            ends = starts + lasts if isinstance(lasts, timedelta) else shortest
        if all_day:
            ends = datetime.combine(ends, time())
        if ends < starts:
            self.note("ends-before-it-starts-here")
        return max(ends, shortest)

    def _at(self, value: date | timedelta, starts: datetime) -> datetime:
        if isinstance(value, timedelta):
            raise Unreadable("time-unknown", name="RECURRENCE-ID", typed=str(value))
        if str(self.event["RECURRENCE-ID"].params.get("RANGE", "")).upper() == "THISANDFUTURE":
            self.note("range-left-aside")
        return self._wall(value, "RECURRENCE-ID")

    # --- which dates -----------------------------------------------------------------------------

    def _rule(self, starts: datetime, *, all_day: bool) -> str:
        """The lines of its rule, on the wall clock. Raises Unreadable."""
        lines = [f"RRULE:{one}" for one in dict.fromkeys(self._rrules())]
        if _all(self.event, "EXRULE"):
            self.note("exrule-left-aside")
        for name in ("RDATE", "EXDATE"):
            listed = sorted(set(self._listed(name, starts, all_day=all_day)))
            if name == "RDATE":
                listed = [one for one in listed if one != starts]
            if listed:
                written = ",".join(f"{one:{recurrence.WRITTEN}}" for one in listed)
                lines.append(f"{name}:{written}")
        rule = "\n".join(lines)
        try:
            recurrence.dates(starts, rule, starts + limits.WINDOW)
        except Refused as refused:
            raise Unreadable(f"{refused.code}-here") from refused
        return rule

    def _rrules(self) -> Iterator[str]:
        if _lost(self.event, "RRULE"):
            raise Unreadable("recurrence-unknown-here")
        for one in _all(self.event, "RRULE"):
            rule = vRecur(one)
            rule["UNTIL"] = [self._until(end) for end in one.get("UNTIL", [])]
            if not rule["UNTIL"]:
                del rule["UNTIL"]
            yield rule.to_ical().decode()  # type: ignore[no-untyped-call]

    def _until(self, end: date) -> date:
        """The end of a rule: an instant (RFC 5545) becomes what the clock then shows."""
        if not isinstance(end, datetime):
            return end
        if end.tzinfo is None:
            return end
        return end.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)

    def _listed(self, name: str, starts: datetime, *, all_day: bool) -> Iterator[datetime]:
        if _lost(self.event, name):
            self.note("dates-left-aside", name=name)
        for several in _all(self.event, name):
            for one in getattr(several, "dts", ()):
                value = one.dt[0] if isinstance(one.dt, tuple) else one.dt
                if isinstance(value, datetime):
                    wall = self._wall(value, name)
                    yield datetime.combine(wall, time()) if all_day else wall
                elif isinstance(value, date):
                    yield datetime.combine(value, time() if all_day else starts.time())
                else:
                    self.note("dates-left-aside", name=name)

    # --- what ------------------------------------------------------------------------------------

    def _sequence(self) -> int:
        given = str(self.event.get("SEQUENCE", "0"))
        # Twelve digits are more than any calendar counts, and thousands are no number for Python.
        return min(int(given[:12]), 2**31 - 1) if given.isascii() and given.isdecimal() else 0

    def _description(self) -> str:
        said = _all(self.event, "DESCRIPTION")
        words = text.plain(str(said[0])).strip() if said else ""
        return self._cut("description", words, limits.DESCRIPTION)

    def _cut(self, what: str, words: str, longest: int) -> str:
        if len(words) <= longest:
            return words
        self.note(f"{what}-cut", longest=longest)
        return f"{words[: longest - 1].rstrip()}…"

    def _link(self) -> str:
        """The first address of the web that it gives."""
        given = [str(one) for name in LINKS for one in _all(self.event, name)]
        for one in filter(None, map(str.strip, given)):
            try:
                return addresses.link(one)
            except Refused:
                self.note("link-left-aside", link=one[:100])
        return ""

    def _point(self) -> tuple[float, float] | tuple[None, None]:
        geo = _first(self.event, "GEO")
        latitude, longitude = getattr(geo, "latitude", None), getattr(geo, "longitude", None)
        if not isinstance(latitude, float) or not isinstance(longitude, float):
            return None, None
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            return None, None
        return latitude, longitude

    def _categories(self) -> Iterable[str]:
        for several in _all(self.event, "CATEGORIES"):
            for one in getattr(several, "cats", ()):
                if words := _one_line(one)[:100]:
                    yield words
