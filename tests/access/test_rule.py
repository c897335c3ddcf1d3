"""The rule in SQL says what ten lines of Python say, on every member and every audience."""

import csv
import gzip
import threading
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from access import audiences, geography, rule
from access.models import (
    Audience,
    AudienceTerritory,
    Network,
)
from access.viewers import Role
from accounts import actions, administration, queries
from accounts.models import Member
from core.refusals import Refused
from tests.world import BOTH, NETWORKS, World

# --- the reference: a territory is a set of communes -------------------------------------------

Communes = frozenset[str]


def sees(
    my_networks: Collection[str],
    my_territories: Collection[Communes],
    networks: Collection[str],
    territories: Collection[Communes],
) -> bool:
    """Whether such a member sees such an audience."""
    if not my_networks:
        return False
    if networks and not set(my_networks) & set(networks):
        return False
    if not territories:
        return True
    mine, named = frozenset().union(*my_territories), frozenset().union(*territories)
    return bool(mine & named)


@cache
def communes_of(reference: str) -> Communes:
    """The communes of "departement:44", read from the official table itself."""
    level, _, wanted = reference.partition(":")
    table = gzip.decompress((geography.DATA / "communes.csv.gz").read_bytes()).decode()
    column = {"departement": "dep", "zone_emploi": "ze2020"}.get(level)
    departements = (geography.DATA / "departements.csv").read_text().splitlines()
    region_of = {row["code"]: row["region"] for row in csv.DictReader(departements)}
    return frozenset(
        row["code"]
        for row in csv.DictReader(table.splitlines())
        if (row[column] if column else region_of[row["dep"]]) == wanted
    )


PLACES = (
    "region:52",  # Pays de la Loire
    "region:53",  # Bretagne
    "departement:44",
    "departement:49",
    "departement:53",
    "departement:61",
    "departement:72",
    "departement:35",
    "zone_emploi:0051",  # Alençon: Mayenne, Orne and Sarthe
    "nantes",
    "chateaubriant",
    "redon",
    "angers",
    "le-mans",
)
SAINT_NAZAIRE = "zone_emploi:5219"  # inside the Loire-Atlantique
ZONES = {
    "nantes": "Nantes",
    "chateaubriant": "Châteaubriant",
    "redon": "Redon",
    "angers": "Angers",
    "le-mans": "Le Mans",
}


@cache
def reference_of(place: str) -> str:
    """ "nantes" as "zone_emploi:5209"."""
    if place not in ZONES:
        return place
    zones = csv.DictReader((geography.DATA / "zones_emploi.csv").read_text().splitlines())
    return "zone_emploi:" + next(row["code"] for row in zones if row["nom"] == ZONES[place])


# --- two of them, drawn ------------------------------------------------------------------------

some_networks = st.frozensets(st.sampled_from(sorted(NETWORKS)), max_size=3)
some_places = st.frozensets(st.sampled_from(PLACES), max_size=3)
whole = st.tuples(some_networks, some_places)
Place = tuple[frozenset[str], frozenset[str]]


def reference(member: Place, audience: Place) -> bool:
    """What the ten lines say."""
    territories = [[communes_of(reference_of(one)) for one in two[1]] for two in (member, audience)]
    return sees(member[0], territories[0], audience[0], territories[1])


@dataclass
class Atlas:
    """A database session, and the ids of what examples name."""

    session: Session
    networks: dict[str, int]
    places: dict[str, int]
    numbers: Iterator[int] = field(default_factory=count)

    def member(self, place: Place) -> int:
        made = actions.new_member(
            self.session,
            email=f"hypothesis{next(self.numbers)}@example.org",
            first_name="Une",
            last_name="Personne",
            role=Role.USER,
            networks=[self.networks[one] for one in place[0]],
            territories=[self.places[one] for one in place[1]],
        )
        return made.id

    def named(self, place: Place) -> tuple[list[int], list[int]]:
        return [self.networks[one] for one in place[0]], [self.places[one] for one in place[1]]

    def audience(self, place: Place) -> int:
        return audiences.audience(self.session, *self.named(place))


@pytest.fixture
def atlas(world: World) -> Iterator[Atlas]:
    with world.session() as session:
        yield Atlas(
            session,
            {slug: network_id(session, slug) for slug in NETWORKS},
            {one: territory_id(session, reference_of(one)) for one in PLACES},
        )
        session.rollback()


def network_id(session: Session, slug: str) -> int:
    return session.scalars(select(Network.id).where(Network.slug == slug)).one()


def territory_id(session: Session, name: str) -> int:
    found = geography.by_code(session, name)
    assert found is not None, name
    return found.id


calm = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # a failure names its pair: nothing to shrink
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@BOTH
def test_the_database_says_what_the_ten_lines_say(atlas: Atlas) -> None:
    """Each example draws a crowd and a shelf of audiences, and compares every pair."""
    seen = {True: 0, False: 0}

    @calm
    @given(
        st.lists(whole, min_size=4, max_size=12, unique=True),
        st.lists(whole, min_size=4, max_size=12, unique=True),
    )
    def holds(crowd: list[Place], shelf: list[Place]) -> None:
        session = atlas.session
        members = {atlas.member(place): place for place in crowd}
        reaches = {atlas.audience(place): place for place in shelf}
        for member_id, place in members.items():
            signed_in = queries.signed_in(session, member_id)
            assert signed_in is not None
            opened = set(session.scalars(rule.open_audiences(literal(member_id))))
            assert set(signed_in.viewer.audiences) == opened
            assert set(rule.viewer(session, member_id, Role.USER).audiences) == opened
            for audience_id, reach in reaches.items():
                expected = reference(place, reach)
                seen[expected] += 1
                assert (audience_id in opened) is expected, (place, reach)
        for audience_id, reach in reaches.items():
            expected_readers = {one for one, place in members.items() if reference(place, reach)}
            crowd_only = select(Member.id).where(Member.id.in_(members))
            readers = session.scalars(crowd_only.where(rule.reached(Member.id, audience_id)))
            assert set(readers) == expected_readers, reach
            would_read = session.scalars(
                crowd_only.where(rule.would_be_reached(Member.id, *atlas.named(reach)))
            )
            assert set(would_read) == expected_readers, reach

    holds()
    assert min(seen.values()) > 100, seen


@BOTH
def test_an_audience_covers_another_only_when_its_readers_do(atlas: Atlas) -> None:
    """`covers` may say no too often, never yes too soon: whoever reads the one reads the other."""
    said = {True: 0, False: 0}

    @calm
    @given(st.lists(whole, min_size=3, max_size=8, unique=True))
    def holds(shelf: list[Place]) -> None:
        everywhere = [(frozenset([slug]), frozenset([one])) for slug in NETWORKS for one in PLACES]
        for wide in shelf:
            for narrow in shelf:
                ids = atlas.audience(wide), atlas.audience(narrow)
                covered = audiences.covers(atlas.session, *ids)
                said[covered] += 1
                if covered:
                    assert all(
                        reference(member, wide)
                        for member in everywhere
                        if reference(member, narrow)
                    ), (wide, narrow)
                if wide == narrow or wide == (frozenset(), frozenset()):
                    assert covered

    holds()
    assert min(said.values()) > 20, said


@BOTH
def test_a_territory_is_addressed_by_what_overlaps_it(atlas: Atlas) -> None:
    @calm
    @given(st.lists(whole, min_size=3, max_size=12, unique=True), st.sampled_from(PLACES))
    def holds(shelf: list[Place], place: str) -> None:
        assume(any(reach[1] for reach in shelf))
        here = communes_of(reference_of(place))
        reaches = {atlas.audience(reach): reach for reach in shelf}
        addressed = set(atlas.session.scalars(audiences.addressed_to(atlas.places[place])))
        for audience_id, reach in reaches.items():
            named = frozenset().union(*(communes_of(reference_of(one)) for one in reach[1]))
            assert (audience_id in addressed) is bool(here & named), (reach, place)

    holds()


TABLE: list[tuple[tuple[list[str], list[str]], tuple[list[str], list[str]], bool]] = [
    ((["coorace"], ["departement:44"]), (["coorace"], ["departement:44"]), True),
    ((["coorace"], ["nantes"]), (["coorace"], ["departement:44"]), True),
    ((["coorace"], ["region:52"]), (["coorace"], ["departement:44"]), True),
    ((["coorace"], ["departement:44"]), (["coorace"], ["nantes"]), True),
    ((["coorace"], ["departement:72"]), (["coorace"], ["departement:44"]), False),
    ((["fnars"], ["departement:44"]), (["coorace"], ["departement:44"]), False),
    ((["fnars"], ["departement:72"]), ([], []), True),
    ((["fnars"], ["departement:44"]), ([], ["departement:44"]), True),
    # A zone d'emploi that straddles: Alençon is read in Mayenne, Orne and Sarthe alike.
    ((["coorace"], ["zone_emploi:0051"]), (["coorace"], ["departement:61"]), True),
    ((["coorace"], ["zone_emploi:0051"]), (["coorace"], ["departement:72"]), True),
    ((["coorace"], ["departement:53"]), (["coorace"], ["zone_emploi:0051"]), True),
    ((["coorace"], ["departement:44"]), (["coorace"], ["zone_emploi:0051"]), False),
    # Two départements that share a zone d'emploi share no commune.
    ((["coorace"], ["departement:72"]), (["coorace"], ["departement:61"]), False),
    # Without a network, nothing, not even what is for everyone.
    (([], ["departement:44"]), ([], []), False),
    (([], []), ([], []), False),
    # Without a territory, only what names none.
    ((["coorace"], []), (["coorace"], []), True),
    ((["coorace"], []), (["coorace"], ["departement:44"]), False),
]


@BOTH
def test_who_sees_what(atlas: Atlas) -> None:
    for member, reach, seen in TABLE:
        someone = frozenset(member[0]), frozenset(member[1])
        audience_id = atlas.audience((frozenset(reach[0]), frozenset(reach[1])))
        signed_in = queries.signed_in(atlas.session, atlas.member(someone))
        assert signed_in is not None
        assert (audience_id in signed_in.viewer.audiences) is seen, (member, reach)
        assert reference(someone, (frozenset(reach[0]), frozenset(reach[1]))) is seen


# --- audiences ---------------------------------------------------------------------------------


@BOTH
def test_the_same_reach_is_the_same_audience(world: World) -> None:
    one = world.audience(["coorace", "fnars"], ["departement:44", "region:52"])
    other = world.audience(["fnars", "coorace"], ["region:52", "departement:44"])
    assert one == other
    assert world.audience(["coorace"], ["departement:44", "region:52"]) != one
    assert world.audience([], ["departement:44", "region:52"]) != one


def at_once(world: World, *acts: Callable[[Session], object]) -> list[object]:
    """What each act gives, all of them begun at the same instant."""
    start, given_back, errors = threading.Barrier(len(acts)), [], []

    def run(act: Callable[[Session], object]) -> None:
        try:
            with world.app.app_context():
                start.wait()
                given_back.append(world.act(act))
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors, errors
    return given_back


@BOTH
def test_two_contents_of_one_instant_share_their_audience(world: World) -> None:
    network, place = world.network("coorace"), world.territory("departement:44")
    for territories in ([], [place]):
        made = at_once(world, *[lambda s, t=territories: audiences.audience(s, [network], t)] * 6)
        assert len(set(made)) == 1
        key = audiences.key_of([network], territories)
        assert len(world.all(select(Audience).where(Audience.key == key))) == 1
    named = world.all(select(AudienceTerritory.territory_id))
    assert named == [place]


@BOTH
def test_an_author_addresses_only_their_own(world: World) -> None:
    author = world.member(networks=("coorace",), territories=("departement:44",))
    inside, other = world.territory(SAINT_NAZAIRE), world.territory("departement:72")
    mine, theirs = world.network("coorace"), world.network("fnars")

    def refusal(networks: list[int], territories: list[int]) -> str:
        try:
            world.act(lambda s: audiences.own_audience(s, author.id, networks, territories))
        except Refused as refused:
            return refused.code
        return ""

    assert refusal([], []) == ""
    assert refusal([mine], [inside]) == ""
    assert refusal([theirs], []) == "audience-not-yours"
    assert refusal([mine, theirs], []) == "audience-not-yours"
    assert refusal([mine], [other]) == "audience-not-yours"
    assert refusal([mine], [world.territory("region:52")]) == "audience-not-yours"
    straddling = world.territory(reference_of("nantes"))  # a part of it lies in Vendée
    assert refusal([mine], [straddling]) == "audience-not-yours"
    assert refusal([10**6], []) == "audience-not-yours"


@BOTH
def test_an_account_without_network_addresses_nobody(world: World) -> None:
    company = world.member(networks=(), territories=("departement:44",))
    with pytest.raises(Refused, match="no-network"):
        world.act(lambda s: audiences.own_audience(s, company.id, [], []))


@BOTH
def test_an_audience_is_told_in_words(world: World) -> None:
    audience_id = world.audience(["fnars", "coorace"], [reference_of("nantes"), "departement:44"])
    everyone = world.audience([], [])
    reaches = world.act(lambda s: audiences.reaches(s, [audience_id, everyone]))
    assert reaches[audience_id] == audiences.Reach(
        ("COORACE", "FNARS"), ("Loire-Atlantique", "Nantes (zone d’emploi)")
    )
    assert reaches[everyone] == audiences.Reach()


# --- changes -----------------------------------------------------------------------------------


@BOTH
def test_new_places_take_effect_at_the_next_request(world: World) -> None:
    author = world.member("Anne")
    reader = world.member("Rémi", networks=("fnars",), territories=("departement:72",))
    topic = world.topic(author, networks=["coorace"], territories=["departement:44"])
    client, page = world.client(reader), f"/forum/sujets/{topic.id}"
    assert client.get(page).status_code == 404
    administrator = world.administrator()

    def place(networks: list[str], territories: list[str]) -> None:
        ids = [world.network(slug) for slug in networks]
        places = [world.territory(code) for code in territories]
        world.act(
            lambda s: administration.place(
                s,
                s.get_one(Member, reader.id),
                by=s.get_one(Member, administrator.id),
                role=Role.USER,
                networks=ids,
                territories=places,
            )
        )

    place(["coorace"], ["departement:72"])
    assert client.get(page).status_code == 404
    place(["coorace", "fnars"], ["departement:72", reference_of("nantes")])
    assert client.get(page).status_code == 200
    place(["fnars"], ["departement:44"])
    assert client.get(page).status_code == 404
