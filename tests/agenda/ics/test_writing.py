"""What leaves the agenda as a calendar, and comes back the same."""

# ruff: noqa: DTZ001 - what a clock shows has no zone

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from agenda.ics.events import entries
from agenda.ics.importing import Fate
from agenda.ics.reading import read
from agenda.ics.values import Entry
from agenda.ics.writing import Guest, _changes, calendar
from agenda.models import Event, Occurrence
from core.text import plain
from tests.agenda.ics.calendars import CANCELLED, MOVED, WEEKLY
from tests.agenda.ics.test_importing import dates, fates, take
from tests.world import World

NINE = datetime(2027, 3, 22, 9)
STAMP = datetime(2026, 11, 22, tzinfo=UTC)
ZONES = ["Europe/Paris", "America/Martinique", "Asia/Kathmandu", "Australia/Lord_Howe"]

line = (
    st.text(min_size=1, max_size=140).map(lambda words: " ".join(plain(words).split())).filter(bool)
)
words = st.text(max_size=400).map(lambda said: plain(said).strip().replace("\r", ""))
walls = st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1)).map(
    lambda at: at.replace(microsecond=0)
)


@st.composite
def said(draw: st.DrawFn) -> Entry:
    """An event of any kind."""
    all_day = draw(st.booleans())
    starts = draw(walls)
    lasts = (
        timedelta(days=draw(st.integers(1, 9)))
        if all_day
        else draw(
            st.timedeltas(timedelta(0), timedelta(days=3)).map(
                lambda one: one - timedelta(microseconds=one.microseconds)
            )
        )
    )
    starts = datetime.combine(starts, datetime.min.time()) if all_day else starts
    rule = draw(st.sampled_from(["", "RRULE:FREQ=DAILY;COUNT=3", "RRULE:FREQ=MONTHLY;INTERVAL=2"]))
    if rule and draw(st.booleans()):
        rule += f"\nRDATE:{starts + timedelta(days=40):%Y%m%dT%H%M%S}"
        rule += f"\nEXDATE:{starts + timedelta(days=1):%Y%m%dT%H%M%S}"
    return Entry(
        number=1,
        uid=draw(st.uuids()).hex,
        sequence=draw(st.integers(0, 9)),
        title=draw(line),
        description=draw(words),
        starts=starts,
        ends=starts + lasts,
        all_day=all_day,
        zone="Europe/Paris" if all_day else draw(st.sampled_from(ZONES)),
        recurrence=rule,
        place=draw(line),
        link=draw(st.sampled_from(["", "https://visio.example.org/a?b=c;d,e"])),
        latitude=47.25,
        longitude=-1.5,
        organizer=draw(line).replace('"', "’").replace("\\", "/"),
        organizer_mail="alice@example.org",
        categories=("Réunion", "a,b;c"),
        cancelled=draw(st.booleans()),
    )  # fmt: skip


@given(said())
def test_what_leaves_comes_back_the_same(entry: Entry) -> None:
    found = read(calendar([entry]))
    assert found.problems == ()
    assert found.entries == (entry,)


@given(said())
def test_lines_are_folded_and_end_as_the_norm_says(entry: Entry) -> None:
    content = calendar([entry])
    assert content.endswith(b"END:VCALENDAR\r\n")
    lines = content.split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in lines)
    assert all(line.decode() is not None for line in lines)  # no letter is cut in two


ENTRY = Entry(
    number=1, uid="a", title="Point", starts=NINE, ends=NINE + timedelta(hours=1), stamp=STAMP
)


def lines(entry: Entry, **more: Any) -> list[str]:
    return calendar([entry], **more).decode().replace("\r\n ", "").splitlines()


def test_the_end_of_a_rule_is_an_instant_of_the_utc() -> None:
    until = replace(ENTRY, recurrence="RRULE:FREQ=WEEKLY;UNTIL=20270405T090000")
    assert "RRULE:FREQ=WEEKLY;UNTIL=20270405T070000Z" in lines(until)
    assert read(calendar([until])).entries == (until,)
    day = replace(until, recurrence="RRULE:FREQ=WEEKLY;UNTIL=20270405")
    assert "RRULE:FREQ=WEEKLY;UNTIL=20270405T215959Z" in lines(day)
    days = replace(day, starts=datetime(2027, 3, 22), ends=datetime(2027, 3, 23), all_day=True)
    assert {"RRULE:FREQ=WEEKLY;UNTIL=20270405", "DTSTART;VALUE=DATE:20270322"} <= set(lines(days))


def test_the_clock_is_told_over_the_years_that_are_spoken_of() -> None:
    written = lines(ENTRY)
    zone = written[written.index("BEGIN:VTIMEZONE") : written.index("END:VTIMEZONE")]
    assert zone[1] == "TZID:Europe/Paris"
    # Summer begins when clocks show 2 o'clock in winter time (RFC 5545, 3.6.5).
    summer = zone[zone.index("BEGIN:DAYLIGHT") :]
    assert summer[1:5] == [
        "DTSTART:20270328T020000",
        "RDATE:20280326T020000",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
    ]
    endless = replace(ENTRY, recurrence="RRULE:FREQ=WEEKLY")
    assert len(calendar([endless])) < 2_500


@pytest.mark.parametrize("zone", ["Europe/Paris", "Africa/Casablanca", "Australia/Lord_Howe"])
def test_the_changes_of_a_clock_are_those_of_the_system(zone: str) -> None:
    for change in _changes(zone, 2024, 2030):
        instant = change.wall.replace(tzinfo=UTC) - change.before
        just_before = (instant - timedelta(seconds=1)).astimezone(ZoneInfo(zone))
        assert just_before.utcoffset() == change.before
        assert instant.astimezone(ZoneInfo(zone)).utcoffset() == change.after


def test_an_organiser_who_is_not_to_be_written_to_is_named_alone() -> None:
    hidden = lines(replace(ENTRY, organizer="Alice"))
    assert "ORGANIZER;CN=Alice:invalid:nomail" in hidden
    assert not any("mailto" in line for line in hidden)


def test_an_invitation_names_its_guest() -> None:
    guest = Guest('Bruno "le chef"', "bruno@example.org")
    written = lines(ENTRY, method="REQUEST", guests=[guest])
    assert "METHOD:REQUEST" in written
    (attendee,) = (Calendar.from_ical("\r\n".join(written)).walk("VEVENT")[0]["ATTENDEE"],)
    assert attendee == "mailto:bruno@example.org"
    assert attendee.params["PARTSTAT"] == "NEEDS-ACTION"


def test_a_series_with_changes_leaves_and_comes_back_to_the_same_event(world: World) -> None:
    alice = world.member("Alice")
    take(world, alice, WEEKLY, MOVED, CANCELLED)
    loaded = (joinedload(Event.owner), joinedload(Event.kind), joinedload(Event.organisation))
    (event,) = world.all(select(Event).options(*loaded))
    rows = world.all(select(Occurrence).order_by(Occurrence.starts_at))
    content = calendar(entries(event, rows))
    written = content.decode().replace("\r\n ", "")
    assert written.count("BEGIN:VEVENT") == 3
    assert "RECURRENCE-ID;TZID=Europe/Paris:20270308T093000" in written
    assert written.count("STATUS:CANCELLED") == 1
    inside = written[written.index("BEGIN:VEVENT") : written.index("END:VCALENDAR")]
    assert fates(take(world, alice, inside.strip())) == [(Fate.SAME, "")]
    assert [one.first_day for one in dates(world)][:3] == [
        date(2027, 3, 1),
        date(2027, 3, 9),
        date(2027, 3, 15),
    ]
