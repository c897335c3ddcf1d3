"""Never a trace of what a viewer may not see, in results, counts, suggestions or corrections."""

from datetime import datetime
from itertools import product
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from access.viewers import Viewer
from accounts.models import Member
from agenda import changes
from agenda import queries as agenda
from agenda.models import Event, Occurrence
from agenda.papers import actions as papers
from forum.models import Topic
from rooms import actions as room_actions
from rooms import meetings
from rooms.meetings import Who
from rooms.models import Room
from search import queries
from search.engines import Facet
from search.queries import Ask
from tests.search.conftest import Searched

NETWORKS = ((), ("coorace",), ("fnars",), ("coorace", "reseau-44"))
TERRITORIES = ((), ("departement:44",), ("departement:85",), ("region:52",))


def test_the_search_sees_what_the_rule_sees(searched: Searched) -> None:
    world, draw = searched.world, Random(3)
    author = world.member(
        "Autrice", networks=("coorace", "fnars", "reseau-44"), territories=("region:52",)
    )
    topics: list[Topic] = [
        world.topic(author, f"Une rencontre {number}", networks=networks, territories=territories)
        for number, (networks, territories) in enumerate(product(NETWORKS, TERRITORIES))
    ]
    members = [
        world.member(
            f"Membre{number}",
            networks=draw.choice((("coorace",), ("fnars",), ("reseau-44",), ("fnars", "coorace"))),
            territories=draw.choice(
                (("departement:44",), ("departement:85",), ("region:53",), ("region:52",))
            ),
        )
        for number in range(6)
    ] + [world.member("Entreprise", networks=(), territories=())]
    sizes = set()
    for member in members:
        open_now = set(world.viewer(member).audiences)
        allowed = {topic.id for topic in topics if topic.audience_id in open_now}
        pages = [searched.search(member, "rencontre", page=page) for page in (1, 2)]
        assert {hit.id for page in pages for hit in page.hits} == allowed
        assert {page.total for page in pages} == {len(allowed)}
        for facet in (Facet.KIND, Facet.THEME, Facet.AUTHOR, Facet.YEAR, Facet.AUDIENCE):
            assert sum(pages[0].facets[facet].values()) == len(allowed), facet
        assert set(pages[0].facets[Facet.AUDIENCE]) <= open_now
        assert {one.id for one in searched.suggest(member, "rencon")} <= allowed
        sizes.add(len(allowed))
    assert len(sizes) > 2
    assert 0 in sizes  # the one who belongs to no network


def _two(searched: Searched) -> tuple[Member, Member]:
    there = searched.world.member("Alice", networks=("coorace",))
    elsewhere = searched.world.member("Farid", networks=("fnars",))
    return there, elsewhere


def test_a_word_that_others_alone_wrote_is_not_proposed(searched: Searched) -> None:
    there, elsewhere = _two(searched)
    searched.world.topic(there, "Dossier Grandclément", networks=("coorace",))
    assert searched.search(there, "Grandclémant").correction == "grandclément"
    results = searched.search(elsewhere, "Grandclémant")
    assert results.correction is None
    assert results.total == 0
    assert searched.suggest(elsewhere, "Grandcl") == []


def test_a_filter_opens_nothing(searched: Searched) -> None:
    there, elsewhere = _two(searched)
    searched.world.topic(there, "Dossier secret", networks=("coorace",))
    coorace = searched.world.network("coorace")
    nantes = searched.world.territory("departement:44")
    filters: tuple[dict[str, object], ...] = (
        {"network_id": coorace},
        {"territory_id": nantes},
        {"author_id": there.id},
        {"kind": "topic"},
        {"theme": "formation"},
    )
    for more in filters:
        results = searched.search(elsewhere, "dossier", **more)
        assert results.total == 0
        assert not any(results.facets[facet] for facet in Facet)
        assert results.networks == {}


def test_what_closed_a_moment_ago_is_not_shown_before_the_index_knows(
    searched: Searched,
) -> None:
    there, elsewhere = _two(searched)
    topic = searched.world.topic(there, "Une annonce pour tous")
    assert searched.search(elsewhere, "annonce").total == 1
    narrow = searched.world.audience(["coorace"], [])
    with searched.world.session() as session:
        session.get_one(Topic, topic.id).audience_id = narrow
    results = searched.search(elsewhere, "annonce")
    assert results.hits == ()
    assert results.total == 0
    assert searched.suggest(elsewhere, "annonce") == []
    assert searched.search(elsewhere, "anonnce").correction is None
    assert searched.search(there, "anonnce").correction == "annonce"


def test_who_sees_no_audience_finds_nothing(searched: Searched) -> None:
    there, _elsewhere = _two(searched)
    searched.world.topic(there, "Pour tous")
    searched.world.work()
    nobody = Viewer(there.id, there.role, ())
    with searched.world.session() as session:
        results = queries.search(session, searched.index, nobody, Ask("tous pour"))
    assert results.total == 0


def test_minutes_and_notes_are_found_by_those_who_read_them(searched: Searched) -> None:
    world = searched.world
    there, elsewhere = _two(searched)
    absent = world.member("Absente", networks=("coorace",))
    starts = datetime(2020, 3, 1, 9)  # noqa: DTZ001 - what a clock shows has no zone
    event = world.event(there, "Point", starts, networks=("coorace",))
    room = world.room(there, "Salle des fêtes", networks=("coorace",), words="Chaque lundi.")

    def said(session: Session, viewer: Viewer, words: str) -> None:
        date = select(Occurrence.id).where(Occurrence.event_id == event.id)
        occurrence = session.scalars(agenda.occurrence(viewer, session.scalar(date) or 0)).one()
        papers.write_minutes(session, occurrence, words, by=viewer)

    def noted(session: Session, viewer: Viewer) -> None:
        one = session.get_one(Room, room.id)
        who = Who(member_id=viewer.member_id)
        presence = meetings.come(session, one, who, hosts=True, most=6)
        meetings.note(session, presence, "Penser aux **courgettes**.")
        meetings.leave(session, presence)

    world.act_as(there, lambda s, v: said(s, v, "On a parlé des **topinambours**."))
    world.act_as(there, noted)
    for who, sees in ((there, 1), (absent, 1), (elsewhere, 0)):
        for typed, kind in (("topinambours", "event"), ("courgettes", "room"), ("fêtes", "room")):
            results = searched.search(who, typed)
            assert [hit.kind for hit in results.hits] == [kind] * sees, (who.first_name, typed)
            assert results.total == sees
            assert len(searched.suggest(who, typed)) in {0, sees}
    world.act_as(there, lambda s, v: said(s, v, "On a parlé des rutabagas."))
    assert searched.search(there, "topinambours").total == 0
    assert searched.search(there, "rutabagas").total == 1

    def withdrawn(session: Session, viewer: Viewer) -> None:
        one, by = session.get_one(Room, room.id), session.get_one(Member, viewer.member_id)
        room_actions.withdraw(session, one, by=by, viewer=viewer)

    world.act_as(there, withdrawn)
    assert searched.search(there, "courgettes").total == 0


def test_the_room_of_a_date_is_found_as_long_as_the_date_is(searched: Searched) -> None:
    world = searched.world
    there, elsewhere = _two(searched)
    event = world.event(there, "Point", networks=("coorace",))

    def opened(session: Session, viewer: Viewer) -> None:
        said = room_actions.Said(title="Salle aux platanes")
        room_actions.open_for_event(
            session,
            said,
            by=viewer,
            event_id=event.id,
            owner_id=there.id,
            audience_id=event.audience_id,
        )

    def moved(session: Session, viewer: Viewer, act: Any) -> None:
        one, by = session.get_one(Event, event.id), session.get_one(Member, viewer.member_id)
        act(session, one, by=by, viewer=viewer)

    world.act_as(there, opened)
    assert [hit.kind for hit in searched.search(there, "platanes").hits] == ["room"]
    assert searched.search(elsewhere, "platanes").total == 0
    world.act_as(there, lambda s, v: moved(s, v, changes.withdraw))
    assert searched.search(there, "platanes").total == 0
    world.act_as(there, lambda s, v: moved(s, v, changes.give_back))
    assert searched.search(there, "platanes").total == 1
