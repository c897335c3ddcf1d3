"""The needs of a company, asked and followed from its account."""

import pytest
from sqlalchemy import func, select

from accounts.models import Member
from core.refusals import Refused
from expertise import rule
from expertise.companies import policy, queries
from expertise.companies.models import Company, Representative
from expertise.desk import desk_of
from expertise.needs import asking
from expertise.needs.life import Act, State
from expertise.needs.models import By, Need, Step
from expertise.programmes.models import Asking, Programme
from tests.expertise import billing
from tests.expertise.desks import (
    SIRET,
    again,
    asked_from,
    at_the_desk,
    company,
    need,
    programme,
    said,
    subject,
    the,
)
from tests.expertise.moving import decide
from tests.world import World

OTHER = "99900010200023"
FORM = {
    "title": "Vendre en Allemagne",
    "description": "Deux salons au printemps.",
    "context": "Des fours.",
    "postcode": "44000",
    "town": "Nantes",
    "first_name": "Anne",
    "last_name": "Essai",
    "phone": "02 40 00 00 00",
    "email": "anne@essai.example",
}


def people(world: World) -> dict[str, Member]:
    """Who asks to see the need of the company of Anne."""
    found = {
        "representative": world.member("Anne", networks=[]),
        "representative of a network": world.member("Nadia"),
        "of another company": world.member("Bruno", networks=[]),
        "former representative": world.member("Carole", networks=[]),
        "member": world.member("Membre"),
        "team": world.member("Thomas"),
        "administrator": world.administrator(),
        "outsider": world.member("Dehors", networks=[]),
    }
    programme(world, team=(found["team"],))
    company(world, found["representative"], found["representative of a network"])
    company(world, found["of another company"], siret=OTHER)
    with world.session() as session:
        mine = session.scalars(select(Company.id).where(Company.siret == SIRET)).one()
        leaving = Representative(company_id=mine, member_id=found["former representative"].id)
        session.add(leaving)
        session.flush()
        session.delete(leaving)
    return found


WHO = {
    "representative": True,
    "representative of a network": True,
    "of another company": False,
    "former representative": False,
    "member": False,
    "team": False,
    "administrator": False,
    "outsider": False,
}


@pytest.mark.parametrize(("who", "sees"), WHO.items())
def test_who_sees_the_needs_of_a_company(world: World, who: str, sees: bool) -> None:
    someone = people(world)[who]
    made = the(world, select(Programme))
    mine = the(world, select(Company).where(Company.siret == SIRET))
    theirs = the(world, select(Company).where(Company.siret == OTHER))
    one = asked_from(world, made, mine, title="Un besoin confidentiel")
    desk, client = at_the_desk(world, someone), world.client(someone)
    assert (one.id in world.all(select(Need.id).where(rule.asked_by(desk)))) is sees
    assert (one.id in world.all(select(Need.id).where(rule.seen(desk)))) is (sees or who == "team")
    assert (one.id in [n.id for n in world.all(queries.asked_by(desk, mine, archived=False))]) is (
        sees
    )
    there = f"/expertise/entreprises/{mine.id}"
    lists = client.get(there)
    assert lists.status_code == (200 if sees else 404)
    assert ("confidentiel" in lists.text) is sees
    page = f"{there}/besoins/{one.id}"
    other_way = f"/expertise/entreprises/{theirs.id}/besoins/{one.id}"
    assert client.get(other_way).status_code == 404
    assert client.get(page).status_code == (200 if sees else 404)
    assert client.get(f"{page}/modifier").status_code == (200 if sees else 404)
    edited = client.post(f"{page}/modifier", data=FORM | {"subjects": subject(world, made).id})
    assert edited.status_code == (302 if sees else 404)
    assert client.post(f"{page}/autre").status_code == 404
    added = client.post(f"{page}/ajouter", data={"words": "Nous sommes douze."})
    assert added.status_code == (302 if sees else 404)
    assert client.post(f"{page}/retirer").status_code == (302 if sees else 404)
    assert (again(world, one).state is State.CLOSED) is sees
    files = world.act(lambda session: queries.archived(session, desk, mine))
    assert files == (1 if sees else 0)
    assert ("Dossiers archivés (1)" in client.get(there).text) is sees
    contested = client.post(f"{page}/contester", data={"words": "Encore."})
    assert contested.status_code == (422 if sees else 404), "one does not contest one’s own act"


def test_the_sheet_of_the_team_is_not_that_of_the_company(world: World) -> None:
    found = people(world)
    made, mine = (
        the(world, select(Programme)),
        the(world, select(Company).where(Company.siret == SIRET)),
    )
    one = asked_from(world, made, mine)
    there = f"/expertise/besoins/{one.id}"
    answer = world.client(found["representative"]).get(there)
    assert answer.location == f"/expertise/entreprises/{mine.id}/besoins/{one.id}"
    assert world.client(found["team"]).get(there).status_code == 200


def test_a_company_asks_from_its_account(world: World) -> None:
    someone = world.member("Anne", networks=[])
    made, mine = programme(world, several_subjects=True), company(world, someone)
    client = world.client(someone)
    listed = client.get(f"/expertise/entreprises/{mine.id}/demander").text
    assert f"/expertise/essai/demander?entreprise={mine.id}" in listed
    chosen = client.get(f"/expertise/essai/demander?entreprise={mine.id}").text
    assert f'name="entreprise" value="{mine.id}"' in chosen
    there = f"/expertise/essai/demander/besoin?sujet=marketing&entreprise={mine.id}"
    form = client.get(there).text
    assert "999\u00a0000\u00a0102\u00a000015" in form
    assert 'name="siret"' not in form
    for known in ("Des fours.", "44000", "Nantes", someone.email, "Anne"):
        assert known in form
    answer = client.post(there, data=FORM | {"siret": OTHER, "company": "Une autre"})
    one = the(world, select(Need))
    assert answer.location == f"/expertise/entreprises/{mine.id}/besoins/{one.id}"
    assert (one.company_id, one.siret, one.company) == (mine.id, SIRET, "Fours Essai")
    step = the(world, select(Step))
    assert (step.act, step.by, step.member_id) == (Act.ASK, By.COMPANY, someone.id)
    page = client.get(f"/expertise/entreprises/{mine.id}").text
    assert "Vendre en Allemagne" in page
    assert "L’équipe le lit." in page
    assert "Dossiers archivés (0)" in page
    assert made.id == one.programme_id


@pytest.mark.parametrize("who", ["member", "of another company", "former representative"])
def test_nobody_asks_in_the_name_of_a_company_that_is_not_theirs(world: World, who: str) -> None:
    someone = people(world)[who]
    mine = the(world, select(Company).where(Company.siret == SIRET))
    for client in (world.client(someone), world.client()):
        for path in ("demander?", "demander/besoin?sujet=marketing&"):
            there = f"/expertise/essai/{path}entreprise={mine.id}"
            assert client.get(there).status_code == 404
        assert client.post(there, data=FORM).status_code == 404
        assert client.get("/expertise/essai/demander?entreprise=x").status_code == 404
    made = the(world, select(Programme))
    about = [subject(world, made).id]

    def ask(desk_too: bool) -> None:
        with world.session() as session:
            asking.ask(
                session,
                session.get_one(Programme, made.id),
                said(subjects=about),
                language="fr",
                company=session.get_one(Company, mine.id),
                desk=desk_of(session, someone.id) if desk_too else None,
            )

    for desk_too in (True, False):
        with pytest.raises(Refused, match="not-of-the-company"):
            ask(desk_too)
    assert world.one(select(func.count()).select_from(Need)) == 0


@pytest.mark.parametrize("with_account", [True, False])
def test_a_programme_for_subscribed_companies(world: World, with_account: bool) -> None:
    someone = world.member("Anne", networks=[])
    team = world.member("Thomas")
    made = programme(world, team=(team,), asking=Asking.SUBSCRIBED)
    mine = company(world, someone)
    unpaid = world.act(lambda session: policy.may_ask(session, made, mine))
    assert unpaid is not None
    assert unpaid.code == "subscription-needed"
    billing.equip(world, made)
    billing.subscribed(world, someone, team, made, mine)
    account = mine if with_account else None
    refused = world.act(lambda session: policy.may_ask(session, made, account))
    assert (refused is None) is with_account
    client = world.client(someone)
    plain = client.get("/expertise/essai/demander").text
    assert f"/expertise/essai/demander?entreprise={mine.id}" in plain
    there = "/expertise/essai/demander/besoin?sujet=marketing"
    there += f"&entreprise={mine.id}" if with_account else ""
    assert client.post(there, data=FORM).status_code == (302 if with_account else 422)
    assert len(world.all(select(Need))) == int(with_account)
    if not with_account:
        with pytest.raises(Refused, match="account-needed"):
            need(world, made)


def test_who_acts_for_a_company_is_offered_to_ask_in_its_name(world: World) -> None:
    someone = world.member("Nadia")
    programme(world)
    mine = company(world, someone)
    page = world.client(someone).get("/expertise/essai/demander").text
    assert f"/expertise/essai/demander?entreprise={mine.id}" in page
    assert "entreprise=" not in world.client(world.member()).get("/expertise/essai/demander").text


def test_the_list_says_where_each_need_stands_and_pages_by_key(world: World) -> None:
    someone, team = world.member("Anne", networks=[]), world.member("Thomas")
    made, mine = programme(world, team=(team,)), company(world, someone)
    titles = [f"Besoin numéro {number:02}" for number in range(27)]
    needs = [asked_from(world, made, mine, title=title) for title in titles]
    decide(world, team, needs[26], Act.VALIDATE, "")
    decide(world, team, needs[25], Act.REFUSE)
    there, client = f"/expertise/entreprises/{mine.id}", world.client(someone)
    first = client.get(there).text
    assert "L’équipe cherche qui peut y répondre." in first
    assert titles[25] not in first
    assert titles[0] not in first
    assert "Dossiers archivés (1)" in first
    assert f"/besoins/{needs[26].id}/modifier" in first
    second = client.get(f"{there}?apres={needs[1].id}").text
    assert titles[0] in second
    assert titles[1] not in second
    archive = client.get(f"{there}?archives=1").text
    assert titles[25] in archive
    assert titles[26] not in archive
    assert f"/besoins/{needs[25].id}/modifier" not in archive


def test_what_is_added_from_the_account_is_signed(world: World) -> None:
    someone, team = world.member("Anne", networks=[]), world.member("Thomas")
    made, mine = programme(world, team=(team,)), company(world, someone)
    one = asked_from(world, made, mine)
    there = f"/expertise/entreprises/{mine.id}/besoins/{one.id}"
    client = world.client(someone)
    assert client.post(f"{there}/ajouter", data={"words": " "}).status_code == 422
    client.post(f"{there}/ajouter", data={"words": "Nous sommes douze."})
    step = world.all(select(Step).order_by(Step.id))[-1]
    assert (step.act, step.by, step.member_id) == (Act.ADD, By.COMPANY, someone.id)
    assert someone.name in world.client(team).get(f"/expertise/besoins/{one.id}").text
    decide(world, team, one, Act.REFUSE)
    assert "Vous n’êtes pas d’accord" in client.get(there).text
    assert client.post(f"{there}/contester", data={"words": "Si."}).status_code == 302
    assert again(world, one).state is State.ASKED
