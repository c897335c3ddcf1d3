"""Who goes to a date together: those who come, who organises, and nobody else."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Member
from agenda.attending.models import Registration, Standing
from agenda.models import Occurrence
from agenda.rides.models import Ride, Seat
from core.refusals import Refused
from tests.agenda.attending import LONG_BEFORE, at
from tests.agenda.rides import (
    BACK,
    THERE,
    a_date,
    accepts,
    asks,
    changes,
    gives_back,
    looks,
    offers,
    withdraws,
)
from tests.world import BOTH, World

pytestmark = pytest.mark.usefixtures("long_before")

WHO = {
    "comes": 200,
    "organises": 200,
    "moderates": 200,
    "waits": 404,
    "declines": 404,
    "said nothing": 404,
    "of another network": 404,
    "nobody": 302,
}


def persona(world: World, who: str) -> tuple[int, Member | None]:
    """A date for one network, and somebody who stands so about it."""
    olga, lise = world.member("Olga"), world.member("Lise")
    date = a_date(world, olga, lise, networks=["coorace"])
    found: dict[str, Callable[[], Member | None]] = {
        "comes": lambda: lise,
        "organises": lambda: olga,
        "moderates": world.moderator,
        "waits": lambda: standing(world, date, "waiting"),
        "declines": lambda: standing(world, date, "declined"),
        "said nothing": lambda: world.member("Paul"),
        "of another network": lambda: world.member("Elsa", networks=("fnars",)),
        "nobody": lambda: None,
    }
    return date, found[who]()


def standing(world: World, date: int, value: str) -> Member:
    someone = world.member("Anne")
    world.act(
        lambda s: s.add(
            Registration(
                occurrence_id=date,
                member_id=someone.id,
                standing=Standing(value),
                since=LONG_BEFORE,
            )
        )
    )
    return someone


@BOTH
@pytest.mark.parametrize("who", WHO)
def test_rides_exist_for_those_who_come_and_who_organises(world: World, who: str) -> None:
    date, someone = persona(world, who)
    driver = world.all(select(Member).where(Member.first_name == "Lise"))[0]
    ride = offers(world, driver, date)
    client = world.client(someone)
    board = f"/agenda/dates/{date}/covoiturage"
    offering = f"/agenda/dates/{date}/covoiturage/proposer"
    looking = f"/agenda/dates/{date}/covoiturage/chercher"
    for page in (board, offering, looking):
        assert client.get(page).status_code == WHO[who], page
    said = {"way": "there", "pres": "Rezé", "hour": "08:00", "places": "2"}
    asked = client.post(f"{board}/trajets/{ride.id}/demander")
    assert asked.status_code == (302 if WHO[who] == 200 else WHO[who])
    offered = client.post(offering, data=said).status_code
    if who == "comes":
        assert offered == 422, "they offer a ride that way already"
    elif WHO[who] == 200:
        assert offered == 302
    else:
        assert offered == WHO[who]
        assert len(world.all(select(Ride))) == 1
        assert world.all(select(Seat)) == []


@BOTH
def test_who_may_not_is_refused_by_the_actions_too(world: World) -> None:
    olga, lise, paul = world.member("Olga"), world.member("Lise"), world.member("Paul")
    date = a_date(world, olga, lise)
    ride = offers(world, lise, date)
    acts: list[Callable[[], object]] = [
        lambda: offers(world, paul, date),
        lambda: looks(world, paul, date),
        lambda: asks(world, paul, date, ride),
    ]
    for act in acts:
        with pytest.raises(Refused, match="ride-closed"):
            act()


@pytest.mark.parametrize(
    ("said", "now"),
    [
        ({"town": "", "postcode": "", "link": "https://visio.example"}, LONG_BEFORE),
        ({}, datetime(2027, 3, 1, 10, 30, tzinfo=UTC)),
    ],
    ids=["by video alone", "over"],
)
def test_nobody_goes_to_a_date_without_a_place_nor_to_one_that_is_over(
    world: World, said: dict[str, Any], now: datetime
) -> None:
    olga = world.member("Olga")
    date = a_date(world, olga, olga, **said)
    with at(now):
        assert world.client(olga).get(f"/agenda/dates/{date}/covoiturage").status_code == 404
        with pytest.raises(Refused, match="ride-closed"):
            offers(world, olga, date)


def test_a_cancelled_date_has_no_rides_until_it_takes_place_after_all(world: World) -> None:
    olga = world.member("Olga")
    date = a_date(world, olga, olga)
    offers(world, olga, date)
    board = f"/agenda/dates/{date}/covoiturage"

    def set_off(moment: datetime | None) -> None:
        def act(session: Session) -> None:
            session.get_one(Occurrence, date).cancelled_at = moment

        world.act(act)

    set_off(LONG_BEFORE)
    assert world.client(olga).get(board).status_code == 404
    set_off(None)
    assert "Rezé (44)" in world.client(olga).get(board).text


def test_the_acts_are_doors_that_open_for_those_who_share_the_rides(world: World) -> None:
    olga, lise, anne, paul = (world.member(one) for one in ("Olga", "Lise", "Anne", "Paul"))
    date = a_date(world, olga, lise, anne)
    ride = offers(world, lise, date, places=3)
    sought = looks(world, anne, date)
    seat = asks(world, anne, date, ride)
    proposed = seat.id + 1  # once the first one is given back
    acts = [
        (lise, f"/agenda/dates/{date}/covoiturage/places/{seat.id}/accepter"),
        (anne, f"/agenda/dates/{date}/covoiturage/places/{seat.id}/rendre"),
        (lise, f"/agenda/dates/{date}/covoiturage/trajets/{sought.id}/proposer"),
        (anne, f"/agenda/dates/{date}/covoiturage/places/{proposed}/refuser"),
        (anne, f"/agenda/dates/{date}/covoiturage/trajets/{ride.id}/demander"),
        (lise, f"/agenda/dates/{date}/covoiturage/trajets/{ride.id}/retirer"),
    ]
    for who, act in acts:
        assert world.client(paul).post(act).status_code == 404, act
        before = world.all(select(Seat.standing)), world.all(select(Ride.id))
        assert world.client(who).post(act).status_code == 302
        assert (world.all(select(Seat.standing)), world.all(select(Ride.id))) != before, act
    said = {"way": "back", "pres": "44400"}
    changed = f"/agenda/dates/{date}/covoiturage/trajets/{sought.id}/modifier"
    assert world.client(lise).post(changed, data=said).status_code == 404
    assert world.client(anne).post(changed, data=said).status_code == 302
    assert world.all(select(Ride.way)) == [BACK]


@BOTH
def test_only_the_two_of_a_place_decide_of_it(world: World) -> None:
    olga, lise, anne, marc = (world.member(one) for one in ("Olga", "Lise", "Anne", "Marc"))
    date = a_date(world, olga, lise, anne, marc)
    ride = offers(world, lise, date)
    seat = asks(world, anne, date, ride)
    for who in (marc, olga, anne):
        with pytest.raises(Refused, match="nothing-to-do"):
            accepts(world, who, date, seat)
    with pytest.raises(Refused, match="not-yours"):
        withdraws(world, marc, date, ride)
    with pytest.raises(Refused, match="not-yours"):
        changes(world, marc, date, ride, way=THERE)
    board = f"/agenda/dates/{date}/covoiturage/trajets/{ride.id}/modifier"
    assert world.client(marc).get(board).status_code == 404
    accepts(world, lise, date, seat)
    with pytest.raises(Refused, match="nothing-to-do"):
        gives_back(world, marc, date, seat)


def test_a_ride_of_one_date_is_not_met_under_another(world: World) -> None:
    olga, lise, anne = world.member("Olga"), world.member("Lise"), world.member("Anne")
    one, other = a_date(world, olga, lise, anne), a_date(world, olga, lise, anne)
    ride = offers(world, lise, one)
    with pytest.raises(Refused, match="nothing-to-do"):
        asks(world, anne, other, ride)
    page = f"/agenda/dates/{other}/covoiturage/trajets/{ride.id}/modifier"
    assert world.client(lise).get(page).status_code == 404
