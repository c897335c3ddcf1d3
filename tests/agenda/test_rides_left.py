"""Rides when somebody no longer comes, when a date changes, and when it is over."""

# ruff: noqa: DTZ001 - what a clock shows has no zone

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import administration, leaving
from accounts.models import Member
from agenda import changes, needs
from agenda.attending import organising
from agenda.attending.models import Registration
from agenda.models import Occurrence
from agenda.queries import occurrence
from agenda.rides import personal
from agenda.rides.models import Ride, Seat
from core import clock
from tests.agenda.attending import at, comes, declines, first_date, opened, told
from tests.agenda.rides import (
    THERE,
    a_date,
    asks,
    looks,
    offers,
    proposes,
    rides_along,
    subjects,
    withdraws,
)
from tests.house.test_twins import made_one
from tests.world import BOTH, World

pytestmark = pytest.mark.usefixtures("long_before")
NINE = datetime(2027, 3, 1, 9, 30)
WITHDRAWN, GIVEN_BACK = "Trajet annulé : Job dating", "Place rendue : Job dating"


def declining(world: World, date: int, who: Member, _organiser: Member) -> None:
    declines(world, who, date)


def taken_off(world: World, date: int, who: Member, organiser: Member) -> None:
    mine = select(Registration.id).where(Registration.member_id == who.id)
    (number,) = world.all(mine)
    world.act_as(
        organiser, lambda s, viewer: organising.take_off(s, date, number, "Complet", by=viewer)
    )


def closing(world: World, _date: int, who: Member, _organiser: Member) -> None:
    world.act(lambda s: leaving.ask_to_close(s, s.get_one(Member, who.id), erases=False))
    keeping = world.app.extensions["maillage.keeping"]
    with at(clock.now() + timedelta(days=15)):
        world.act(lambda s: keeping.tonight(s, {}))
        world.work()


def leaving_the_network(world: World, _date: int, who: Member, _organiser: Member) -> None:
    administrator = world.administrator()
    networks, territories = [world.network("fnars")], [world.territory("departement:44")]

    def place(session: Session) -> None:
        administration.place(
            session,
            session.get_one(Member, who.id),
            by=session.get_one(Member, administrator.id),
            role=who.role,
            networks=networks,
            territories=territories,
        )

    world.act(place)


HOW: dict[str, Callable[[World, int, Member, Member], None]] = {
    "says that they do not come": declining,
    "is taken off the list": taken_off,
    "closes their account": closing,
    "leaves the network": leaving_the_network,
}


@BOTH
@pytest.mark.parametrize("how", HOW)
def test_the_rides_of_who_no_longer_comes_end_and_the_others_are_told(
    world: World, how: str
) -> None:
    olga, lise, anne, marc = (world.member(one) for one in ("Olga", "Lise", "Anne", "Marc"))
    date = a_date(world, olga, lise, anne, marc, networks=["coorace"])
    ride, there = offers(world, lise, date), offers(world, marc, date, THERE)
    rides_along(world, lise, anne, date, ride)
    world.work()
    HOW[how](world, date, lise, olga)
    assert subjects(world, anne)[-1] == WITHDRAWN
    assert world.all(select(Ride.id)) == [there.id]
    assert world.all(select(Seat)) == []


@BOTH
@pytest.mark.parametrize("how", HOW)
def test_the_places_of_who_no_longer_comes_are_free_and_the_drivers_told(
    world: World, how: str
) -> None:
    olga, lise, anne, marc = (world.member(one) for one in ("Olga", "Lise", "Anne", "Marc"))
    date = a_date(world, olga, lise, anne, marc, networks=["coorace"])
    ride, other = offers(world, lise, date), offers(world, marc, date)
    looks(world, anne, date)
    asks(world, anne, date, other)
    rides_along(world, lise, anne, date, ride)
    world.work()
    HOW[how](world, date, anne, olga)
    assert subjects(world, lise)[-1] == GIVEN_BACK
    assert world.all(select(Seat)) == []
    assert set(world.all(select(Ride.id))) == {ride.id, other.id}


@BOTH
def test_who_changes_networks_and_still_sees_the_date_keeps_their_ride(world: World) -> None:
    olga, lise = (world.member(one, networks=("coorace", "fnars")) for one in ("Olga", "Lise"))
    date = a_date(world, olga, lise, networks=["fnars"])
    offers(world, lise, date)
    leaving_the_network(world, date, lise, olga)
    assert len(world.all(select(Ride))) == 1


def test_who_no_longer_sees_the_date_is_told_nothing_of_its_rides(world: World) -> None:
    olga, lise, anne = world.member("Olga"), world.member("Lise"), world.member("Anne")
    date = a_date(world, olga, lise, anne, networks=["coorace"])
    ride = offers(world, lise, date)
    rides_along(world, lise, anne, date, ride)
    world.work()
    before = subjects(world, anne)
    withdraws(world, lise, date, ride)
    leaving_the_network(world, date, anne, olga)
    assert subjects(world, anne) == before


@BOTH
def test_two_accounts_made_one_do_not_sit_in_their_own_car(world: World) -> None:
    olga, twin, other, anne = (world.member(one) for one in ("Olga", "Lise", "Lise", "Anne"))
    date = a_date(world, olga, twin, other, anne)
    ride = offers(world, twin, date, places=2)
    rides_along(world, twin, other, date, ride)
    rides_along(world, twin, anne, date, ride)
    offers(world, other, date)
    made_one(world, world.administrator(), twin, other)
    assert world.all(select(Seat.member_id)) == [anne.id]
    assert len(world.all(select(Ride))) == 2
    assert world.client(anne).get(f"/agenda/dates/{date}/covoiturage").status_code == 200


@BOTH
def test_a_series_cut_in_two_keeps_its_rides_with_their_dates(world: World) -> None:
    olga, lise = world.member("Olga"), world.member("Lise")
    weekly = "RRULE:FREQ=WEEKLY;COUNT=4"
    made = opened(world, olga, world.event(olga, starts=NINE, recurrence=weekly, town="Nantes"))
    dates = world.all(select(Occurrence.id).order_by(Occurrence.starts_at))
    comes(world, lise, dates[2])
    offers(world, lise, dates[2])

    def cut(session: Session, viewer: object) -> int:
        one = session.scalars(occurrence(viewer, dates[2])).one()  # type: ignore[arg-type]
        return changes.divide(session, one, by=viewer).id  # type: ignore[arg-type]

    follows = world.act_as(olga, cut)
    assert follows != made.id
    page = world.client(lise).get(f"/agenda/dates/{dates[2]}/covoiturage").text
    assert "Rezé (44)" in page
    assert "1 place proposée" in world.client(olga).get(f"/agenda/{follows}/dates/{dates[2]}").text


@BOTH
def test_a_date_with_rides_stays_when_its_rule_no_longer_gives_it(world: World) -> None:
    olga = world.member("Olga")
    weekly = "RRULE:FREQ=WEEKLY;COUNT=3"
    opened(world, olga, world.event(olga, starts=NINE, recurrence=weekly, town="Nantes"))
    dates = world.all(select(Occurrence.id).order_by(Occurrence.starts_at))
    offers(world, olga, dates[1])  # who organises needs not register
    found = world.act(lambda s: needs.needed(s, s.scalars(select(Occurrence)).all()))
    assert found == {dates[1]}


def test_a_date_that_is_moved_takes_its_rides_along(world: World) -> None:
    olga = world.member("Olga")
    first, last = NINE, NINE + timedelta(days=1)
    made = opened(world, olga, world.event(olga, starts=first, ends=last, town="Nantes"))
    date = first_date(world, made)
    offers(world, olga, date, days_after=1)
    said = changes.SaidOfDate(starts=first + timedelta(days=7), ends=first + timedelta(days=8))

    def move(session: Session, viewer: object) -> None:
        one = session.scalars(occurrence(viewer, date)).one()  # type: ignore[arg-type]
        changes.rearrange_date(session, one, said, by=viewer)  # type: ignore[arg-type]

    world.act_as(olga, move)
    page = world.client(olga).get(f"/agenda/dates/{date}/covoiturage").text
    assert "mardi 9\u00a0mars" in page


@BOTH
def test_rides_are_erased_a_month_after_the_date(world: World) -> None:
    olga, lise, anne = world.member("Olga"), world.member("Lise"), world.member("Anne")
    date = a_date(world, olga, lise, anne)
    rides_along(world, lise, anne, date, offers(world, lise, date))
    (ends,) = world.all(select(Occurrence.ends_at).where(Occurrence.id == date))
    (rule,) = personal.RULES
    assert rule.days == 30
    for days, left in ((29, 1), (31, 0)):
        moment = ends + timedelta(days=days)
        world.act(lambda s, moment=moment: rule.carry_out(s, moment))  # type: ignore[misc]
        assert len(world.all(select(Ride))) == left
        assert len(world.all(select(Seat))) == left


@BOTH
def test_a_reminder_tells_the_ride_that_one_has_at_one_query_more_for_all(world: World) -> None:
    olga, lise, anne, marc = (world.member(one) for one in ("Olga", "Lise", "Anne", "Marc"))
    date = a_date(world, olga, lise, anne, marc, starts=NINE)
    rides_along(world, lise, anne, date, offers(world, lise, date))
    world.work()
    with at(datetime(2027, 2, 27, 9, tzinfo=UTC)):
        world.act(lambda s: world.app.extensions["maillage.plan"].handlers["dates.look"](s, {}))
        with world.counted() as statements:
            world.work()
    assert sum("FROM ride_seat" in one for one in statements) == 1
    texts = {
        one.id: " ".join(told(world, one)[-1].text.replace("\u00a0", " ").split())
        for one in (lise, anne, marc)
    }
    assert f"vous emmenez {anne.name}. Aller et retour, depuis Rezé (44)" in texts[lise.id]
    assert f"Covoiturage avec {lise.name}. Aller et retour" in texts[anne.id]
    assert "Covoiturage" not in texts[marc.id]


def test_a_proposal_that_is_answered_by_leaving_is_told_as_not_needed(world: World) -> None:
    olga, lise, anne = world.member("Olga"), world.member("Lise"), world.member("Anne")
    date = a_date(world, olga, lise, anne)
    offers(world, lise, date)
    proposes(world, lise, date, looks(world, anne, date))
    declines(world, anne, date)
    assert subjects(world, lise) == ["Place refusée : Job dating"]
