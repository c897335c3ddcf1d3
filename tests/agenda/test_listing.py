"""What the lists and the months show, to whom, in which order."""

# ruff: noqa: DTZ001 - what a clock shows has no zone

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from access.geography import Around
from accounts.models import Member
from agenda import jobs, listing
from agenda.listing import Cursor, Filters, When
from agenda.models import Event, Occurrence
from agenda.recurrence import AHEAD
from core import clock
from tests.world import BOTH, World


def on(days: float, hour: int = 9) -> datetime:
    """So many days from today, on the clock of Paris."""
    return datetime.combine(clock.today() + timedelta(days=days), datetime.min.time()).replace(
        hour=hour
    )


TO_COME = Filters()


def titles(world: World, member: Member, filters: Filters = TO_COME) -> list[str]:
    viewer = world.viewer(member)
    with world.session() as session:
        rows = listing.dates(session, viewer, filters)
        return [row[0].event.title for row in rows]


@BOTH
def test_what_is_to_come_is_in_order_and_what_is_over_backwards(world: World) -> None:
    alice = world.member("Alice")
    for title, days in (("Après-demain", 2), ("Demain", 1), ("Hier", -1), ("Avant-hier", -2)):
        world.event(alice, title, on(days))
    world.event(alice, "En cours", on(-2), on(3))
    assert titles(world, alice) == ["En cours", "Demain", "Après-demain"]
    assert titles(world, alice, Filters(when=When.PAST)) == ["Hier", "Avant-hier"]
    assert titles(world, alice, Filters(day=clock.today())) == ["En cours"]


@BOTH
def test_pages_follow_by_key(world: World) -> None:
    alice = world.member("Alice")
    world.event(alice, "Série", on(1), recurrence="RRULE:FREQ=DAILY;COUNT=7")
    viewer = world.viewer(alice)
    for filters in (Filters(), Filters(when=When.EVERY)):
        seen: list[datetime] = []
        after = None
        for _page in range(4):
            with world.session() as session:
                rows = listing.dates(session, viewer, filters, after, most=2)
                seen += [row[0].starts_at for row in rows]
                after = Cursor(rows[-1][0].starts_at, rows[-1][0].id)
        assert len(seen) == len(set(seen)) == 7
        assert seen == sorted(seen)


@BOTH
def test_filters_of_the_list(world: World) -> None:
    alice, bruno = world.member("Alice"), world.member("Bruno")
    nantes: dict[str, Any] = {"postcode": "44000", "town": "Nantes"}
    world.event(alice, "Formation", on(1), kind="formation", theme_id=world.theme(), **nantes)
    world.event(bruno, "Réunion", on(2), networks=["coorace"], territories=["departement:44"])
    world.event(bruno, "Sarthe", on(3), postcode="72000", town="Le Mans")
    around = Around(47.218, -1.553, 20)
    asked = {
        "kind": Filters(kind="formation"),
        "theme": Filters(theme="formation"),
        "around": Filters(around=around),
        "mine": Filters(mine=True),
    }
    for filters in asked.values():
        assert titles(world, alice, filters) == ["Formation"]
    here = Filters(territory_id=world.territory("departement:44"))
    assert titles(world, alice, here) == ["Réunion"]
    assert titles(world, alice, Filters(network_id=world.network("coorace"))) == ["Réunion"]
    assert titles(world, alice, Filters(network_id=world.network("fnars"))) == []


WHO = {
    "of the network": (("coorace",), "departement:44", True),
    "of another network": (("fnars",), "departement:44", False),
    "of another territory": (("coorace",), "departement:85", False),
    "of no network": ((), "departement:44", False),
}


@BOTH
@pytest.mark.parametrize("who", WHO)
def test_lists_months_and_counts_show_what_one_may_see(world: World, who: str) -> None:
    networks, territory, sees = WHO[who]
    alice = world.member("Alice")
    world.event(alice, starts=on(1), networks=["coorace"], territories=["departement:44"])
    viewer = world.viewer(world.member("Lise", networks=networks, territories=[territory]))
    tomorrow = clock.today() + timedelta(days=1)
    with world.session() as session:
        assert bool(listing.dates(session, viewer)) is sees
        assert listing.count(session, viewer, Filters()) == sees
        (day,) = listing.days(session, viewer, Filters(when=When.EVERY), tomorrow, tomorrow)
        assert bool(day.shown) is sees


def test_what_is_withdrawn_is_nowhere(world: World) -> None:
    alice = world.member("Alice")
    world.event(alice, starts=on(1))
    world.act(lambda s: s.execute(update(Event).values(withdrawn_at=clock.now())))
    assert titles(world, alice) == []


def test_an_organisation_that_one_does_not_see_is_not_named(world: World) -> None:
    alice, bruno = world.member("Alice"), world.member("Bruno", networks=("fnars",))
    house = world.organisation("Le Refuge", for_networks=["coorace"])
    event = world.event(alice, starts=on(1), organisation_id=house.id)
    for member, name in ((alice, "Le Refuge"), (bruno, None)):
        viewer = world.viewer(member)
        with world.session() as session:
            (row,) = listing.dates(session, viewer)
            assert row.house == name
        for path in (
            "",
            f"/{event.id}",
            f"/{event.id}/dates/{row[0].id}",
            "/imprimer",
            f"/{event.id}.ics",
        ):
            page = world.client(member).get(f"/agenda{path}", follow_redirects=True)
            assert page.status_code == 200, path
            assert "Le Refuge" not in page.text or name, path
            assert "Le Refuge" in page.text or not name or path.endswith(".ics"), path


@BOTH
def test_a_month_shows_each_day_that_an_event_takes(world: World) -> None:
    alice = world.member("Alice")
    world.event(alice, "Salon", datetime(2027, 2, 27), datetime(2027, 3, 3), all_day=True)
    viewer = world.viewer(alice)
    with world.session() as session:
        days = listing.days(session, viewer, Filters(), date(2027, 3, 1), date(2027, 3, 4))
    assert [(one.day.day, len(one.shown)) for one in days] == [(1, 1), (2, 1), (3, 0), (4, 0)]


@BOTH
def test_a_busy_day_says_how_many_more_and_costs_the_same(world: World) -> None:
    alice = world.member("Alice")
    day, costs = date(2027, 3, 1), []
    for number in range(12):
        world.event(alice, f"Réunion {number}", datetime(2027, 3, 1, 8 + number))
        viewer = world.viewer(alice)
        with world.session() as session, world.counted() as statements:
            (found,) = listing.days(session, viewer, Filters(), day, day)
        costs.append(len(statements))
        assert len(found.shown) + found.others == number + 1
        assert found.others != 1
    assert [row[0].event.title for row in found.shown] == ["Réunion 0", "Réunion 1", "Réunion 2"]
    assert costs[1:] == costs[:-1]


@BOTH
def test_each_night_series_are_written_two_years_ahead(world: World) -> None:
    alice = world.member("Alice")
    made = world.event(alice, "Série", on(1), recurrence="RRULE:FREQ=WEEKLY")
    ahead = clock.now() + AHEAD
    early = ahead - timedelta(days=60)

    def forget(session: object) -> None:
        session.execute(update(Event).values(through=early))  # type: ignore[attr-defined]
        late = Occurrence.starts_at > early
        session.execute(Occurrence.__table__.delete().where(late))  # type: ignore[attr-defined]

    everything = replace(Filters(when=When.EVERY), event_id=made.id)
    viewer = world.viewer(alice)
    with world.session() as session:
        whole = listing.count(session, viewer, everything)
    world.act(forget)
    with world.session() as session:
        assert listing.count(session, viewer, everything) < whole
    for _night in range(2):
        world.act(lambda session: jobs.extend_series(session, {}))
        with world.session() as session:
            assert listing.count(session, viewer, everything) == whole
