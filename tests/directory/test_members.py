"""Colleagues: found by name, work, network and place; reached as they wish."""

import re
from datetime import timedelta

import pytest

from accounts.models import Member
from core import clock
from directory import members
from directory.models import Organisation, Profile
from tests.world import BOTH, World

NANTES, LAVAL = "44109", "53130"
NAMED = (("A", "Zola"), ("B", "Éluard"), ("C", "Aragon"), ("D", "éluard"))


def listed(world: World, member: Member, **asked: str) -> list[str]:
    page = world.client(member).get("/annuaire", query_string=asked).get_data(as_text=True)
    names = re.findall(r'row-title"><a href="/annuaire/membres/\d+">([^<]+)</a>', page)
    return [name.split()[0] for name in names]


def employ(world: World, member: Member, organisation: Organisation, job: str) -> None:
    with world.session() as session:
        profile = session.get_one(Profile, member.id)
        profile.organisation_id, profile.job = organisation.id, job


@BOTH
def test_name_job_employer_network_territory_and_place_narrow_the_list(world: World) -> None:
    me = world.member("Moi")
    garden = world.organisation("Jardins de l’Erdre", commune_code=NANTES)
    table = world.organisation("Table ronde", "ei", commune_code=LAVAL)
    gardener = world.member("Élodie", networks=["fnars"], territories=["departement:53"])
    cook = world.member("Farid", networks=["coorace", "fnars"])
    employ(world, gardener, garden, "Encadrante technique")
    employ(world, cook, table, "Cuisinier")
    assert listed(world, me) == ["Moi", "Élodie", "Farid"], "by last name"
    assert listed(world, me, q="elodie") == ["Élodie"]
    assert listed(world, me, q="JARDINS encadrante") == ["Élodie"]
    assert listed(world, me, reseau=str(world.network("fnars"))) == ["Élodie", "Farid"]
    assert listed(world, me, territoire=str(world.territory("departement:53"))) == ["Élodie"]
    assert listed(world, me, territoire=str(world.territory("region:52"))) == [
        "Moi", "Élodie", "Farid",
    ]  # fmt: skip
    assert listed(world, me, type="ei") == ["Farid"]
    assert listed(world, me, pres="Nantes", km="5") == ["Élodie"]


def test_telephone_and_mail_are_shown_as_each_wishes(world: World) -> None:
    me, shy, open_ = world.member("Moi"), world.member("Sylvie"), world.member("Olga")
    for someone, shown in ((shy, False), (open_, True)):
        with world.session() as session:
            profile = session.get_one(Profile, someone.id)
            profile.phone, profile.phone_shown, profile.email_shown = "02 40 00 00 00", shown, shown
    page = world.client(me).get("/annuaire").get_data(as_text=True)
    assert open_.email in page
    assert page.count("tel:0240000000") == 1
    assert shy.email not in page


def test_each_word_that_is_looked_for_costs_nothing_more(world: World) -> None:
    client, costs = world.client(world.member("Moi")), []
    for words in ("alpha", "alpha beta gamma delta epsilon zeta"):
        client.get(f"/annuaire?q={words}")
        with world.counted() as statements:
            client.get(f"/annuaire?q={words}")
        costs.append(len(statements))
    assert costs[0] == costs[1]


def test_who_is_suspended_or_belongs_nowhere_is_not_listed(world: World) -> None:
    me, gone = world.member("Moi"), world.member("Partie")
    world.member("Seule", networks=())
    with world.session() as session:
        session.get_one(Member, gone.id).suspended_at = clock.now() - timedelta(days=1)
    assert listed(world, me) == ["Moi"]


def test_accents_do_not_change_the_order(world: World) -> None:
    me = world.member("Moi")
    named = [(world.member(first), last) for first, last in NAMED]
    with world.session() as session:
        for member, last in (*named, (me, "Moi")):
            session.get_one(Member, member.id).last_name = last
    assert listed(world, me) == ["C", "B", "D", "Moi", "A"]


def test_a_list_goes_on_where_it_stopped(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "PER_PAGE", 2)
    me = world.member("Moi")
    others = {world.member(name).id for name in "ABCD"}
    found: list[str] = []
    address = "/annuaire"
    while address and len(found) < 20:
        page = world.client(me).get(address).get_data(as_text=True)
        found += re.findall(r'row-title"><a href="/annuaire/membres/(\d+)"', page)
        further = re.search(r'rel="next" href="([^"]+)"', page)
        address = further.group(1).replace("&amp;", "&") if further else ""
    assert sorted(map(int, found)) == sorted({me.id, *others}), "each once"
