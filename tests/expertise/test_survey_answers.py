"""Surveys: what both sides say, who reads it, what everybody may read of it."""

import re
from collections.abc import Callable
from datetime import timedelta
from unittest.mock import patch

import pytest
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from accounts.models import Member
from core import clock
from expertise import rule
from expertise.needs.models import Need
from expertise.positions.models import Position
from expertise.programmes.models import Programme, Review
from expertise.surveys import queries
from expertise.surveys.models import Survey
from tests.expertise import desks
from tests.expertise.surveying import HAPPY, WORDS, address, helped, later, managed, surveys
from tests.world import World


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

    def approve() -> Callable[[], TestResponse]:
        """As the page of the team does: it says which words were read."""
        page = client.get("/expertise/equipe/essai/enquetes?voir=temoignages").text
        read = re.search(r'name="lu" value="([^"]+)"', page)
        assert read
        said = {"publier": "1", "lu": read[1]}
        return lambda: client.post(publish, data=said, follow_redirects=True)

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
    approve()()
    assert shown()
    visitor.post(to, data=HAPPY | WORDS | {"consents": "y", "words": "Merci."})
    assert shown(), "another answer corrected leaves it"
    changed = WORDS | {"testimonial": "Tout autre chose.", "consents": "y"}
    visitor.post(to, data=HAPPY | changed)
    assert "Tout autre chose." not in visitor.get("/expertise/essai").text, "approved anew"
    late = approve()
    visitor.post(to, data=HAPPY | WORDS | {"consents": "y"})
    assert "vient de le corriger" in late().text
    assert not shown(), "other words were read"
    approve()()
    assert shown()
    token = to.rpartition("/")[2]
    assert visitor.get(f"/expertise/enquete/{token}/retirer").status_code == 405
    assert shown()
    assert visitor.post(f"/expertise/enquete/{token}/retirer").status_code == 302
    assert not shown(), "at once"
    visitor.post(to, data=HAPPY | WORDS | {"consents": "y"})
    approve()()
    assert shown()
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
    desk = desks.at_the_desk(world, team)

    def counts() -> queries.Counts:
        return world.act(lambda session: queries.counts(session, desk, first.programme_id))

    assert (counts().answered, counts().to_approve) == (5, 0)
    said = {"testimonial": "Une belle rencontre.", "signed": "Inès", "consented_at": clock.now()}
    answered = update(Survey).where(Survey.answered_at.is_not(None))
    world.act(lambda session: session.execute(answered.values(**said)))
    with later(days=400):
        assert counts() == queries.Counts(0, 0, None, to_approve=5), "those of a year"


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
