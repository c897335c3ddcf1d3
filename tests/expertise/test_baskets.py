"""What a team watches over: needs held too long, needs at risk, unhappy answers."""

import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from accounts.models import Member
from blueprints import _words
from core import clock, working_days
from core.db import db
from expertise.needs.life import Act
from expertise.positions.life import Act as Reply
from expertise.positions.life import State
from expertise.positions.models import Position
from expertise.programmes.models import Programme, Review
from expertise.quality import baskets
from expertise.quality.baskets import Watched
from tests.bench.plans import Watch
from tests.expertise import desks, moving, replying, surveying
from tests.expertise.surveying import an_hour, helped, later, managed
from tests.world import BOTH, World


@pytest.fixture
def team(world: World) -> Member:
    """Who runs the programme."""
    return world.member("Thomas", networks=())


@pytest.fixture
def made(world: World, team: Member) -> Programme:
    """A programme where one institution at a time holds a need."""
    return desks.programme(world, review=Review.NONE, team=(team,))


def found(world: World, team: Member, made: Programme, which: Watched) -> list[int]:
    """The numbers of the needs of a basket; its count says the same."""
    desk = desks.at_the_desk(world, team)
    numbers = [one.number for one in world.all(baskets.basket(desk, made, which))]
    counts = world.act(lambda s: baskets.counts(s, desk, made))
    assert counts[which] == len(numbers)
    return numbers


@pytest.mark.parametrize(
    ("moment", "days", "before"),
    [
        ("2026-11-27T09:00:00+00:00", 1, "2026-11-26T09:00:00+00:00"),
        ("2026-11-23T09:00:00+00:00", 1, "2026-11-20T09:00:00+00:00"),
        ("2026-11-22T09:00:00+00:00", 1, "2026-11-20T09:00:00+00:00"),
        ("2026-11-12T09:00:00+00:00", 2, "2026-11-09T09:00:00+00:00"),
    ],
)
def test_so_many_working_days_earlier(moment: str, days: int, before: str) -> None:
    assert working_days.before(datetime.fromisoformat(moment), days) == datetime.fromisoformat(
        before
    )


@BOTH
def test_a_reservation_that_ran_out_is_watched(
    world: World, engine: str, made: Programme, team: Member
) -> None:
    house, chief = managed(world, made)
    one = desks.need(world, made)
    sent = replying.sent(world, one, house)
    replying.answer(world, chief, sent, Reply.RESERVE)
    assert found(world, team, made, Watched.HELD) == []
    with later(11):
        an_hour(world)
        assert found(world, team, made, Watched.HELD) == []
    with later(20):
        an_hour(world)
        assert replying.sent(world, one, house).state is State.WAITING
        assert found(world, team, made, Watched.HELD) == [one.number]
        replying.answer(world, chief, sent, Reply.RESERVE)
        an_hour(world)
        assert found(world, team, made, Watched.HELD) == [one.number]
        # Once their expert is named, it is the introduction that is watched.
        replying.answer(world, chief, sent, Reply.INTRODUCE)
        assert found(world, team, made, Watched.HELD) == []


@BOTH
def test_a_need_that_one_holds_longer_than_the_delay_in_all_is_watched(
    world: World, engine: str, made: Programme, team: Member
) -> None:
    house, chief = managed(world, made)
    one = desks.need(world, made)
    sent = replying.sent(world, one, house)
    replying.answer(world, chief, sent, Reply.RESERVE)
    with later(6):
        replying.answer(world, chief, sent, Reply.EXTEND)
        an_hour(world)
        assert found(world, team, made, Watched.HELD) == []
    with later(17):
        an_hour(world)
        assert replying.sent(world, one, house).state is State.RESERVED
        assert found(world, team, made, Watched.HELD) == [one.number]


def test_to_decline_before_its_day_and_come_back_hides_nothing(
    world: World, made: Programme, team: Member
) -> None:
    house, chief = managed(world, made)
    one = desks.need(world, made)
    sent = replying.sent(world, one, house)
    replying.answer(world, chief, sent, Reply.RESERVE)
    with later(10):
        for reply in (Reply.DECLINE, Reply.COME_BACK, Reply.RESERVE):
            replying.answer(world, chief, sent, reply)
        an_hour(world)
        assert found(world, team, made, Watched.HELD) == []
    with later(17):
        an_hour(world)
        assert found(world, team, made, Watched.HELD) == [one.number]


@BOTH
def test_an_introduction_without_an_agreement_is_watched(
    world: World, engine: str, made: Programme, team: Member
) -> None:
    house, chief = managed(world, made)
    one = desks.need(world, made)
    sent = replying.sent(world, one, house)
    replying.answer(world, chief, sent, Reply.RESERVE)
    replying.answer(world, chief, sent, Reply.INTRODUCE)
    with later(4):
        an_hour(world)
        assert found(world, team, made, Watched.HELD) == []
    with later(20):
        an_hour(world)
        assert found(world, team, made, Watched.HELD) == [one.number]


@BOTH
def test_a_need_at_risk(world: World, made: Programme, team: Member) -> None:
    house, chief = managed(world, made)
    one, soon, far = (
        desks.need(world, made, starts_on=day)
        for day in (None, clock.today() + timedelta(days=10), clock.today() + timedelta(days=300))
    )
    assert found(world, team, made, Watched.RISK) == [soon.number]
    with later(10):
        assert found(world, team, made, Watched.RISK) == [one.number, soon.number, far.number]
    replying.answer(world, chief, replying.sent(world, soon, house), Reply.RESERVE)
    moving.follow(world, one, Act.WITHDRAW)
    with later(10):
        assert found(world, team, made, Watched.RISK) == [far.number]


@BOTH
def test_an_unhappy_need(world: World, made: Programme, team: Member) -> None:
    house, chief = managed(world, made)
    sad, glad = helped(world, made, chief, house), helped(world, made, chief, house)
    surveying.survey(world, sad, answered_at=clock.now(), satisfaction=2, words="Trop tard.")
    surveying.survey(world, glad, answered_at=clock.now(), satisfaction=4)
    assert found(world, team, made, Watched.UNHAPPY) == [sad.number]
    moving.follow(world, glad, Act.CONTEST)
    assert found(world, team, made, Watched.UNHAPPY) == [sad.number, glad.number]
    with later(91):
        assert found(world, team, made, Watched.UNHAPPY) == [glad.number]
    moving.decide(world, team, glad, Act.REFUSE)
    with later(91):
        assert found(world, team, made, Watched.UNHAPPY) == []


def test_the_team_reads_them_on_its_page_and_the_answers_on_the_sheet(
    world: World, made: Programme, team: Member
) -> None:
    house, chief = managed(world, made)
    sad = helped(world, made, chief, house)
    surveying.survey(world, sad, answered_at=clock.now(), satisfaction=1, words="Trop tard.")
    client = world.client(team)
    page = client.get("/expertise/equipe/essai?panier=insatisfaits").text
    assert "Vendre en Allemagne" in page
    assert "Insatisfaits" in page
    for other in ("reserves-trop-longtemps", "a-risque"):
        page = client.get(f"/expertise/equipe/essai?panier={other}").text
        assert "Vendre en Allemagne" not in page
    sheet = client.get(f"/expertise/besoins/{sad.id}").text
    assert "Trop tard." in sheet
    theirs = world.client(chief).get(f"/expertise/besoins/{sad.id}")
    assert "Trop tard." not in theirs.text
    assert world.client(chief).get("/expertise/equipe/essai?panier=insatisfaits").status_code == 404


def test_who_does_not_run_the_programme_finds_none(
    world: World, made: Programme, team: Member
) -> None:
    desks.need(world, made, starts_on=clock.today())
    other = world.member("Autre", networks=())
    assert found(world, other, made, Watched.RISK) == []
    assert found(world, team, made, Watched.RISK) == [1]


@BOTH
def test_a_position_moves_by_an_answer(
    world: World, engine: str, made: Programme, team: Member
) -> None:
    """The baskets look among those that were answered: the others must not stand elsewhere."""
    managed(world, made)
    one = desks.need(world, made)
    with pytest.raises(IntegrityError, match="moved_by_an_answer"), world.session() as session:
        session.scalars(
            select(Position).where(Position.need_id == one.id)
        ).one().state = State.TAKEN


def test_few_rows_are_looked_at(world: World, made: Programme, team: Member) -> None:
    desk, watch = desks.at_the_desk(world, team), Watch(db.engine)
    with watch.page() as said:
        world.act(lambda s: baskets.counts(s, desk, made))
    (plan,) = watch.plans(said)
    assert "ix_position_answered (need_id=? AND answered_at>?)" in plan
    assert "ix_position_of_expert" not in plan, "an answered position is found among all"
    assert "sqlite_autoindex_need_" not in plan, "few needs are found among all of the programme"
    assert not re.search(r"SCAN (need|position|position_step|need_step|survey)\b", plan)


def test_a_basket_is_counted_up_to_so_many(
    world: World, made: Programme, team: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    for one in (baskets, _words):
        monkeypatch.setattr(one, "MANY", 2)
    client = world.client(team)
    for said in ("1", "1+", "1+"):
        desks.need(world, made, starts_on=clock.today())
        page = client.get("/expertise/equipe/essai").text
        risk = page.partition("a-risque")[2].partition("</li>")[0]
        assert f'<span class="count">{said}</span>' in risk
