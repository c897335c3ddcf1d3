"""Administrators tend the organisations: add, correct, withdraw, give back; nobody else does."""

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from accounts.models import AuditEntry, Member
from core.refusals import Refused
from directory import tending
from directory.models import Organisation, OrganisationKind, Placed
from tests.world import BOTH, World

SIRET = "80746931700018"
NANTES = "44109"


def kind_id(world: World, slug: str = "aci") -> int:
    found = world.one(select(OrganisationKind.id).where(OrganisationKind.slug == slug))
    assert found is not None
    return found


def add(world: World, by: Member, **typed: object) -> TestResponse:
    data = {"name": "Les Jardins", "kind": kind_id(world), "reach": "everyone"} | typed
    return world.client(by).post("/annuaire/structures/nouvelle", data=data)


def only(world: World) -> Organisation:
    found = world.one(select(Organisation))
    assert found is not None
    return found


@BOTH
def test_an_administrator_adds_an_organisation_that_members_find(world: World) -> None:
    administrator = world.administrator()
    answer = add(
        world,
        administrator,
        siret="807 469 317 00018",
        address="3 rue des Lilas",
        postcode="44000",
        town="Nantes",
        phone="0240020304",
        email="Contact@Jardins.example",
        website="jardins.example",
        places="12",
        opening_hours="lundi à vendredi, 9 h – 17 h",
        member_of=[world.network("coorace")],
    )
    assert answer.status_code == 302
    one = only(world)
    assert (one.siret, one.phone, one.places) == (SIRET, "02 40 02 03 04", 12)
    assert (one.commune_code, one.placed) == (NANTES, Placed.COMMUNE)
    page = world.client(world.member()).get(f"/annuaire/structures/{one.id}")
    assert "Les Jardins" in page.get_data(as_text=True)
    assert [line.act for line in world.all(select(AuditEntry))] == ["directory-changed"]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": " "}, "name"),
        ({"kind": ""}, "kind"),
        ({"siret": "80746931700019"}, "siret"),
        ({"postcode": "4400"}, "postcode"),
        ({"phone": "douze"}, "phone"),
        ({"email": "pas une adresse"}, "email"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"places": "-1"}, "places"),
        ({"places": "beaucoup"}, "places"),
        ({"activities": "999"}, "activities"),
        ({"description": "x" * 6000}, "description"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(
    world: World, typed: dict[str, str], field: str
) -> None:
    answer = add(world, world.administrator(), **{"town": "Ville gardée", **typed})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert f'href="#{field}"' in page
    assert "Ville gardée" in page
    assert world.one(select(func.count()).select_from(Organisation)) == 0


@BOTH
def test_the_same_organisation_is_not_added_twice(world: World) -> None:
    administrator = world.administrator()
    assert add(world, administrator, siret=SIRET).status_code == 302
    assert add(world, administrator, siret=SIRET, name="Autrement").status_code == 422
    assert add(world, administrator, siret=SIRET, kind=kind_id(world, "ei")).status_code == 302
    assert add(world, administrator, name="Sans SIRET", town="Laval").status_code == 302
    assert add(world, administrator, name="sans siret", town="Laval").status_code == 422
    assert add(world, administrator, name="Sans SIRET", town="Angers").status_code == 302
    assert world.one(select(func.count()).select_from(Organisation)) == 4


@BOTH
def test_correcting_keeps_what_the_form_does_not_show(world: World) -> None:
    administrator = world.administrator()
    one = world.organisation(
        address="1 rue Haute", postcode="44000", town="Nantes", reference="ref-1",
        point=(47.21, -1.55), placed=Placed.HAND, activities=["restauration"],
    )  # fmt: skip
    client = world.client(administrator)
    address = f"/annuaire/structures/{one.id}/modifier"
    assert "1 rue Haute" in client.get(address).get_data(as_text=True)
    typed = {"name": "Mieux", "kind": one.kind_id, "reach": "everyone"}
    where = {"address": "1 rue Haute", "postcode": "44000", "town": "Nantes"}
    assert client.post(address, data=typed | where).status_code == 302
    kept = only(world)
    assert (kept.name, kept.name_key, kept.reference) == ("Mieux", "mieux", "ref-1")
    assert (kept.placed, kept.latitude) == (Placed.HAND, 47.21)
    assert client.post(address, data=typed | where | {"address": "9 rue Basse"}).status_code == 302
    assert only(world).placed is Placed.COMMUNE, "it moved: the pin is no longer good"


@BOTH
def test_an_audience_that_one_could_not_choose_is_kept(world: World) -> None:
    one = world.organisation(for_networks=["coorace", "fnars"])
    before = one.audience_id
    local = world.administrator()
    client = world.client(local)
    page = client.get(f"/annuaire/structures/{one.id}/modifier").get_data(as_text=True)
    assert page.count("checked") >= 3
    typed = {"name": "Les Ateliers", "kind": one.kind_id, "reach": "chosen"}
    both = [world.network("coorace"), world.network("fnars")]
    client.post(f"/annuaire/structures/{one.id}/modifier", data=typed | {"networks": both})
    assert only(world).audience_id == before
    client.post(f"/annuaire/structures/{one.id}/modifier", data=typed | {"networks": both[:1]})
    assert only(world).audience_id == world.audience(["coorace"], [])


@BOTH
def test_what_is_withdrawn_is_seen_by_administrators_alone_and_comes_back(world: World) -> None:
    administrator, member = world.administrator(), world.member()
    one = world.organisation("Les Disparus")
    client, reader = world.client(administrator), world.client(member)
    page, lists = f"/annuaire/structures/{one.id}", "/annuaire/structures"
    assert client.post(f"{page}/retirer").status_code == 302
    assert reader.get(page).status_code == 404
    client.get("/annuaire")  # says what was done, once
    for address in (lists, f"{lists}?etat=retirees"):
        assert "Les Disparus" not in reader.get(address).get_data(as_text=True)
    assert "Les Disparus" not in client.get(lists).get_data(as_text=True)
    assert "Les Disparus" in client.get(f"{lists}?etat=retirees").get_data(as_text=True)
    assert client.get(page).status_code == 200
    assert client.post(f"{page}/rendre").status_code == 302
    assert reader.get(page).status_code == 200
    assert client.post(f"{page}/rendre", follow_redirects=True).status_code == 200


@BOTH
def test_nobody_but_administrators_tends(world: World) -> None:
    one = world.organisation("Les Ateliers")
    closed = world.organisation("Réservée", for_networks=["fnars"])
    typed = {"name": "Autre", "kind": one.kind_id, "reach": "everyone"}
    for who in (world.member(), world.moderator()):
        client = world.client(who)
        assert client.get("/annuaire/structures/nouvelle").status_code in {302, 403}
        client.post("/annuaire/structures/nouvelle", data=typed)
        for path in ("modifier", "retirer", "rendre"):
            answer = client.post(f"/annuaire/structures/{one.id}/{path}", data=typed)
            assert answer.status_code in {302, 403, 404}, path
        assert "Modifier" not in client.get(f"/annuaire/structures/{one.id}").get_data(True)
    assert sorted(world.all(select(Organisation.name))) == ["Les Ateliers", "Réservée"]
    assert world.all(select(Organisation.withdrawn_at)) == [None, None]
    outsider = world.member("Olga", networks=["coorace"])
    with pytest.raises(Refused, match="not-administrator"):
        world.act_as(
            outsider, lambda s, v: tending.show(s, v, s.merge(closed), False, by=s.merge(outsider))
        )


def test_one_counts_who_would_see_it(world: World) -> None:
    administrator = world.administrator()
    world.member(networks=["fnars"])
    sent = {"reach": "chosen", "networks": world.network("fnars")}
    counted = world.client(administrator).post("/annuaire/portee", data=sent)
    assert "2 membres" in counted.get_data(as_text=True).replace("\xa0", " ")
