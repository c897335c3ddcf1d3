"""Whoever is asked by mail can answer from it, and nobody is told who may not be."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from accounts.models import Member
from core import clock
from core.outbox import Mail
from core.refusals import Refused
from expertise.desk import desk_of
from expertise.experts.models import DeskSeat, Expert
from expertise.matching import best_for, candidates
from expertise.needs.life import Act as NeedAct
from expertise.needs.models import Need
from expertise.positions import choosing
from expertise.positions.life import Act
from expertise.positions.models import Position
from expertise.programmes.models import Institution, Programme, Review, Way
from tests.expertise import desks
from tests.world import World


@pytest.fixture
def thomas(world: World) -> Member:
    """Who runs the programme."""
    return world.member("Thomas", networks=())


@pytest.fixture
def made(world: World, thomas: Member) -> Programme:
    """A programme where several take charge."""
    return desks.programme(world, team=(thomas,), review=Review.NONE, way=Way.COOPERATIVE)


def adviser(world: World, made: Programme, name: str = "Ana") -> tuple[Member, Expert]:
    """Somebody who answers, alone in their institution."""
    someone = world.member(name, networks=())
    house = desks.institution(world, made, f"Agence {name}")
    return someone, desks.expert(world, house, someone, subjects=(desks.subject(world, made),))


def suspend(world: World, someone: Member, *, days: int | None = None) -> None:
    """An administrator closes their account: for some days, or for good."""
    since = clock.now() - timedelta(days=30)
    until = None if days is None else clock.now() + timedelta(days=days)
    world.act(
        lambda s: s.execute(
            update(Member)
            .where(Member.id == someone.id)
            .values(suspended_at=since, suspended_until=until)
        )
    )


def ranked(world: World, of: Need) -> set[int]:
    """Those whom the ranking knows for a need."""

    def found(session):  # type: ignore[no-untyped-def]
        need = session.get_one(Need, of.id)
        best = {one.expert_id for one in best_for(session, need)}
        assert best == {one.expert_id for one in candidates(session, need)}
        return best

    return set(world.act(found))


def of_positions(world: World, to: str) -> list[Mail]:
    """The mails about needs to an address."""
    return [one for one in world.mails() if one.kind == "position" and one.to_address == to]


@pytest.mark.parametrize(("days", "answers"), [(None, False), (3, False), (-1, True)])
def test_who_is_suspended_is_neither_ranked_nor_chosen_nor_told(
    world: World, made: Programme, days: int | None, answers: bool
) -> None:
    ana, expert = adviser(world, made)
    _bob, other = adviser(world, made, "Bob")
    suspend(world, ana, days=days)
    one = desks.need(world, made)
    assert ranked(world, one) == ({expert.id, other.id} if answers else {other.id})
    assert set(world.all(select(Position.expert_id))) == ranked(world, one)
    assert bool(of_positions(world, ana.email)) is answers
    named = choosing.choosable(one, "Ana").with_only_columns(Expert.id)
    assert world.all(named) == ([expert.id] if answers else [])


def test_the_team_cannot_send_to_who_is_suspended(
    world: World, made: Programme, thomas: Member
) -> None:
    ana, expert = adviser(world, made)
    suspend(world, ana)
    one = desks.need(world, made)
    with world.session() as session:
        need = session.get_one(Need, one.id)
        session.refresh(need, ["programme"])
        with pytest.raises(Refused, match="expert-out-of-reach"):
            choosing.send_to(
                session, desk_of(session, thomas.id), need, session.get_one(Expert, expert.id)
            )


def test_a_team_answers_while_one_of_them_may(world: World, made: Programme) -> None:
    ana, expert = adviser(world, made)
    bob = world.member("Bob", networks=())
    desks.answer_with(world, expert, bob)
    suspend(world, ana)
    assert ranked(world, desks.need(world, made)) == {expert.id}
    suspend(world, bob)
    assert ranked(world, desks.need(world, made)) == set()


def test_who_is_suspended_after_the_sending_hears_no_more_and_the_team_sees_it(
    world: World, made: Programme, thomas: Member
) -> None:
    ana, _expert = adviser(world, made)
    one = desks.need(world, made)
    (sent,) = world.all(select(Position))
    page = f"/expertise/besoins/{one.id}/experts"
    team = world.client(thomas)
    assert len(of_positions(world, ana.email)) == 1
    assert "Compte suspendu" not in team.get(page).text
    desks.answer(world, ana, sent, Act.TAKE)
    suspend(world, ana)
    desks.follow(world, one, NeedAct.ADD)
    assert len(of_positions(world, ana.email)) == 1
    assert "Compte suspendu" in team.get(page).text
    team.post(f"{page}/{sent.id}/retirer", data={"words": "Suspendue.", "instead": "0"})
    assert len(of_positions(world, ana.email)) == 1
