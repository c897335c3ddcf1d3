"""Whoever is asked by mail can answer from it, and nobody is told who may not be."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from accounts.models import Invitation, Member
from core import clock
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
from expertise.programmes.models import Programme, Review, Sending, Way
from tests.expertise import desks, filing, moving, replying
from tests.world import World


@pytest.fixture
def thomas(world: World) -> Member:
    """Who runs the programme."""
    return world.member("Thomas", networks=())


@pytest.fixture
def made(world: World, thomas: Member) -> Programme:
    """A programme where several take charge."""
    return desks.programme(world, team=(thomas,), review=Review.NONE, way=Way.COOPERATIVE)


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


@pytest.mark.parametrize(("days", "answers"), [(None, False), (3, False), (-1, True)])
def test_who_is_suspended_is_neither_ranked_nor_chosen_nor_told(
    world: World, made: Programme, days: int | None, answers: bool
) -> None:
    ana, expert = replying.adviser(world, made)
    _bob, other = replying.adviser(world, made, "Bob")
    suspend(world, ana, days=days)
    one = desks.need(world, made)
    assert ranked(world, one) == ({expert.id, other.id} if answers else {other.id})
    assert set(world.all(select(Position.expert_id))) == ranked(world, one)
    assert bool(replying.of_positions(world, ana.email)) is answers
    named = choosing.choosable(one, "Ana").with_only_columns(Expert.id)
    assert world.all(named) == ([expert.id] if answers else [])


def test_the_team_cannot_send_to_who_is_suspended(
    world: World, made: Programme, thomas: Member
) -> None:
    ana, expert = replying.adviser(world, made)
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
    ana, expert = replying.adviser(world, made)
    bob = world.member("Bob", networks=())
    desks.answer_with(world, expert, bob)
    suspend(world, ana)
    assert ranked(world, desks.need(world, made)) == {expert.id}
    suspend(world, bob)
    assert ranked(world, desks.need(world, made)) == set()


def test_who_is_suspended_after_the_sending_hears_no_more_and_the_team_sees_it(
    world: World, made: Programme, thomas: Member
) -> None:
    ana, _expert = replying.adviser(world, made)
    one = desks.need(world, made)
    (sent,) = world.all(select(Position))
    page = f"/expertise/besoins/{one.id}/experts"
    team = world.client(thomas)
    assert len(replying.of_positions(world, ana.email)) == 1
    assert "Compte suspendu" not in team.get(page).text
    replying.answer(world, ana, sent, Act.TAKE)
    suspend(world, ana)
    moving.follow(world, one, NeedAct.ADD)
    assert len(replying.of_positions(world, ana.email)) == 1
    assert "Compte suspendu" in team.get(page).text
    team.post(f"{page}/{sent.id}/retirer", data={"words": "Suspendue.", "instead": "0"})
    assert len(replying.of_positions(world, ana.email)) == 1


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
    address = (
        replying.adviser(world, made)[0].email if what == "rules" else expected(world, made).email
    )
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
    ana, _expert = replying.adviser(world, made)
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
    (mail,) = replying.of_positions(world, chief.email)
    assert not [secret for secret in SECRETS if secret in mail.subject + mail.text]
    (listed,) = replying.of_positions(world, "rh@g.example")
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
    ana, _expert = replying.adviser(world, made)
    unbound(world)
    kept = filing.send_file(world, desks.need(world, made))
    world.act(lambda s: setattr(s.get_one(NeedFile, kept.id), "reviewed", True))
    (sent,) = world.all(select(Position))
    token = links.token(world.app.extensions["maillage.settings"], sent, ana.email)
    for what in ("fiche.pdf", f"fichiers/{kept.id}"):
        assert world.client().get(f"/expertise/r/{token}/{what}").status_code == 404
