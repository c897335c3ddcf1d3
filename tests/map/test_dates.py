"""Dates on the map: who finds them in the list, the markers and the sheet."""

from datetime import datetime

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
    assert outside.get("/carte/dates/reperes").get_json()["count"] == 0


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
