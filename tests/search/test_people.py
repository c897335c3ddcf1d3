"""People and organisations in the search: found by whom the rule lets, the same on each engine."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from accounts import administration
from accounts.models import Member
from core import clock
from core.facts import record
from directory import lists, tending, tending_schemes
from directory.facts import OrganisationDescribed
from directory.models import Activity, Organisation, OrganisationKind, Profile, Skill
from search.engines import Facet
from tests.directory.test_skills import declare, skill
from tests.search.conftest import Searched
from tests.world import World


def found(searched: Searched, who: Member, typed: str, **more: object) -> set[tuple[str, int]]:
    """What is found, by kind and id."""
    return {(hit.kind, hit.id) for hit in searched.search(who, typed, **more).hits}


def employ(world: World, member: Member, organisation: Organisation, **said: Any) -> None:
    """Say where somebody works, as their form does."""
    form = {"job": "Encadrante", "organisation": organisation.id, **said}
    assert declare(world, member, **form) == 302


WHO = {
    "of the network": (("coorace",), True),
    "of another network": (("fnars",), False),
    "of no network": ((), False),
}


def test_an_organisation_is_found_by_those_who_see_it(searched: Searched) -> None:
    world = searched.world
    for_all = world.organisation(
        "Les Jardins", town="Nantes", activities=["restauration"], description="Des paniers."
    )
    narrow = world.organisation("Le Refuge des Lilas", for_networks=["coorace"], town="Nantes")
    for name, (networks, sees) in WHO.items():
        someone = world.member("Lise", networks=networks)
        everyone = {("organisation", for_all.id)} if networks else set()
        few = {("organisation", narrow.id)} if sees else set()
        assert found(searched, someone, "jardins") == everyone, name
        assert found(searched, someone, "paniers restauration") == everyone, name
        assert found(searched, someone, "lilas") == few, name
        assert found(searched, someone, "nantes") == everyone | few, name
        results = searched.search(someone, "nantes")
        assert sum(results.facets.get(Facet.KIND, {}).values()) == len(everyone | few), name
        assert {("organisation", one.id) for one in searched.suggest(someone, "lila")} == few, name
        assert searched.search(someone, "lilsa").correction == ("lilas" if sees else None), name


def test_where_few_see_that_one_works_nobody_finds_by_it(searched: Searched) -> None:
    world = searched.world
    colleague, stranger = world.member("Lise"), world.member("Élie", networks=("fnars",))
    odile, rose = world.member("Odile"), world.member("Rose")
    narrow = world.organisation("Le Refuge des Lilas", for_networks=["coorace"], town="Clisson")
    employ(world, odile, narrow)
    employ(world, rose, world.organisation("Les Jardins", town="Vertou"))
    assert found(searched, colleague, "lilas") == {("organisation", narrow.id)}
    assert found(searched, stranger, "lilas clisson") == set()
    assert found(searched, stranger, "encadrante") == {("member", odile.id), ("member", rose.id)}
    cards = {hit.id: hit.card for hit in searched.search(stranger, "encadrante").hits}
    assert cards == {odile.id: "Encadrante", rose.id: "Encadrante, Les Jardins, Vertou"}
    assert ("member", rose.id) in found(searched, stranger, "vertou")


def test_an_employer_that_closes_to_others_leaves_the_entries_of_its_people(
    searched: Searched,
) -> None:
    world = searched.world
    me, rose = world.member("Moi"), world.member("Rose")
    house = world.organisation("Les Jardins")
    employ(world, rose, house)
    assert ("member", rose.id) in found(searched, me, "jardins")
    narrow = world.audience(["fnars"], [])
    with world.session() as session:
        closed = session.get_one(Organisation, house.id)
        closed.audience_id = narrow
    said = {hit.card for hit in searched.search(me, "encadrante").hits}
    assert said == {"Encadrante"}, "before the index knows"
    with world.session() as session:
        record(session, OrganisationDescribed(session.get_one(Organisation, house.id)))
    assert searched.search(me, "jardins").total == 0


def test_a_member_is_found_by_what_they_say_of_themselves(searched: Searched) -> None:
    world = searched.world
    me = world.member("Moi", networks=("fnars",))
    alice = world.member("Alice")
    said = {
        "job": "Conseillère",
        "employer": "Le Relais",
        "phone": "02 61 91 00 17",
        "phone_shown": "y",
        "email_shown": "y",
        "offers": [skill(world, "pmsmp")],
        "seeks": [skill(world, "logement")],
        "languages": ["ar", "fsl"],
    }
    assert declare(world, alice, **said) == 302
    for typed in ("alice", "conseillère", "relais", "immersion", "arabe", "langue des signes"):
        assert found(searched, me, typed) == {("member", alice.id)}, typed
    for typed in ("logement", "0261910017", "02 61 91 00 17", "example", alice.email, "Nantes"):
        assert found(searched, me, typed) == set(), typed
    assert found(searched, me, "alice", kind="topic") == set()
    assert [one.kind for one in searched.suggest(me, "ali")] == ["member"]


def test_who_belongs_to_no_network_neither_finds_nor_is_found(searched: Searched) -> None:
    world = searched.world
    alice, administrator = world.member("Alice"), world.administrator()
    company = world.member("Entreprise", networks=())
    for one in (alice, company):
        declare(world, one)
    assert found(searched, alice, "alice") == {("member", alice.id)}
    assert found(searched, company, "alice") == set()
    assert found(searched, company, "entreprise") == set()
    assert found(searched, alice, "entreprise") == set()
    coorace = world.network("coorace")
    world.act(
        lambda s: administration.place(
            s,
            s.get_one(Member, company.id),
            by=s.get_one(Member, administrator.id),
            role=company.role,
            networks=[coorace],
            territories=[],
        )
    )
    assert found(searched, alice, "entreprise") == {("member", company.id)}


def test_who_is_suspended_is_not_found_until_the_day_that_was_said(
    searched: Searched, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = searched.world
    me, serge, administrator = world.member("Moi"), world.member("Serge"), world.administrator()
    declare(world, serge)
    assert found(searched, me, "serge") == {("member", serge.id)}
    until = clock.now() + timedelta(days=10)

    def act(decide: Any, **more: object) -> None:
        world.act(
            lambda s: decide(
                s, s.get_one(Member, serge.id), by=s.get_one(Member, administrator.id), **more
            )
        )

    act(administration.suspend, reason="Essai", until=until)
    viewer = world.viewer(me)
    assert found(searched, me, "serge") == set()
    act(administration.reinstate)
    assert found(searched, me, "serge") == {("member", serge.id)}
    act(administration.suspend, reason="Essai", until=until)
    assert found(searched, me, "serge") == set()
    monkeypatch.setattr(clock, "now", lambda: until + timedelta(minutes=1))
    assert viewer.audiences
    assert found(searched, me, "serge") == {("member", serge.id)}


def test_a_list_renamed_is_found_by_its_new_name(searched: Searched) -> None:
    world = searched.world
    me, alice, administrator = world.member("Moi"), world.member("Alice"), world.administrator()
    declare(world, alice, offers=[skill(world, "justice")])
    house = world.organisation("Les Jardins", activities=["restauration"])
    assert found(searched, me, "judiciaire") == {("member", alice.id)}
    new = {
        Skill: ("justice", "Aménagements de peine"),
        Activity: ("restauration", "Traiteur"),
        OrganisationKind: ("aci", "Chantier"),
    }
    for kind, (slug, name) in new.items():
        world.act_as(
            administrator,
            lambda s, viewer, kind=kind, slug=slug, name=name: lists.rename(  # type: ignore[misc]
                s,
                viewer,
                s.scalars(select(kind).where(kind.slug == slug)).one(),
                by=s.get_one(Member, administrator.id),
                name=name,
            ),
        )
    assert found(searched, me, "judiciaire") == set()
    assert found(searched, me, "aménagements") == {("member", alice.id)}
    assert found(searched, me, "traiteur") == {("organisation", house.id)}
    assert found(searched, me, "chantier") == {("organisation", house.id)}


def test_an_organisation_is_found_as_it_is_now(searched: Searched) -> None:
    world = searched.world
    me, rose = world.member("Moi"), world.member("Rose")
    house = world.organisation("Les Jardins")
    employ(world, rose, house)
    kind_id = house.kind_id
    world.act(
        lambda s: tending.describe(
            s,
            s.get_one(Organisation, house.id),
            tending.Description(name="Les Vergers", kind_id=kind_id),
        )
    )
    assert found(searched, me, "jardins") == set()
    both = {("organisation", house.id), ("member", rose.id)}
    assert found(searched, me, "vergers") == both
    with world.session() as session:
        gone = session.get_one(Organisation, house.id)
        gone.withdrawn_at = clock.now()
        record(session, OrganisationDescribed(gone))
    assert found(searched, me, "vergers") == set()


def test_a_building_reads_people_too_and_suits_the_facts(searched: Searched) -> None:
    world = searched.world
    alice = world.member("Alice")
    house = world.organisation("Les Jardins")
    with world.session() as session:
        session.get_one(Profile, alice.id).organisation_id = house.id
    searched.build()
    both = {("organisation", house.id), ("member", alice.id)}
    assert found(searched, alice, "jardins") == both


def test_a_few_words_of_a_person_do_not_come_before_a_text(searched: Searched) -> None:
    world = searched.world
    me, pmsmp = world.member("Moi"), skill(world, "pmsmp")
    for number in range(5):
        declare(world, world.member(f"Aide{number}"), offers=[pmsmp])
    filler = "Rien de particulier à signaler dans cette phrase du compte rendu. " * 8
    topic = world.topic(me, "Une demande", f"{filler} Une PMSMP, deux PMSMP. {filler}")
    assert searched.search(me, "PMSMP").hits[0].id == topic.id
    assert searched.search(me, "PMSMP").hits[0].kind == "topic"


def test_an_organisation_comes_before_those_who_work_there(searched: Searched) -> None:
    world = searched.world
    me, house = world.member("Moi"), world.organisation("Les Jardins de Cocagne")
    for number in range(8):
        employ(world, world.member(f"Rose{number}"), house)
    hits = searched.search(me, "jardins").hits
    assert [hit.kind for hit in hits] == ["organisation", *["member"] * 8]


def test_a_scheme_is_found_by_what_it_is_and_names_a_house_that_is_for_everyone(
    searched: Searched,
) -> None:
    world = searched.world
    me, inside = world.member("Moi"), world.member("Inès", networks=["fnars"])
    open_house = world.organisation("Les Jardins")
    closed = world.organisation("Le Refuge des Lilas", for_networks=["fnars"])
    one = world.scheme(
        "Permis citoyen", organisation_id=open_house.id, for_whom="Jeunes ruraux",
        territories=["departement:44"], conditions="Avoir un projet.",
    )  # fmt: skip
    two = world.scheme("Bail glissant", organisation_id=closed.id)
    for words in ("permis", "ruraux", "projet", "Loire-Atlantique"):
        assert ("scheme", one.id) in found(searched, me, words), words
    assert ("scheme", one.id) in found(searched, me, "jardins")
    for someone in (me, inside):
        assert ("scheme", two.id) not in found(searched, someone, "lilas")
    world.act_as(
        world.administrator(),
        lambda s, v: tending_schemes.show(
            s, v, s.merge(one), False, by=s.get_one(Member, v.member_id)
        ),
    )
    assert found(searched, me, "permis") == set()


def test_a_page_of_every_kind_costs_one_reading_of_each_room(
    searched: Searched, search_engine: str
) -> None:
    world = searched.world
    alice = world.member("Lavande")
    assert declare(world, alice, job="Encadrante") == 302
    world.event(alice, "La lavande en réunion")
    world.room(alice, "Salle des lavandes")
    world.organisation("Atelier lavande")
    world.scheme("Coup de pouce lavande")

    def find() -> int:
        world.topic(alice, "Une lavande en chantier")
        world.document(alice, "La lavande", b"Une lavande.")
        kinds = {kind for kind, _id in found(searched, alice, "lavande")}
        assert kinds == {"topic", "document", "member", "organisation", "scheme", "event", "room"}
        client = world.client(alice)
        client.get("/recherche?q=lavande")
        with world.counted() as statements:
            assert client.get("/recherche?q=lavande").status_code == 200
        return len(statements)

    once = find()
    assert find() == once
    assert once == ROOMS_AND_PAGE + (INDEX if search_engine == "postgresql" else 0)


ROOMS_AND_PAGE = 10 + 7
"""A topic is read with its messages and their files, a video room with its notes, each other kind
at once."""
INDEX = 5
"""Where the index is in the database too."""
