"""Subject by subject: one institution at a time reserves a need, or several take charge of it."""

from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from accounts.models import Member
from core.refusals import Refused
from expertise.desk import desk_of
from expertise.experts.models import InstitutionAddress
from expertise.needs import actions, ways
from expertise.needs.life import Act as NeedAct
from expertise.needs.life import State as NeedState
from expertise.needs.models import Need
from expertise.positions.life import Act, State
from expertise.positions.models import Position
from expertise.programmes.models import Programme, Review, Subject, Way
from tests.expertise import desks, moving, replying
from tests.world import World

ALONE, TOGETHER = Way.EXCLUSIVE, Way.COOPERATIVE
MINE = {"marketing": TOGETHER, "strategie": ALONE}
CASES = [
    (ALONE, {}, ("marketing",), ALONE),
    (TOGETHER, {}, ("marketing",), TOGETHER),
    (ALONE, MINE, ("marketing",), TOGETHER),
    (TOGETHER, MINE, ("strategie",), ALONE),
    (TOGETHER, MINE, ("marketing", "strategie"), ALONE),
    (ALONE, MINE, ("marketing", "strategie"), ALONE),
    (TOGETHER, {"marketing": TOGETHER}, ("marketing", "strategie"), TOGETHER),
    (ALONE, {"marketing": TOGETHER}, ("marketing", "strategie"), ALONE),
]


@pytest.fixture
def team(world: World) -> Member:
    """Who runs the programmes."""
    return world.member("Thomas")


def would_be(world: World, one: Need) -> Way:
    """How a need is answered, or would be."""

    def read(session: Session) -> Way:
        found = session.get_one(Need, one.id)
        session.refresh(found, ["programme"])
        return ways.way_of(session, found)

    return world.act(read)


def about(world: World, made: Programme, *slugs: str) -> list[int]:
    """Some subjects of a programme."""
    return [desks.subject(world, made, slug).id for slug in slugs]


def answer_so(world: World, made: Programme, slug: str, way: Way | None) -> None:
    """A subject is answered in another way from now on."""
    number = desks.subject(world, made, slug).id
    with world.session() as session:
        session.get_one(Subject, number).way = way


@pytest.mark.parametrize(("usual", "said", "slugs", "answered"), CASES)
def test_a_need_is_answered_as_its_subjects_say(
    world: World,
    team: Member,
    usual: Way,
    said: dict[str, Way],
    slugs: tuple[str, ...],
    answered: Way,
) -> None:
    choices: dict[str, Any] = {"way": usual, "several_subjects": True}
    made = desks.programme(world, team=(team,), ways=said, **choices)
    one = desks.need(world, made, subjects=about(world, made, *slugs))
    assert one.way is None
    assert would_be(world, one) is answered
    assert moving.decide(world, team, one, NeedAct.VALIDATE).way is answered
    unread = desks.programme(world, "direct", review=Review.NONE, ways=said, **choices)
    asked = desks.need(world, unread, subjects=about(world, unread, *slugs))
    assert (asked.state, asked.way) == (NeedState.OPEN, answered)


@pytest.mark.parametrize("usual", Way)
def test_what_is_in_no_list_is_answered_as_the_programme_says_until_it_is_classified(
    world: World, team: Member, usual: Way
) -> None:
    made = desks.programme(world, team=(team,), way=usual, ways=MINE)
    one = desks.need(world, made, subjects=())
    assert would_be(world, one) is usual
    for slug, way in MINE.items():
        subjects = about(world, made, slug)
        with world.session() as session:
            found = session.get_one(Need, one.id)
            session.refresh(found, ["programme", "subjects"])
            actions.classify(session, desk_of(session, team.id), found, subjects)
        assert would_be(world, one) is way


@pytest.mark.parametrize("slug", MINE)
@pytest.mark.parametrize("usual", Way)
def test_two_needs_of_a_programme_are_answered_in_two_ways(
    world: World, team: Member, usual: Way, slug: str
) -> None:
    made = desks.programme(world, team=(team,), way=usual, ways=MINE)
    subject = desks.subject(world, made, slug)
    house = desks.institution(world, made)
    chief, ana = world.member("Rémi", networks=()), world.member("Ana", networks=())
    desks.manager(world, house, chief)
    expert = desks.expert(world, house, ana, subjects=(subject,))
    one = desks.need(world, made, subjects=[subject.id])
    moving.decide(world, team, one, NeedAct.VALIDATE)
    [position] = world.all(select(Position))
    alone = MINE[slug] is ALONE
    assert position.expert_id == (None if alone else expert.id)
    who, mine, other = (chief, Act.RESERVE, Act.TAKE) if alone else (ana, Act.TAKE, Act.RESERVE)
    [told] = replying.of_positions(world, who.email)
    assert ("Réservez-le" in told.text, "Prendre en charge" in told.text) == (alone, not alone)
    page = world.client(who).get(f"/expertise/positions/{position.id}").text
    assert ("Réservez ce besoin" in page, "Prenez en charge" in page) == (alone, not alone)
    assert ('id="fil"' in page) is not alone, "those who take charge together write to each other"
    assert ("02 40 00 00 00" in page) is not alone, "who reserves reads whom to call then"
    with pytest.raises(Refused, match="position-elsewhere"):
        replying.answer(world, who, position, other)
    replying.answer(world, who, position, mine)
    stands = world.act(lambda s: s.get_one(Position, position.id).state)
    assert stands is (State.RESERVED if alone else State.TAKEN)
    if not alone:
        assert "est-ce la bonne personne" not in world.mails()[-1].text, "they are several"


@pytest.mark.parametrize("slug", MINE)
@pytest.mark.parametrize("usual", Way)
def test_where_several_take_charge_one_waits_for_all_and_says_why_not(
    world: World, team: Member, usual: Way, slug: str
) -> None:
    alone = MINE[slug] is ALONE
    made = desks.programme(world, team=(team,), way=usual, ways=MINE)
    subject = desks.subject(world, made, slug)
    people = [world.member(name, networks=()) for name in ("Un", "Deux", "Trois")]
    for one in people:
        house = desks.institution(world, made, f"Agence {one.name}")
        desks.manager(world, house, one)
        desks.expert(world, house, one, subjects=(subject,), email=one.email)
    need = moving.decide(
        world, team, desks.need(world, made, subjects=[subject.id]), NeedAct.VALIDATE
    )
    mine = {one.institution.name: one for one in world.act(lambda s: sent_of(s, need))}
    first, second, _silent = (mine[f"Agence {one.name}"] for one in people)
    if not alone:
        with pytest.raises(Refused, match="words-missing"):
            replying.answer(world, people[1], second, Act.DECLINE, "")
    replying.answer(world, people[1], second, Act.DECLINE, "Trop loin." if not alone else "")
    for act in (Act.RESERVE, Act.INTRODUCE, Act.AGREE) if alone else (Act.TAKE,):
        replying.answer(world, people[0], first, act)
    if alone:
        replying.calls(world, need, agrees=True)
    replying.answer(world, people[0], first, Act.FINISH)
    stands = NeedState.CLOSED if alone else NeedState.OPEN
    assert desks.again(world, need).state is stands


def sent_of(session: Session, need: Need) -> list[Position]:
    """The positions of a need, with their institutions."""
    found = select(Position).where(Position.need_id == need.id)
    return list(session.scalars(found.options(joinedload(Position.institution))))


@pytest.mark.parametrize("usual", Way)
def test_a_need_is_answered_to_its_end_as_it_was_sent(
    world: World, team: Member, usual: Way
) -> None:
    other = next(one for one in Way if one is not usual)
    made = desks.programme(world, team=(team,), way=usual, ways={"strategie": other})
    one = desks.need(world, made)
    moving.decide(world, team, one, NeedAct.VALIDATE)
    answer_so(world, made, "marketing", other)
    with world.session() as session:
        session.get_one(Programme, made.id).way = other
    assert would_be(world, one) is usual
    moving.edit(world, one, subjects=about(world, made, "strategie"))
    assert moving.decide(world, team, one, NeedAct.VALIDATE).way is usual
    moving.follow(world, one, NeedAct.WITHDRAW)
    moving.decide(world, team, one, NeedAct.REOPEN)
    assert moving.decide(world, team, one, NeedAct.VALIDATE).way is usual
    assert desks.need(world, made).way is None
    later = desks.need(world, made)
    assert moving.decide(world, team, later, NeedAct.VALIDATE).way is other


@pytest.mark.parametrize("review", [Review.TEAM, Review.NONE])
def test_what_was_validated_has_its_way_and_nothing_else_does(world: World, review: Review) -> None:
    one = desks.need(world, desks.programme(world, review=review))
    otherwise = None if one.way else ALONE
    with pytest.raises(IntegrityError, match="answered_in_a_way"):
        world.act(lambda s: s.execute(update(Need).values(way=otherwise)))


def test_the_team_says_how_one_answers_about_a_subject(world: World, team: Member) -> None:
    made = desks.programme(world, team=(team,), way=TOGETHER)
    subject, client = desks.subject(world, made), world.client(team)
    there = f"/expertise/equipe/essai/sujets/{subject.id}"
    settings = "/expertise/equipe/essai/reglages"
    reserved = "Une institution à la fois réserve le besoin"

    def way() -> Way | None:
        return desks.subject(world, made).way

    usual = "Comme le dispositif\u00a0: plusieurs experts prennent en charge"
    assert usual in client.get(there).text
    assert reserved not in client.get(settings).text
    said = {"name": "Marketing", "help": ""}
    assert client.post(there, data=said | {"way": "exclusive"}).status_code == 302
    assert way() is ALONE
    assert reserved in client.get(settings).text
    assert client.post(there, data=said | {"way": "autre"}).status_code == 422
    assert way() is ALONE
    client.post(there, data=said | {"way": "usual"})
    assert way() is None
    added = {"name": "Qualité", "help": "", "way": "exclusive"}
    client.post(f"/expertise/equipe/essai/themes/{subject.theme_id}/sujets", data=added)
    assert desks.subject(world, made, "qualite").way is ALONE


@pytest.mark.parametrize("slug", MINE)
def test_the_team_reads_to_whom_a_need_will_go(world: World, team: Member, slug: str) -> None:
    made = desks.programme(world, team=(team,), ways=MINE)
    one = desks.need(world, made, subjects=about(world, made, slug))
    page = world.client(team).get(f"/expertise/besoins/{one.id}/experts").text
    assert ("vers l’expert le mieux placé" in page) is (MINE[slug] is TOGETHER)
    assert ("vers les institutions qui peuvent" in page) is (MINE[slug] is ALONE)


def test_a_need_that_one_reserves_goes_where_somebody_hears_of_it(
    world: World, team: Member
) -> None:
    made = desks.programme(world, team=(team,), way=TOGETHER, ways=MINE)
    subject = desks.subject(world, made, "strategie")
    houses = {name: desks.institution(world, made, name) for name in ("A", "B", "C", "D")}
    people = {name: world.member(f"Ana{name}", networks=()) for name in ("A", "B", "C")}
    experts = {
        name: desks.expert(world, houses[name], someone, subjects=(subject,))
        for name, someone in people.items()
    }
    chief = world.member("Chef", networks=())
    desks.manager(world, houses["A"], chief)
    with world.session() as session:
        list_of_b = {"programme_id": made.id, "institution_id": houses["B"].id}
        session.add(InstitutionAddress(**list_of_b, email="besoins@b.example"))
    one = desks.need(world, made, subjects=[subject.id])
    moving.decide(world, team, one, NeedAct.VALIDATE)
    sent = {found.institution.name: found for found in world.act(lambda s: sent_of(s, one))}
    asked = {name: found.expert_id for name, found in sent.items()}
    # A has a manager, B a list; C has an expert alone, and D nobody: its team reads so.
    assert asked == {"A": None, "B": None, "C": experts["C"].id, "D": None}
    told = {mail.to_address for mail in world.mails() if mail.kind == "position"}
    assert told == {chief.email, "besoins@b.example", people["C"].email}
    page = world.client(team).get(f"/expertise/besoins/{one.id}/experts").text
    assert page.count("Pas encore de compte") == 1
    replying.answer(world, people["C"], sent["C"], Act.RESERVE)
    stands = {found.institution.name: found.state for found in world.act(lambda s: sent_of(s, one))}
    assert stands["C"] is State.RESERVED
