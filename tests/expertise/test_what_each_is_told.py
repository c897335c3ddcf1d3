"""What each side is told of an answer, and what a button asks before it does something."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from accounts.models import Member
from core import clock
from core.outbox import Mail
from expertise.needs.models import Need
from expertise.positions import links
from expertise.positions.life import Act, State
from expertise.positions.models import Position
from expertise.programmes.models import Institution, Review, Way
from tests.expertise import desks, replying
from tests.world import World


def told_company(world: World) -> list[Mail]:
    """The mails to the company about its need."""
    return [one for one in world.mails() if one.kind == "need"]


def introduced(world: World) -> tuple[Member, Need, Position]:
    """The company was told who calls it."""
    made = desks.programme(world, review=Review.NONE)
    house, chief = desks.institution(world, made), world.member("Rémi", networks=())
    desks.manager(world, house, chief)
    one = desks.need(world, made)
    sent = replying.sent(world, one, house)
    for act in (Act.RESERVE, Act.INTRODUCE):
        replying.answer(world, chief, sent, act)
    assert "est-ce la bonne personne" in told_company(world)[-1].text
    return chief, one, sent


def test_the_company_is_asked_when_the_institution_says_yes_first(world: World) -> None:
    chief, one, sent = introduced(world)
    before = len(told_company(world)), len(replying.of_positions(world, chief.email))
    replying.answer(world, chief, sent, Act.AGREE)
    asked = told_company(world)[-1]
    assert "Le confirmez-vous aussi" in asked.text
    assert "/expertise/suivi/" in asked.text
    assert len(replying.of_positions(world, chief.email)) == before[1]
    replying.calls(world, one, agrees=True)
    assert len(told_company(world)) == before[0] + 2
    assert "C’est entendu" in told_company(world)[-1].text
    assert len(replying.of_positions(world, chief.email)) == before[1] + 1
    assert "vous êtes d’accord" in replying.of_positions(world, chief.email)[-1].text


def test_the_institution_is_asked_when_the_company_says_yes_first(world: World) -> None:
    chief, one, sent = introduced(world)
    before = len(told_company(world)), len(replying.of_positions(world, chief.email))
    replying.calls(world, one, agrees=True)
    assert "Le confirmez-vous aussi" in replying.of_positions(world, chief.email)[-1].text
    assert len(told_company(world)) == before[0]
    answer = world.client(chief).post(
        f"/expertise/positions/{sent.id}/reponse", data={"act": "agree"}
    )
    assert answer.status_code == 302
    assert "vous êtes d’accord" in replying.of_positions(world, chief.email)[-1].text
    assert "C’est entendu" in told_company(world)[-1].text
    assert len(told_company(world)) == before[0] + 1
    assert len(replying.of_positions(world, chief.email)) == before[1] + 2


def test_who_has_not_answered_hears_the_thread_and_who_declined_does_not(world: World) -> None:
    made = desks.programme(world, review=Review.NONE, way=Way.COOPERATIVE)
    about = desks.subject(world, made)
    ana, expert = replying.adviser(world, made)
    bob, _other = replying.adviser(world, made, "Bob")
    carl, _third = replying.adviser(world, made, "Carl")
    one = desks.need(world, made)
    house = world.act(lambda s: s.get_one(Institution, expert.institution_id))
    eve = world.member("Ève", networks=())
    colleague = desks.expert(world, house, eve, subjects=(about,))
    desks.position(world, one, colleague, state=State.TAKEN)
    of = {each.expert_id: each for each in world.all(select(Position))}
    replying.answer(world, carl, of[_third.id], Act.DECLINE)
    said = {"kind": "note", "note": "Je les appelle lundi."}
    told = world.client(ana).post(f"/expertise/positions/{of[expert.id].id}/fil", data=said)
    assert told.status_code == 302

    def heard(who: Member) -> int:
        return sum("Je les appelle lundi." in mail.text for mail in world.mails(who))

    assert [heard(who) for who in (ana, bob, carl, eve)] == [0, 1, 0, 1]
    assert not [mail for mail in told_company(world) if "lundi" in mail.text]
    assert sum("Je les appelle" in mail.text for mail in world.mails()) == 2


def question_of(page: str, act: str) -> str | None:
    """What a button asks before it does something."""
    found = re.search(rf'<button class="button"([^>]*) name="act" value="{act}"', page)
    assert found, act
    asked = re.search(r'data-confirm="([^"]+)"', found[1])
    return asked[1] if asked else None


@pytest.mark.parametrize("by_link", [True, False])
@pytest.mark.parametrize("way", list(Way))
def test_taking_is_confirmed_and_so_is_declining_where_no_reason_is_typed(
    world: World, way: Way, by_link: bool
) -> None:
    made = desks.programme(world, review=Review.NONE, way=way, reservation_days=10)
    ana, _expert = replying.adviser(world, made)
    house = world.all(select(Institution))[0]
    desks.manager(world, house, ana)
    desks.need(world, made)
    (sent,) = world.all(select(Position))
    token = links.token(world.app.extensions["maillage.settings"], sent, ana.email)
    page = (
        world.client().get(f"/expertise/r/{token}").text
        if by_link
        else world.client(ana).get(f"/expertise/positions/{sent.id}").text
    )
    if way is Way.EXCLUSIVE:
        assert "10 jours ouvrés" in (question_of(page, "reserve") or "")
        assert "archives" in (question_of(page, "decline") or "")
    else:
        assert "vous allez l’appeler" in (question_of(page, "take") or "")
        assert question_of(page, "decline") is None, "a reason is typed"


def test_a_card_says_until_when_and_leads_to_the_answer(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent_at = datetime(2026, 11, 23, 9, tzinfo=UTC)  # a Monday
    monkeypatch.setattr(clock, "now", lambda: sent_at)
    made = desks.programme(world, review=Review.NONE, position_days=2, reservation_days=3)
    house, chief = desks.institution(world, made), world.member("Rémi", networks=())
    desks.manager(world, house, chief)
    sent = replying.sent(world, desks.need(world, made), house)
    client = world.client(chief)
    page = client.get("/expertise/recus").text.replace("\u00a0", " ")
    assert "À répondre d’ici au" in page
    assert "25 novembre" in page
    there = f"/expertise/positions/{sent.id}#repondre"
    assert f'href="{there}"' in page
    assert 'id="repondre"' in client.get(there).text
    replying.answer(world, chief, sent, Act.RESERVE)
    page = client.get("/expertise/recus?onglet=en-cours").text.replace("\u00a0", " ")
    assert "Réservé jusqu’au" in page
    assert "26 novembre" in page
    assert "#repondre" not in page
