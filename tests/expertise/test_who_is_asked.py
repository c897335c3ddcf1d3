"""Whoever is asked by mail can answer from it, and nobody is told who may not be."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from accounts.models import Invitation, Member
from core import clock
from core.outbox import Mail
from core.refusals import Refused
from expertise.desk import desk_of
from expertise.experts.models import ConductAcceptance, Expert, InstitutionAddress
from expertise.files.models import NeedFile
from expertise.matching import best_for, candidates
from expertise.needs.life import Act as NeedAct
from expertise.needs.models import Need
from expertise.positions import choosing, links
from expertise.positions.jobs import Teller
from expertise.positions.life import Act, State
from expertise.positions.models import Position
from expertise.programmes.models import Institution, Programme, Review, Sending, Way
from tests.expertise import desks, filing, replying
from tests.world import World


@pytest.fixture
def thomas(world: World) -> Member:
    """Who runs the programme."""
    return world.member("Thomas", networks=())


@pytest.fixture
def made(world: World, thomas: Member) -> Programme:
    """A programme where several take charge."""
    return desks.programme(world, team=(thomas,), review=Review.NONE, way=Way.COOPERATIVE)


def adviser(world: World, made: Programme, name: str = "Ana") -> tuple[Member, Expert]:
    """Somebody who answers, alone in their institution."""
    someone = world.member(name, networks=())
    house = desks.institution(world, made, f"Agence {name}")
    return someone, desks.expert(world, house, someone, subjects=(desks.subject(world, made),))


def suspend(world: World, someone: Member, *, days: int | None = None) -> None:
    """An administrator closes their account: for some days, or for good."""
    since = clock.now() - timedelta(days=30)
    until = None if days is None else clock.now() + timedelta(days=days)
    world.act(
        lambda s: s.execute(
            update(Member)
            .where(Member.id == someone.id)
            .values(suspended_at=since, suspended_until=until)
        )
    )


def ranked(world: World, of: Need) -> set[int]:
    """Those whom the ranking knows for a need."""

    def found(session):  # type: ignore[no-untyped-def]
        need = session.get_one(Need, of.id)
        best = {one.expert_id for one in best_for(session, need)}
        assert best == {one.expert_id for one in candidates(session, need)}
        return best

    return set(world.act(found))


def of_positions(world: World, to: str) -> list[Mail]:
    """The mails about needs to an address."""
    return [one for one in world.mails() if one.kind == "position" and one.to_address == to]


@pytest.mark.parametrize(("days", "answers"), [(None, False), (3, False), (-1, True)])
def test_who_is_suspended_is_neither_ranked_nor_chosen_nor_told(
    world: World, made: Programme, days: int | None, answers: bool
) -> None:
    ana, expert = adviser(world, made)
    _bob, other = adviser(world, made, "Bob")
    suspend(world, ana, days=days)
    one = desks.need(world, made)
    assert ranked(world, one) == ({expert.id, other.id} if answers else {other.id})
    assert set(world.all(select(Position.expert_id))) == ranked(world, one)
    assert bool(of_positions(world, ana.email)) is answers
    named = choosing.choosable(one, "Ana").with_only_columns(Expert.id)
    assert world.all(named) == ([expert.id] if answers else [])


def test_the_team_cannot_send_to_who_is_suspended(
    world: World, made: Programme, thomas: Member
) -> None:
    ana, expert = adviser(world, made)
    suspend(world, ana)
    one = desks.need(world, made)
    with world.session() as session:
        need = session.get_one(Need, one.id)
        session.refresh(need, ["programme"])
        with pytest.raises(Refused, match="expert-out-of-reach"):
            choosing.send_to(
                session, desk_of(session, thomas.id), need, session.get_one(Expert, expert.id)
            )


def test_a_team_answers_while_one_of_them_may(world: World, made: Programme) -> None:
    ana, expert = adviser(world, made)
    bob = world.member("Bob", networks=())
    desks.answer_with(world, expert, bob)
    suspend(world, ana)
    assert ranked(world, desks.need(world, made)) == {expert.id}
    suspend(world, bob)
    assert ranked(world, desks.need(world, made)) == set()


def test_who_is_suspended_after_the_sending_hears_no_more_and_the_team_sees_it(
    world: World, made: Programme, thomas: Member
) -> None:
    ana, _expert = adviser(world, made)
    one = desks.need(world, made)
    (sent,) = world.all(select(Position))
    page = f"/expertise/besoins/{one.id}/experts"
    team = world.client(thomas)
    assert len(of_positions(world, ana.email)) == 1
    assert "Compte suspendu" not in team.get(page).text
    replying.answer(world, ana, sent, Act.TAKE)
    suspend(world, ana)
    desks.follow(world, one, NeedAct.ADD)
    assert len(of_positions(world, ana.email)) == 1
    assert "Compte suspendu" in team.get(page).text
    team.post(f"{page}/{sent.id}/retirer", data={"words": "Suspendue.", "instead": "0"})
    assert len(of_positions(world, ana.email)) == 1


SECRETS = ("Vendre en Allemagne", "Fours Essai", "Nantes", "Une précision")


def unbound(world: World) -> None:
    """Nobody has accepted the rules of conduct."""
    world.act(lambda s: s.execute(delete(ConductAcceptance)))


def expected(world: World, made: Programme) -> Expert:
    """An approved expert whose invitation waits."""
    of = desks.institution(world, made, "Agence Nouvelle")
    expert = desks.expert(world, of, subjects=(desks.subject(world, made),))
    desks.expect(world, expert)
    return expert


@pytest.mark.parametrize("sending", list(Sending))
@pytest.mark.parametrize("what", ["rules", "account"])
def test_who_may_not_read_yet_is_told_that_a_need_waits_and_no_more(
    world: World, thomas: Member, what: str, sending: Sending
) -> None:
    made = desks.programme(
        world, team=(thomas,), review=Review.NONE, way=Way.COOPERATIVE, sending=sending
    )
    address = adviser(world, made)[0].email if what == "rules" else expected(world, made).email
    unbound(world)
    one = desks.need(world, made)
    teller = Teller(world.app.extensions["maillage.settings"])
    world.act(lambda s: teller.send_week(s, {}))
    mails = [mail for mail in world.mails() if mail.to_address == address]
    (mail,) = mails
    assert "attend votre réponse" in mail.text
    for secret in SECRETS:
        assert secret not in mail.subject + mail.text + mail.html
    token = links.token(teller.settings, world.all(select(Position))[0], address)
    page = world.client().get(f"/expertise/r/{token}")
    assert page.status_code == 200
    for secret in SECRETS:
        assert secret not in page.text
    wanted = "lire les règles" if what == "rules" else "renvoyer l’invitation"
    assert wanted in page.text
    seen = world.client(thomas).get(f"/expertise/besoins/{one.id}/experts").text
    words = {"rules": "N’a pas encore accepté les règles", "account": "Pas encore de compte"}
    assert words[what] in seen
    posted = world.client().post(f"/expertise/r/{token}/reponse", data={"act": "take"})
    assert posted.status_code == 404


def test_who_accepts_the_rules_comes_to_the_sheet(world: World, made: Programme) -> None:
    ana, _expert = adviser(world, made)
    unbound(world)
    one = desks.need(world, made)
    (sent,) = world.all(select(Position))
    token = links.token(world.app.extensions["maillage.settings"], sent, ana.email)
    sheet = f"/expertise/positions/{sent.id}"
    assert f'href="{sheet}"' in world.client().get(f"/expertise/r/{token}").text
    client = world.client(ana)
    rules = client.get(sheet).location
    assert rules == f"/expertise/conduite?suite={sheet}"
    assert f'value="{sheet}"' in client.get(rules).text
    assert client.post("/expertise/conduite", data={"suite": sheet}).location == sheet
    assert one.title in client.get(sheet).text
    assert one.title in world.client().get(f"/expertise/r/{token}").text


def test_who_has_no_account_is_invited_again_at_the_same_address(
    world: World, made: Programme
) -> None:
    expert = expected(world, made)
    desks.need(world, made)
    (sent,) = world.all(select(Position))
    settings = world.app.extensions["maillage.settings"]
    link = f"/expertise/r/{links.token(settings, sent, expert.email)}"
    client = world.client()
    for _time in range(3):
        assert client.get(link).status_code == 200
    assert not world.all(select(Invitation)), "reading changes nothing"
    token = link.removeprefix("/expertise/r/")
    for _time in range(2):
        assert client.post(f"/expertise/r/{token}/invitation").location == link
    (invited,) = world.all(select(Invitation))
    assert invited.email == expert.email
    sent_again = [mail for mail in world.mails() if mail.kind == "invitation"]
    assert [mail.to_address for mail in sent_again] == [expert.email] * 2
    world.act(lambda s: setattr(s.get_one(Invitation, invited.id), "revoked_at", clock.now()))
    client.post(f"{link}/invitation")
    assert len([mail for mail in world.mails() if mail.kind == "invitation"]) == 2
    stranger = links.token(settings, sent, "ailleurs@example.org")
    assert client.get(f"/expertise/r/{stranger}").status_code == 404
    assert client.post(f"/expertise/r/{stranger}/invitation").status_code == 404


def test_who_manages_and_has_not_accepted_the_rules_is_told_no_more(world: World) -> None:
    made = desks.programme(world, review=Review.NONE)
    house, chief = desks.institution(world, made), world.member("Rémi", networks=())
    desks.manager(world, house, chief)
    unbound(world)
    row = InstitutionAddress(programme_id=made.id, institution_id=house.id, email="rh@g.example")
    world.act(lambda s: s.add(row))
    one = desks.need(world, made)
    (mail,) = of_positions(world, chief.email)
    assert not [secret for secret in SECRETS if secret in mail.subject + mail.text]
    (listed,) = of_positions(world, "rh@g.example")
    assert one.title in listed.text
    sent = replying.sent(world, one, house)
    token = links.token(world.app.extensions["maillage.settings"], sent, chief.email)
    assert "lire les règles" in world.client().get(f"/expertise/r/{token}").text


def test_the_link_of_a_mail_opens_the_files_and_the_paper_too(world: World) -> None:
    made = desks.programme(world, review=Review.NONE)
    house = desks.institution(world, made)
    listed = "rh@groupe.example"
    row = InstitutionAddress(programme_id=made.id, institution_id=house.id, email=listed)
    world.act(lambda s: s.add(row))
    one = desks.need(world, made)
    kept = filing.send_file(world, one)
    world.act(lambda s: setattr(s.get_one(NeedFile, kept.id), "reviewed", True))
    sent = replying.sent(world, one, house)
    settings = world.app.extensions["maillage.settings"]
    token = links.token(settings, sent, listed)
    client = world.client()
    page = client.get(f"/expertise/r/{token}").text
    assert f"/expertise/r/{token}/fiche.pdf" in page
    assert f"/expertise/r/{token}/fichiers/{kept.id}" in page
    for _time in range(2):
        paper = client.get(f"/expertise/r/{token}/fiche.pdf")
        assert (paper.status_code, paper.mimetype) == (200, "application/pdf")
        file = client.get(f"/expertise/r/{token}/fichiers/{kept.id}")
        assert file.status_code == 200
        assert file.headers["Content-Disposition"].startswith("attachment")
    assert world.all(select(Position.state)) == [State.WAITING], "reading changes nothing"
    other = filing.send_file(world, desks.need(world, made, title="Recruter"))
    world.act(lambda s: setattr(s.get_one(NeedFile, other.id), "reviewed", True))
    assert client.get(f"/expertise/r/{token}/fichiers/{other.id}").status_code == 404
    world.act(lambda s: setattr(s.get_one(NeedFile, kept.id), "reviewed", False))
    assert client.get(f"/expertise/r/{token}/fichiers/{kept.id}").status_code == 404
    world.act(lambda s: setattr(s.get_one(NeedFile, kept.id), "reviewed", True))
    world.act(lambda s: s.delete(s.get_one(InstitutionAddress, (made.id, house.id, listed))))
    for what in ("fiche.pdf", f"fichiers/{kept.id}"):
        assert client.get(f"/expertise/r/{token}/{what}").status_code == 404


def test_who_may_not_read_yet_opens_neither_file_nor_paper(world: World, made: Programme) -> None:
    ana, _expert = adviser(world, made)
    unbound(world)
    kept = filing.send_file(world, desks.need(world, made))
    world.act(lambda s: setattr(s.get_one(NeedFile, kept.id), "reviewed", True))
    (sent,) = world.all(select(Position))
    token = links.token(world.app.extensions["maillage.settings"], sent, ana.email)
    for what in ("fiche.pdf", f"fichiers/{kept.id}"):
        assert world.client().get(f"/expertise/r/{token}/{what}").status_code == 404


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
    before = len(told_company(world)), len(of_positions(world, chief.email))
    replying.answer(world, chief, sent, Act.AGREE)
    asked = told_company(world)[-1]
    assert "Le confirmez-vous aussi" in asked.text
    assert "/expertise/suivi/" in asked.text
    assert len(of_positions(world, chief.email)) == before[1]
    replying.calls(world, one, agrees=True)
    assert len(told_company(world)) == before[0] + 2
    assert "C’est entendu" in told_company(world)[-1].text
    assert len(of_positions(world, chief.email)) == before[1] + 1
    assert "vous êtes d’accord" in of_positions(world, chief.email)[-1].text


def test_the_institution_is_asked_when_the_company_says_yes_first(world: World) -> None:
    chief, one, sent = introduced(world)
    before = len(told_company(world)), len(of_positions(world, chief.email))
    replying.calls(world, one, agrees=True)
    assert "Le confirmez-vous aussi" in of_positions(world, chief.email)[-1].text
    assert len(told_company(world)) == before[0]
    answer = world.client(chief).post(
        f"/expertise/positions/{sent.id}/reponse", data={"act": "agree"}
    )
    assert answer.status_code == 302
    assert "vous êtes d’accord" in of_positions(world, chief.email)[-1].text
    assert "C’est entendu" in told_company(world)[-1].text
    assert len(told_company(world)) == before[0] + 1
    assert len(of_positions(world, chief.email)) == before[1] + 2


def test_who_has_not_answered_hears_the_thread_and_who_declined_does_not(
    world: World, made: Programme
) -> None:
    about = desks.subject(world, made)
    ana, expert = adviser(world, made)
    bob, _other = adviser(world, made, "Bob")
    carl, _third = adviser(world, made, "Carl")
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
    ana, _expert = adviser(world, made)
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
