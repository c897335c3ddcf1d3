"""Surveys: who is asked once a need is closed, when; what they say, who reads it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from unittest.mock import patch

import pytest
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from accounts.models import Member
from core import clock
from core.outbox import Mail
from expertise import rule
from expertise.experts.models import ConductAcceptance
from expertise.needs.life import Act, Ending
from expertise.needs.models import Need
from expertise.positions.life import Act as PositionAct
from expertise.positions.models import Position
from expertise.programmes.models import Institution, Programme, Review
from expertise.surveys import asking
from expertise.surveys.models import Kind, Survey
from tests.expertise import desks
from tests.world import BOTH, World

HAPPY = {"satisfaction": "5", "easy": "yes"}
WORDS = {"testimonial": "Une belle rencontre.", "signed": "Inès, à Nantes"}


@contextmanager
def later(days: float) -> Iterator[None]:
    """So many days from now."""
    moment = clock.now() + timedelta(days=days)
    with patch.object(clock, "now", return_value=moment):
        yield


def managed(world: World, made: Programme) -> tuple[Institution, Member]:
    """An institution and its manager."""
    house, chief = desks.institution(world, made), world.member("Rémi", networks=())
    desks.manager(world, house, chief)
    return house, chief


def helped(world: World, made: Programme, chief: Member, house: Institution) -> Need:
    """A need that is closed because the company was helped."""
    one = desks.need(world, made)
    sent = desks.sent(world, one, house)
    desks.answer(world, chief, sent, PositionAct.RESERVE)
    desks.answer(world, chief, sent, PositionAct.INTRODUCE)
    desks.calls(world, one, agrees=True)
    desks.answer(world, chief, sent, PositionAct.AGREE)
    desks.answer(world, chief, sent, PositionAct.FINISH)
    return desks.again(world, one)


def asked(world: World) -> list[Mail]:
    """The mails of surveys."""
    return [mail for mail in world.mails() if mail.kind == "survey"]


def surveys(world: World) -> list[Survey]:
    """All of them, the company's first."""
    return list(world.all(select(Survey).order_by(Survey.id)))


def address(world: World, one: Survey, to: str) -> str:
    """The page that the mail to somebody opens."""
    return f"/expertise/enquete/{desks.survey_link(world, one, to)}"


@pytest.fixture
def team(world: World) -> Member:
    """Who runs the programme."""
    return world.member("Thomas")


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
    assert (Kind.RECEPTION if ending in short else Kind.CLOSING) in kinds
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
    desks.decide(world, team, one, Act.REOPEN, "")
    with later(250):
        world.work()
    assert not asked(world)


def test_closed_again_it_is_asked_of_the_last_closing_alone(
    world: World, made: Programme, team: Member
) -> None:
    house, chief = managed(world, made)
    one = helped(world, made, chief, house)
    desks.decide(world, team, one, Act.REOPEN, "")
    desks.decide(world, team, one, Act.REFUSE)
    with later(250):
        world.work()
    assert [one.kind for one in surveys(world)] == [Kind.RECEPTION]


def test_reopened_after_the_first_mail_nobody_is_reminded(
    world: World, closed: tuple[Need, Member], team: Member
) -> None:
    desks.decide(world, team, closed[0], Act.REOPEN, "")
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
    desks.decide(world, team, one, Act.REFUSE)
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


def test_answering_and_correcting(world: World, closed: tuple[Need, Member]) -> None:
    mine = surveys(world)[0]
    to, visitor = address(world, mine, "ines@essai.example"), world.client()
    assert "Vous avez répondu" not in visitor.get(to).text
    assert surveys(world)[0].answered_at is None, "reading changes nothing"
    assert visitor.post(to, data={"words": "Bien."}).status_code == 422
    assert visitor.post(to, data={"satisfaction": "6"}).status_code == 422
    assert visitor.post(to, data=HAPPY | {"words": "Rien à redire."}).status_code == 302
    page = visitor.get(to).text
    assert "Vous avez répondu" in page
    assert "Rien à redire." in page
    assert visitor.post(to, data={"satisfaction": "4", "of_expert": "1"}).status_code == 302
    kept = surveys(world)[0]
    assert (kept.satisfaction, kept.easy, kept.words) == (4, None, ""), "the last one counts"
    assert kept.of_expert is None, "what the institution is asked is not the company's to say"


def test_an_unhappy_answer_is_told_to_the_team_once(
    world: World, closed: tuple[Need, Member]
) -> None:
    to, visitor = address(world, surveys(world)[0], "ines@essai.example"), world.client()
    visitor.post(to, data=HAPPY)
    assert not [mail for mail in world.mails() if mail.kind == "survey_team"]
    for mark in ("2", "1"):
        visitor.post(to, data={"satisfaction": mark, "words": "Trop long."})
    (mail,) = [mail for mail in world.mails() if mail.kind == "survey_team"]
    assert mail.to_address == "essai@example.org"
    assert "Trop long." in mail.text
    assert "/expertise/enquete/" not in mail.text


def test_a_link_opens_one_survey_for_sixty_days(world: World, closed: tuple[Need, Member]) -> None:
    mine, theirs = surveys(world)
    visitor = world.client()
    to = address(world, mine, "ines@essai.example")
    assert visitor.get(to).status_code == 200
    assert visitor.get(f"{to}x").status_code == 404
    assert visitor.get(address(world, mine, "autre@essai.example")).status_code == 404
    assert visitor.get(address(world, theirs, "autre@groupe.example")).status_code == 404
    for days, status in ((59, 200), (61, 404)):
        moment = clock.now() + timedelta(days=days)
        with patch("itsdangerous.timed.time.time", return_value=moment.timestamp()):
            assert visitor.get(to).status_code == status
    with world.session() as session:
        session.get_one(Need, closed[0].id).link_epoch += 1
        session.get_one(Position, theirs.position_id).link_epoch += 1
    assert visitor.get(to).status_code == 404


def test_the_other_links_open_no_survey(world: World, closed: tuple[Need, Member]) -> None:
    settings = world.app.extensions["maillage.settings"]
    signer = URLSafeTimedSerializer(settings.secret_key, salt="position-answer")
    forged = signer.dumps([surveys(world)[0].id, 0, "ines@essai.example"])
    assert world.client().get(f"/expertise/enquete/{forged}").status_code == 404


WHO = {
    "team": True,
    "another team": False,
    "institution": False,
    "administrator": False,
    "outsider": False,
}


@pytest.mark.parametrize(("who", "reads"), WHO.items())
def test_only_the_team_reads_answers(
    world: World, closed: tuple[Need, Member], team: Member, who: str, reads: bool
) -> None:
    other = world.member("Autre")
    desks.programme(world, "autre", team=(other,))
    people = {
        "team": team,
        "another team": other,
        "institution": closed[1],
        "administrator": world.administrator(),
        "outsider": world.member("Dehors", networks=()),
    }
    mine, theirs = surveys(world)
    visitor = world.client()
    to = address(world, mine, "ines@essai.example")
    said = HAPPY | WORDS | {"words": "Secret de l’entreprise.", "consents": "y"}
    assert visitor.post(to, data=said).status_code == 302
    visitor.post(
        address(world, theirs, closed[1].email), data=HAPPY | {"words": "Secret du groupe."}
    )
    someone = people[who]
    desk = desks.at_the_desk(world, someone)
    assert bool(world.all(select(Survey.id).where(rule.surveyed(desk)))) is reads
    client = world.client(someone)
    page = client.get("/expertise/equipe/essai/enquetes")
    assert page.status_code == (200 if reads else 404)
    assert ("Secret de l’entreprise." in page.text) is reads
    published = f"/expertise/equipe/essai/enquetes/{mine.id}/temoignage"
    assert client.post(published, data={"publier": "1"}).status_code == (302 if reads else 404)
    elsewhere = f"/expertise/equipe/autre/enquetes/{mine.id}/temoignage"
    assert client.post(elsewhere, data={"publier": "1"}).status_code == 404
    assert "Secret du groupe." not in visitor.get(to).text
    assert (
        "Secret de l’entreprise." not in visitor.get(address(world, theirs, closed[1].email)).text
    )
    sheet = f"/expertise/positions/{theirs.position_id}"
    assert "Secret" not in client.get(sheet).text


def test_a_testimonial_is_shown_with_consent_and_approval_alone(
    world: World, closed: tuple[Need, Member], team: Member
) -> None:
    mine = surveys(world)[0]
    to, visitor, client = (
        address(world, mine, "ines@essai.example"),
        world.client(),
        world.client(team),
    )
    publish = f"/expertise/equipe/essai/enquetes/{mine.id}/temoignage"

    def shown() -> bool:
        return WORDS["testimonial"] in visitor.get("/expertise/essai").text

    visitor.post(to, data=HAPPY | WORDS)
    refused = client.post(publish, data={"publier": "1"}, follow_redirects=True)
    assert "Son auteur n’accepte plus" in refused.text
    assert not shown(), "no consent"
    assert visitor.post(to, data=HAPPY | {"consents": "y"}).status_code == 422
    unsigned = HAPPY | {"testimonial": "Bien.", "consents": "y"}
    assert visitor.post(to, data=unsigned).status_code == 422
    visitor.post(to, data=HAPPY | WORDS | {"consents": "y"})
    assert not shown(), "not approved"
    assert (
        WORDS["testimonial"] in client.get("/expertise/equipe/essai/enquetes?voir=temoignages").text
    )
    client.post(publish, data={"publier": "1"})
    assert shown()
    visitor.post(to, data=HAPPY | WORDS | {"consents": "y", "words": "Merci."})
    assert shown(), "another answer corrected leaves it"
    changed = WORDS | {"testimonial": "Tout autre chose.", "consents": "y"}
    visitor.post(to, data=HAPPY | changed)
    assert "Tout autre chose." not in visitor.get("/expertise/essai").text, "approved anew"
    visitor.post(to, data=HAPPY | WORDS | {"consents": "y"})
    client.post(publish, data={"publier": "1"})
    assert shown()
    token = to.rpartition("/")[2]
    assert visitor.get(f"/expertise/enquete/{token}/retirer").status_code == 405
    assert shown()
    assert visitor.post(f"/expertise/enquete/{token}/retirer").status_code == 302
    assert not shown(), "at once"
    visitor.post(to, data=HAPPY | WORDS | {"consents": "y"})
    client.post(publish, data={"publier": "1"})
    client.post(publish, data={"publier": "0"})
    assert not shown(), "the team takes it off"


def test_the_mean_is_told_from_five_answers_on(
    world: World, closed: tuple[Need, Member], team: Member
) -> None:
    first = surveys(world)[0]
    kept = {
        column.name: getattr(first, column.name)
        for column in Survey.__table__.columns
        if column.name not in {"id", "answered_at", "satisfaction", "closed_at"}
    }

    def add(mark: int) -> None:
        with world.session() as session:
            moment = clock.now()
            session.add(Survey(**kept, closed_at=moment, answered_at=moment, satisfaction=mark))

    for mark in (5, 4, 2, 1):
        add(mark)
    client = world.client(team)
    page = client.get("/expertise/equipe/essai/enquetes").text
    assert "sur 5" not in page
    assert "affichée à partir de 5 réponses" in page
    add(4)
    page = client.get("/expertise/equipe/essai/enquetes").text
    assert "3,2 sur 5" in page.replace("\u00a0", " ")
    unhappy = client.get("/expertise/equipe/essai/enquetes?voir=insatisfaits").text
    assert unhappy.count('class="row-title"') == 2
    assert client.get("/expertise/equipe/essai/enquetes?voir=rien").status_code == 404


def test_answers_page_by_key(world: World, closed: tuple[Need, Member], team: Member) -> None:
    first = surveys(world)[0]
    kept = {
        column.name: getattr(first, column.name)
        for column in Survey.__table__.columns
        if column.name not in {"id", "answered_at", "closed_at", "words"}
    }
    present = clock.now()
    with world.session() as session:
        for number in range(30):
            closing = present + timedelta(minutes=number)
            words = f"Réponse {number}."
            # Several at the same instant: none is shown twice, none is lost.
            answered = present + timedelta(minutes=number // 10)
            session.add(Survey(**kept, closed_at=closing, answered_at=answered, words=words))
    client = world.client(team)
    page = client.get("/expertise/equipe/essai/enquetes").text
    last = page.split("apres=")[1].split('"')[0]
    following = client.get(f"/expertise/equipe/essai/enquetes?apres={last}").text
    for number in range(30):
        assert (page + following).count(f"Réponse {number}.") == 1


def test_answers_go_with_their_need(world: World, closed: tuple[Need, Member]) -> None:
    assert len(surveys(world)) == 2
    with world.session() as session:
        session.execute(delete(Need).where(Need.id == closed[0].id))
    assert not surveys(world)
    with later(250):
        world.work()
    assert not surveys(world)
