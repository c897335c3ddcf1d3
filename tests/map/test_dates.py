"""Dates on the map: who finds them in the list, the markers and the sheet."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from access.viewers import Role
from accounts.models import Member
from agenda import changes
from agenda.actions import Said
from agenda.models import Event, Occurrence
from core.refusals import Refused
from directory.models import Placed
from map import actions
from tests.world import BOTH, World

FIRST = datetime(2027, 3, 2, 9, 30)  # noqa: DTZ001 - on the clock of its zone
NANTES, LAVAL = "44109", "53130"


@BOTH
def test_a_date_for_one_network_is_on_no_map_of_another(world: World) -> None:
    alice = world.member("Alice", networks=["fnars"])
    house = world.organisation("Maison discrète", for_networks=["fnars"])
    opened = world.event(
        alice, "Ouverte", FIRST, commune_code=NANTES, organisation_id=house.id, place="Salle 3"
    )
    closed = world.event(alice, "Réservée", FIRST, commune_code=NANTES, networks=["fnars"])
    for networks, sees in ((["fnars"], True), (["coorace"], False)):
        client = world.client(world.member(networks=networks))
        page = client.get("/carte/dates").get_data(as_text=True)
        assert ("Réservée" in page) is sees
        markers = client.get("/carte/dates/reperes").get_json()
        names = {one[3] for one in markers["marks"]["event"]}
        assert names == ({"Ouverte", "Réservée"} if sees else {"Ouverte"})
        assert markers["count"] == len(names)
        assert (client.get(f"/carte/dates/{closed.id}").status_code == 200) is sees
        sheet = client.get(f"/carte/dates/{opened.id}").get_json()
        assert ("Maison discrète" in sheet["lines"]) is sees
        assert "Salle 3" in sheet["lines"]
    outside = world.client(world.member("Olga", networks=[]))
    assert outside.get("/carte/dates/reperes").status_code == 404


@BOTH
def test_the_map_has_what_is_to_come_in_its_frame(world: World) -> None:
    alice = world.member("Alice")
    client = world.client(alice)
    world.event(alice, "À Nantes", FIRST, commune_code=NANTES, recurrence="RRULE:FREQ=WEEKLY")
    world.event(alice, "À Laval", FIRST, commune_code=LAVAL)
    world.event(alice, "Nulle part", FIRST)
    world.event(alice, "Passée", FIRST.replace(year=2026), commune_code=NANTES)
    page = client.get("/carte/dates?cadre=47.0,-1.8,47.4,-1.3").get_data(as_text=True)
    assert "À Nantes" in page
    assert "À Laval" not in page
    near = client.get("/carte/dates/reperes?pres=laval&km=10").get_json()
    assert [one[3] for one in near["marks"]["event"]] == ["À Laval"]
    every = client.get("/carte/dates/reperes").get_json()
    assert {one[3] for one in every["marks"]["event"]} == {"À Nantes", "À Laval"}


@pytest.mark.parametrize(
    ("who", "status"),
    [("owner", 302), ("colleague", 403), ("moderator", 302), ("stranger", 404), ("nobody", 302)],
)
def test_who_tends_a_date_says_where_it_is(world: World, who: str, status: int) -> None:
    owner = world.member("Odile")
    people: dict[str, Member | None] = {
        "owner": owner,
        "colleague": world.member("Bruno"),
        "moderator": world.moderator(),
        "stranger": world.member("Nora", networks=("fnars",), role=Role.MODERATOR),
        "nobody": None,
    }
    event = world.event(owner, "Réunion", FIRST, commune_code=NANTES, networks=["coorace"])
    client, path = world.client(people[who]), f"/carte/dates/{event.id}/position"
    moves = who in {"owner", "moderator"}
    assert client.get(path).status_code == (200 if moves else status)
    answer = client.post(path, data={"latitude": "47,25", "longitude": "-1.5"})
    assert answer.status_code == status
    moved = world.one(select(Event).where(Event.id == event.id))
    assert moved is not None
    assert (moved.placed is Placed.HAND) is moves
    assert ((moved.latitude, moved.longitude) == (47.25, -1.5)) is moves
    page = client.get(f"/agenda/{event.id}").get_data(as_text=True)
    assert (path in page) is moves


def test_a_colleague_moves_nothing_by_the_action_either(world: World) -> None:
    event = world.event(world.member("Odile"), "Réunion", FIRST, commune_code=NANTES)

    def move(session: Any, viewer: Any) -> None:
        one = session.get_one(Event, event.id)
        actions.place_date_by_hand(session, viewer, one, latitude=1.0, longitude=1.0)

    with pytest.raises(Refused, match="not-yours"):
        world.act_as(world.member("Bruno"), move)
    for place in ({"latitude": "91", "longitude": "1"}, {"latitude": "nan", "longitude": "1"}):
        client = world.client(world.moderator())
        assert client.post(f"/carte/dates/{event.id}/position", data=place).status_code == 422


@BOTH
def test_a_pin_of_a_date_stays_as_long_as_its_address(world: World) -> None:
    owner = world.member("Odile")
    event = world.event(
        owner, "Réunion", FIRST, commune_code=NANTES, recurrence="RRULE:FREQ=WEEKLY;COUNT=4"
    )
    sent = {"latitude": "47.25", "longitude": "-1.5"}
    assert world.client(owner).post(f"/carte/dates/{event.id}/position", data=sent).location
    dates = world.all(
        select(Occurrence.id).where(Occurrence.event_id == event.id).order_by(Occurrence.starts_at)
    )

    def again(commune: str) -> Event:
        said = Said(
            title="Autrement", kind_id=event.kind_id, starts=FIRST, ends=FIRST,
            recurrence=event.recurrence, commune_code=commune,
        )  # fmt: skip
        world.act_as(
            owner,
            lambda s, v: changes.rearrange(s, s.get_one(Event, event.id), said, by=v),
        )
        found = world.one(select(Event).where(Event.id == event.id))
        assert found is not None
        return found

    assert again(NANTES).placed is Placed.HAND

    def cut(session: Any, viewer: Any) -> int:
        at = session.get_one(Occurrence, dates[2])
        at.event = session.get_one(Event, event.id)
        return changes.divide(session, at, by=viewer).id

    follows = world.one(select(Event).where(Event.id == world.act_as(owner, cut)))
    assert follows is not None
    assert (follows.placed, follows.latitude) == (Placed.HAND, 47.25)
    assert again(LAVAL).placed is Placed.COMMUNE
