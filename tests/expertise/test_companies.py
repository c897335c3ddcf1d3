"""The accounts of companies: asked for, opened, shared, left."""

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts.models import AuditEntry, Invitation, Member, RequestState
from core import clock
from core.refusals import Refused
from expertise.companies import actions
from expertise.companies.models import (
    Company,
    CompanyRequest,
    ExpectedRepresentative,
    Representative,
)
from expertise.needs import links
from expertise.programmes.models import Asking, Programme
from tests.expertise.desks import SIRET, again, asked_from, at_the_desk, company, programme, the
from tests.world import PASSWORD, World

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


def join(world: World, email: str) -> Member:
    """Whoever was invited there opens the account, by the link of the mail."""
    mail = next(one for one in reversed(world.mails()) if "/invitation/" in one.text)
    assert mail.to_address == email
    token = mail.text.split("/invitation/")[1].split()[0]
    typed = {"first_name": "Inès", "last_name": "Essai", "password": PASSWORD}
    world.client().post(f"/invitation/{token}", data=typed)
    found = world.one(select(Member).where(Member.email == email))
    assert found is not None
    return found


def acting(world: World) -> set[str]:
    """The addresses of those who act for a company."""
    return set(world.all(select(Member.email).join(Representative)))


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


# --- the sheet, and those who act ---------------------------------------------------------------

SHEET = {
    "company": "Fours Essai et fils",
    "about": "Des fours à pain.",
    "postcode": "44600",
    "town": "Saint-Nazaire",
    "staff": "14",
    "grows": "y",
    "phone": "02 40 11 11 11",
}


def people(world: World) -> dict[str, Member]:
    """Who asks to see the company of Anne."""
    found = {
        "representative": world.member("Anne", networks=[]),
        "of another company": world.member("Bruno", networks=[]),
        "former representative": world.member("Carole", networks=[]),
        "member": world.member("Membre"),
        "team": world.member("Thomas"),
        "administrator": world.administrator(),
        "outsider": world.member("Dehors", networks=[]),
    }
    programme(world, team=(found["team"],))
    mine = company(world, found["representative"], found["former representative"])
    company(world, found["of another company"], siret="99900010200023")
    world.client(found["representative"]).post(
        f"/expertise/entreprises/{mine.id}/collegues/{found['former representative'].id}/retirer"
    )
    return found


WHO = {
    "representative": True,
    "of another company": False,
    "former representative": False,
    "member": False,
    "team": False,
    "administrator": False,
    "outsider": False,
}


@pytest.mark.parametrize(("who", "sees"), WHO.items())
def test_who_sees_a_company_corrects_it_and_names_its_people(
    world: World, who: str, sees: bool
) -> None:
    someone = people(world)[who]
    mine = the(world, select(Company).where(Company.siret == SIRET))
    there, client = f"/expertise/entreprises/{mine.id}", world.client(someone)
    for path in ("", "?archives=1", "/fiche", "/demander"):
        assert client.get(there + path).status_code == (200 if sees else 404), path
    assert ("Fours Essai" in client.get("/expertise").text) is (sees or who == "of another company")
    assert client.post(f"{there}/fiche", data=SHEET).status_code == (302 if sees else 404)
    invited = {"first_name": "Zoé", "last_name": "Essai", "email": "zoe@essai.example"}
    sent = client.post(f"/expertise/entreprises/{mine.id}/collegues", data=invited)
    assert sent.status_code == (302 if sees else 404)
    taken = client.post(
        f"/expertise/entreprises/{mine.id}/invitations/retirer",
        data={"email": "zoe@essai.example"},
    )
    assert taken.status_code == (302 if sees else 404)
    left = client.post(
        f"/expertise/entreprises/{mine.id}/collegues/{someone.id}/retirer", data={"dernier": "1"}
    )
    assert left.status_code == (302 if sees else 404)
    now = the(world, select(Company).where(Company.siret == SIRET))
    assert (now.name == SHEET["company"]) is sees
    assert (now.town, now.staff) == (("Saint-Nazaire", 14) if sees else ("Nantes", 12))
    assert bool(world.all(select(Invitation))) is sees


def test_the_sheet_says_what_is_wrong_and_keeps_its_number(world: World) -> None:
    someone = world.member("Anne", networks=[])
    mine = company(world, someone)
    there, client = f"/expertise/entreprises/{mine.id}/fiche", world.client(someone)
    for field, typed, said in (
        ("company", "", "Remplissez ce champ"),
        ("town", "Nulle-Part", "Nulle-Part"),
        ("staff", "-4", ""),
        ("phone", "12", "téléphone"),
    ):
        page = client.post(there, data=SHEET | {field: typed})
        assert page.status_code == 422, field
        assert said in page.text
    assert client.post(there, data=SHEET | {"siret": "99900010200023"}).status_code == 302
    assert world.one(select(Company.siret)) == SIRET


def test_a_colleague_is_invited_and_acts_once_the_account_is_open(world: World) -> None:
    someone = world.member("Anne", networks=[])
    mine = company(world, someone)
    there, client = f"/expertise/entreprises/{mine.id}", world.client(someone)
    invited = {"first_name": "Inès", "last_name": "Essai", "email": "ines@essai.example"}
    client.post(f"{there}/collegues", data=invited)
    assert "ines@essai.example" in client.get(f"{there}/fiche").text
    colleague = join(world, "ines@essai.example")
    assert acting(world) == {someone.email, colleague.email}
    assert world.client(colleague).get(f"{there}/fiche").status_code == 200
    assert "agit désormais pour Fours Essai" in world.mails()[-1].text.replace("\n", " ")
    again = client.post(f"{there}/collegues", data=invited)
    assert again.status_code == 422
    assert "déjà" in again.text


def test_a_member_is_asked_before_they_act_for_a_company(world: World) -> None:
    someone, known = world.member("Anne", networks=[]), world.member("Nadia")
    mine = company(world, someone)
    there, client = f"/expertise/entreprises/{mine.id}", world.client(someone)
    invited = {"first_name": "Ma", "last_name": "Collègue", "email": known.email}
    page = client.post(f"{there}/collegues", data=invited, follow_redirects=True).text
    assert "Ma Collègue" in page
    assert known.name not in page, "who has this address is not said"
    assert acting(world) == {someone.email}
    assert world.mails()[-1].to_address == known.email
    assert "vous invite à agir pour Fours Essai" in world.mails()[-1].text.replace("\n", " ")
    sent = len(world.mails())
    client.post(f"{there}/collegues", data=invited)
    assert len(world.mails()) == sent, "once"
    theirs = world.client(known)
    to = f"/expertise/entreprises/{mine.id}/invitation"
    assert "Fours Essai" in theirs.get("/expertise").text
    assert theirs.get(f"{there}/fiche").status_code == 404
    assert "Fours Essai" not in world.client(world.member("Autre")).get("/expertise").text
    assert (
        world.client(world.member("Un")).post(to, data={"reponse": "accepter"}).status_code == 404
    )
    assert theirs.post(to, data={"reponse": "autre"}).status_code == 404
    assert theirs.post(to, data={"reponse": "accepter"}).location == there
    assert acting(world) == {someone.email, known.email}
    assert theirs.post(to, data={"reponse": "accepter"}).status_code == 404, "once"


def test_who_is_invited_may_decline(world: World) -> None:
    someone, known = world.member("Anne", networks=[]), world.member("Nadia")
    mine = company(world, someone)
    there, client = f"/expertise/entreprises/{mine.id}", world.client(someone)
    invited = {"first_name": "Ma", "last_name": "Collègue", "email": known.email}
    page = client.post(f"{there}/collegues", data=invited, follow_redirects=True).text
    assert "Ma Collègue" in page
    answer = world.client(known).post(f"{there}/invitation", data={"reponse": "decliner"})
    assert answer.location == "/expertise"
    assert acting(world) == {someone.email}
    assert "Ma Collègue" not in client.get(f"{there}/fiche").text


def test_the_needs_of_who_leaves_pass_to_a_colleague(world: World) -> None:
    first, second = world.member("Anne", networks=[]), world.member("Bruno", networks=[])
    made, mine = programme(world), company(world, first, second)
    theirs = asked_from(world, made, mine, email=second.email)
    others = asked_from(world, made, mine, email="ines@essai.example")
    settings = world.app.extensions["maillage.settings"]
    former = {one.id: f"/expertise/suivi/{links.token(settings, one)}" for one in (theirs, others)}
    world.client(first).post(f"/expertise/entreprises/{mine.id}/collegues/{second.id}/retirer")
    passed = again(world, theirs)
    assert (passed.email, passed.contact) == (first.email, first.name)
    assert world.client().get(former[theirs.id]).status_code == 404
    assert world.client().get(former[others.id]).status_code == 200, "nobody's who left"
    assert any(
        one.to_address == first.email and links.token(settings, passed) in one.text
        for one in world.mails()
    )
    last = f"/expertise/entreprises/{mine.id}/collegues/{first.id}/retirer"
    world.client(first).post(last, data={"dernier": "1"})
    assert again(world, theirs).email == first.email, "nobody is left: it goes on by mail"


def test_an_invitation_that_was_taken_back_opens_no_company(world: World) -> None:
    someone = world.member("Anne", networks=[])
    mine = company(world, someone)
    there, client = f"/expertise/entreprises/{mine.id}", world.client(someone)
    client.post(
        f"{there}/collegues",
        data={"first_name": "Inès", "last_name": "Essai", "email": "ines@essai.example"},
    )
    client.post(f"{there}/invitations/retirer", data={"email": "ines@essai.example"})
    colleague = join(world, "ines@essai.example")
    assert acting(world) == {someone.email}
    assert world.client(colleague).get(f"{there}/fiche").status_code == 404


def test_the_last_one_does_not_leave_without_saying_so(world: World) -> None:
    first, second = world.member("Anne", networks=[]), world.member("Bruno", networks=[])
    mine = company(world, first, second)
    there = f"/expertise/entreprises/{mine.id}/collegues"
    client = world.client(first)
    client.post(f"{there}/{second.id}/retirer")
    assert "Vous n’agissez plus pour Fours Essai" in world.mails()[-1].text
    assert acting(world) == {first.email}
    refused = client.post(f"{there}/{first.id}/retirer", follow_redirects=True)
    assert "Personne d’autre n’agit" in refused.text
    assert acting(world) == {first.email}
    client.post(f"{there}/{first.id}/retirer", data={"dernier": "1"})
    assert not acting(world)
    assert client.get(f"/expertise/entreprises/{mine.id}").status_code == 404


def test_twenty_people_at_most(world: World) -> None:
    someone = world.member("Anne", networks=[])
    mine = company(world, someone)
    with world.session() as session:
        session.add_all(
            ExpectedRepresentative(
                company_id=mine.id,
                email=f"p{number}@essai.example",
                first_name="P",
                last_name="P",
                since=clock.now(),
            )
            for number in range(actions.MOST_PEOPLE - 1)
        )
    page = world.client(someone).post(
        f"/expertise/entreprises/{mine.id}/collegues",
        data={"first_name": "Inès", "last_name": "Essai", "email": "ines@essai.example"},
    )
    assert "20 personnes au plus" in page.text
    assert not world.all(select(Invitation))


# --- where a programme is for those who have an account -----------------------------------------


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
