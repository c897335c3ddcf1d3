"""Surveys: who is asked once a need is closed, and when; what goes with the need."""

from datetime import datetime

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from accounts.models import Member
from core import clock
from expertise.experts.models import ConductAcceptance
from expertise.needs.life import Act, Ending
from expertise.needs.models import Need
from expertise.positions.life import Act as Reply
from expertise.positions.life import State
from expertise.programmes.models import Institution, Programme, Review, Way
from expertise.surveys import asking
from expertise.surveys.models import Kind, Survey
from tests.expertise import desks, moving, replying
from tests.expertise.surveying import HAPPY, address, asked, begun, helped, later, managed, surveys
from tests.world import BOTH, World


@pytest.fixture
def made(world: World, team: Member) -> Programme:
    """A programme where one institution at a time holds a need."""
    return desks.programme(world, review=Review.NONE, team=(team,))


@pytest.fixture
def closed(world: World, made: Programme) -> tuple[Need, Member]:
    """A need that was answered well, and who manages the institution; both were asked."""
    house, chief = managed(world, made)
    one = helped(world, made, chief, house)
    with later(5):
        world.work()
    return one, chief


@pytest.mark.parametrize(
    ("closing", "sent"),
    [
        ("2026-11-23T14:00:00+00:00", "2026-11-24T08:00:00+00:00"),
        ("2026-11-27T22:30:00+00:00", "2026-11-30T08:00:00+00:00"),
        ("2026-12-24T10:00:00+00:00", "2026-12-28T08:00:00+00:00"),
        ("2026-07-13T10:00:00+00:00", "2026-07-15T07:00:00+00:00"),
    ],
)
def test_one_is_asked_on_the_next_working_morning(closing: str, sent: str) -> None:
    planned = asking.planned(Ending.NOT_HELPED, datetime.fromisoformat(closing))
    assert planned == {Kind.CLOSING: datetime.fromisoformat(sent)}


@pytest.mark.parametrize(
    ("closing", "three", "six"),
    [
        ("2026-11-23T14:00:00+00:00", "2027-02-23", "2027-05-24"),
        ("2026-11-30T14:00:00+00:00", "2027-03-01", "2027-05-31"),
        ("2026-08-31T14:00:00+00:00", "2026-11-30", "2027-03-01"),
    ],
)
def test_who_was_helped_is_asked_again(closing: str, three: str, six: str) -> None:
    planned = asking.planned(Ending.HELPED, datetime.fromisoformat(closing))
    days = {kind: f"{when.astimezone(clock.PARIS):%Y-%m-%d %H}" for kind, when in planned.items()}
    assert days[Kind.THREE_MONTHS] == f"{three} 09"
    assert days[Kind.SIX_MONTHS] == f"{six} 09"


@pytest.mark.parametrize("ending", list(Ending))
def test_every_closing_is_asked_about(ending: Ending) -> None:
    kinds = set(asking.planned(ending, clock.now()))
    short = {Ending.REFUSED, Ending.ORIENTED, Ending.WITHDRAWN}
    assert Kind.CLOSING in kinds  # asked of who was to call, if of nobody else
    assert (Kind.RECEPTION in kinds) is (ending in short)
    assert (len(kinds) == 3) is (ending is Ending.HELPED)


@BOTH
def test_both_sides_are_asked_once_and_reminded_once(world: World, engine: str) -> None:
    made = desks.programme(world, review=Review.NONE)
    house, chief = managed(world, made)
    helped(world, made, chief, house)
    world.work()
    assert not asked(world), "not on the day itself"
    with later(5):
        world.work()
    company, institution = asked(world)
    assert (company.to_address, institution.to_address) == ("ines@essai.example", chief.email)
    mine, theirs = surveys(world)
    assert (mine.kind, theirs.kind) == (Kind.CLOSING, Kind.CLOSING)
    visitor = world.client()
    assert visitor.post(address(world, theirs, chief.email), data=HAPPY).status_code == 302
    with later(30):
        world.work()
    assert [mail.to_address for mail in asked(world)[2:]] == ["ines@essai.example"]
    with later(60):
        world.work()
    assert len(asked(world)) == 3, "never a third"


def test_a_need_opened_again_asks_nothing(world: World, made: Programme, team: Member) -> None:
    house, chief = managed(world, made)
    one = helped(world, made, chief, house)
    moving.decide(world, team, one, Act.REOPEN, "")
    with later(250):
        world.work()
    assert not asked(world)


def test_closed_again_it_is_asked_of_the_last_closing_alone(
    world: World, made: Programme, team: Member
) -> None:
    house, chief = managed(world, made)
    one = helped(world, made, chief, house)
    moving.decide(world, team, one, Act.REOPEN, "")
    moving.decide(world, team, one, Act.REFUSE)
    with later(250):
        world.work()
    last = desks.again(world, one).closed_at
    # The institution did help, and nobody has asked it yet.
    kinds = [(each.kind, each.position_id is None, each.closed_at) for each in surveys(world)]
    assert kinds == [(Kind.RECEPTION, True, last), (Kind.CLOSING, False, last)]


def test_reopened_after_the_first_mail_nobody_is_reminded(
    world: World, closed: tuple[Need, Member], team: Member
) -> None:
    moving.decide(world, team, closed[0], Act.REOPEN, "")
    with later(250):
        world.work()
    assert len(asked(world)) == 2


def test_asked_twice_it_is_one_survey(world: World, closed: tuple[Need, Member]) -> None:
    first = surveys(world)[0]
    again = world.act(lambda s: asking.open_surveys(s, closed[0].id, first.closed_at, Kind.CLOSING))
    assert not again
    kept = {
        column.name: getattr(first, column.name)
        for column in Survey.__table__.columns
        if column.name != "id"
    }
    with pytest.raises(IntegrityError), world.session() as session:
        session.add(Survey(**kept))


def test_three_and_six_months_on(world: World, closed: tuple[Need, Member]) -> None:
    with later(93 + 5):
        world.work()
    company, institution = surveys(world)[2:]
    assert company.kind is Kind.THREE_MONTHS
    visitor = world.client()
    page = visitor.get(address(world, company, "ines@essai.example")).text
    assert "Trois mois après" in page
    assert "Emplois créés grâce à cette aide" in page
    theirs = visitor.get(address(world, institution, closed[1].email)).text
    assert "Emplois" not in theirs
    assert "encore en contact avec l’entreprise" in theirs
    said = {"tie_lasts": "partly", "of_use": "yes", "jobs_created": "2", "jobs_kept": "-1"}
    to = address(world, company, "ines@essai.example")
    assert visitor.post(to, data=said).status_code == 422
    assert visitor.post(to, data=said | {"jobs_kept": "1"}).status_code == 302
    kept = surveys(world)[2]
    assert (kept.jobs_created, kept.jobs_kept) == (2, 1)
    with later(200):
        world.work()
    assert [one.kind for one in surveys(world)[4:]] == [Kind.SIX_MONTHS] * 2


def test_who_was_refused_is_asked_how_it_was_received(
    world: World, made: Programme, team: Member
) -> None:
    managed(world, made)
    one = desks.need(world, made, subjects=[])
    moving.decide(world, team, one, Act.REFUSE)
    with later(5):
        world.work()
    (mail,) = asked(world)
    assert mail.to_address == "ines@essai.example"
    (survey,) = surveys(world)
    page = world.client().get(address(world, survey, "ines@essai.example")).text
    assert "accueil fait à votre besoin" in page
    assert "témoignage" not in page
    assert "à temps" not in page


def test_from_whom_it_is_hidden_meanwhile_is_not_asked(world: World, made: Programme) -> None:
    house, chief = managed(world, made)
    helped(world, made, chief, house)
    with world.session() as session:
        session.get_one(Institution, house.id).suspended_at = clock.now()
    with later(5):
        world.work()
    assert [mail.to_address for mail in asked(world)] == ["ines@essai.example"]


def test_a_side_that_nobody_answers_for_any_more_is_not_asked(
    world: World, made: Programme
) -> None:
    house, chief = managed(world, made)
    helped(world, made, chief, house)
    with world.session() as session:
        session.execute(delete(ConductAcceptance))
    with later(5):
        world.work()
    assert [mail.to_address for mail in asked(world)] == ["ines@essai.example"]
    assert len(surveys(world)) == 1


def test_answers_go_with_their_need(world: World, closed: tuple[Need, Member]) -> None:
    assert len(surveys(world)) == 2
    with world.session() as session:
        session.execute(delete(Need).where(Need.id == closed[0].id))
    assert not surveys(world)
    with later(250):
        world.work()
    assert not surveys(world)


@BOTH
@pytest.mark.parametrize("where", ["taken", "introduced", "engaged"])
def test_who_was_to_call_is_asked_about_a_need_that_was_withdrawn(
    world: World, engine: str, made: Programme, where: str
) -> None:
    if where == "taken":
        made = desks.programme(world, "ensemble", review=Review.NONE, way=Way.COOPERATIVE)
        house, chief = desks.institution(world, made, "Agence"), world.member("Ana", networks=())
        about = (desks.subject(world, made),)
        expert = desks.expert(world, house, chief, subjects=about)
        other = desks.institution(world, made, "Autre agence")
        silent = desks.expert(world, other, world.member("Silence", networks=()), subjects=about)
        one = desks.need(world, made)
        replying.answer(world, chief, replying.sent(world, one, expert), Reply.TAKE)
        assert replying.sent(world, one, silent).state is State.WAITING
    else:
        one, chief = begun(world, made, engaged=where == "engaged")
    moving.follow(world, one, Act.WITHDRAW)
    with later(5):
        world.work()
        assert [(each.kind, each.position_id is None) for each in surveys(world)] == [
            (Kind.RECEPTION, True),
            (Kind.CLOSING, False),
        ]
        assert {mail.to_address for mail in asked(world)} == {one.email, chief.email}
        page = world.client().get(address(world, surveys(world)[1], chief.email))
        assert page.status_code == 200


def test_who_was_asked_already_is_not_asked_of_a_need_that_is_withdrawn_later(
    world: World, made: Programme, team: Member, closed: tuple[Need, Member]
) -> None:
    one, chief = closed
    before = len([mail for mail in asked(world) if mail.to_address == chief.email])
    with later(6):
        moving.follow(world, one, Act.CONTEST)
        moving.follow(world, one, Act.WITHDRAW)
    with later(12):
        world.work()
    mails = [mail for mail in asked(world) if mail.to_address == chief.email]
    assert len(mails) == before
    assert [each.kind for each in surveys(world)][-1] is Kind.RECEPTION
