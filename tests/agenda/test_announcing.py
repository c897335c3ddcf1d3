"""Putting a date in the agenda."""

# ruff: noqa: DTZ001 - what a clock shows has no zone

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from agenda.models import Occurrence
from agenda.queries import event
from core.refusals import Refused
from tests.world import BOTH, World

NINE = datetime(2027, 3, 22, 9)


@BOTH
def test_an_event_has_its_date(world: World) -> None:
    alice = world.member("Alice")
    made = world.event(alice, "Réunion", NINE)
    (only,) = world.all(select(Occurrence))
    assert only.event_id == made.id
    assert only.starts_at == only.recurrence_at == datetime(2027, 3, 22, 8, tzinfo=UTC)
    assert only.ends_at == datetime(2027, 3, 22, 10, tzinfo=UTC)
    assert (only.first_day, only.last_day) == (date(2027, 3, 22), date(2027, 3, 22))


@BOTH
def test_a_series_keeps_its_hour_and_its_length_when_the_clock_changes(world: World) -> None:
    alice = world.member("Alice")
    world.event(alice, "Point", NINE, recurrence="RRULE:FREQ=WEEKLY;COUNT=2")
    found = world.all(select(Occurrence).order_by(Occurrence.starts_at))
    assert [(one.starts_at, one.ends_at) for one in found] == [
        (datetime(2027, 3, 22, 8, tzinfo=UTC), datetime(2027, 3, 22, 10, tzinfo=UTC)),
        (datetime(2027, 3, 29, 7, tzinfo=UTC), datetime(2027, 3, 29, 9, tzinfo=UTC)),
    ]


@BOTH
def test_whole_days_stay_whole_when_the_clock_changes(world: World) -> None:
    alice = world.member("Alice")
    starts, ends = datetime(2027, 3, 20), datetime(2027, 3, 22)
    weekly = "RRULE:FREQ=WEEKLY;COUNT=2"
    world.event(alice, "Salon", starts, ends, all_day=True, recurrence=weekly)
    found = world.all(select(Occurrence).order_by(Occurrence.starts_at))
    assert [(one.first_day.day, one.last_day.day) for one in found] == [(20, 21), (27, 28)]


WHO = {
    "of the network": (("coorace",), "departement:44", True),
    "of another network": (("fnars",), "departement:44", False),
    "of another territory": (("coorace",), "departement:85", False),
    "of no network": ((), "departement:44", False),
}


@BOTH
@pytest.mark.parametrize("who", WHO)
def test_an_event_is_seen_by_its_audience(world: World, who: str) -> None:
    networks, territory, sees = WHO[who]
    alice = world.member("Alice")
    someone = world.member("Lise", networks=networks, territories=[territory])
    made = world.event(alice, networks=["coorace"], territories=["departement:44"])
    viewer = world.viewer(someone)
    assert (world.one(event(viewer, made.id)) is not None) is sees


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"title": "  "}, "title-empty"),
        ({"ends": datetime(2027, 3, 22, 8)}, "ends-before-it-starts"),
        ({"all_day": True, "ends": NINE}, "ends-before-it-starts"),
        ({"ends": datetime(2027, 9, 1)}, "event-too-long"),
        ({"starts": datetime(2090, 1, 1)}, "event-too-far"),
        ({"zone": "Mars/Olympus"}, "zone-unknown"),
        ({"zone": "../../etc/passwd"}, "zone-unknown"),
        ({"kind": "fete"}, "unknown-kind"),
        ({"theme_id": 999}, "unknown-theme"),
        ({"organisation_id": 999}, "unknown-organisation"),
        ({"link": "javascript:alert(1)"}, "link-unknown"),
        ({"recurrence": "RRULE:FREQ=SECONDLY"}, "recurrence-too-fine"),
        ({"postcode": "44"}, "postcode-unknown"),
        ({"networks": ["fnars"]}, "audience-not-yours"),
    ],
)
def test_what_is_no_event_is_refused(world: World, said: dict[str, object], refusal: str) -> None:
    alice = world.member("Alice")
    with pytest.raises(Refused, match=refusal):
        world.event(alice, **{"starts": NINE, **said})  # type: ignore[arg-type]
    assert world.all(select(Occurrence)) == []
