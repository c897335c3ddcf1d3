"""A reservation that runs out: one more turn, no extension, then the others."""

import pytest
from sqlalchemy import select

from accounts.models import Member
from core.refusals import Refused
from expertise.desk import desk_of
from expertise.needs.models import Need
from expertise.positions import choosing
from expertise.positions.life import Act, State
from expertise.positions.models import Position
from expertise.programmes.models import Institution, Programme, Review
from tests.expertise import desks, replying
from tests.expertise.surveying import an_hour, later
from tests.world import BOTH, World


def houses(world: World, made: Programme, count: int) -> list[tuple[Institution, Member]]:
    """Institutions that take part, each with its manager."""
    found = []
    for place in range(count):
        house = desks.institution(world, made, f"Groupe {place}")
        someone = world.member(f"Rémi{place}", networks=())
        desks.manager(world, house, someone)
        found.append((house, someone))
    return found


def states(world: World, of: Need) -> list[State]:
    """Where all its positions stand, in the order of sending."""
    wanted = select(Position.state).where(Position.need_id == of.id).order_by(Position.id)
    return list(world.all(wanted))


@pytest.fixture
def made(world: World) -> Programme:
    """A programme where one institution at a time holds a need."""
    return desks.programme(world, review=Review.NONE)


@BOTH
def test_who_let_a_reservation_run_out_reserves_once_more_without_more_time(
    world: World, engine: str, made: Programme
) -> None:
    ((house, first),) = houses(world, made, 1)
    one = desks.need(world, made)
    replying.answer(world, first, replying.sent(world, one, house), Act.RESERVE)
    with later(25):
        an_hour(world)
        assert states(world, one) == [State.WAITING]
        again = replying.answer(world, first, replying.sent(world, one, house), Act.RESERVE)
        with pytest.raises(Refused, match="position-elsewhere"):
            replying.answer(world, first, replying.sent(world, one, house), Act.EXTEND)
        sheet = f"/expertise/positions/{again.id}"
        assert 'value="extend"' not in world.client(first).get(sheet).text
    with later(50):
        an_hour(world)
        assert states(world, one) == [State.WAITING]
        for act in (Act.RESERVE, Act.QUEUE):
            with pytest.raises(Refused, match=r"reserved-too-often"):
                replying.answer(world, first, replying.sent(world, one, house), act)
        page = world.client(first).post(f"{sheet}/reponse", data={"act": "reserve"})
        assert page.status_code == 422
        assert "deux fois" in page.text
        shown = world.client(first).get(sheet).text
        assert "deux fois" in shown, "it is said before anything is tried"
        assert 'value="reserve"' not in shown
        assert 'value="decline"' in shown
        # Another may; who ran out of turns cannot wait for theirs either.
        (other, second) = (desks.institution(world, made, "Autre"), world.member("Rémi"))
        desks.manager(world, other, second)
        desks.position(world, one, other)
        replying.answer(world, second, replying.sent(world, one, other), Act.RESERVE)
        with pytest.raises(Refused, match="reserved-too-often"):
            replying.answer(world, first, replying.sent(world, one, house), Act.QUEUE)
    assert sum(state is State.RESERVED for state in states(world, one)) == 1


def test_a_turn_that_came_after_one_ran_out_is_not_extended_either(
    world: World, made: Programme
) -> None:
    (house, first), (other, second) = houses(world, made, 2)
    one = desks.need(world, made)
    replying.answer(world, first, replying.sent(world, one, house), Act.RESERVE)
    with later(25):
        an_hour(world)
        replying.answer(world, second, replying.sent(world, one, other), Act.RESERVE)
        replying.answer(world, first, replying.sent(world, one, house), Act.QUEUE)
        replying.answer(world, second, replying.sent(world, one, other), Act.DECLINE)
        assert states(world, one) == [State.RESERVED, State.DECLINED]
        with pytest.raises(Refused, match="position-elsewhere"):
            replying.answer(world, first, replying.sent(world, one, house), Act.EXTEND)


def test_to_be_asked_again_gives_all_ones_turns_back(world: World) -> None:
    team = world.member("Thomas")
    made = desks.programme(world, team=(team,), review=Review.NONE)
    ((house, first),) = houses(world, made, 1)
    one = desks.need(world, made)
    for days in (0, 25):
        with later(days):
            replying.answer(world, first, replying.sent(world, one, house), Act.RESERVE)
        with later(days + 24):
            an_hour(world)
    with later(60):
        replying.answer(world, first, replying.sent(world, one, house), Act.DECLINE)
        with world.session() as session:
            need = session.get_one(Need, one.id)
            session.refresh(need, ["programme"])
            desk = desk_of(session, team.id)
            choosing.send_to(session, desk, need, session.get_one(Institution, house.id))
        replying.answer(world, first, replying.sent(world, one, house), Act.RESERVE)
        replying.answer(world, first, replying.sent(world, one, house), Act.EXTEND)
