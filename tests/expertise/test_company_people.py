"""The account of a company: its sheet, and the people who act for it."""

import pytest
from sqlalchemy import select

from accounts.models import Invitation, Member
from core import clock
from expertise.companies import actions
from expertise.companies.models import Company, ExpectedRepresentative
from expertise.needs import links
from tests.expertise.desks import SIRET, again, asked_from, company, programme, the
from tests.expertise.inviting import acting, join
from tests.world import World

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
