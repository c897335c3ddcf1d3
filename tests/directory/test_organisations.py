"""Organisations: who sees them, how they are found, near where."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from access.geography import Around
from access.models import Commune
from accounts.models import Member
from core import clock
from core.refusals import Refused
from directory import members, organisations, tending
from directory.models import Organisation, OrganisationKind, Placed, Profile
from directory.organisations import Filters
from tests.world import BOTH, World

NANTES, REZE, LAVAL = "44109", "44143", "53130"


def names(html: str) -> list[str]:
    """The titles of the list."""
    return re.findall(r'class="row-title"><a href="/annuaire/[^"]+">([^<]+)</a>', html)


def listed(world: World, member: Member, **asked: str) -> list[str]:
    page = world.client(member).get("/annuaire/structures", query_string=asked)
    assert page.status_code == 200
    return names(page.get_data(as_text=True))


@BOTH
def test_words_kind_activity_network_and_place_narrow_the_list(world: World) -> None:
    reader = world.member()
    world.organisation("Écluse verte", activities=["espaces-verts"], commune_code=NANTES)
    world.organisation("Table ronde", "ei", activities=["restauration"], commune_code=LAVAL)
    world.organisation("Zèbre", "esat", networks=["fnars"])
    assert listed(world, reader) == ["Écluse verte", "Table ronde", "Zèbre"]
    assert listed(world, reader, q="ECLUSE aci") == ["Écluse verte"]
    assert listed(world, reader, type="ei") == ["Table ronde"]
    assert listed(world, reader, activite="espaces-verts") == ["Écluse verte"]
    assert listed(world, reader, reseau=str(world.network("fnars"))) == ["Zèbre"]
    for reference, found in (
        ("departement:44", ["Écluse verte"]),
        ("region:52", ["Écluse verte", "Table ronde"]),
        ("zone_emploi:5216", ["Écluse verte"]),
    ):
        assert listed(world, reader, territoire=str(world.territory(reference))) == found, reference
    assert listed(world, reader, q="rien de tel") == []


@BOTH
def test_near_a_commune_the_nearest_come_first(world: World) -> None:
    reader = world.member()
    for name, code in (("À Laval", LAVAL), ("À Rezé", REZE), ("À Nantes", NANTES)):
        world.organisation(name, commune_code=code)
    world.organisation("Nulle part")
    assert listed(world, reader, pres="nantes", km="5") == ["À Nantes", "À Rezé"]
    assert listed(world, reader, pres="44000", km="5") == ["À Nantes", "À Rezé"]
    assert listed(world, reader, pres="Laval (53)", km="5") == ["À Laval"]
    assert listed(world, reader, pres="Laval (53)", km="100")[0] == "À Laval"
    page = world.client(reader).get("/annuaire/structures?pres=zzz").get_data(as_text=True)
    assert "Aucune commune ne commence ainsi" in page
    assert len(names(page)) == 4


def test_a_list_goes_on_where_it_stopped(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(organisations, "PER_PAGE", 2)
    reader = world.member()
    made = [world.organisation("Même nom", commune_code=NANTES).id for _ in range(5)]
    client = world.client(reader)
    for start in ("/annuaire/structures", "/annuaire/structures?pres=Nantes&km=10"):
        found: list[str] = []
        address = start
        while address and len(found) < 20:
            page = client.get(address).get_data(as_text=True)
            found += re.findall(r'row-title"><a href="/annuaire/structures/(\d+)"', page)
            further = re.search(r'rel="next" href="([^"]+)"', page)
            address = further.group(1).replace("&amp;", "&") if further else ""
        assert sorted(map(int, found)) == made, "each once"


@given(
    latitude=st.floats(42, 51),
    longitude=st.floats(-4.5, 8),
    north=st.floats(-0.6, 0.6),
    east=st.floats(-0.8, 0.8),
)
def test_distances_are_those_of_the_sphere(
    latitude: float, longitude: float, north: float, east: float
) -> None:
    from math import asin, cos, radians, sin, sqrt

    here, there = radians(latitude), radians(latitude + north)
    half = sin((there - here) / 2) ** 2 + cos(here) * cos(there) * sin(radians(east) / 2) ** 2
    exact = 2 * 6371 * asin(sqrt(half))
    squared = Around(latitude, longitude, 100).squared(latitude + north, longitude + east)
    assert sqrt(float(squared)) == pytest.approx(exact, rel=0.013, abs=0.01)


# --- who sees it ---------------------------------------------------------------------------------


@BOTH
def test_an_organisation_for_one_network_does_not_exist_for_another(world: World) -> None:
    world.organisation("Ouverte", commune_code=NANTES)
    closed = world.organisation("Réservée", for_networks=["fnars"], commune_code=NANTES)
    inside, outside = world.member(networks=["fnars"]), world.member(networks=["coorace"])
    worker = world.member("Wanda", networks=["fnars"])
    work_at(world, worker, closed)
    for member, sees in ((inside, True), (outside, False)):
        client = world.client(member)
        for address in ("/annuaire/structures", "/annuaire/structures?pres=nantes&type=aci"):
            assert ("Réservée" in client.get(address).get_data(as_text=True)) is sees
        assert (client.get(f"/annuaire/structures/{closed.id}").status_code == 200) is sees
        assert ("Réservée" in client.get("/annuaire").get_data(as_text=True)) is sees
        by_kind = client.get("/annuaire?type=aci").get_data(as_text=True)
        assert ("Wanda" in by_kind) is sees
        page = client.get(f"/annuaire/membres/{worker.id}").get_data(as_text=True)
        assert ("Réservée" in page) is sees


def test_an_organisation_that_is_withdrawn_is_nowhere(world: World) -> None:
    gone, reader = world.organisation("Fermée"), world.member()
    work_at(world, reader, gone)
    with world.session() as session:
        session.get_one(Organisation, gone.id).withdrawn_at = clock.now()
    client = world.client(reader)
    for address in ("/annuaire", "/annuaire/structures", f"/annuaire/membres/{reader.id}"):
        assert "Fermée" not in client.get(address).get_data(as_text=True)
    assert client.get(f"/annuaire/structures/{gone.id}").status_code == 404


def test_whoever_belongs_to_no_network_finds_nobody(world: World) -> None:
    world.organisation("Ouverte")
    world.member("Alice")
    alone = world.client(world.member("Seul", networks=()))
    assert names(alone.get("/annuaire/structures").get_data(as_text=True)) == []
    assert names(alone.get("/annuaire").get_data(as_text=True)) == []


def work_at(world: World, member: Member, organisation: Organisation) -> None:
    """Say that a member works there."""
    with world.session() as session:
        session.get_one(Profile, member.id).organisation_id = organisation.id


# --- what is said of it --------------------------------------------------------------------------


def test_what_is_known_of_an_organisation_is_on_its_page(world: World) -> None:
    one = world.organisation(
        "Les Jardins",
        activities=["espaces-verts"],
        siret="732 829 320 00074",
        address="3 rue du Port",
        postcode="44000",
        town="Nantes",
        phone="0251820541",
        email="Contact@Jardins.fr",
        website="www.jardins.fr",
        opening_hours="9 h – 12 h",
        places=12,
        description="Maraîchage <b>bio</b>",
    )
    worker = world.member("Grégory")
    work_at(world, worker, one)
    page = world.client(worker).get(f"/annuaire/structures/{one.id}").get_data(as_text=True)
    for said in (
        "73282932000074", "3 rue du Port", "44000 Nantes", "02 51 82 05 41", "contact@jardins.fr",
        'href="https://www.jardins.fr"', "9 h – 12 h", "Espaces verts", "Grégory", "COORACE",
        "&lt;b&gt;bio&lt;/b&gt;",
    ):  # fmt: skip
        assert said in page, said
    assert one.commune_code == NANTES
    assert one.placed is Placed.COMMUNE


def test_its_networks_are_its_own_not_the_reader_s(world: World) -> None:
    one = world.organisation(networks=["fnars"])
    page = world.client(world.member(networks=["coorace"])).get(f"/annuaire/structures/{one.id}")
    badges = re.findall(r'class="badge" data-network="([^"]+)"', page.get_data(as_text=True))
    assert badges == ["fnars"]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"name": " "}, "name-empty"),
        ({"name": "x" * 201}, "name-too-long"),
        ({"kind_id": None}, "unknown-kind"),
        ({"kind_id": 99}, "unknown-kind"),
        ({"siret": "12345678901234"}, "siret-unknown"),
        ({"postcode": "4400"}, "postcode-unknown"),
        ({"commune_code": "99999"}, "unknown-commune"),
        ({"point": (91.0, 0.0)}, "point-unknown"),
        ({"point": (float("nan"), 0.0)}, "point-unknown"),
        ({"phone": "abc"}, "phone-unknown"),
        ({"phone": "02 40 00 00 00 ext. 1234567"}, "phone-unknown"),
        ({"email": "pas une adresse"}, "email-unknown"),
        ({"website": "javascript:alert(1)"}, "link-unknown"),
        ({"places": -1}, "places-unknown"),
        ({"address": "x" * 201}, "address-too-long"),
        ({"opening_hours": "x" * 201}, "hours-too-long"),
        ({"description": "x" * 5001}, "body-too-long"),
        ({"networks": [99]}, "unknown-network"),
        ({"activities": [99]}, "unknown-activity"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    world: World, said: dict[str, object], code: str
) -> None:
    kind_id = world.one(select(OrganisationKind.id).where(OrganisationKind.slug == "aci"))
    described = tending.Description(**{"name": "Une", "kind_id": kind_id, **said})  # type: ignore[arg-type]
    with pytest.raises(Refused) as refused, world.session() as session:
        tending.add(session, described)
    assert refused.value.code == code
    assert world.all(select(Organisation.id)) == []


@BOTH
def test_a_name_may_take_more_letters_once_folded(world: World) -> None:
    one, other = world.organisation("œ" * 200), world.scheme("œ" * 200)
    assert one.name_key == other.name_key == "oe" * 100


def test_a_town_that_has_several_namesakes_is_told_by_its_postcode(world: World) -> None:
    one = world.organisation("Une", town="Saint-Denis", postcode="93200")
    other = world.organisation("Autre", town="ST DENIS CEDEX 9", postcode="97400")
    assert [one.commune_code, other.commune_code] == ["93066", "97411"]
    near = world.organisation("Abrégée", town="Saint-Denis", postcode="01000")
    assert near.commune_code == "01344", "Saint-Denis-lès-Bourg, as people say it"
    lost = world.organisation("Perdue", town="Saint-Denis", postcode="99999")
    assert (lost.commune_code, lost.placed, lost.latitude) == (None, None, None)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(words=st.text(max_size=60), place=st.text(max_size=20), km=st.text(max_size=4))
def test_anything_can_be_typed(world: World, words: str, place: str, km: str) -> None:
    reader = world.client(world.member())
    asked = {"q": words, "pres": place, "km": km, "apres": km, "loin": km, "nom": words}
    for address in ("/annuaire", "/annuaire/structures", "/annuaire/communes"):
        assert reader.get(address, query_string=asked).status_code == 200


def test_communes_are_proposed_as_one_types(world: World) -> None:
    reader = world.client(world.member())
    page = reader.get("/annuaire/communes?pres=saint-naz").get_data(as_text=True)
    assert page.index('value="Saint-Nazaire (44)"') < page.index('value="Saint-Nazaire (66)"')
    assert reader.get("/annuaire/communes?pres=").get_data(as_text=True).strip() == ""
    assert world.one(select(Commune.name).where(Commune.code == NANTES)) == "Nantes"


def test_a_script_gets_the_list_alone(world: World) -> None:
    world.organisation("Seule")
    reader = world.client(world.member())
    whole = reader.get("/annuaire/structures").get_data(as_text=True)
    part = reader.get("/annuaire/structures", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert names(part) == names(whole) == ["Seule"]
    assert "<html" not in part
    assert part.strip() in whole


def test_renaming_an_organisation_changes_how_its_people_are_found(world: World) -> None:
    one, worker = world.organisation("Les Jardins"), world.member("Wanda")
    work_at(world, worker, one)
    with world.session() as session:
        described = tending.Description(name="Les Vergers", kind_id=one.kind_id)
        tending.describe(session, session.get_one(Organisation, one.id), described)
    viewer = world.viewer(worker)
    with world.session() as session:
        for words, count in (("vergers", 1), ("jardins", 0)):
            asked = members.Filters(words=words)
            assert members.count(session, viewer, clock.now(), asked) == count
    assert Filters() == Filters(words="")
