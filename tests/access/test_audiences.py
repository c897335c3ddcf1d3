"""Audiences: one for each reach, who may address it, what it covers, its words."""

import threading
from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from access import audiences
from access.models import Audience, AudienceTerritory
from core.refusals import Refused
from tests.access.atlas import (
    PLACES,
    Atlas,
    Place,
    calm,
    communes_of,
    reference,
    reference_of,
    whole,
)
from tests.ground import NETWORKS
from tests.world import BOTH, World

SAINT_NAZAIRE = "zone_emploi:5219"  # inside the Loire-Atlantique


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
        ("COORACE", "FNARS"),
        ("Loire-Atlantique", "Nantes (zone d’emploi)"),
        tuple(world.network(one) for one in ("coorace", "fnars")),
    )
    assert reaches[everyone] == audiences.Reach()
