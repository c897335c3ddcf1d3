"""Every page of these areas opens, in few queries, and is closed to those it is not for."""

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from access.models import Network
from access.viewers import Role
from accounts import actions, administration
from accounts.models import AccessRequest, Invitation, Member
from directory.models import Theme
from tests.world import BOTH, World

FOR_ADMINISTRATORS = [
    "/administration",
    "/administration/membres",
    "/administration/membres?q=alice&role=user",
    "/administration/membres/{member}",
    "/administration/invitations",
    "/administration/invitations/nouvelle",
    "/administration/demandes",
    "/administration/demandes?etat=refusees",
    "/administration/demandes/{request}",
    "/administration/charte",
    "/administration/charte/1",
    "/administration/charte/nouvelle",
    "/administration/charte/acceptations.csv",
    "/administration/reseaux",
    "/administration/reseaux/nouveau",
    "/administration/reseaux/{network}",
    "/administration/themes",
    "/administration/themes/{theme}",
    "/administration/regles",
    "/administration/journal",
    "/administration/journal?acte=invited",
]
ACTS = [
    "/administration/membres/{member}",
    "/administration/membres/{member}/suspendre",
    "/administration/membres/{member}/retablir",
    "/administration/membres/{member}/deconnecter",
    "/administration/membres/{member}/second-facteur",
    "/administration/invitations/nouvelle",
    "/administration/invitations/{invitation}/renvoyer",
    "/administration/invitations/{invitation}/annuler",
    "/administration/demandes/{request}/accepter",
    "/administration/demandes/{request}/refuser",
    "/administration/charte/nouvelle",
    "/administration/charte/apercu",
    "/administration/reseaux/nouveau",
    "/administration/reseaux/{network}",
    "/administration/themes",
    "/administration/themes/{theme}",
    "/administration/themes/{theme}/monter",
    "/administration/themes/{theme}/retirer",
    "/administration/themes/{theme}/supprimer",
    "/administration/regles",
]
FOR_MEMBERS = [
    "/compte",
    "/compte/securite",
    "/compte/double-authentification",
    "/annuaire/membres/{member}",
    "/charte",
]
FOR_ANYONE = [
    "/connexion",
    "/connexion/lien",
    "/connexion/lien?parti=1",
    "/mot-de-passe-oublie",
    "/mot-de-passe-oublie?parti=1",
    "/demander-un-acces",
    "/demander-un-acces?recue=1",
]
MOST_QUERIES = 10


@pytest.fixture
def places(world: World) -> dict[str, int]:
    """One of each thing that an address names."""
    administrator = world.administrator("Berthe")
    member = world.member("Alice")
    networks, territories = [world.network("coorace")], [world.territory("departement:44")]
    world.act(
        lambda session: administration.invite(
            session,
            by=administrator,
            email="nouvelle@example.org",
            first_name="Nour",
            last_name="Velle",
            networks=networks,
            territories=territories,
            word="Bienvenue !",
        )
    )
    world.ask_access(network="coorace")
    ids = {
        "invitation": world.one(select(Invitation.id)),
        "request": world.one(select(AccessRequest.id)),
        "theme": world.one(select(Theme.id).where(Theme.slug == "formation")),
        "network": world.one(select(Network.id).where(Network.slug == "coorace")),
    }
    return {"member": member.id, **{name: one for name, one in ids.items() if one}}


@pytest.mark.parametrize("path", [*FOR_ADMINISTRATORS, *FOR_MEMBERS, *FOR_ANYONE])
def test_it_opens_to_an_administrator_in_few_queries(
    world: World, places: dict[str, int], path: str
) -> None:
    client = world.client(world.administrator())
    with world.counted() as statements:
        answer = client.get(path.format(**places))
    assert answer.status_code == (302 if path == "/connexion" else 200)
    assert len(statements) <= MOST_QUERIES, statements
    page = answer.get_data(as_text=True)
    assert "{{" not in page
    assert not re.search(r"\son\w+=|\sstyle=", page)


@pytest.mark.parametrize("path", FOR_ADMINISTRATORS)
@pytest.mark.parametrize("role", [Role.USER, Role.MODERATOR])
def test_the_administration_is_closed_to_others(
    world: World, places: dict[str, int], role: Role, path: str
) -> None:
    client = world.client(world.member("Curieuse", role=role))
    assert client.get(path.format(**places)).status_code == 403


@pytest.mark.parametrize("path", ACTS)
@pytest.mark.parametrize("role", [Role.USER, Role.MODERATOR])
def test_nobody_else_acts_there(
    world: World, places: dict[str, int], role: Role, path: str
) -> None:
    client = world.client(world.member("Curieuse", role=role))
    assert client.post(path.format(**places), data={"name": "x"}).status_code == 403


@pytest.mark.parametrize("path", [*FOR_ADMINISTRATORS, *FOR_MEMBERS])
def test_a_visitor_is_sent_to_sign_in(world: World, places: dict[str, int], path: str) -> None:
    answer = world.client().get(path.format(**places))
    assert answer.status_code == 302
    assert answer.location.startswith("/connexion?suite=")


@pytest.mark.parametrize("path", FOR_ANYONE)
def test_a_visitor_comes_in_by_these_doors(world: World, path: str) -> None:
    with world.counted() as statements:
        answer = world.client().get(path)
    assert answer.status_code == 200
    assert len(statements) <= MOST_QUERIES


def test_the_list_of_members_costs_the_same_for_2_as_for_40(world: World) -> None:
    administrator = world.administrator()
    counts = []
    for more in (1, 39):
        for _number in range(more):
            world.member("Membre")
        with world.counted() as statements:
            assert world.client(administrator).get("/administration/membres").status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]


@BOTH
def test_the_members_are_read_by_key_without_a_gap(world: World) -> None:
    administrator = world.administrator()
    for number in range(60):
        made = world.member("Membre")
        if number < 45:  # the page ends among names that begin with an accent
            rename(world, made, f"Étienne{number:02}" if number % 2 else f"Élie{number:02}")
    client, seen, path = world.client(administrator), [], "/administration/membres"
    while path:
        page = client.get(path).get_data(as_text=True)
        seen += re.findall(r'row-title"><a href="/administration/membres/(\d+)"', page)
        older = re.search(r'rel="next" href="([^"]+)"', page)
        path = older.group(1).replace("&amp;", "&") if older else ""
    assert len(seen) == len(set(seen)) == 61


def rename(world: World, member: Member, last_name: str) -> None:
    def act(session: Session) -> None:
        session.get_one(Member, member.id).last_name = last_name

    world.act(act)


@BOTH
@pytest.mark.parametrize(
    "words", ["Élodie", "élodie", "elodie", "LODIE", "le goff élo", "l%c", "\0"]
)
def test_a_member_is_found_with_or_without_accents(world: World, words: str) -> None:
    def join(session: Session) -> None:
        actions.new_member(
            session,
            email="e.legoff@example.org",
            first_name="Élodie",
            last_name="Le Goff",
            role=Role.USER,
            networks=[],
            territories=[],
        )

    world.act(join)
    client = world.client(world.administrator())
    answer = client.get("/administration/membres", query_string={"q": words})
    assert answer.status_code == 200
    assert ("Élodie Le Goff" in answer.text) is (words != "l%c")


@pytest.mark.parametrize("path", ["/annuaire/membres/", "/administration/membres/"])
def test_a_number_too_large_is_nobody(world: World, path: str) -> None:
    assert world.client(world.administrator()).get(path + "9" * 25).status_code == 404
