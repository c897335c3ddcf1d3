"""The page of the rides of a date: the nearest first, and whose telephone is shown."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Member
from agenda.models import Occurrence
from directory.models import Profile
from tests.agenda.attending import comes
from tests.agenda.rides import NANTES, a_date, accepts, asks, looks, offers, rides_along
from tests.world import BOTH, World

pytestmark = pytest.mark.usefixtures("long_before")


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
