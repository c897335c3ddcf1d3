"""A need that was answered is closed, whatever the last of those who were asked does."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Member
from core import clock
from expertise.desk import desk_of
from expertise.experts.models import Expert
from expertise.needs.life import Act as NeedAct
from expertise.needs.life import Ending
from expertise.needs.life import State as NeedState
from expertise.needs.models import Need
from expertise.positions import choosing, closing, meeting, queries
from expertise.positions.life import Act, Outcome, State
from expertise.positions.models import Position
from expertise.programmes.models import Programme, Sending, Way
from tests.expertise import desks, moving, replying
from tests.expertise.surveying import an_hour, later
from tests.world import BOTH, World


@pytest.fixture
def team(world: World) -> Member:
    """Who runs the programme."""
    return world.member("Thomas", networks=())


@pytest.fixture
def made(world: World, team: Member) -> Programme:
    """A programme where several take charge, and are expected to answer within five days."""
    return desks.programme(world, way=Way.COOPERATIVE, team=(team,))


def advisers(world: World, made: Programme, count: int) -> list[Expert]:
    """One adviser in each of so many institutions."""
    about = (desks.subject(world, made),)
    return [
        desks.expert(
            world,
            desks.institution(world, made, f"Agence {place}"),
            world.member(f"Conseil{place}", networks=()),
            subjects=about,
        )
        for place in range(count)
    ]


def opened(world: World, made: Programme, team: Member) -> Need:
    """A need that was validated, and sent."""
    return moving.decide(world, team, desks.need(world, made), NeedAct.VALIDATE, "")


def acts(world: World, of: Need, who: Expert, act: Act) -> None:
    """One of the advisers answers."""
    replying.answer(world, account(world, who), replying.sent(world, of, who), act)


def account(world: World, who: Expert) -> Member:
    """Whose account answers as an expert."""
    return desks.the(world, select(Member).where(Member.email == who.email))


def helps(
    world: World, of: Need, who: Expert, outcome: Outcome = Outcome.ADVICE, *, takes: bool = True
) -> None:
    """One takes charge, and says what came of it."""
    if takes:
        acts(world, of, who, Act.TAKE)
    sent, member = replying.sent(world, of, who), account(world, who)
    with world.session() as session:
        desk = desk_of(session, member.id)
        found = session.scalars(queries.position(desk, sent.id)).unique().one()
        meeting.finish(session, desk, found, outcome, "")


def take_back(world: World, team: Member, of: Need, who: Expert) -> None:
    """The team does not wait for them any more."""
    sent = replying.sent(world, of, who)

    def taken_back(session: Session) -> None:
        position = session.get_one(Position, sent.id)
        session.refresh(position, ["need"])
        session.refresh(position.need, ["programme"])
        choosing.take_back(session, desk_of(session, team.id), position, "Ne répond pas.")

    world.act(taken_back)


def leave(world: World, who: Expert) -> None:
    """An expert leaves, and an hour passes."""
    with world.session() as session:
        session.get_one(Expert, who.id).left_at = clock.now()
    an_hour(world)


def how(world: World, of: Need) -> tuple[NeedState, Ending | None]:
    """Where a need stands, and how it ended."""
    found = desks.again(world, of)
    return found.state, found.ending


def deserted(world: World) -> int:
    """How many times the team was told that nobody answers."""
    return sum("Personne ne répond" in mail.text for mail in world.mails())


@BOTH
@pytest.mark.parametrize("last", ["declines", "is taken back", "leaves"])
def test_a_need_that_was_helped_is_closed_when_the_last_one_gives_up(
    world: World, engine: str, made: Programme, team: Member, last: str
) -> None:
    first, second = advisers(world, made, 2)
    one = opened(world, made, team)
    helps(world, one, first)
    assert how(world, one) == (NeedState.OPEN, None)
    if last == "declines":
        acts(world, one, second, Act.DECLINE)
    elif last == "is taken back":
        take_back(world, team, one, second)
    else:
        leave(world, second)
    assert how(world, one) == (NeedState.CLOSED, Ending.HELPED)
    assert deserted(world) == 0
    assert world.mails()[-1].kind == "need"


@BOTH
def test_silence_holds_no_need_that_was_helped(
    world: World, engine: str, made: Programme, team: Member
) -> None:
    first, second = advisers(world, made, 2)
    one = opened(world, made, team)
    helps(world, one, first)
    with later(4):
        an_hour(world)
        assert how(world, one) == (NeedState.OPEN, None)
    with later(11):
        an_hour(world)
    assert how(world, one) == (NeedState.CLOSED, Ending.HELPED)
    assert deserted(world) == 0
    # They declined nothing: it is in their archive as it was.
    assert replying.sent(world, one, second).state is State.WAITING


def test_who_took_charge_holds_it_however_long(world: World, made: Programme, team: Member) -> None:
    first, second, _silent = advisers(world, made, 3)
    one = opened(world, made, team)
    helps(world, one, first, Outcome.NOT_HELPED)
    acts(world, one, second, Act.TAKE)
    with later(60):
        an_hour(world)
        assert how(world, one) == (NeedState.OPEN, None)
        # Of those who disagree, the best answer counts; who was silent holds nothing.
        helps(world, one, second, takes=False)
        assert how(world, one) == (NeedState.CLOSED, Ending.HELPED)


def test_who_was_not_written_to_yet_has_their_time(world: World, team: Member) -> None:
    made = desks.programme(world, way=Way.COOPERATIVE, team=(team,), sending=Sending.WEEKLY)
    first, _second = advisers(world, made, 2)
    one = opened(world, made, team)
    helps(world, one, first)
    with world.session() as session:
        for sent in session.scalars(select(Position)):
            assert sent.told_at is None
    with later(9):
        world.act(lambda s: closing.look(s, clock.now()))
        assert how(world, one) == (NeedState.OPEN, None)
    with later(16):
        world.act(lambda s: closing.look(s, clock.now()))
        assert how(world, one) == (NeedState.CLOSED, Ending.HELPED)


def test_what_came_of_it_before_it_was_opened_again_closes_nothing(
    world: World, made: Programme, team: Member
) -> None:
    first, second = advisers(world, made, 2)
    one = opened(world, made, team)
    acts(world, one, second, Act.DECLINE)
    helps(world, one, first)
    assert how(world, one) == (NeedState.CLOSED, Ending.HELPED)
    leave(world, first)  # who helped is not asked again
    with later(1):
        moving.follow(world, one, NeedAct.CONTEST)
        moving.decide(world, team, one, NeedAct.VALIDATE)
        assert replying.sent(world, one, second).state is State.WAITING
    with later(40):
        an_hour(world)
        assert how(world, one) == (NeedState.OPEN, None)
        assert replying.sent(world, one, second).reminded_at is not None
        assert deserted(world) == 1, "nobody answers since it was opened again"
        acts(world, one, second, Act.DECLINE)
        assert how(world, one) == (NeedState.OPEN, None)
