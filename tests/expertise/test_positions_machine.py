"""Whatever those who answer, the company, the team and the clock do, in any order: nothing is lost.

The machine does at random what the pages allow, and what they do not, on a real database.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Member
from core import clock
from core.refusals import Refused
from expertise.desk import Desk, desk_of
from expertise.needs import actions as needs
from expertise.needs.life import Act as NeedAct
from expertise.needs.life import State as NeedState
from expertise.needs.models import Need
from expertise.positions import answering, choosing, meeting, policy
from expertise.positions import queries as positions
from expertise.positions.jobs import Teller
from expertise.positions.life import HELD, Act, Outcome, State
from expertise.positions.models import Position, PositionStep
from expertise.programmes.models import Way
from tests.expertise import desks, moving, replying
from tests.world import BOTH, World

START = datetime(2027, 3, 1, 9, tzinfo=UTC)
HOUSES = 3
WORDS = "Parce que."
BUTTONS = tuple(act for act in Act if act not in {Act.INTRODUCE, Act.FINISH})
BY_TEAM = (NeedAct.VALIDATE, NeedAct.NO_TAKER, NeedAct.REOPEN, NeedAct.REFUSE, NeedAct.ASK_MORE)
BY_COMPANY = (NeedAct.ADD, NeedAct.WITHDRAW, NeedAct.CONTEST)


class Machine(RuleBasedStateMachine):
    """One need, three institutions, its company, its team, and time."""

    world: World
    way: Way
    teller: Teller
    number = 0

    def __init__(self) -> None:
        super().__init__()
        world = self.world
        Machine.number += 1
        self.patch.setattr(clock, "now", lambda: START)
        self.team = world.member("Thomas")
        self.made = desks.programme(
            world,
            f"p{Machine.number}",
            team=(self.team,),
            way=next(one for one in Way if one is not self.way),
            ways={"marketing": self.way},
        )
        self.chiefs = [self._house(place) for place in range(HOUSES)]
        self.need_id = desks.need(world, self.made).id
        moving.decide(world, self.team, self.now(), NeedAct.VALIDATE)

    def _house(self, place: int) -> Member:
        world, someone = self.world, self.world.member(f"Rémi{place}", networks=())
        house = desks.institution(world, self.made, f"Groupe {Machine.number} {place}")
        desks.manager(world, house, someone)
        if self.way is Way.COOPERATIVE:
            about = desks.subject(world, self.made)
            desks.expert(world, house, someone, subjects=(about,))
        return someone

    @contextmanager
    def doing(self) -> Iterator[Session]:
        """One request: what is refused leaves nothing."""
        with suppress(Refused), self.world.session() as session:
            yield session

    def need(self, session: Session) -> Need:
        """The need, with what actions read of it."""
        found = session.get_one(Need, self.need_id)
        session.refresh(found, ["programme", "subjects"])
        return found

    @rule(data=st.data())
    def something_happens(self, data: st.DataObject) -> None:
        """Those who answer act most; the others now and then."""
        place = data.draw(st.integers(0, HOUSES - 1))
        what = data.draw(st.sampled_from("aaaaaaaaaaiiiiffooccdrst"))
        if what == "a":
            self.somebody_answers(place, data)
        elif what == "i":
            self.somebody_confirms(place)
        elif what == "f":
            self.somebody_closes(place, data.draw(st.sampled_from(Outcome)))
        elif what == "o":
            self.team_decides(NeedAct.VALIDATE)
        elif what == "c":
            self.company_says_who(agrees=data.draw(st.booleans()))
        elif what == "d":
            self.team_decides(data.draw(st.sampled_from(BY_TEAM)))
        elif what == "r":
            self.team_takes_back(place)
        elif what == "s":
            self.company_does(data.draw(st.sampled_from(BY_COMPANY)))
        else:
            self.time_passes(data.draw(st.integers(0, 20)))

    def team_decides(self, act: NeedAct) -> None:
        """The team; what is closed, it opens again."""
        with self.doing() as session:
            found = self.need(session)
            if found.state is NeedState.CLOSED:
                act = NeedAct.REOPEN
            needs.decide(session, desk_of(session, self.team.id), found, act, WORDS)

    def team_takes_back(self, place: int) -> None:
        """The team gives up on one of those who were asked."""
        with self.doing() as session:
            found = select(Position).where(Position.need_id == self.need_id).order_by(Position.id)
            one = session.scalars(found.offset(place).limit(1)).one_or_none()
            if one is None:
                return
            session.refresh(one, ["need"])
            session.refresh(one.need, ["programme"])
            choosing.take_back(session, desk_of(session, self.team.id), one, WORDS)

    def company_does(self, act: NeedAct) -> None:
        """The company, by its link."""
        with self.doing() as session:
            needs.follow(session, self.need(session), act, WORDS)

    def company_says_who(self, *, agrees: bool) -> None:
        """Whether who calls is the right person."""
        with self.doing() as session:
            if agrees:
                meeting.company_agrees(session, self.need(session))
            else:
                meeting.company_parts(session, self.need(session), WORDS)

    def somebody_answers(self, place: int, data: st.DataObject) -> None:
        """An institution or an expert, with one button: one of theirs, or any."""

        def act_on(session: Session, desk: Desk, one: Position) -> None:
            beside = answering.around(session, one)
            theirs = [act for act in BUTTONS if policy.may(one, act, beside)]
            act = data.draw(st.sampled_from(theirs * 4 + list(BUTTONS)))
            if act is Act.AGREE:
                meeting.agree(session, desk, one)
            elif act is Act.PART:
                meeting.part(session, desk, one, WORDS)
            else:
                answering.answer(session, desk, one, act, WORDS)

        with self.doing() as session:
            self._answer(session, place, act_on)

    def somebody_confirms(self, place: int) -> None:
        """Who will call is named."""
        with self.doing() as session:
            self._answer(
                session,
                place,
                lambda session, desk, one: meeting.introduce(session, desk, one, replying.CALLER),
            )

    def somebody_closes(self, place: int, outcome: Outcome) -> None:
        """What came of it."""
        with self.doing() as session:
            self._answer(
                session,
                place,
                lambda session, desk, one: meeting.finish(session, desk, one, outcome),
            )

    def _answer(self, session: Session, place: int, act: Any) -> None:
        desk = desk_of(session, self.chiefs[place].id)
        for tab in positions.Tab:
            for one in session.scalars(positions.received(desk, tab)).all():
                act(session, desk, one)
                return

    def time_passes(self, days: int) -> None:
        """The clock, then what the house does each hour."""
        later = clock.now() + timedelta(days=days)
        self.patch.setattr(clock, "now", lambda: later)
        with self.doing() as session:
            self.teller.settle(session, {})

    patch: pytest.MonkeyPatch

    @invariant()
    def one_holds_at_most(self) -> None:
        """Two locks never coexist, and who waits in line waits for somebody."""
        states = self.states()
        held = sum(state in HELD for state in states)
        assert held <= 1
        if self.now().state is NeedState.OPEN and held == 0:
            assert State.QUEUED not in states

    @invariant()
    def an_open_need_has_somebody(self) -> None:
        """Somebody may still answer it, or its team was told that nobody does."""
        one = self.now()
        if one.state is NeedState.OPEN:
            may = {*HELD, State.WAITING, State.QUEUED, State.TAKEN}
            assert may & set(self.states()) or one.alerted_at is not None

    @invariant()
    def what_was_answered_is_closed(self) -> None:
        """Once somebody is done, and nobody else may answer, the company reads what came of it."""
        states = set(self.states())
        if State.DONE in states and not states & {*HELD, State.WAITING, State.QUEUED, State.TAKEN}:
            assert self.now().state is not NeedState.OPEN

    @invariant()
    def each_step_is_written(self) -> None:
        """Where a position stands is what its last step says."""
        last = {
            step.position_id: step.act
            for step in self.world.all(select(PositionStep).order_by(PositionStep.id))
        }
        for one in self.world.all(select(Position).where(Position.need_id == self.need_id)):
            assert (one.state is State.DONE) is (last[one.id] is Act.FINISH)
            assert (one.state is State.TAKEN) is (last[one.id] is Act.TAKE)

    def states(self) -> list[State]:
        """Where the positions stand."""
        return list(self.world.all(select(Position.state).where(Position.need_id == self.need_id)))

    def now(self) -> Need:
        """The need, as it is."""
        return self.world.act(lambda s: s.get_one(Need, self.need_id))


EXAMPLES = {"sqlite": 12, "postgresql": 5}


@BOTH
@pytest.mark.parametrize("way", list(Way))
def test_no_path_loses_a_need_and_no_two_hold_one(
    world: World, engine: str, way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    teller = Teller(world.app.extensions["maillage.settings"])
    machine = type(
        "Here", (Machine,), {"world": world, "way": way, "teller": teller, "patch": monkeypatch}
    )
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES[engine],
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
