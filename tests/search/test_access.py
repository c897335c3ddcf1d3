"""Never a trace of what a viewer may not see, in results, counts, suggestions or corrections."""

from itertools import product
from random import Random

from access.viewers import Viewer
from accounts.models import Member
from forum.models import Topic
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
