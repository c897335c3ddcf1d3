"""Schemes on the map: who finds them in the list, the markers and the sheet; who moves them."""

import pytest
from sqlalchemy import select

from access.viewers import Role
from accounts.models import AuditEntry
from directory.models import Placed, Scheme
from map import queries
from tests.world import BOTH, World

NANTES, LAVAL = "44109", "53130"


@BOTH
def test_a_scheme_for_one_network_is_on_no_map_of_another(world: World) -> None:
    house = world.organisation("Maison discrète", for_networks=["fnars"])
    world.scheme("Ouvert", commune_code=NANTES, organisation_id=house.id, for_whom="Jeunes")
    closed = world.scheme("Réservé", commune_code=NANTES, for_networks=["fnars"])
    opened = world.one(select(Scheme.id).where(Scheme.name == "Ouvert"))
    for networks, sees in ((["fnars"], True), (["coorace"], False)):
        client = world.client(world.member(networks=networks))
        page = client.get("/carte/dispositifs").get_data(as_text=True)
        assert ("Réservé" in page) is sees
        markers = client.get("/carte/dispositifs/reperes").get_json()
        names = {one[3] for one in markers["marks"]["scheme"]}
        assert names == ({"Ouvert", "Réservé"} if sees else {"Ouvert"})
        assert markers["count"] == len(names)
        assert (client.get(f"/carte/dispositifs/{closed.id}").status_code == 200) is sees
        sheet = client.get(f"/carte/dispositifs/{opened}").get_json()
        assert ("Maison discrète" in sheet["lines"]) is sees
        assert "Jeunes" in sheet["lines"]
        assert sheet["position"] is None
    outside = world.client(world.member("Olga", networks=[]))
    assert outside.get("/carte/dispositifs/reperes").status_code == 404


@BOTH
def test_too_many_schemes_are_counted_by_squares(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_MARKERS", 3)
    for number in range(4):
        world.scheme(f"Nantes {number}", commune_code=NANTES)
    world.scheme("Laval", commune_code=LAVAL)
    world.scheme("Réservé", commune_code=LAVAL, for_networks=["fnars"])
    client = world.client(world.member(networks=["coorace"]))
    whole = client.get("/carte/dispositifs/reperes").get_json()
    assert whole["count"] == 5
    assert sorted(square[2] for square in whole["squares"]) == [1, 4], "the rule"
    assert "marks" not in whole
    near = client.get("/carte/dispositifs/reperes?cadre=48,-1.5,48.3,0").get_json()
    assert [mark[3] for mark in near["marks"]["scheme"]] == ["Laval"]


@BOTH
def test_the_list_follows_the_frame_and_the_filters(world: World) -> None:
    client = world.client(world.member())
    world.scheme("À Nantes", commune_code=NANTES)
    world.scheme("À Laval", commune_code=LAVAL)
    world.scheme("Nulle part")
    frame = "47.0,-1.8,47.4,-1.3"
    page = client.get(f"/carte/dispositifs?cadre={frame}").get_data(as_text=True)
    assert "À Nantes" in page
    assert "À Laval" not in page
    near = client.get("/carte/dispositifs/reperes?pres=laval&km=10").get_json()
    assert [one[3] for one in near["marks"]["scheme"]] == ["À Laval"]
    assert client.get("/carte/dispositifs/reperes").get_json()["count"] == 2


@pytest.mark.parametrize(
    ("role", "moves"), [(Role.USER, False), (Role.MODERATOR, False), (Role.ADMINISTRATOR, True)]
)
def test_administrators_alone_move_a_scheme(world: World, role: Role, moves: bool) -> None:
    one = world.scheme(commune_code=NANTES)
    client = world.client(world.member("Rita", role=role))
    address = f"/carte/dispositifs/{one.id}/position"
    data = {"latitude": "47,25", "longitude": "-1,5"}
    answer = client.post(address, data=data)
    found = world.one(select(Scheme))
    assert found is not None
    assert (found.placed is Placed.HAND) is moves
    assert (found.latitude == 47.25) is moves
    if moves:
        assert answer.location.startswith("/carte/dispositifs?")
        (details,) = world.all(select(AuditEntry.details))
        assert details["scheme"] == "placed"
        assert client.post(address, data={"latitude": "x", "longitude": "2"}).status_code == 422
