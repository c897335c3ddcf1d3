"""What other calendars say, read into plain values."""

# ruff: noqa: DTZ001 - what a clock shows has no zone

import json
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from agenda.ics import confined, values
from agenda.ics.reading import read
from agenda.ics.values import Read
from tests.agenda.ics.calendars import CANCELLED, MOVED, WEEKLY, calendar, event, reading
from tests.services import ROOT, leave_out

DATA = ROOT.parent / "shared/data/ics"
HOSTILE = {"nested_5000.ics": "calendar-too-deep", "rrule_secondly_infinite.ics": None}
DAMAGED = {"parsing_error_in_UTC_offset.ics", "fuzz_testcase_vtimezone_lone_cr.ics"}


def files() -> list[Any]:
    manifest = DATA / "manifest.json"
    if not manifest.exists():
        return [pytest.param(None, marks=pytest.mark.data)]
    every = json.loads(manifest.read_text())["files"]
    return [pytest.param(one, id=one["file"], marks=pytest.mark.data) for one in every]


@pytest.mark.parametrize("file", files())
def test_each_file_is_read_as_its_oracle_says(file: dict[str, Any] | None) -> None:
    if file is None:
        leave_out("../shared/data/ics is not here")
    oracle, path = file["oracle"], DATA / file["file"]
    with path.open("rb") as opened:
        found = confined.read(opened)
    if file["file"] in DAMAGED:
        assert oracle["parse"].startswith("error")
        assert found.refused == "calendar-damaged"
        return
    if file["file"] in HOSTILE:
        assert found.refused == HOSTILE[file["file"]]
        assert found.entries == ()
        return
    assert found.refused == ("file-empty" if not file["bytes"] else None)
    assert (found.calendars, found.events) == (oracle["components"], oracle["vevents"])
    if "occurrences" in oracle:
        assert len(values.within(found.entries)) == oracle["occurrences"]
    if oracle["errors"]:
        assert any(problem.refuses for problem in found.problems)


@pytest.mark.data
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_neither_blocks_nor_exhausts_memory(name: str) -> None:
    if not (DATA / name).exists():
        leave_out("../shared/data/ics is not here")
    # In a process of its own: what a child weighs is counted with all those that came before.
    said = subprocess.run(
        [sys.executable, "-c", ALONE, str(DATA / name)],
        capture_output=True,
        check=True,
        cwd=ROOT,
        text=True,
    )
    seconds, kilobytes = map(float, said.stdout.split())
    assert seconds < 5
    assert kilobytes < 512 * 1024


ALONE = """
import resource, sys
from agenda.ics import confined
with open(sys.argv[1], "rb") as opened:
    confined.read(opened)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss)
"""
"""Reads a file; the seconds of processor and the kilobytes that its child took."""


def test_a_file_too_heavy_or_too_deep_is_not_followed() -> None:
    assert read(b"BEGIN:VCALENDAR\n" * 100_000).refused == "calendar-too-deep"
    assert read(b"BEGIN:VCALENDAR\n" + b"X" * 2_000_000).refused == "calendar-too-large"
    many = calendar(*(event("DTSTART:20270301T090000Z", uid=str(one)) for one in range(2_001)))
    assert read(many).refused == "calendar-too-many-events"
    flat = b"BEGIN:VCALENDAR\n" + b"BEGIN:VEVENT\nEND:VEVENT\n" * 20_001
    assert read(flat).refused == "calendar-too-large"


@pytest.mark.parametrize("content", [b"%PDF-1.4", b"<html></html>", b"BEGIN:VCARD\nEND:VCARD\n"])
def test_what_is_no_calendar_says_so(content: bytes) -> None:
    assert read(content).refused == "calendar-unknown"


def test_a_child_that_dies_gives_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confined, "CHILD", ["false"])
    with tempfile.TemporaryFile(dir=tmp_path) as file:
        assert confined.read(file) == Read(refused="too-large")


def test_what_is_read_crosses_to_the_parent_whole(tmp_path: Path) -> None:
    content = calendar(WEEKLY, MOVED, event("DTSTART:rien", uid="b@example.org"))
    path = tmp_path / "dates.ics"
    path.write_bytes(content)
    with path.open("rb") as opened:
        assert confined.read(opened) == read(content)
    assert len(read(content).entries) == 2


# --- clocks --------------------------------------------------------------------------------------

ODD = """BEGIN:VTIMEZONE
TZID:Chez nous
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE"""
NINE = datetime(2027, 7, 1, 9)
CLOCKS = {
    "an IANA name": ("DTSTART;TZID=America/Martinique:20270701T090000", NINE, "America/Martinique"),
    "a name of Windows": (
        "DTSTART;TZID=Romance Standard Time:20270701T090000",
        NINE,
        "Europe/Paris",
    ),
    "the file's own": ("DTSTART;TZID=Chez nous:20270701T090000", NINE, "Europe/Paris"),
    "none": ("DTSTART:20270701T090000", NINE, "Europe/Paris"),
    "the UTC": ("DTSTART:20270701T070000Z", NINE, "Europe/Paris"),
    "one that nobody knows": ("DTSTART;TZID=Nulle/Part:20270701T090000", NINE, "Europe/Paris"),
    "a whole day": ("DTSTART;VALUE=DATE:20270701", datetime(2027, 7, 1), "Europe/Paris"),
}


@pytest.mark.parametrize("clock", CLOCKS)
def test_a_time_is_read_on_its_clock(clock: str) -> None:
    line, starts, zone = CLOCKS[clock]
    found = read(calendar(ODD.replace("\n", "\r\n"), event(line)))
    (entry,) = found.entries
    assert (entry.starts, entry.zone) == (starts, zone)
    codes = [problem.code for problem in found.problems]
    assert codes == (["zone-unknown-here"] if clock == "one that nobody knows" else [])


def test_the_clock_of_the_calendar_is_that_of_times_without_zone() -> None:
    found = read(calendar("X-WR-TIMEZONE:Indian/Reunion", event("DTSTART:20270701T070000Z")))
    assert (found.entries[0].starts, found.entries[0].zone) == (
        datetime(2027, 7, 1, 11),
        "Indian/Reunion",
    )


def test_the_end_of_a_rule_is_read_on_the_wall_clock() -> None:
    (entry,) = reading(
        "DTSTART;TZID=Europe/Paris:20270322T090000",
        "RRULE:FREQ=WEEKLY;UNTIL=20270405T070000Z",
        "EXDATE:20270329T070000Z",
        "RDATE;TZID=Europe/London:20270407T150000",
    ).entries
    assert entry.recurrence.splitlines() == [
        "RRULE:FREQ=WEEKLY;UNTIL=20270405T090000",
        "RDATE:20270407T160000",
        "EXDATE:20270329T090000",
    ]
    starts = [date.starts.day for date in values.within([entry])]
    assert starts == [22, 5, 7]  # 9 o'clock before and after the clock changed


def test_dates_changed_alone_take_the_place_of_those_of_the_rule() -> None:
    found = read(calendar(WEEKLY, MOVED, CANCELLED))
    dates = values.within(found.entries)
    assert [(one.starts.day, one.entry.place, one.entry.cancelled) for one in dates[:3]] == [
        (1, "Salle des fêtes", False),
        (9, "Mairie", False),
        (15, "", True),
    ]
    assert len(dates) == 6


def test_dates_whose_series_is_elsewhere_are_a_series_of_their_own() -> None:
    (alone,) = values.series(read(calendar(MOVED)).entries)
    assert (alone.event.recurrence_at, alone.event.starts.day, alone.changes) == (None, 9, ())
    (both,) = values.series(read(calendar(MOVED, CANCELLED)).entries)
    assert both.event.recurrence == "RDATE:20270315T093000"
    assert [one.starts.day for one in values.within([both.event, *both.changes])] == [9, 15]


def test_of_two_versions_the_later_one_counts() -> None:
    old = WEEKLY.replace("SEQUENCE:1", "SEQUENCE:0").replace("Point", "Vieux point")
    (one,) = values.series(read(calendar(WEEKLY, old)).entries)
    assert one.event.title == "Point d’équipe"


SHORT = {
    "an end": (["DTEND:20270301T110000Z"], 120),
    "a length": (["DURATION:PT45M"], 45),
    "nothing": ([], 0),
    "an end before": (["DTEND:20270301T080000Z"], 0),
}


@pytest.mark.parametrize("said", SHORT)
def test_how_long_it_lasts(said: str) -> None:
    lines, minutes = SHORT[said]
    (entry,) = reading("DTSTART:20270301T090000Z", *lines).entries
    assert (entry.ends - entry.starts).total_seconds() == minutes * 60


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["DTSTART:demain"], "time-unknown"),
        (["SUMMARY:Sans date"], "starts-missing"),
        (["DTSTART:20270301T090000Z", "DTEND:plus tard"], "time-unknown"),
        (["DTSTART:20270301T090000Z", "RRULE:FREQ=PARFOIS"], "recurrence-unknown-here"),
        (["DTSTART:20270301T090000Z", "RRULE:FREQ=HOURLY"], "recurrence-too-fine-here"),
        (["DTSTART:20270301T090000Z", "RRULE:FREQ=DAILY;INTERVAL=0"], "recurrence-unknown-here"),
        (["DTSTART:99991231T235959Z", "RRULE:FREQ=DAILY"], "event-damaged"),
    ],
)
def test_an_event_that_cannot_be_taken_says_why(lines: list[str], code: str) -> None:
    found = read(calendar(event(*lines), event("DTSTART:20270301T090000Z", uid="b@example.org")))
    assert [(one.code, one.refuses) for one in found.problems] == [(code, True)]
    assert [one.uid for one in found.entries] == ["b@example.org"]  # the others are taken


def test_what_is_left_aside_is_said() -> None:
    found = reading(
        "DTSTART:20270301T090000Z",
        f"SUMMARY:{'a' * 200}",
        "URL:javascript:alert(1)",
        "CONFERENCE;VALUE=URI:https://visio.example.org/salle",
        "EXRULE:FREQ=DAILY",
        "LOCATION:Salle\\, premier étage\\nau fond",
        "GEO:47.2;-1.55",
        "ORGANIZER;CN=Alice:mailto:alice@example.org",
    )
    (entry,) = found.entries
    assert {one.code for one in found.problems} == {
        "title-cut",
        "link-left-aside",
        "exrule-left-aside",
    }
    assert len(entry.title) == 150
    assert entry.link == "https://visio.example.org/salle"
    assert entry.place == "Salle, premier étage au fond"
    assert (entry.latitude, entry.longitude) == (47.2, -1.55)
    assert (entry.organizer, entry.organizer_mail) == ("Alice", "alice@example.org")


def test_an_event_without_uid_has_the_same_one_each_time() -> None:
    content = calendar("BEGIN:VEVENT", "SUMMARY:A", "DTSTART:20270301T090000Z", "END:VEVENT")
    assert read(content).entries[0].uid == read(content).entries[0].uid
    assert read(content).entries[0].uid != read(content.replace(b":A", b":B")).entries[0].uid


def test_accents_of_an_old_windows_are_read() -> None:
    content = calendar(event("SUMMARY:Réunion", "DTSTART:20270301T090000Z"))
    assert read(content.decode().encode("cp1252")).entries[0].title == "Réunion"
    assert read(b"\xef\xbb\xbf" + content).entries[0].title == "Réunion"


@pytest.mark.parametrize(
    ("said", "sequence"),
    [("3", 3), ("-1", 0), ("9" * 12, 2**31 - 1), ("9" * 5_000, 2**31 - 1), ("x", 0)],
)
def test_a_sequence_is_a_number_that_a_column_holds(said: str, sequence: int) -> None:
    found = reading("SUMMARY:A", "DTSTART:20270301T090000Z", f"SEQUENCE:{said}")
    assert found.entries[0].sequence == sequence
