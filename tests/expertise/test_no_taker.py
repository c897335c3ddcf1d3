"""Nobody could answer: the company reads what the team wrote to it, never nothing."""

import pytest

from accounts.models import Member
from core.refusals import Refused
from expertise.needs.life import Act, Ending
from expertise.needs.models import Need
from expertise.programmes.models import Programme
from tests.expertise import desks, moving
from tests.world import World

OURS = "Bonjour,\n\nPersonne n’était libre avant mars. Rappelez-nous alors."


@pytest.fixture
def team(world: World) -> Member:
    """Who runs the programme."""
    return world.member("Thomas", networks=())


@pytest.fixture
def made(world: World, team: Member) -> Programme:
    """A programme in which nobody takes part."""
    return desks.programme(world, team=(team,))


@pytest.fixture
def one(world: World, made: Programme, team: Member) -> Need:
    """A need that was validated, and that nobody may answer."""
    return moving.decide(world, team, desks.need(world, made), Act.VALIDATE, "")


def test_it_is_not_closed_without_a_word(world: World, one: Need, team: Member) -> None:
    with pytest.raises(Refused, match="words-missing"):
        moving.decide(world, team, one, Act.NO_TAKER, "  ")
    sheet = f"/expertise/besoins/{one.id}"
    answer = world.client(team).post(f"{sheet}/decision", data={"act": "no_taker", "words": ""})
    assert answer.status_code == 422
    assert desks.again(world, one).ending is None


def test_the_team_edits_an_answer_that_is_proposed(world: World, one: Need, team: Member) -> None:
    client = world.client(team)
    sheet = f"/expertise/besoins/{one.id}"
    page = client.get(sheet).text
    assert "aucun n’a pu y répondre" in page
    assert "Vendre en Allemagne\u00a0»" in page
    # What was typed stays when something is refused.
    again = client.post(f"{sheet}/decision", data={"act": "no_taker", "words": " "})
    assert "aucun n’a pu y répondre" not in again.text
    client.post(f"{sheet}/decision", data={"act": "no_taker", "words": OURS})
    assert desks.again(world, one).ending is Ending.NO_TAKER
    (mail,) = [mail for mail in world.mails() if "Personne n’était libre" in mail.text]
    assert mail.to_address == "ines@essai.example"
    assert "nobody" not in client.get(sheet).text.lower()


def test_it_is_proposed_in_the_language_of_the_company(
    world: World, one: Need, team: Member
) -> None:
    with world.session() as session:
        session.get_one(Need, one.id).language = "en"
    page = world.client(team).get(f"/expertise/besoins/{one.id}").text
    assert "none of them could answer it this time" in page


def test_nothing_is_proposed_for_another_decision(
    world: World, made: Programme, team: Member
) -> None:
    asked = desks.need(world, made)
    page = world.client(team).get(f"/expertise/besoins/{asked.id}").text
    assert "aucun n’a pu y répondre" not in page
    moving.decide(world, team, asked, Act.REFUSE)
    page = world.client(team).get(f"/expertise/besoins/{asked.id}").text
    assert "aucun n’a pu y répondre" not in page
