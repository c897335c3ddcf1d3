"""Positions: a need is sent, held by one, taken by several; what nobody answers is told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.models import Member
from core import clock
from core.refusals import Refused
from expertise.desk import desk_of
from expertise.experts.models import ConductAcceptance, Expert
from expertise.needs.life import Act as NeedAct
from expertise.needs.life import Ending
from expertise.needs.life import State as NeedState
from expertise.needs.models import Hiding, Need, Step
from expertise.positions import answering, choosing, links, queries
from expertise.positions.jobs import Teller
from expertise.positions.life import HELD, Act, State
from expertise.positions.models import Position, PositionStep
from expertise.programmes.models import Institution, Programme, ProgrammeInstitution, Review, Way
from tests.expertise import desks, moving, replying
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


def answer(world: World, who: Member, of: Need, act: Act, words: str = "Parce que.") -> Position:
    """Answer a need, as whoever manages an institution or is an expert."""
    with world.session() as session:
        desk = desk_of(session, who.id)
        (one,) = (
            one
            for tab in queries.Tab
            for one in session.scalars(queries.received(desk, tab)).all()
            if one.need_id == of.id
        )
    return replying.answer(world, who, one, act, words)


def states(world: World, of: Need) -> list[State]:
    """Where all its positions stand, in the order of sending."""
    wanted = select(Position.state).where(Position.need_id == of.id).order_by(Position.id)
    return list(world.all(wanted))


def an_hour(world: World) -> None:
    """What the house does each hour; the mails that it writes wait."""
    teller = Teller(world.app.extensions["maillage.settings"])
    with world.session() as session:
        teller.settle(session, {})


def opened(world: World, made: Programme, **more: object) -> Need:
    """A need that nobody had to review."""
    return desks.need(world, made, **more)


@pytest.fixture
def reserving(world: World) -> Programme:
    """A programme where one institution at a time holds a need."""
    return desks.programme(world, review=Review.NONE)


def test_a_validated_need_goes_to_all_who_take_part_but_those_it_is_hidden_from(
    world: World,
) -> None:
    team = world.member("Thomas")
    made = desks.programme(world, team=(team,))
    (first, chief), (hidden, other) = houses(world, made, 2)
    one = desks.need(world, made, hidden_from=[hidden.id])
    assert not states(world, one)
    moving.decide(world, team, one, NeedAct.VALIDATE, "")
    assert world.all(select(Position.institution_id)) == [first.id]
    told = {mail.to_address for mail in world.mails() if mail.kind == "position"}
    assert told == {chief.email}
    assert other.email not in told


@BOTH
def test_one_holds_the_others_see_a_lock(world: World, engine: str) -> None:
    made = desks.programme(world, review=Review.NONE)
    (_a, first), (_b, second) = houses(world, made, 2)
    one = opened(world, made)
    answer(world, first, one, Act.RESERVE)
    with pytest.raises(Refused, match="need-held"):
        answer(world, second, one, Act.RESERVE)
    page = world.client(second).get("/expertise/recus").text
    assert "Réservé par un autre" in page
    assert "Groupe 0" not in page
    answer(world, second, one, Act.QUEUE)
    assert states(world, one) == [State.RESERVED, State.QUEUED]
    answer(world, first, one, Act.DECLINE)
    assert states(world, one) == [State.DECLINED, State.RESERVED]
    assert "Votre tour est venu" in world.mails(second)[-1].text


@BOTH
def test_sixteen_at_the_same_instant_one_holds(world: World, engine: str) -> None:
    made = desks.programme(world, review=Review.NONE)
    people = [someone for _house, someone in houses(world, made, 16)]
    one = opened(world, made)

    def reserve(someone: Member) -> str:
        with world.app.app_context():
            try:
                answer(world, someone, one, Act.RESERVE)
            except Refused as refused:
                return refused.code
            return "held"

    with ThreadPoolExecutor(16) as pool:
        said = sorted(pool.map(reserve, people))
    assert said == ["held"] + ["need-held"] * 15
    assert sum(state in HELD for state in states(world, one)) == 1


@BOTH
def test_the_database_refuses_two_holders(world: World, engine: str) -> None:
    made = desks.programme(world)
    (first, _), (second, _) = houses(world, made, 2)
    one = desks.need(world, made)
    desks.position(world, one, first, state=State.RESERVED, due_at=clock.now())
    with pytest.raises(Exception, match=r"(?i)unique"):
        desks.position(world, one, second, state=State.INTRODUCED)


def test_a_reservation_runs_out_and_the_next_in_line_holds(
    world: World, reserving: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    (_a, first), (_b, second) = houses(world, reserving, 2)
    one = opened(world, reserving)
    answer(world, first, one, Act.RESERVE)
    answer(world, second, one, Act.QUEUE)
    an_hour(world)
    assert states(world, one) == [State.RESERVED, State.QUEUED]
    later = clock.now() + timedelta(days=25)
    monkeypatch.setattr(clock, "now", lambda: later)
    an_hour(world)
    assert states(world, one) == [State.WAITING, State.RESERVED]
    acts = world.all(select(PositionStep.act).where(PositionStep.act == Act.EXPIRE))
    assert acts == [Act.EXPIRE]
    assert "est terminée" in world.mails(first)[-1].text
    with pytest.raises(Refused, match="need-held"):
        answer(world, first, one, Act.RESERVE)


def test_more_time_is_given_once_and_says_why(world: World, reserving: Programme) -> None:
    ((_a, first),) = houses(world, reserving, 1)
    one = opened(world, reserving)
    due = answer(world, first, one, Act.RESERVE).due_at
    with pytest.raises(Refused, match="words-missing"):
        answer(world, first, one, Act.EXTEND, " ")
    later = answer(world, first, one, Act.EXTEND).due_at
    assert due is not None
    assert later is not None
    assert later > due
    with pytest.raises(Refused, match="position-elsewhere"):
        answer(world, first, one, Act.EXTEND)


def test_both_say_that_it_is_the_right_person(world: World, reserving: Programme) -> None:
    ((_a, first),) = houses(world, reserving, 1)
    one = opened(world, reserving)
    answer(world, first, one, Act.RESERVE)
    answer(world, first, one, Act.INTRODUCE)
    mail = world.mails()[-1]
    assert (mail.kind, mail.to_address) == ("need", "ines@essai.example")
    assert "Ana Experte, Export (Groupe 0)" in mail.text
    assert "01 99 00 00 00" in mail.text
    answer(world, first, one, Act.AGREE)
    assert states(world, one) == [State.INTRODUCED]
    replying.calls(world, one, agrees=True)
    assert states(world, one) == [State.ENGAGED]
    answer(world, first, one, Act.FINISH)
    closed = desks.again(world, one)
    assert (closed.state, closed.ending) == (NeedState.CLOSED, Ending.HELPED)


def test_the_wrong_person_frees_the_need_for_the_next(world: World, reserving: Programme) -> None:
    (_a, first), (_b, second) = houses(world, reserving, 2)
    one = opened(world, reserving)
    answer(world, first, one, Act.RESERVE)
    answer(world, second, one, Act.QUEUE)
    answer(world, first, one, Act.INTRODUCE)
    replying.calls(world, one, agrees=False)
    assert states(world, one) == [State.DECLINED, State.RESERVED]
    assert "Trop junior." in [mail for mail in world.mails(first) if "Trop" in mail.text][-1].text
    assert not [mail for mail in world.mails(second) if "Trop junior" in mail.text]


def test_when_all_decline_the_team_is_told_at_once_and_once(
    world: World, reserving: Programme
) -> None:
    (_a, first), (_b, second) = houses(world, reserving, 2)
    one = opened(world, reserving)
    answer(world, first, one, Act.DECLINE)
    team = [mail for mail in world.mails() if mail.kind == "need_team"]
    answer(world, second, one, Act.DECLINE)
    told = [mail for mail in world.mails() if mail.kind == "need_team"]
    assert len(told) == len(team) + 1
    assert "Personne ne répond" in told[-1].text
    answer(world, second, one, Act.COME_BACK)
    assert states(world, one) == [State.DECLINED, State.WAITING]


def test_silence_is_reminded_once_then_told_to_the_team(
    world: World, reserving: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    ((_a, first),) = houses(world, reserving, 1)
    opened(world, reserving)
    start = clock.now()
    heard = []
    for days in (2, 9, 10, 20, 21):
        monkeypatch.setattr(clock, "now", lambda days=days: start + timedelta(days=days))
        an_hour(world)
        mails = world.mails()
        reminded = sum("attend toujours" in mail.text for mail in world.mails(first))
        heard.append((reminded, sum("Personne ne répond" in mail.text for mail in mails)))
    assert heard == [(0, 0), (1, 0), (1, 0), (1, 1), (1, 1)]


@pytest.fixture
def together(world: World) -> Programme:
    """A programme where several take charge."""
    return desks.programme(world, review=Review.NONE, way=Way.COOPERATIVE)


def advisers(world: World, made: Programme, count: int) -> list[Member]:
    """One adviser in each of so many institutions."""
    found = []
    for place in range(count):
        someone = world.member(f"Conseil{place}", networks=())
        house = desks.institution(world, made, f"Agence {place}")
        desks.expert(world, house, someone, subjects=(desks.subject(world, made),))
        found.append(someone)
    return found


def test_several_take_charge_and_the_need_closes_when_all_are_done(
    world: World, together: Programme
) -> None:
    first, second, third = advisers(world, together, 3)
    one = opened(world, together)
    answer(world, first, one, Act.TAKE)
    answer(world, second, one, Act.TAKE)
    assert states(world, one) == [State.TAKEN, State.TAKEN, State.WAITING]
    calls = [step.words for step in world.all(select(Step)) if step.act is NeedAct.CALL]
    assert len(calls) == 2
    with pytest.raises(Refused, match="words-missing"):
        answer(world, third, one, Act.DECLINE, "")
    answer(world, third, one, Act.DECLINE)
    answer(world, first, one, Act.FINISH)
    assert desks.again(world, one).state is NeedState.OPEN
    answer(world, second, one, Act.FINISH)
    closed = desks.again(world, one)
    assert (closed.state, closed.ending) == (NeedState.CLOSED, Ending.HELPED)


def test_what_waits_for_an_expert_who_left_is_taken_back_and_the_team_is_told(
    world: World, together: Programme
) -> None:
    advisers(world, together, 1)
    one = opened(world, together)
    with world.session() as session:
        session.scalars(select(Expert)).one().left_at = clock.now()
    an_hour(world)
    assert states(world, one) == [State.REMOVED]
    assert desks.again(world, one).alerted_at is not None


def test_a_need_that_is_read_again_gives_who_holds_it_their_whole_delay(world: World) -> None:
    team = world.member("Thomas")
    made = desks.programme(world, team=(team,))
    ((_a, first),) = houses(world, made, 1)
    one = desks.need(world, made)
    moving.decide(world, team, one, NeedAct.VALIDATE, "")
    held = answer(world, first, one, Act.RESERVE)
    with world.session() as session:
        session.get_one(Position, held.id).due_at = clock.now()
    moving.edit(world, one, title="Vendre en Autriche")
    assert "corrige son besoin" in world.mails(first)[-1].text
    an_hour(world)
    assert states(world, one) == [State.RESERVED], "the clock waits for the team"
    moving.decide(world, team, one, NeedAct.VALIDATE, "")
    an_hour(world)
    assert states(world, one) == [State.RESERVED]


def test_who_is_not_asked_answers_nothing(world: World, together: Programme) -> None:
    (first,) = advisers(world, together, 1)
    stranger = world.member("Ailleurs", networks=())
    desks.expert(world, desks.institution(world, together, "Autre agence"), stranger)
    one = opened(world, together)
    (sent,) = world.all(select(Position))
    assert world.client(first).get(f"/expertise/positions/{sent.id}").status_code == 200
    other = world.client(stranger)
    assert other.get(f"/expertise/positions/{sent.id}").status_code == 404
    for address in ("reponse", "confirmer", "cloturer", "fil"):
        sent_to = f"/expertise/positions/{sent.id}/{address}"
        assert other.post(sent_to, data={"act": "take"}).status_code == 404
    with world.session() as session:
        position, desk = session.get_one(Position, sent.id), desk_of(session, stranger.id)
        with pytest.raises(Refused, match="not-asked"):
            answering.answer(session, desk, position, Act.TAKE)
    assert states(world, one) == [State.WAITING]


@pytest.mark.parametrize("how", ["hidden", "suspended", "not taking part", "taken back", "unbound"])
def test_what_shuts_an_institution_out_shuts_its_people_out(
    world: World, reserving: Programme, how: str
) -> None:
    ((house, first),) = houses(world, reserving, 1)
    one = opened(world, reserving)
    (sent,) = world.all(select(Position))
    sheet = f"/expertise/positions/{sent.id}"
    assert world.client(first).get(sheet).status_code == 200
    with world.session() as session:
        if how == "hidden":
            session.add(Hiding(need_id=one.id, institution_id=house.id))
        elif how == "suspended":
            session.get_one(Institution, house.id).suspended_at = clock.now()
        elif how == "not taking part":
            session.delete(session.get_one(ProgrammeInstitution, (reserving.id, house.id)))
        elif how == "taken back":
            session.get_one(Position, sent.id).state = State.REMOVED
        else:
            session.delete(session.get_one(ConductAcceptance, first.id))
    assert world.client(first).get(sheet).status_code in {302, 404}
    page = world.client(first).get("/expertise/recus", follow_redirects=True)
    assert one.title not in page.text


@pytest.mark.parametrize("how", ["house", "account"])
def test_who_is_suspended_is_told_nothing_and_their_turn_does_not_come(
    world: World, reserving: Programme, how: str
) -> None:
    (_a, first), (house, second) = houses(world, reserving, 2)
    one = opened(world, reserving)
    answer(world, first, one, Act.RESERVE)
    waits = answer(world, second, one, Act.QUEUE)
    with world.session() as session:
        if how == "house":
            session.get_one(Institution, house.id).suspended_at = clock.now()
        else:
            session.get_one(Member, second.id).suspended_at = clock.now()
    before = len(world.mails(second))
    moving.follow(world, one, NeedAct.ADD)
    answer(world, first, one, Act.DECLINE)
    assert len(world.mails(second)) == before
    assert states(world, one)[1] is (State.QUEUED if how == "house" else State.RESERVED)
    settings = world.app.extensions["maillage.settings"]
    token = links.token(settings, waits, second.email)
    assert world.client().get(f"/expertise/r/{token}").status_code == 404


def test_the_team_takes_back_even_what_both_agreed_on(world: World) -> None:
    team = world.member("Thomas")
    made = desks.programme(world, team=(team,), review=Review.NONE)
    ((_a, first),) = houses(world, made, 1)
    one = opened(world, made)
    for act in (Act.RESERVE, Act.INTRODUCE, Act.AGREE):
        held = answer(world, first, one, act)
    replying.calls(world, one, agrees=True)
    with world.session() as session:
        position = session.get_one(Position, held.id)
        session.refresh(position, ["need"])
        session.refresh(position.need, ["programme"])
        choosing.take_back(session, desk_of(session, team.id), position, "Parti.")
    assert states(world, one) == [State.REMOVED]
