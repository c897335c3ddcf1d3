"""Rides at the same instant: the places of a car are never exceeded."""

import time as clockwork

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agenda.rides import queries
from agenda.rides.models import Ride, Seat, SeatStanding
from core.refusals import Refused
from tests.agenda.rides import (
    a_date,
    accepts,
    asks,
    changes,
    looks,
    offers,
    proposes,
    rides_along,
    subjects,
)
from tests.forum.test_at_once import at_once
from tests.world import BOTH, World

pytestmark = pytest.mark.usefixtures("long_before")
ACCEPTED = SeatStanding.ACCEPTED


def slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Long enough between the count and the place for all to have counted."""
    count = queries.taken

    def counting(session: Session, ride_id: int) -> int:
        found = count(session, ride_id)
        clockwork.sleep(0.3)
        return found

    monkeypatch.setattr(queries, "taken", counting)


@BOTH
def test_two_at_the_last_place_at_the_same_instant_and_one_has_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    olga, lise, anne, marc = (world.member(one) for one in ("Olga", "Lise", "Anne", "Marc"))
    date = a_date(world, olga, lise, anne, marc)
    ride = offers(world, lise, date)
    asked = asks(world, anne, date, ride)
    proposed = proposes(world, lise, date, looks(world, marc, date))
    slowly(monkeypatch)

    def run(which: int) -> str:
        """The driver gives the place that was asked for; the other takes the one proposed."""
        who, seat = ((lise, asked), (marc, proposed))[which]
        try:
            accepts(world, who, date, seat)
        except Refused as refused:
            return refused.code
        return "has it"

    assert sorted(at_once(world, 2, run)) == ["has it", "ride-full"]
    given = select(func.count()).select_from(Seat).where(Seat.standing == ACCEPTED)
    assert world.one(given) == 1


@BOTH
def test_a_car_that_becomes_smaller_while_a_place_is_given_holds_all_it_gave(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    olga, lise, anne, marc = (world.member(one) for one in ("Olga", "Lise", "Anne", "Marc"))
    date = a_date(world, olga, lise, anne, marc)
    ride = offers(world, lise, date, places=2)
    rides_along(world, lise, anne, date, ride)
    seat = asks(world, marc, date, ride)
    slowly(monkeypatch)

    def run(which: int) -> str:
        try:
            if which:
                changes(world, lise, date, ride, places=1)
            else:
                accepts(world, lise, date, seat)
        except Refused as refused:
            return refused.code
        return "done"

    at_once(world, 2, run)
    (places,) = world.all(select(Ride.places))
    given = world.one(select(func.count()).select_from(Seat).where(Seat.standing == ACCEPTED))
    assert places is not None
    assert given is not None
    assert given <= places


@BOTH
def test_asked_twice_at_the_same_instant_it_is_asked_once(world: World) -> None:
    olga, lise, anne = world.member("Olga"), world.member("Lise"), world.member("Anne")
    date = a_date(world, olga, lise, anne)
    ride = offers(world, lise, date)

    def run(_which: int) -> str:
        try:
            asks(world, anne, date, ride)
        except Refused as refused:
            return refused.code
        return "asked"

    assert sorted(at_once(world, 3, run)) == ["asked", "nothing-to-do", "nothing-to-do"]
    assert subjects(world, lise) == ["Place demandée : Job dating"]
