"""Who finds a shelter: the same answer by list, page, search, map, card, file, count and form.

The shelter and a scheme of its own are for COORACE in Loire-Atlantique. Wanda works there, and runs
a scheme that is for everyone: everybody knows her and it, and not where she works.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from access.viewers import Role
from accounts.models import Member
from directory.models import Organisation, Profile, Scheme
from tests.http.story import NANTES, WHO, Someone, suspend
from tests.world import BOTH, World

WORD = "Grandclément"
"""In the name of the shelter and of its scheme, and nowhere else; no address has its accent."""
SHELTER = (
    "/annuaire/structures",
    "/annuaire/structures?q=grandclement",
    "/annuaire/structures?q=grandclement&type=aci&pres=nantes&km=100",
    "/annuaire/structures?territoire={place}",
    "/annuaire/structures/imprimer",
    "/annuaire/structures/noms?run_by=refuge",
    "/annuaire",
    "/annuaire?q=grandclement",
    "/annuaire?pres=nantes",
    "/annuaire/imprimer",
    "/annuaire/dispositifs",
    "/annuaire/dispositifs?q=grandclement",
    "/annuaire/dispositifs/imprimer",
    "/carte",
    "/carte?cadre=46,-3,48,0",
    "/carte/reperes",
    "/carte/reperes?cadre=46,-3,48,0",
    "/carte/dispositifs",
    "/carte/dispositifs/reperes",
    "/recherche?q=grandclement",
    "/recherche?q=refuge&sorte=organisation",
    "/recherche/titres?q=grandcl",
)
"""Pages that everybody opens."""
WANDA = (
    "/annuaire/membres/{worker}",
    "/annuaire/membres/{worker}/contact.vcf",
    "/annuaire/dispositifs/{open}",
    "/carte/dispositifs/{open}",
)
"""Pages of what everybody knows, which name the shelter to those who see it."""
OWN = (
    "/annuaire/structures/{shelter}",
    "/annuaire/structures/{shelter}/contact.vcf",
    "/annuaire/dispositifs/{closed}",
    "/carte/structures/{shelter}",
    "/carte/dispositifs/{closed}",
)
"""Pages of the shelter itself."""
TENDING = (
    "/annuaire/structures/{shelter}/modifier",
    "/annuaire/dispositifs/{closed}/modifier",
    "/carte/structures/{shelter}/position",
    "/carte/dispositifs/{closed}/position",
)
"""Those of administrators."""
FILES = (
    "/annuaire/exporter.csv",
    "/annuaire/structures/exporter.csv",
    "/annuaire/dispositifs/exporter.csv",
)


@dataclass
class Shelter:
    """What is told, and everyone who looks for it."""

    world: World
    ids: dict[str, int]
    people: dict[str, Member]

    def clients(self) -> Iterator[tuple[str, Someone, FlaskClient]]:
        """Everyone with their browser."""
        for name, someone in WHO.items():
            yield name, someone, self.world.client(self.people[name])

    def path(self, path: str) -> str:
        """An address with its numbers."""
        return path.format(**self.ids)


@pytest.fixture
def shelter(world: World) -> Shelter:
    people = {}
    for name, someone in WHO.items():
        people[name] = world.member(
            "Membre",
            networks=someone.networks,
            territories=someone.territories,
            role=someone.role,
            charter=someone.charter,
        )
        if someone.suspended:
            suspend(world, people[name])
    worker = world.member("Wanda")
    house = world.organisation(f"Refuge {WORD}", commune_code="44109", phone="0240000000")
    closed = world.scheme(f"Nuitées {WORD}", organisation_id=house.id, commune_code="44109")
    opened = world.scheme("Permis pour tous", organisation_id=house.id, commune_code="44109")
    few = world.audience(["coorace"], ["departement:44"])
    with world.session() as session:
        session.execute(
            update(Organisation).where(Organisation.id == house.id).values(audience_id=few)
        )
        session.execute(update(Scheme).where(Scheme.id == closed.id).values(audience_id=few))
        session.get_one(Profile, worker.id).organisation_id = house.id
    world.work()
    ids = {
        "shelter": house.id,
        "closed": closed.id,
        "open": opened.id,
        "worker": worker.id,
        "place": world.territory(NANTES),
    }
    return Shelter(world, ids, people)


def stopped(someone: Someone, answer: TestResponse, where: object) -> bool:
    """Whether the door is shut to them, which it must then be without a word."""
    if someone.stopped_at:
        assert WORD not in answer.get_data(as_text=True), where
        assert answer.status_code == 302, where
        assert answer.location.startswith(someone.stopped_at), where
    elif not someone.networks:  # the rooms of the networks are not there
        assert answer.status_code == 404, where
        return True
    return someone.stopped_at is not None


@BOTH
def test_lists_maps_search_and_pages_name_it_to_those_who_see_it(shelter: Shelter) -> None:
    named: set[str] = set()
    for name, someone, client in shelter.clients():
        for path in (*SHELTER, *WANDA):
            answer = client.get(shelter.path(path))
            if stopped(someone, answer, (name, path)):
                continue
            assert answer.status_code == 200, (name, path)
            tells = WORD in answer.get_data(as_text=True) or WORD in str(answer.json or "")
            assert someone.sees or not tells, (name, path)
            named |= {path} if tells else set()
            if someone.sees:
                assert tells, (name, path)
    assert named == {*SHELTER, *WANDA}


@BOTH
def test_its_own_pages_exist_for_those_who_see_it(shelter: Shelter) -> None:
    for name, someone, client in shelter.clients():
        for path in (*OWN, *TENDING):
            answer = client.get(shelter.path(path))
            if stopped(someone, answer, (name, path)):
                continue
            administers = someone.role is Role.ADMINISTRATOR
            if path in TENDING and not administers:
                assert answer.status_code == 403, (name, path)
                continue
            assert answer.status_code == (200 if someone.sees else 404), (name, path)


def test_what_one_does_not_see_is_as_absent_as_what_never_was(shelter: Shelter) -> None:
    """Page for page, for a member and for an administrator of another network."""
    absent = shelter.ids | {"shelter": 424_242, "closed": 424_242}

    def page(client: FlaskClient, path: str, method: str) -> tuple[int, str]:
        answer = client.open(path, method=method)
        said = re.sub(r"\d+|nonce[^ >]*|csrf-token[^>]*|value=\"[^\"]*\"", "", answer.text)
        return answer.status_code, said

    acts = ("/annuaire/structures/{shelter}/retirer", "/annuaire/dispositifs/{closed}/retirer")
    for name in ("another network, same territory", "an administrator without the network"):
        client = shelter.world.client(shelter.people[name])
        for path in (*OWN, *TENDING, *acts):
            for method in ("POST",) if path in acts else ("GET", "HEAD"):
                here = page(client, shelter.path(path), method)
                assert here == page(client, path.format(**absent), method), (name, path)


@BOTH
def test_files_and_counts_hold_it_for_those_who_see_it(shelter: Shelter) -> None:
    zones = "/carte/zones/exporter.csv?region=toutes"
    for name, someone, client in shelter.clients():
        for path in FILES:
            answer = client.post(path)
            if stopped(someone, answer, (name, path)):
                continue
            if someone.role is not Role.ADMINISTRATOR:
                assert answer.status_code == 403, (name, path)
                continue
            assert (WORD in answer.data.decode("utf-8-sig")) is someone.sees, (name, path)
        answer = client.get(zones)
        if stopped(someone, answer, (name, zones)):
            continue
        (nantes,) = re.findall(r";Nantes;(\d+;\d+)\r", answer.data.decode("utf-8-sig"))
        assert nantes == ("1;1" if someone.sees else "0;0"), name
