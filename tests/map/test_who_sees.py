"""The rule of access on the map: markers, squares, list, sheet, counts and their file alike."""

import json
import re

import pytest
from sqlalchemy import select

from accounts.models import Member
from core import clock
from directory.models import MemberSkill, Organisation, Placed, Profile, Side, Skill
from map import queries
from tests.world import BOTH, World

NANTES, REZE, LAVAL = "44109", "44143", "53130"
REGION = "region:52"


def work_at(world: World, member: Member, organisation: Organisation) -> None:
    """Say that a member works there, and can help."""
    with world.session() as session:
        session.get_one(Profile, member.id).organisation_id = organisation.id
        skill_id = session.scalars(select(Skill.id).where(Skill.slug == "pmsmp")).one()
        session.add(MemberSkill(member_id=member.id, side=Side.OFFERS, skill_id=skill_id))


def markers(world: World, member: Member, **asked: str) -> list[str]:
    """The names of the markers."""
    answer = world.client(member).get("/carte/reperes", query_string=asked)
    assert answer.status_code == 200
    found = answer.get_json()
    names = [mark[3] for mark in found["marks"]["organisation"]]
    assert found["count"] == len(names)
    return sorted(names)


def listed(world: World, member: Member, **asked: str) -> list[str]:
    """The names of the list beside the map, in its order."""
    page = world.client(member).get("/carte", query_string=asked).get_data(as_text=True)
    return re.findall(r'class="row-title"><a href="/annuaire/[^"]+">([^<]+)</a>', page)


def counted(world: World, member: Member, **asked: str) -> dict[str, tuple[int, int]]:
    """Organisations and members of each zone of the table, those that are empty left out."""
    path = "/carte/zones/exporter.csv"
    sent = world.client(member).get(path, query_string={"region": "toutes", **asked})
    lines = sent.get_data().decode("utf-8-sig").splitlines()[1:]
    found = {name: (int(a), int(b)) for _code, name, a, b in (one.split(";") for one in lines)}
    return {name: both for name, both in found.items() if both != (0, 0)}


@BOTH
@pytest.mark.parametrize(
    ("who", "sees"),
    [
        (["fnars"], True),
        (["coorace", "fnars"], True),
        (["coorace"], False),
    ],
)
def test_what_is_for_one_network_is_on_no_other_map(
    world: World, who: list[str], sees: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = world.organisation("Réservée", for_networks=["fnars"], commune_code=NANTES)
    worker = world.member("Wanda", networks=["fnars"])
    work_at(world, worker, closed)
    reader = world.member("Lise", networks=who)
    expected = ["Réservée"] if sees else []
    client = world.client(reader)
    assert markers(world, reader) == markers(world, reader, pres="nantes") == expected
    assert listed(world, reader) == listed(world, reader, cadre="47,-2,48,-1") == expected
    assert (client.get(f"/carte/structures/{closed.id}").status_code == 200) is sees
    assert counted(world, reader) == ({"Nantes": (1, 1)} if sees else {})
    page = client.get("/carte/zones?region=toutes").get_data(as_text=True)
    told = {one["name"]: one for one in json.loads(words_of(page))["zones"]}
    assert told["Nantes"]["organisations"] == told["Nantes"]["members"] == int(sees)
    monkeypatch.setattr(queries, "MOST_MARKERS", -1)
    answer = client.get("/carte/reperes").get_json()
    assert (answer["count"], len(answer["squares"])) == (int(sees), int(sees))


def test_an_account_of_no_network_has_no_map(world: World) -> None:
    client = world.client(world.member("Lise", networks=[]))
    for path in ("/carte", "/carte/reperes", "/carte/zones", "/carte/zones/exporter.csv"):
        assert client.get(path).status_code == 404, path


def words_of(page: str) -> str:
    found = re.search(r'id="map-words">\s*(\{.*?\})\s*</script>', page, re.DOTALL)
    assert found
    return found[1]


@BOTH
def test_a_member_of_a_hidden_organisation_is_counted_nowhere(world: World) -> None:
    """Their name is known to all, not the town where they work."""
    closed = world.organisation("Foyer", for_networks=["fnars"], commune_code=NANTES)
    open_house = world.organisation("Ouverte", commune_code=LAVAL)
    work_at(world, world.member("Wanda", networks=["fnars"]), closed)
    work_at(world, world.member("Paul", networks=["fnars"]), open_house)
    reader = world.member("Lise", networks=["coorace"])
    assert counted(world, reader) == {"Laval": (1, 1)}
    assert counted(world, world.member("Fred", networks=["fnars"])) == {
        "Laval": (1, 1),
        "Nantes": (1, 1),
    }


def test_what_is_withdrawn_or_nowhere_has_no_marker(world: World) -> None:
    reader = world.member()
    gone = world.organisation("Fermée", commune_code=NANTES)
    world.organisation("Sans adresse")
    world.organisation("Ici", commune_code=NANTES)
    with world.session() as session:
        session.get_one(Organisation, gone.id).withdrawn_at = clock.now()
    assert markers(world, reader) == ["Ici"]
    assert listed(world, reader) == ["Ici", "Sans adresse"], "the list knows it, without a place"
    assert world.client(reader).get(f"/carte/structures/{gone.id}").status_code == 404
    assert counted(world, reader) == {"Nantes": (1, 0)}


@BOTH
def test_each_filter_narrows_markers_and_list_alike(world: World) -> None:
    reader = world.member()
    world.organisation("Écluse verte", activities=["espaces-verts"], commune_code=NANTES)
    world.organisation("Table ronde", "ei", networks=["fnars"], commune_code=LAVAL)
    world.organisation("Zèbre", "esat", commune_code=REZE)
    for asked, found in (
        ({"q": "ECLUSE"}, ["Écluse verte"]),
        ({"type": "ei"}, ["Table ronde"]),
        ({"activite": "espaces-verts"}, ["Écluse verte"]),
        ({"reseau": str(world.network("fnars"))}, ["Table ronde"]),
        ({"territoire": str(world.territory("departement:53"))}, ["Table ronde"]),
        ({"pres": "Nantes (44)", "km": "10"}, ["Zèbre", "Écluse verte"]),
        ({"cadre": "47.21,-1.7,47.30,-1.4"}, ["Écluse verte"]),
        ({"cadre": "47,-2,48,-1", "type": "esat"}, ["Zèbre"]),
    ):
        assert markers(world, reader, **asked) == found, asked
        assert sorted(listed(world, reader, **asked)) == found, asked


@BOTH
def test_the_list_of_a_part_of_the_map_starts_from_its_middle(world: World) -> None:
    reader = world.member()
    for name, point in (
        ("Loin", (47.4, -1.0)),
        ("Au milieu", (47.21, -1.51)),
        ("Près", (47.3, -1.4)),
    ):
        world.organisation(name, point=point)
    assert listed(world, reader, cadre="47.0,-2.0,47.42,-1.0") == ["Au milieu", "Près", "Loin"]
    page = world.client(reader).get("/carte?cadre=47.0,-2.0,47.42,-1.0").get_data(as_text=True)
    assert "à moins de 1 km" in page


@pytest.mark.parametrize(
    "frame", ["1", "a,b,c,d", "nan,nan,nan,nan", "48,-1,47,-2", "0,0,1e999,1", "1" * 400, "0,0,0,0"]
)
def test_a_frame_that_is_none_frames_nothing(world: World, frame: str) -> None:
    reader = world.member()
    world.organisation("Ici", commune_code=NANTES)
    assert markers(world, reader, cadre=frame) == listed(world, reader, cadre=frame) == ["Ici"]


@BOTH
def test_too_many_to_show_are_counted_by_squares(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_MARKERS", 3)
    reader = world.member()
    for number in range(5):
        world.organisation(f"Nantes {number}", commune_code=NANTES)
    world.organisation("Laval", commune_code=LAVAL)
    client = world.client(reader)
    whole = client.get("/carte/reperes").get_json()
    assert whole["count"] == 6
    assert sorted(square[2] for square in whole["squares"]) == [1, 5]
    assert "marks" not in whole
    near = client.get("/carte/reperes?cadre=48,-1.5,48.3,0").get_json()
    assert [mark[3] for mark in near["marks"]["organisation"]] == ["Laval"]


def test_the_sheet_says_who_works_there_and_what_they_can_help_with(world: World) -> None:
    one = world.organisation(
        "Les Jardins", networks=["coorace", "fnars"], town="Nantes", postcode="44000"
    )
    worker = world.member("Wanda")
    work_at(world, worker, one)
    told = world.client(world.member()).get(f"/carte/structures/{one.id}").get_json()
    assert told["name"] == "Les Jardins"
    assert told["what"] == "ACI, Nantes"
    assert [network["name"] for network in told["networks"]] == ["COORACE", "FNARS"]
    assert told["people"] == [
        {
            "name": worker.name,
            "href": f"/annuaire/membres/{worker.id}",
            "job": "CIP",
            "offers": ["PMSMP et immersions"],
        }
    ]
    assert told["precise"] is False, "its commune alone is known"
    assert told["position"] is None, "members move nothing"


def test_a_sheet_names_so_many_and_says_that_there_are_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_PEOPLE", 2)
    one = world.organisation("La grande maison")
    reader = world.client(world.member("Zoé"))
    for name, more in (("Anne", False), ("Basile", False), ("Carole", True)):
        work_at(world, world.member(name), one)
        sheet = reader.get(f"/carte/structures/{one.id}").get_json()
        assert sheet["more"] is more
        assert len(sheet["people"]) <= 2


def test_an_empty_zone_is_in_the_table_too(world: World) -> None:
    world.organisation("Ici", commune_code=NANTES)
    page = world.client(world.member()).get("/carte/zones").get_data(as_text=True)
    zones = {one["name"]: one for one in json.loads(words_of(page))["zones"]}
    assert len(zones) == 23, "those of the member’s own region"
    assert zones["Laval"]["organisations"] == 0
    assert "22 sans aucune structure" in page
    assert "23 sans aucun membre" in world.client(world.member()).get(
        "/carte/zones?voir=membres"
    ).get_data(as_text=True)
    other = world.client(world.member(territories=["departement:75"]))
    assert "Paris" in other.get("/carte/zones").get_data(as_text=True)
    whole = world.client(world.member()).get("/carte/zones?region=toutes").get_data(as_text=True)
    assert len(json.loads(words_of(whole))["zones"]) == 306


def test_zones_are_narrowed_by_network_and_kind(world: World) -> None:
    first = world.organisation("Un", "aci", networks=["coorace"], commune_code=NANTES)
    world.organisation("Deux", "ei", networks=["fnars"], commune_code=LAVAL)
    work_at(world, world.member("Wanda", networks=["coorace"]), first)
    reader = world.member()
    assert counted(world, reader, type="ei") == {"Laval": (1, 0)}
    assert counted(world, reader, reseau=str(world.network("coorace"))) == {"Nantes": (1, 1)}


def test_the_organisation_s_page_leads_to_its_place_on_the_map(world: World) -> None:
    one = world.organisation("Les Jardins", commune_code=NANTES)
    world.organisation("Voisine", commune_code=REZE)
    world.organisation("Loin", commune_code=LAVAL)
    client = world.client(world.member())
    page = client.get(f"/annuaire/structures/{one.id}").get_data(as_text=True)
    found = re.search(r'href="(/carte\?[^"]+)"', page)
    assert found
    there = client.get(found[1].replace("&amp;", "&")).get_data(as_text=True)
    names = re.findall(r'class="row-title"><a href="/annuaire/[^"]+">([^<]+)</a>', there)
    assert names == ["Les Jardins", "Voisine"], "itself, then its neighbours"
    assert one.placed is Placed.COMMUNE
    nowhere = world.organisation("Nulle part")
    assert "/carte?" not in client.get(f"/annuaire/structures/{nowhere.id}").get_data(as_text=True)
