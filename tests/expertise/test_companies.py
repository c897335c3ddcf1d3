"""The accounts of companies: asked for on the public page, opened or declined by the team."""

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts.models import AuditEntry, Invitation, Member, RequestState
from core.refusals import Refused
from expertise.companies import actions
from expertise.companies.models import (
    Company,
    CompanyRequest,
    ExpectedRepresentative,
    Representative,
)
from expertise.programmes.models import Asking, Programme
from tests.expertise.desks import SIRET, at_the_desk, company, programme, the
from tests.expertise.inviting import acting, join
from tests.world import World

FORM: dict[str, Any] = {
    "siret": "999 000 102 00015",
    "company": "Fours Essai",
    "postcode": "44000",
    "town": "Nantes",
    "staff": "12",
    "first_name": "Inès",
    "last_name": "Essai",
    "email": "Ines@essai.example",
    "phone": "02 40 00 00 00",
    "words": "Une voisine nous a parlé de vous.",
}
ADDRESS = "/expertise/essai/invitation"


def ask(world: World, **more: str) -> CompanyRequest:
    """A company asks for an account, on the public page."""
    answer = world.client().post(ADDRESS, data=FORM | more)
    assert answer.location == "/expertise/essai/invitation/envoyee", answer.text
    found = world.all(select(CompanyRequest).order_by(CompanyRequest.id.desc()))
    return found[0]


def answer(world: World, team: Member, asked: CompanyRequest, how: str, words: str = "") -> Any:
    """The team answers."""
    there = f"/expertise/equipe/essai/acces/{asked.id}/reponse"
    return world.client(team).post(there, data={"reponse": how, "answer": words})


def test_a_company_asks_the_team_accepts_and_it_has_an_account(world: World) -> None:
    team = world.member("Thomas")
    programme(world, team=(team,))
    asked = ask(world)
    assert (asked.state, asked.email, asked.siret) == (
        RequestState.WAITING,
        "ines@essai.example",
        SIRET,
    )
    person, to_team = world.mails()
    assert person.to_address == asked.email
    assert asked.words not in person.text, "a stranger’s words go to nobody but the team"
    assert to_team.to_address == "essai@example.org"
    assert asked.words in to_team.text
    browser = world.client(team)
    waiting = browser.get("/expertise/equipe/essai").text.partition("Demandes d’accès")[2]
    assert "1 demande" in waiting.replace("\u00a0", " ")
    assert "Fours Essai" in browser.get("/expertise/equipe/essai/acces").text
    sheet = browser.get(f"/expertise/equipe/essai/acces/{asked.id}").text
    assert "999\u00a0000\u00a0102\u00a000015" in sheet
    assert answer(world, team, asked, "accepter", "Bienvenue !").status_code == 302
    assert not acting(world)
    made = the(world, select(Company))
    assert (made.siret, made.name, made.town, made.staff) == (SIRET, "Fours Essai", "Nantes", 12)
    someone = join(world, asked.email)
    assert acting(world) == {asked.email}
    assert not world.all(select(ExpectedRepresentative))
    client = world.client(someone)
    assert client.get("/").location == "/expertise"
    assert "Fours Essai" in client.get("/expertise").text
    assert client.get(f"/expertise/entreprises/{made.id}").status_code == 200
    assert client.get("/forum").status_code == 404
    assert answer(world, team, asked, "refuser", "Non").status_code == 422
    details = {entry.act for entry in world.all(select(AuditEntry))}
    assert "representative-named" in details


def test_sent_twice_it_is_one_request(world: World) -> None:
    programme(world)
    first, second = ask(world), ask(world, words="Encore")
    assert first.id == second.id
    assert len(world.mails()) == 2
    other = ask(world, email="bruno@essai.example")
    assert other.id != first.id
    kept = {
        column.name: getattr(first, column.name)
        for column in CompanyRequest.__table__.columns
        if column.name != "id"
    }
    with pytest.raises(IntegrityError):
        world.act(lambda session: session.add(CompanyRequest(**kept)))


def test_who_has_an_account_acts_at_once_and_is_told(world: World) -> None:
    team, neighbour = world.member("Thomas"), world.member("Nadia")
    programme(world, team=(team,))
    asked = ask(world, email=neighbour.email)
    answer(world, team, asked, "accepter", "Bonne suite.")
    assert acting(world) == {neighbour.email}
    mail = world.mails()[-1]
    assert mail.to_address == neighbour.email
    assert "Vous agissez désormais pour Fours Essai" in mail.text
    assert "Bonne suite." in mail.text
    assert not world.all(select(Invitation))
    client = world.client(neighbour)
    assert client.get("/forum").status_code == 200
    assert "Fours Essai" in client.get("/expertise").text


def test_a_company_that_has_an_account_is_joined_by_its_own_people_alone(world: World) -> None:
    """Its needs are theirs: the team of another programme opens them to nobody."""
    team, first = world.member("Thomas"), world.member("Anne", networks=[])
    programme(world, team=(team,))
    made = company(world, first)
    asked = ask(world, email=world.member("Bruno", networks=[]).email)
    sheet = world.client(team).get(f"/expertise/equipe/essai/acces/{asked.id}").text
    assert "a déjà un compte" in sheet
    assert first.name in sheet
    refused = answer(world, team, asked, "accepter")
    assert refused.status_code == 422
    assert "ce sont ses membres qui invitent" in refused.text
    assert world.all(select(Representative.member_id)) == [first.id]
    assert world.all(select(Company.id)) == [made.id]


def test_declined_with_words(world: World) -> None:
    team = world.member("Thomas")
    programme(world, team=(team,))
    asked = ask(world)
    assert "Écrivez un mot" in answer(world, team, asked, "refuser").text
    assert answer(world, team, asked, "refuser", "Pas dans notre région.").status_code == 302
    assert "Pas dans notre région." in world.mails()[-1].text
    assert not world.all(select(Company))
    assert answer(world, team, asked, "accepter").status_code == 422
    assert "Fours Essai" in world.client(team).get("/expertise/equipe/essai/acces?traitees=1").text
    assert answer(world, team, asked, "autre").status_code == 404


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("siret", "", "Remplissez ce champ"),
        ("siret", "99900010200016", "SIRET"),
        ("company", "", "Remplissez ce champ"),
        ("town", "Nulle-Part", "Nulle-Part"),
        ("postcode", "4400", "code postal"),
        ("staff", "-1", ""),
        ("last_name", "", "Remplissez ce champ"),
        ("phone", "12", "téléphone"),
        ("email", "ines", "Cette adresse n’est pas complète"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(
    world: World, field: str, typed: str, said: str
) -> None:
    programme(world)
    page = world.client().post(ADDRESS, data=FORM | {field: typed})
    assert page.status_code == 422
    assert said in page.text
    assert "Une voisine" in page.text
    assert not world.all(select(CompanyRequest))
    assert not world.mails()


def test_a_closed_programme_takes_no_request(world: World) -> None:
    programme(world, is_open=False)
    for path in (ADDRESS, "/expertise/essai/invitation/envoyee"):
        assert world.client().get(path).status_code == 404
    assert world.client().post(ADDRESS, data=FORM).status_code == 404


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("team", True),
        ("another team", False),
        ("member", False),
        ("administrator", False),
        ("representative", False),
        ("who asked", False),
    ],
)
def test_only_the_team_reads_and_answers_requests(world: World, who: str, sees: bool) -> None:
    people = {
        "team": world.member("Thomas"),
        "another team": world.member("Autre"),
        "member": world.member("Membre"),
        "administrator": world.administrator(),
        "representative": world.member("Anne", networks=[]),
        "who asked": world.member("Inès", networks=[]),
    }
    programme(world, team=(people["team"],))
    programme(world, "autre", team=(people["another team"],))
    company(world, people["representative"], siret="99900010300013")
    asked, client = ask(world, email=people["who asked"].email), world.client(people[who])
    for path in ("/expertise/equipe/essai/acces", f"/expertise/equipe/essai/acces/{asked.id}"):
        assert client.get(path).status_code == (200 if sees else 404)
    if who == "another team":
        there = f"/expertise/equipe/autre/acces/{asked.id}"
        assert client.get(there).status_code == 404, "not by the way of one’s own programme"
    assert answer(world, people[who], asked, "accepter").status_code == (302 if sees else 404)
    assert bool(world.all(select(CompanyRequest.decided_by_id))[0]) is sees


def test_only_its_team_may_accept(world: World) -> None:
    other = world.member("Autre")
    programme(world)
    programme(world, "autre", team=(other,))
    asked = ask(world)
    desk = at_the_desk(world, other)

    def accept(session: Session) -> None:
        found, by = session.get_one(CompanyRequest, asked.id), session.get_one(Member, other.id)
        actions.accept(session, desk, found, "", by=by)

    with pytest.raises(Refused, match="not-of-the-team"):
        world.act(accept)


def test_a_programme_for_subscribed_companies_asks_for_an_account(world: World) -> None:
    programme(world, asking=Asking.SUBSCRIBED)
    anybody = world.client()
    for path in ("/demander", "/demander/besoin?sujet=marketing"):
        page = anybody.get(f"/expertise/essai{path}")
        assert page.status_code == 200
        assert "réservé aux entreprises qui ont un compte" in page.text
        assert ADDRESS in page.text
        assert "Description de votre besoin" not in page.text
    assert anybody.post("/expertise/essai/demander/besoin?sujet=marketing").status_code == 422
    assert ADDRESS in anybody.get("/expertise/essai").text


def test_the_administrator_says_who_may_ask(world: World) -> None:
    made = programme(world)
    there, client = f"/administration/dispositifs/{made.id}", world.client(world.administrator())
    form = {
        "name": "Essai", "tagline": "Un expert.", "is_open": "y", "review": "team",
        "asking": "subscribed", "email": "essai@example.org", "colour": "#1d4f91",
        "accent": "#c2410c", "way": "exclusive", "sending": "at_once", "position_days": "5",
        "reservation_days": "10", "extension_days": "5",
    }  # fmt: skip
    assert client.post(there, data=form).status_code == 302
    assert world.one(select(Programme.asking)) is Asking.SUBSCRIBED
    assert 'value="subscribed" checked' in client.get(there).text.replace(
        'checked id="asking-1" name="asking" type="radio" value="subscribed"',
        'value="subscribed" checked',
    )


def test_two_who_ask_for_one_company_share_its_account(world: World) -> None:
    team = world.member("Thomas")
    programme(world, team=(team,))
    first, second = ask(world), ask(world, email="bruno@essai.example")
    for one in (first, second):
        assert answer(world, team, one, "accepter").status_code == 302
    assert world.one(select(func.count()).select_from(Company)) == 1
    assert world.one(select(func.count()).select_from(ExpectedRepresentative)) == 2
