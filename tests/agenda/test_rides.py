"""Going to a date together: offering, looking, asking, proposing; places are never exceeded."""

# ruff: noqa: DTZ001 - what a clock shows has no zone

import time as clockwork
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import Member
from agenda.attending.models import Registration, Standing
from agenda.models import Occurrence
from agenda.rides import queries
from agenda.rides.models import Ride, Seat, SeatStanding
from core.refusals import Refused
from directory.models import Profile
from tests.agenda.attending import at, comes
from tests.agenda.rides import (
    BACK,
    BOTH_WAYS,
    NANTES,
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
from tests.forum.test_at_once import at_once
from tests.world import BOTH, World

LONG_BEFORE = datetime(2027, 1, 4, 9, tzinfo=UTC)
ASKED, PROPOSED = SeatStanding.ASKED, SeatStanding.PROPOSED
ACCEPTED, DECLINED, REFUSED = SeatStanding.ACCEPTED, SeatStanding.DECLINED, SeatStanding.REFUSED


@pytest.fixture(autouse=True)
def _long_before() -> Iterator[None]:
    with at(LONG_BEFORE):
        yield


def counted(world: World, date: int) -> tuple[int, int]:
    """The free places, and the people who look for one."""
    row = world.act(lambda s: s.execute(select(*queries.counts(date))).one())
    return row[0], row[1]


# --- who shares rides ----------------------------------------------------------------------------


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


# --- at the same instant -------------------------------------------------------------------------


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


# --- how they are listed -------------------------------------------------------------------------


@BOTH
def test_the_nearest_to_where_one_works_comes_first(world: World) -> None:
    olga, lise, marc, anne = (world.member(one) for one in ("Olga", "Lise", "Marc", "Anne"))
    date = a_date(world, olga, lise, marc, anne)
    offers(world, lise, date, start="44184")  # Saint-Nazaire
    offers(world, marc, date, start=NANTES)
    house = world.organisation(postcode="44600", town="Saint-Nazaire")

    def work(session: Session) -> None:
        session.get_one(Profile, anne.id).organisation_id = house.id

    def order() -> list[str]:
        page = world.client(anne).get(f"/agenda/dates/{date}/covoiturage").text
        return sorted(("Nantes (44)", "Saint-Nazaire (44)"), key=page.index)

    assert order() == ["Nantes (44)", "Saint-Nazaire (44)"], "by name when nothing is known"
    world.act(work)
    assert order() == ["Saint-Nazaire (44)", "Nantes (44)"]


@BOTH
def test_the_page_costs_the_same_for_two_rides_as_for_twenty(world: World) -> None:
    olga, lise, anne = world.member("Olga"), world.member("Lise"), world.member("Anne")
    date = a_date(world, olga, lise, anne)
    rides_along(world, lise, anne, date, offers(world, lise, date))
    client, costs = world.client(lise), []
    for number in (1, 9):
        for which in range(number):
            driver, rider = (world.member(f"{name}{which}") for name in ("Marc", "Inès"))
            for one in (driver, rider):
                comes(world, one, date)
            rides_along(world, driver, rider, date, offers(world, driver, date))
        with world.counted() as statements:
            assert client.get(f"/agenda/dates/{date}/covoiturage").status_code == 200
        costs.append(len(statements))
    assert costs[0] == costs[1] <= 9


@BOTH
@pytest.mark.parametrize("shown", [True, False])
def test_telephones_are_shown_between_the_two_of_a_place_alone(world: World, shown: bool) -> None:
    olga, lise, anne, marc = (world.member(one) for one in ("Olga", "Lise", "Anne", "Marc"))
    date = a_date(world, olga, lise, anne, marc)
    ride = offers(world, lise, date, places=2)
    numbers = {lise.id: "06 00 00 00 01", anne.id: "06 00 00 00 02", marc.id: "06 00 00 00 03"}

    def call(session: Session) -> None:
        for member_id, number in numbers.items():
            profile = session.get_one(Profile, member_id)
            profile.phone, profile.phone_shown = number, shown

    world.act(call)

    def read(who: Member) -> set[str]:
        page = world.client(who).get(f"/agenda/dates/{date}/covoiturage").text
        return {number for number in numbers.values() if number in page}

    seat = asks(world, anne, date, ride)
    asks(world, marc, date, ride)
    assert [read(one) for one in (lise, anne, marc, olga)] == [set()] * 4
    accepts(world, lise, date, seat)
    of_driver, of_rider = ({numbers[one.id]} if shown else set() for one in (lise, anne))
    assert read(lise) == of_rider
    assert read(anne) == of_driver
    assert [read(one) for one in (marc, olga)] == [set()] * 2


@BOTH
def test_the_page_of_the_date_says_in_one_line_what_there_is(world: World) -> None:
    olga, lise, anne = world.member("Olga"), world.member("Lise"), world.member("Anne")
    paul = world.member("Paul")
    date = a_date(world, olga, lise, anne)
    offers(world, lise, date, places=2)
    looks(world, anne, date)
    event = f"/agenda/{world.one(select(Occurrence.event_id).where(Occurrence.id == date))}"
    assert "2 places proposées, 1 personne cherche" in world.client(anne).get(event).text
    assert "covoiturage" not in world.client(paul).get(event).text
