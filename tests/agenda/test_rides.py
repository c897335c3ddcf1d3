"""Going to a date together: offering, looking, asking, proposing, changing one’s mind."""

# ruff: noqa: DTZ001 - what a clock shows has no zone

from datetime import datetime, time
from typing import Any

import pytest
from sqlalchemy import select

from agenda.rides import queries
from agenda.rides.models import Ride, Seat, SeatStanding
from core.refusals import Refused
from tests.agenda.rides import (
    BACK,
    BOTH_WAYS,
    THERE,
    a_date,
    accepts,
    asks,
    changes,
    gives_back,
    looks,
    offers,
    proposes,
    rides_along,
    says_no,
    subjects,
    where,
    withdraws,
)
from tests.world import BOTH, World

pytestmark = pytest.mark.usefixtures("long_before")
ASKED, ACCEPTED = SeatStanding.ASKED, SeatStanding.ACCEPTED
DECLINED, REFUSED = SeatStanding.DECLINED, SeatStanding.REFUSED


def counted(world: World, date: int) -> tuple[int, int]:
    """The free places, and the people who look for one."""
    row = world.act(lambda s: s.execute(select(*queries.counts(date))).one())
    return row[0], row[1]


# --- asking, proposing, answering ----------------------------------------------------------------


@BOTH
def test_a_place_is_asked_for_given_and_given_back_and_each_is_told(world: World) -> None:
    olga, lise, anne = world.member("Olga"), world.member("Lise"), world.member("Anne")
    date = a_date(world, olga, lise, anne)
    ride = offers(world, lise, date)
    seat = asks(world, anne, date, ride, "J’ai une valise")
    assert counted(world, date) == (1, 0)
    assert subjects(world, lise) == ["Place demandée : Job dating"]
    (asked,) = [mail for mail in world.mails(lise) if mail.kind == "ride"]
    assert "J’ai une valise" in asked.text
    assert f"/agenda/dates/{date}/covoiturage" in asked.text
    accepts(world, lise, date, seat)
    assert counted(world, date) == (0, 0)
    assert subjects(world, anne) == ["Vous avez une place : Job dating"]
    gives_back(world, anne, date, seat)
    assert counted(world, date) == (1, 0)
    assert subjects(world, lise)[1:] == ["Place rendue : Job dating"]
    assert where(world, anne) == []


@BOTH
def test_a_driver_proposes_a_place_to_somebody_who_looks_for_one(world: World) -> None:
    olga, lise, anne, marc = (world.member(one) for one in ("Olga", "Lise", "Anne", "Marc"))
    date = a_date(world, olga, lise, anne, marc)
    offers(world, lise, date)
    sought, other = looks(world, anne, date, THERE), looks(world, marc, date)
    assert counted(world, date) == (1, 2)
    seat = proposes(world, lise, date, sought)
    assert subjects(world, anne) == ["Place proposée : Job dating"]
    with pytest.raises(Refused, match="nothing-to-do"):
        accepts(world, lise, date, seat)
    accepts(world, anne, date, seat)
    assert subjects(world, lise) == ["Place acceptée : Job dating"]
    assert counted(world, date) == (0, 1), "who has found looks no more"
    with pytest.raises(Refused, match="ride-full"):
        proposes(world, lise, date, other)
    with pytest.raises(Refused, match="ride-none-to-propose"):
        proposes(world, marc, date, sought)


@BOTH
def test_no_is_said_once_and_told(world: World) -> None:
    olga, lise, anne = world.member("Olga"), world.member("Lise"), world.member("Anne")
    date = a_date(world, olga, lise, anne)
    ride = offers(world, lise, date, places=2)
    says_no(world, lise, date, asks(world, anne, date, ride))
    assert subjects(world, anne) == ["Pas de place dans cette voiture : Job dating"]
    with pytest.raises(Refused, match="seat-declined"):
        asks(world, anne, date, ride)
    sought = looks(world, anne, date)
    seat = proposes(world, lise, date, sought)  # the driver may change their mind
    says_no(world, anne, date, seat)
    assert where(world, anne) == [REFUSED]
    assert subjects(world, lise)[-1] == "Place refusée : Job dating"
    with pytest.raises(Refused, match="ride-none-to-propose"):
        proposes(world, lise, date, sought)
    asks(world, anne, date, ride)  # and so may who refused
    assert where(world, anne) == [ASKED]


def test_a_driver_takes_a_place_back_and_no_longer_proposes_one(world: World) -> None:
    olga, lise, anne = world.member("Olga"), world.member("Lise"), world.member("Anne")
    date = a_date(world, olga, lise, anne)
    ride = offers(world, lise, date, places=2)
    says_no(world, lise, date, rides_along(world, lise, anne, date, ride))
    assert where(world, anne) == [DECLINED]
    seat = proposes(world, lise, date, looks(world, anne, date))
    gives_back(world, lise, date, seat)
    assert where(world, anne) == []
    assert subjects(world, anne)[-1] == "Place qui n’est plus proposée : Job dating"


@BOTH
def test_what_one_waits_for_elsewhere_ends_when_one_has_found(world: World) -> None:
    olga, lise, marc, anne = (world.member(one) for one in ("Olga", "Lise", "Marc", "Anne"))
    date = a_date(world, olga, lise, marc, anne)
    both = offers(world, lise, date)
    there, back = offers(world, marc, date, THERE), offers(world, marc, date, BACK)
    seats = [asks(world, anne, date, one) for one in (both, there, back)]
    accepts(world, marc, date, seats[1])
    assert where(world, anne) == [ASKED, ACCEPTED, ASKED], "the way back is not found"
    accepts(world, lise, date, seats[0])
    assert where(world, anne) == [ACCEPTED, ACCEPTED]
    assert subjects(world, marc)[-1] == "Place qui n’est plus demandée : Job dating"


@BOTH
def test_who_found_half_of_the_way_looks_still(world: World) -> None:
    olga, lise, anne = world.member("Olga"), world.member("Lise"), world.member("Anne")
    date = a_date(world, olga, lise, anne)
    looks(world, anne, date)
    there, back = offers(world, lise, date, THERE), offers(world, lise, date, BACK)
    rides_along(world, lise, anne, date, there)
    assert counted(world, date) == (1, 1)
    rides_along(world, lise, anne, date, back)
    assert counted(world, date) == (0, 0)


@pytest.mark.parametrize(
    ("first", "second", "may"),
    [
        (THERE, BACK, True),
        (THERE, THERE, False),
        (BOTH_WAYS, BACK, False),
        (BACK, BOTH_WAYS, False),
    ],
)
def test_one_has_one_ride_each_way(world: World, first: Any, second: Any, may: bool) -> None:
    olga, lise = world.member("Olga"), world.member("Lise")
    date = a_date(world, olga, lise)
    offers(world, lise, date, first)
    if may:
        looks(world, lise, date, second)
        return
    with pytest.raises(Refused, match="ride-twice"):
        looks(world, lise, date, second)


def test_nobody_asks_for_a_place_where_they_drive_or_sit(world: World) -> None:
    olga, lise, marc, anne = (world.member(one) for one in ("Olga", "Lise", "Marc", "Anne"))
    date = a_date(world, olga, lise, marc, anne)
    own, other = offers(world, lise, date), offers(world, marc, date)
    for ride in (own, other):
        with pytest.raises(Refused, match="ride-twice"):
            asks(world, lise, date, ride)
    rides_along(world, lise, anne, date, own)
    with pytest.raises(Refused, match="ride-twice"):
        asks(world, anne, date, other)


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"places": 0}, "ride-places-unknown"),
        ({"places": 9}, "ride-places-unknown"),
        ({"places": None}, "ride-places-unknown"),
        ({"hour": None}, "ride-hour-needed"),
        ({"days_after": 1}, "ride-day-unknown"),
        ({"days_after": -1}, "ride-day-unknown"),
        ({"start": "99999"}, "unknown-commune"),
        ({"words": "x" * 501}, "words-too-long"),
    ],
)
def test_what_is_said_of_a_ride_is_looked_at(
    world: World, said: dict[str, Any], refusal: str
) -> None:
    olga = world.member("Olga")
    date = a_date(world, olga, olga)
    with pytest.raises(Refused, match=refusal):
        offers(world, olga, date, **said)
    assert world.all(select(Ride)) == []


def test_of_a_date_of_several_days_the_day_is_said(world: World) -> None:
    olga = world.member("Olga")
    first, last = datetime(2027, 3, 2, 14), datetime(2027, 3, 4, 12)
    date = a_date(world, olga, olga, starts=first, ends=last)
    page = world.client(olga).get(f"/agenda/dates/{date}/covoiturage/proposer").text
    assert page.count("<option") == 3
    offers(world, olga, date, BACK, days_after=2, hour=time(13))
    board = world.client(olga).get(f"/agenda/dates/{date}/covoiturage").text
    assert "jeudi 4\u00a0mars" in board
    with pytest.raises(Refused, match="ride-day-unknown"):
        offers(world, olga, date, THERE, days_after=3)


@BOTH
def test_a_page_that_is_out_of_date_gives_no_place_to_another(world: World) -> None:
    olga, lise, anne, marc = (world.member(one) for one in ("Olga", "Lise", "Anne", "Marc"))
    date = a_date(world, olga, lise, anne, marc)
    ride = offers(world, lise, date)
    seen = asks(world, anne, date, ride)
    gives_back(world, anne, date, seen)
    asks(world, marc, date, ride)
    with pytest.raises(Refused, match="nothing-to-do"):
        accepts(world, lise, date, seen)
    assert where(world, marc) == [ASKED]


# --- changing, withdrawing -----------------------------------------------------------------------


@BOTH
def test_those_who_have_a_place_are_told_of_what_changes_and_the_others_are_not(
    world: World,
) -> None:
    olga, lise, anne, marc = (world.member(one) for one in ("Olga", "Lise", "Anne", "Marc"))
    date = a_date(world, olga, lise, anne, marc)
    ride = offers(world, lise, date, places=2)
    rides_along(world, lise, anne, date, ride)
    asks(world, marc, date, ride)
    changes(world, lise, date, ride, places=3)
    assert len(subjects(world, anne)) == 1, "more places change nothing for her"
    changes(world, lise, date, ride, places=3, hour=time(7, 30))
    assert subjects(world, anne)[1:] == ["Trajet modifié : Job dating"]
    assert "départ à 7 h 30" in world.mails(anne)[-1].text.replace("\u00a0", " ")
    assert subjects(world, marc) == []


def test_places_that_are_given_are_not_taken_back_by_a_number(world: World) -> None:
    olga, lise, anne, marc = (world.member(one) for one in ("Olga", "Lise", "Anne", "Marc"))
    date = a_date(world, olga, lise, anne, marc)
    ride = offers(world, lise, date, places=2)
    for one in (anne, marc):
        rides_along(world, lise, one, date, ride)
    with pytest.raises(Refused, match="ride-fewer-places"):
        changes(world, lise, date, ride, places=1)


@BOTH
def test_a_ride_that_is_withdrawn_is_told_to_all_whom_it_concerns(world: World) -> None:
    olga, lise, anne, marc = (world.member(one) for one in ("Olga", "Lise", "Anne", "Marc"))
    ines, no = world.member("Inès"), world.member("Noé")
    date = a_date(world, olga, lise, anne, marc, ines, no)
    ride = offers(world, lise, date, places=3)
    rides_along(world, lise, anne, date, ride)
    asks(world, marc, date, ride)
    proposes(world, lise, date, looks(world, ines, date))
    says_no(world, lise, date, asks(world, no, date, ride))
    world.work()
    withdraws(world, lise, date, ride)
    assert subjects(world, anne)[1:] == ["Trajet annulé : Job dating"]
    assert subjects(world, marc) == ["Trajet annulé : Job dating"]
    assert subjects(world, ines)[1:] == ["Place qui n’est plus proposée : Job dating"]
    assert len(subjects(world, no)) == 1
    assert world.all(select(Seat)) == []


@BOTH
def test_who_no_longer_looks_frees_the_drivers_who_proposed(world: World) -> None:
    olga, lise, anne = world.member("Olga"), world.member("Lise"), world.member("Anne")
    date = a_date(world, olga, lise, anne)
    offers(world, lise, date)
    sought = looks(world, anne, date)
    proposes(world, lise, date, sought)
    withdraws(world, anne, date, sought)
    assert subjects(world, lise) == ["Place refusée : Job dating"]
    assert counted(world, date) == (1, 0)
    assert subjects(world, anne) == [], "what was over before it was read is not told"
