"""Events as a calendar file: what other programs read, and nothing that they should not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event
from icalendar.cal.component import Component
from icalendar.cal.timezone import Timezone, TimezoneDaylight, TimezoneStandard
from icalendar.prop import vCalAddress, vRecur, vUTCOffset

from agenda import recurrence
from agenda.ics.values import Entry
from core import clock

PRODUCT = "-//Maillage//Agenda//FR"
NOWHERE = "invalid:nomail"
"""The address of somebody who is named, and is not to be written to."""
BEYOND = timedelta(days=366 * 10)
"""How far the changes of a clock are told after the last date of a rule without end."""
REFRESH = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who is invited."""

    name: str
    mail: str


def calendar(
    entries: Iterable[Entry], *, name: str = "", method: str = "", guests: Sequence[Guest] = ()
) -> bytes:
    """A VCALENDAR with these events. `method`: REQUEST or CANCEL, of an invitation (RFC 5546)."""
    written = Calendar()
    written.add("VERSION", "2.0")
    written.add("PRODID", PRODUCT)
    written.add("CALSCALE", "GREGORIAN")
    if method:
        written.add("METHOD", method)
    if name:
        written.add("X-WR-CALNAME", name)
        written.add("NAME", name)
        written.add("REFRESH-INTERVAL", REFRESH, parameters={"VALUE": "DURATION"})
        written.add("X-PUBLISHED-TTL", "PT1H")
    said = list(entries)
    for component in (*_zones(said), *(_event(one, guests) for one in said)):
        written.add_component(component)
    return bytes(written.to_ical(sorted=False))


# --- events --------------------------------------------------------------------------------------


def _event(entry: Entry, guests: Sequence[Guest]) -> Event:
    event, stamp = Event(), entry.stamp or clock.now()
    event.add("UID", entry.uid)
    event.add("DTSTAMP", stamp.astimezone(UTC))
    event.add("LAST-MODIFIED", stamp.astimezone(UTC))
    event.add("SEQUENCE", entry.sequence)
    if entry.recurrence_at is not None:
        _time(event, "RECURRENCE-ID", entry.recurrence_at, entry)
    _time(event, "DTSTART", entry.starts, entry)
    _time(event, "DTEND", entry.ends, entry)
    for line in filter(None, entry.recurrence.splitlines()):
        _recur(event, line, entry)
    event.add("SUMMARY", entry.title)
    for name in ("description", "place", "link"):
        if value := getattr(entry, name):
            event.add({"place": "LOCATION", "link": "URL"}.get(name, name.upper()), value)
    if entry.latitude is not None and entry.longitude is not None:
        event.add("GEO", (entry.latitude, entry.longitude))
    if entry.categories:
        event.add("CATEGORIES", list(entry.categories))
    event.add("STATUS", "CANCELLED" if entry.cancelled else "CONFIRMED")
    _people(event, entry, guests)
    return event


def _people(event: Event, entry: Entry, guests: Sequence[Guest]) -> None:
    if entry.organizer:
        mail = f"mailto:{entry.organizer_mail}" if entry.organizer_mail else NOWHERE
        event.add("ORGANIZER", vCalAddress(mail), parameters={"CN": _quiet(entry.organizer)})
    for guest in guests:
        said = {"CN": _quiet(guest.name), "ROLE": "REQ-PARTICIPANT", "CUTYPE": "INDIVIDUAL"}
        said |= {"PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE"}
        event.add("ATTENDEE", vCalAddress(f"mailto:{guest.mail}"), parameters=said)


def _quiet(name: str) -> str:
    """A name that can be the value of a parameter: quotes and line ends cannot.

    Nor can a backslash, which escapes nothing there (RFC 5545, 3.1) and is read as if it did.
    """
    return " ".join(name.replace('"', "’").replace("\\", "/").split())


def _time(event: Event, name: str, wall: datetime, entry: Entry) -> None:
    event.add(name, _shown(wall, entry))


def _shown(wall: datetime, entry: Entry) -> date:
    """A day, an instant of the UTC, or what a clock shows with its name."""
    return wall.date() if entry.all_day else wall.replace(tzinfo=ZoneInfo(entry.zone))


def _recur(event: Event, line: str, entry: Entry) -> None:
    name, _colon, value = line.partition(":")
    if name != "RRULE":
        listed = [datetime.strptime(one, recurrence.WRITTEN) for one in value.split(",")]  # noqa: DTZ007
        event.add(name, [_shown(one, entry) for one in listed], parameters=_kind(entry))
        return
    rule = vRecur.from_ical(value)
    if "UNTIL" in rule:
        rule["UNTIL"] = [_until(rule["UNTIL"][0], entry)]
    event.add("RRULE", rule)


def _kind(entry: Entry) -> dict[str, str]:
    return {"VALUE": "DATE"} if entry.all_day else {}


def _until(end: date, entry: Entry) -> date:
    """The end of a rule: a day for days, an instant of the UTC for hours (RFC 5545, 3.3.10)."""
    if entry.all_day:
        return end.date() if isinstance(end, datetime) else end
    last = end if isinstance(end, datetime) else datetime.combine(end, time(23, 59, 59))
    return recurrence.moment(last.replace(tzinfo=None), entry.zone)


# --- clocks --------------------------------------------------------------------------------------


def _zones(entries: Sequence[Entry]) -> list[Timezone]:
    """Each clock that is named, over the years that the events span."""
    spans: dict[str, tuple[datetime, datetime]] = {}
    for one in entries:
        if one.all_day or one.zone == "UTC":
            continue
        last = max(one.ends, one.starts)
        if one.recurrence:
            last = max(last, clock.now().replace(tzinfo=None)) + BEYOND
        first, furthest = spans.get(one.zone, (one.starts, last))
        spans[one.zone] = (min(first, one.starts), max(furthest, last))
    return [_zone(name, first.year, last.year + 1) for name, (first, last) in sorted(spans.items())]


def _zone(name: str, first: int, last: int) -> Timezone:
    written = Timezone()
    written.add("TZID", name)
    for observance in _observances(name, first, last):
        written.add_component(observance)
    return written


def _observances(name: str, first: int, last: int) -> list[Component]:
    """What the clock shows when these years begin, then each way in which it changes."""
    zone = ZoneInfo(name)
    start = datetime(first, 1, 1, tzinfo=UTC).astimezone(zone)
    begins = _Change(start.replace(tzinfo=None), _offset(start), _offset(start), start.tzname())
    ways: dict[tuple[Any, ...], list[_Change]] = {}
    for change in _changes(name, first, last):
        ways.setdefault((change.before, change.after, change.name), []).append(change)
    return [_observance([begins]), *(_observance(changes) for changes in ways.values())]


@dataclass(frozen=True, slots=True)
class _Change:
    """A clock is put forward or back."""

    wall: datetime
    """What it shows when it changes, before it does."""
    before: timedelta
    after: timedelta
    name: str | None


def _observance(changes: Sequence[_Change]) -> Component:
    first, *others = changes
    written = TimezoneDaylight() if first.after > first.before else TimezoneStandard()
    written.add("DTSTART", first.wall)
    if others:
        written.add("RDATE", [one.wall for one in others])
    written.add("TZOFFSETFROM", vUTCOffset(first.before))
    written.add("TZOFFSETTO", vUTCOffset(first.after))
    if first.name:
        written.add("TZNAME", first.name)
    return written


def _offset(instant: datetime) -> timedelta:
    return instant.utcoffset() or timedelta()


@lru_cache(maxsize=64)
def _changes(name: str, first: int, last: int) -> tuple[_Change, ...]:
    """Each change of a clock from the beginning of a year to the beginning of another."""
    zone = ZoneInfo(name)
    found: list[_Change] = []
    at, end = (datetime(year, 1, 1, tzinfo=UTC) for year in (first, last + 1))
    while at < end:
        then = at + timedelta(days=7)
        before, after = (_offset(one.astimezone(zone)) for one in (at, then))
        if before != after:
            when = _when(zone, at, then, before)
            wall = (when + before).replace(tzinfo=None)
            found.append(_Change(wall, before, after, when.astimezone(zone).tzname()))
        at = then
    return tuple(found)


def _when(zone: ZoneInfo, low: datetime, high: datetime, before: timedelta) -> datetime:
    """The first second at which a clock no longer is as it was."""
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if _offset(middle.astimezone(zone)) == before:
            low = middle
        else:
            high = middle
    return high
