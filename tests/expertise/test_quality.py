"""How institutions answer over a year: shares, limits, one mail when one is crossed."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from accounts.models import Member
from core import clock
from core.jobs import enqueue
from core.outbox import Mail
from expertise.experts.queries import taking_part
from expertise.positions.life import Act, Outcome, State
from expertise.positions.models import By, Position, PositionStep
from expertise.programmes.models import Institution, Programme, Review
from expertise.quality import jobs, rates
from expertise.quality.models import Kind, QualityAlert
from expertise.quality.rates import Rates
from tests.expertise import desks
from tests.expertise.surveying import later
from tests.world import BOTH, World

Answer = tuple[State, Outcome | None]
NO: Answer = (State.DECLINED, None)
YES: Answer = (State.RESERVED, None)
HELPED: Answer = (State.DONE, Outcome.ADVICE)
NOT: Answer = (State.DONE, Outcome.NOT_HELPED)
LOST: Answer = (State.DONE, Outcome.UNREACHABLE)


@pytest.fixture
def team(world: World) -> Member:
    """Who runs the programme."""
    return world.member("Thomas", networks=())


@pytest.fixture
def made(world: World, team: Member) -> Programme:
    """A programme where one institution at a time holds a need."""
    return desks.programme(world, review=Review.NONE, team=(team,))


@pytest.fixture
def house(world: World, made: Programme) -> Institution:
    """An institution that takes part."""
    return desks.institution(world, made)


def answers(
    world: World, made: Programme, house: Institution, said: Sequence[Answer], *, by: By = By.EXPERT
) -> None:
    """The institution answered needs, one after the other."""
    for state, outcome in said:
        one = desks.need(world, made)
        with world.session() as session:
            session.execute(delete(Position).where(Position.need_id == one.id))
            position = Position(
                need_id=one.id,
                institution_id=house.id,
                state=state,
                outcome=outcome,
                sent_at=clock.now(),
                answered_at=clock.now(),
                due_at=clock.now() + timedelta(days=5) if state is State.RESERVED else None,
            )
            session.add(position)
            session.flush()
            act = Act.DECLINE if by is By.EXPERT else Act.PART
            if state is State.DECLINED:
                session.add(
                    PositionStep(position_id=position.id, act=act, by=by, words="", at=clock.now())
                )


def looked(world: World) -> list[Mail]:
    """The night passes; the mails that say so."""
    world.act(lambda s: enqueue(s, jobs.WATCH))
    world.work()
    return [mail for mail in world.mails() if mail.kind == "desk_notice"]


@pytest.mark.parametrize(
    ("found", "alerts"),
    [
        (Rates(answered=10, declined=3), {Kind.REFUSALS}),
        (Rates(answered=100, declined=29), set()),
        (Rates(answered=9, declined=9), set()),
        (Rates(answered=20, ended=12, helped=3), {Kind.HELP}),
        (Rates(answered=20, ended=100, helped=26), set()),
        (Rates(answered=20, ended=9, helped=0), set()),
        (Rates(answered=20, declined=10, ended=10, helped=0), {Kind.REFUSALS, Kind.HELP}),
    ],
)
def test_where_the_limits_are(found: Rates, alerts: set[Kind]) -> None:
    assert found.alerts == alerts


def test_a_small_number_says_nothing() -> None:
    assert Rates(answered=9, declined=9, ended=9).refusals is None
    assert Rates(answered=9, declined=9, ended=9).help is None


@BOTH
def test_what_is_counted(world: World, made: Programme, house: Institution) -> None:
    answers(world, made, house, [NO, YES, HELPED, NOT, LOST])
    answers(world, made, house, [NO], by=By.COMPANY)  # the company parted: no refusal of theirs
    counted = world.act(lambda s: rates.of_all(s, clock.now()))
    assert counted == {(made.id, house.id): Rates(answered=6, declined=1, ended=2, helped=1)}
    with later(366):
        assert world.act(lambda s: rates.of_all(s, clock.now())) == {}


@BOTH
def test_an_alert_is_told_once_and_goes_when_it_is_better(
    world: World, made: Programme, house: Institution
) -> None:
    answers(world, made, house, [NO] * 3 + [YES] * 6)
    assert looked(world) == []
    answers(world, made, house, [YES])
    (mail,) = looked(world)
    assert mail.to_address == made.email
    assert house.name in mail.subject
    assert "30\u00a0%" in mail.text
    assert len(looked(world)) == 1
    assert [one.kind for one in world.all(select(QualityAlert))] == [Kind.REFUSALS]
    answers(world, made, house, [YES] * 2)
    assert len(looked(world)) == 1
    assert world.all(select(QualityAlert)) == []
    answers(world, made, house, [NO] * 5)
    assert len(looked(world)) == 2


def test_who_is_suspended_or_left_is_not_told_of(
    world: World, made: Programme, house: Institution
) -> None:
    answers(world, made, house, [NO] * 10)
    world.act(
        lambda s: s.execute(
            update(Institution).where(Institution.id == house.id).values(suspended_at=clock.now())
        )
    )
    assert looked(world) == []


def test_the_team_and_the_managers_read_them(
    world: World, made: Programme, house: Institution, team: Member
) -> None:
    chief, other = world.member("Rémi", networks=()), world.member("Zoé", networks=())
    desks.manager(world, house, chief)
    elsewhere = desks.institution(world, made, "Groupe Ailleurs")
    desks.manager(world, elsewhere, other)
    answers(world, made, house, [NO] * 4 + [YES] * 6)
    looked(world)
    mine = f"/expertise/institutions/{house.id}"
    theirs = f"/expertise/equipe/essai/institutions/{house.id}"
    for who, address in ((team, theirs), (chief, mine)):
        page = world.client(who).get(address).text
        assert "40\u00a0%" in page
        assert "4 sur 10" in page
        assert "Beaucoup de refus" in page
        assert "30\u00a0%" in page  # from where on one speaks of it
    assert "Beaucoup de refus" in world.client(team).get("/expertise/equipe/essai/reglages").text
    assert world.client(other).get(mine).status_code == 404
    assert world.client(chief).get(theirs).status_code == 404
    page = world.client(other).get(f"/expertise/institutions/{elsewhere.id}").text
    assert "40\u00a0%" not in page


def test_nobody_reads_those_of_others(
    world: World, made: Programme, house: Institution, team: Member
) -> None:
    answers(world, made, house, [NO] * 10)
    looked(world)
    stranger = desks.at_the_desk(world, world.member(networks=()))
    ours = desks.at_the_desk(world, team)
    assert world.act(lambda s: rates.of_institution(s, stranger, house.id)) == {}
    found = taking_part(ours, made)
    for desk, warned in ((stranger, []), (ours, [Kind.REFUSALS])):
        [(one, kinds)] = world.act(lambda s, d=desk: rates.alerts(s, d, found, made.id))  # type: ignore[misc]
        assert (one.id, kinds) == (house.id, warned)
