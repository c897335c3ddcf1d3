"""A need goes before its committee, or the team decides outside it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from core.refusals import Refused
from expertise.committees.models import Committee, CommitteeCase, Outcome
from expertise.needs.life import Act, State
from expertise.needs.models import By, Step
from tests.expertise import desks
from tests.expertise.desks import (
    again,
    company,
    need,
)
from tests.expertise.moving import decide
from tests.expertise.seated import case_of, committee, put, seat
from tests.expertise.voting import people, team_of
from tests.world import BOTH, World


def name_of(world: World, on: CommitteeCase) -> str:
    return world.act(lambda session: session.get_one(Committee, on.committee_id).name)


def test_a_need_goes_to_the_most_precise_committee(world: World) -> None:
    team, made = team_of(world)
    anne, bruno, _chloe = people(world)
    places: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = [
        ("Partout", (), ()),
        ("Région", ("region:52", "departement:75"), ()),
        ("Département", ("departement:44", "region:11"), ()),
        ("Zone", ("zone_emploi:5216",), ()),
        ("Commune", (), ("44109", "75056")),
    ]
    committee(world, made, anne, bruno, name="Ailleurs", territories=("departement:75",))
    committee(world, made, anne, bruno, name="Rangé", communes=("44109",), retired=True)
    for name, territories, communes in places:
        committee(world, made, anne, bruno, name=name, territories=territories, communes=communes)
        one = need(world, made)
        assert name_of(world, put(world, team, one)) == name
        assert again(world, one).state is State.SELECTION


def test_without_a_committee_the_team_reads_where_one_is_missing(world: World) -> None:
    team, made = team_of(world)
    anne, bruno, _chloe = people(world)
    committee(world, made, anne, bruno, territories=("departement:75",))
    one = need(world, made)
    with pytest.raises(Refused, match="no-committee"):
        put(world, team, one)
    assert again(world, one).state is State.ASKED
    page = world.client(team).get(f"/expertise/besoins/{one.id}/comite")
    assert "Aucun comité" in page.text
    assert "Loire-Atlantique" in page.text


def test_a_committee_that_cannot_reach_its_quorum_is_given_nothing(world: World) -> None:
    team, made = team_of(world)
    anne, bruno, chloe = people(world)
    one = need(world, made)
    own = company(world, chloe)
    committee(world, made, anne, chloe, quorum=2)
    assert own.siret == one.siret
    with pytest.raises(Refused, match="committee-too-small"):
        put(world, team, one)
    seat(world, case_committee(world), bruno)
    put(world, team, one)


def case_committee(world: World) -> Committee:
    return desks.the(world, select(Committee))


def test_only_the_team_of_a_programme_with_committees_submits(world: World) -> None:
    team, made = team_of(world)
    anne, bruno, _chloe = people(world)
    committee(world, made, anne, bruno)
    one = need(world, made)
    with pytest.raises(Refused, match="not-of-the-team"):
        put(world, anne, one)
    plain = desks.programme(world, "simple", team=(team,))
    with pytest.raises(Refused, match="need-elsewhere"):
        put(world, team, need(world, plain))
    put(world, team, one)
    with pytest.raises(Refused, match="need-elsewhere"):
        put(world, team, one)


@BOTH
def test_the_same_need_put_four_times_at_once_is_there_once(world: World, engine: str) -> None:
    team, made = team_of(world)
    committee(world, made, *people(world))
    one = need(world, made)

    def submit(_place: int) -> bool:
        with world.app.app_context():
            try:
                put(world, team, one)
            except Refused:
                return False
            return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(submit, range(4))) == 1
    assert world.one(select(func.count()).select_from(CommitteeCase)) == 1


@pytest.mark.parametrize("act", [Act.VALIDATE, Act.REFUSE])
@pytest.mark.parametrize("submitted", [False, True])
def test_the_team_decides_outside_the_committee_with_a_reason_that_is_written(
    world: World, act: Act, submitted: bool
) -> None:
    team, made = team_of(world)
    committee(world, made, *people(world))
    one = need(world, made)
    if submitted:
        put(world, team, one)
    with pytest.raises(Refused, match="outside-without-reason"):
        decide(world, team, one, act, " ")
    decide(world, team, one, act, "Urgence : le comité ne se réunit qu’en mai.")
    step = world.all(select(Step).order_by(Step.id))[-1]
    assert (step.act, step.by, step.outside) == (act, By.TEAM, True)
    page = world.client(team).get(f"/expertise/besoins/{one.id}").text
    assert "hors comité" in page
    if submitted:
        assert case_of(world, one).outcome is Outcome.OUTSIDE


def test_elsewhere_nothing_is_outside(world: World) -> None:
    team = world.member("Thomas")
    one = need(world, desks.programme(world, team=(team,)))
    decide(world, team, one, Act.VALIDATE, "")
    assert not any(step.outside for step in world.all(select(Step)))
