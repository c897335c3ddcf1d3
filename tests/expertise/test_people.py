"""The people of the institutions: named, proposed, approved, suspended; who may do it, who not."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from access.viewers import Role
from accounts import actions as accounts
from accounts.models import AuditEntry, Invitation, Member
from core import clock
from core.refusals import Refused
from expertise import rule
from expertise.experts import actions, institutions, queries
from expertise.experts.models import DeskSeat, Expert, InstitutionAddress
from expertise.experts.sheets import Sheet
from expertise.needs.models import Need
from expertise.programmes.models import Institution, Programme, TeamMember
from tests.expertise import desks
from tests.expertise.desks import at_the_desk, institution, programme, subject
from tests.world import BOTH, PASSWORD, World

PERSON = {"first_name": "Ana", "last_name": "Lyste", "email": "ana@groupe.example"}


def outsider(world: World, name: str = "Gina") -> Member:
    """An account of no network."""
    return world.member(name, networks=(), territories=(), charter=False)


def team_page(made: Programme, of: Institution) -> str:
    """The page of an institution, for the team of a programme."""
    return f"/expertise/equipe/{made.slug}/institutions/{of.id}"


def typed(world: World, made: Programme, **more: Any) -> dict[str, Any]:
    """A form that proposes a person who knows about marketing."""
    about = subject(world, made)
    return {
        **PERSON,
        "job": "Directrice export",
        "phone": "02 40 00 00 01",
        "about": "Vingt ans de vente en Allemagne.",
        f"subject_{about.id}": "y",
        f"words_{about.id}": "l’export",
        **more,
    }


def sheet(world: World, made: Programme, **more: Any) -> Sheet:
    """The same, for an action."""
    about = subject(world, made)
    return Sheet(**{**PERSON, "subjects": {about.id: "l’export"}, **more})


def the_expert(world: World) -> Expert:
    """The only one there is."""
    found = world.one(select(Expert))
    assert found is not None
    return found


def join(world: World, email: str) -> Member:
    """Accept the invitation of an address, by the link of its mail."""
    [mail] = [one for one in world.mails() if one.to_address == email]
    path = mail.text.split("/invitation/")[1].split()[0].rstrip(").")
    world.client().post(
        f"/invitation/{path}",
        data={"first_name": "Ana", "last_name": "Lyste", "password": PASSWORD},
    )
    found = world.one(select(Member).where(Member.email == email))
    assert found is not None
    return found


# --- who manages -------------------------------------------------------------------------------


def test_the_team_names_a_manager_who_is_invited_then_sees_their_institution(world: World) -> None:
    team = world.member("Thomas")
    made = programme(world, team=(team,))
    of = institution(world, made)
    client = world.client(team)
    client.post(f"{team_page(made, of)}/gestionnaires", data=PERSON)
    [seat] = world.all(select(DeskSeat))
    assert (seat.email, seat.member_id, seat.expert_id) == (PERSON["email"], None, None)
    [invited] = world.all(select(Invitation))
    assert (invited.employer, invited.network_ids) == ("Groupe Essai", [])
    assert "Invité" in client.get(team_page(made, of)).text
    someone = join(world, PERSON["email"])
    assert at_the_desk(world, someone).manages == {of.id}
    page = world.client(someone).get("/expertise").text
    assert "Mon institution" in page
    assert world.client(someone).get(f"/expertise/institutions/{of.id}").status_code == 200


def test_who_has_an_account_manages_at_once_and_is_told(world: World) -> None:
    team, someone = world.member("Thomas"), world.member("Gina")
    made = programme(world, team=(team,))
    of = institution(world, made)
    there = f"{team_page(made, of)}/gestionnaires"
    world.client(team).post(there, data=PERSON | {"email": someone.email.upper()})
    assert at_the_desk(world, someone).manages == {of.id}
    [mail] = world.mails(someone)
    assert "Vous gérez désormais Groupe Essai" in mail.text
    assert f"/expertise/institutions/{of.id}" in mail.text
    again = world.client(team).post(there, data=PERSON | {"email": someone.email})
    assert again.status_code == 422
    assert "déjà dans la liste" in again.text


def test_a_removed_manager_sees_nothing_any_more(world: World) -> None:
    team, gina = world.member("Thomas"), outsider(world)
    made = programme(world, team=(team,))
    of = institution(world, made)
    desks.manager(world, of, gina)
    [seat] = world.all(select(DeskSeat))
    there = f"/expertise/equipe/essai/institutions/{of.id}/gestionnaires/{seat.id}/retirer"
    assert world.client(gina).get(f"/expertise/institutions/{of.id}").status_code == 200
    world.client(team).post(there)
    assert not at_the_desk(world, gina).answers
    assert world.client(gina).get(f"/expertise/institutions/{of.id}").status_code == 404
    said = [one.details for one in world.all(select(AuditEntry)) if one.details]
    assert {"institution-manager": "removed"} in said


def test_the_team_keeps_the_addresses_where_needs_are_sent(world: World) -> None:
    team = world.member("Thomas")
    made = programme(world, team=(team,))
    of = institution(world, made)
    client, there = world.client(team), f"{team_page(made, of)}/adresses"
    kept = select(InstitutionAddress.email).order_by(InstitutionAddress.email)
    client.post(
        there, data={"addresses": "RH@groupe.example\n\nb@groupe.example\nb@groupe.example"}
    )
    assert world.all(kept) == ["b@groupe.example", "rh@groupe.example"]
    wrong = client.post(there, data={"addresses": "c@groupe.example\npas une adresse"})
    assert wrong.status_code == 422
    assert "c@groupe.example" in wrong.text, "what was typed is not lost"
    assert world.all(kept) == ["b@groupe.example", "rh@groupe.example"]
    client.post(there, data={"addresses": "c@groupe.example"})
    assert world.all(kept) == ["c@groupe.example"]


# --- an expert is proposed, approved, declined -------------------------------------------------


def test_an_expert_is_proposed_then_approved_then_invited(world: World) -> None:
    team, gina = world.member("Thomas"), outsider(world)
    made = programme(world, team=(team,))
    of = institution(world, made)
    desks.manager(world, of, gina)
    manages = world.client(gina)
    answer = manages.post(
        f"/expertise/institutions/{of.id}/experts/nouveau",
        data=typed(
            world,
            made,
            communes="Laval (53)\n44000",
            territories=[str(world.territory("departement:72"))],
            least_staff="10",
            most_staff="200",
            quota="3",
        ),
    )
    one = the_expert(world)
    assert answer.location == f"/expertise/experts/{one.id}"
    assert (one.name, one.approved_at, one.quota) == ("Ana Lyste", None, 3)
    [to_team] = world.mails()
    assert to_team.to_address == "essai@example.org"
    assert f"/expertise/experts/{one.id}" in to_team.text
    assert not world.all(select(Invitation)), "nobody is invited before the team approves"
    page = manages.get(f"/expertise/experts/{one.id}").text
    assert "Nantes (44)" in page
    assert "Laval (53)" in page
    assert "Sarthe" in page
    assert "l’export" in page
    assert f"/experts/{one.id}/approuver" not in page
    assert "1 expert à approuver" in world.client(team).get(
        "/expertise/equipe/essai/reglages"
    ).text.replace("\u00a0", " ")
    world.client(team).post(f"/expertise/experts/{one.id}/approuver")
    [invited] = world.all(select(Invitation))
    assert (invited.email, invited.job) == (PERSON["email"], "Directrice export")
    [told] = world.mails(gina)
    assert "est approuvé" in told.text
    ana = join(world, PERSON["email"])
    assert at_the_desk(world, ana).experts == {one.id}


def test_an_approved_expert_who_has_an_account_is_told(world: World) -> None:
    team, gina, ana = world.member("Thomas"), outsider(world), world.member("Ana")
    made = programme(world, team=(team,))
    of = institution(world, made)
    desks.manager(world, of, gina)
    world.client(gina).post(
        f"/expertise/institutions/{of.id}/experts/nouveau",
        data=typed(world, made, email=ana.email),
    )
    one = the_expert(world)
    assert not at_the_desk(world, ana).answers, "nothing is theirs before they are approved"
    world.client(team).post(f"/expertise/experts/{one.id}/approuver")
    assert at_the_desk(world, ana).experts == {one.id}
    assert "Vous répondez désormais" in world.mails(ana)[0].text
    assert not world.all(select(Invitation))
    twice = world.client(team).post(f"/expertise/experts/{one.id}/approuver", follow_redirects=True)
    assert "Ce n’est plus possible" in twice.text


def test_a_declined_expert_is_gone_and_the_manager_reads_why(world: World) -> None:
    team, gina = world.member("Thomas"), outsider(world)
    made = programme(world, team=(team,))
    of = institution(world, made)
    desks.manager(world, of, gina)
    propose = f"/expertise/institutions/{of.id}/experts/nouveau"
    world.client(gina).post(propose, data=typed(world, made))
    one = the_expert(world)
    there = f"/expertise/experts/{one.id}/decliner"
    assert world.client(team).post(there, data={"words": " "}).status_code == 422
    assert the_expert(world).left_at is None
    world.client(team).post(there, data={"words": "Nous avons déjà trois exportateurs."})
    assert the_expert(world).left_at is not None
    [told] = world.mails(gina)
    assert "trois exportateurs" in told.text
    assert world.client(gina).get(f"/expertise/experts/{one.id}").status_code == 404
    again = world.client(gina).post(propose, data=typed(world, made))
    assert again.status_code == 302, "they may be proposed again"


def test_whom_the_team_adds_answers_at_once_and_the_managers_are_told(world: World) -> None:
    team, gina = world.member("Thomas"), outsider(world)
    made = programme(world, team=(team,))
    of = institution(world, made)
    desks.manager(world, of, gina)
    world.client(team).post(
        f"/expertise/institutions/{of.id}/experts/nouveau", data=typed(world, made)
    )
    assert the_expert(world).approved_at is not None
    assert "a ajouté Ana Lyste" in world.mails(gina)[0].text
    assert len(world.all(select(Invitation))) == 1


def test_a_team_of_experts_is_made_of_people(world: World) -> None:
    team, gina, bob = world.member("Thomas"), outsider(world), world.member("Bob")
    made = programme(world, team=(team,))
    of = institution(world, made)
    desks.manager(world, of, gina)
    manages = world.client(gina)
    form = typed(world, made, name="Cellule export", email="export@groupe.example")
    manages.post(f"/expertise/institutions/{of.id}/experts/nouveau?genre=equipe", data=form)
    one = the_expert(world)
    assert (one.name, one.is_team) == ("Cellule export", True)
    people = f"/expertise/experts/{one.id}/personnes"
    manages.post(people, data=PERSON | {"email": bob.email})
    manages.post(people, data=PERSON)
    assert not world.all(select(Invitation)), "the team is not approved yet"
    assert not at_the_desk(world, bob).answers
    world.client(team).post(f"/expertise/experts/{one.id}/approuver")
    assert [one.email for one in world.all(select(Invitation))] == [PERSON["email"]]
    assert at_the_desk(world, bob).experts == {one.id}
    eve = world.member("Eve")
    manages.post(people, data=PERSON | {"email": eve.email})
    assert at_the_desk(world, eve).experts == {one.id}
    assert "Cellule export" in world.mails(eve)[0].text
    bobs = world.one(select(DeskSeat.id).where(DeskSeat.member_id == bob.id))
    manages.post(f"/expertise/experts/{one.id}/personnes/{bobs}/retirer")
    assert not at_the_desk(world, bob).answers
    assert at_the_desk(world, eve).answers


def test_a_sheet_is_corrected_and_a_new_address_is_invited(world: World) -> None:
    team, gina = world.member("Thomas"), outsider(world)
    made = programme(world, team=(team,))
    of = institution(world, made)
    desks.manager(world, of, gina)
    world.client(team).post(
        f"/expertise/institutions/{of.id}/experts/nouveau", data=typed(world, made)
    )
    one = the_expert(world)
    there = f"/expertise/experts/{one.id}/modifier"
    page = world.client(gina).get(there).text
    assert "Vingt ans de vente" in page
    form = typed(world, made, email="ana.lyste@groupe.example", last_name="Liste")
    assert world.client(gina).post(there, data=form).status_code == 302
    [seat] = world.all(select(DeskSeat).where(DeskSeat.expert_id == one.id))
    assert (seat.email, seat.name) == ("ana.lyste@groupe.example", "Ana Liste")
    assert the_expert(world).name == "Ana Liste"
    invited = world.all(select(Invitation.email).order_by(Invitation.id))
    assert invited == [PERSON["email"], "ana.lyste@groupe.example"]


CASES: list[tuple[dict[str, Any], str]] = [
    ({"first_name": " "}, "name-empty"),
    ({"email": "ana"}, "email-unknown"),
    ({"phone": "12"}, "phone-unknown"),
    ({"about": "a" * 5001}, "body-too-long"),
    ({"subjects": {}}, "subject-missing"),
    ({"subjects": {10_000: ""}}, "unknown-subject"),
    ({"territories": [10_000]}, "unknown-territory"),
    ({"communes": ["Nulle-Part"]}, "unknown-commune"),
    ({"communes": ["Nantes (53)"]}, "unknown-commune"),
    ({"communes": ["Nantes (44)"] * 101}, "too-many-communes"),
    ({"least_staff": 10, "most_staff": 9}, "staff-backwards"),
    ({"quota": 0}, "quota-unknown"),
]


@pytest.mark.parametrize(
    ("said", "code"), CASES, ids=[f"{code}-{n}" for n, (_, code) in enumerate(CASES)]
)
def test_a_sheet_that_cannot_be_is_refused_and_leaves_nothing(
    world: World, said: dict[str, Any], code: str
) -> None:
    gina = outsider(world)
    made = programme(world)
    of = institution(world, made)
    desks.manager(world, of, gina)
    with pytest.raises(Refused) as refused:
        propose(world, of, gina, sheet(world, made, **said))
    assert refused.value.code == code
    assert not world.all(select(Expert))
    assert not world.mails()


def propose(world: World, of: Institution, by: Member, said: Sheet) -> Expert:
    """Somebody proposes an expert."""
    desk = at_the_desk(world, by)

    def act(session: Session) -> Expert:
        return actions.propose(
            session,
            desk,
            session.get_one(Institution, of.id),
            said,
            by=session.get_one(Member, by.id),
        )

    return world.act(act)


def test_a_person_answers_once_for_an_institution(world: World) -> None:
    gina = outsider(world)
    made = programme(world)
    of, other = institution(world, made), institution(world, made, "Autre")
    desks.manager(world, of, gina)
    desks.manager(world, other, gina)
    propose(world, of, gina, sheet(world, made))
    with pytest.raises(Refused, match="already-at-the-desk"):
        propose(world, of, gina, sheet(world, made))
    assert propose(world, other, gina, sheet(world, made)).id


def test_no_subject_of_a_programme_in_which_the_institution_takes_no_part(world: World) -> None:
    gina = outsider(world)
    made, other = programme(world), programme(world, "autre")
    of = institution(world, made)
    desks.manager(world, of, gina)
    theirs = subject(world, other)
    with pytest.raises(Refused, match="unknown-subject"):
        propose(world, of, gina, sheet(world, made, subjects={theirs.id: ""}))
    page = world.client(gina).get(f"/expertise/institutions/{of.id}/experts/nouveau").text
    assert f'name="subject_{theirs.id}"' not in page


def test_a_team_touches_the_subjects_of_its_programmes_alone(world: World) -> None:
    """A programme takes an expert off its list; they go on answering for the other one."""
    thomas, zoe = world.member("Thomas"), world.member("Zoé")
    made, other = programme(world, team=(thomas,)), programme(world, "autre", team=(zoe,))
    of = institution(world, made)
    desks.take_part(world, other, of)
    both = (subject(world, made), subject(world, other))
    one = desks.expert(world, of, subjects=both)
    form = typed(world, other)
    there = f"/expertise/experts/{one.id}"
    page = world.client(thomas).get(f"{there}/modifier").text
    assert f'name="subject_{both[1].id}"' not in page
    world.client(zoe).post(f"{there}/modifier", data=form)
    kept = the_sheet(world, one)
    assert {x.subject_id for x in kept.subjects} == {x.id for x in both}
    world.client(thomas).post(f"{there}/retirer")
    kept = the_sheet(world, one)
    assert [x.subject_id for x in kept.subjects] == [both[1].id]
    assert kept.left_at is None
    assert world.client(thomas).get(there).status_code == 404
    world.client(zoe).post(f"{there}/retirer")
    assert the_sheet(world, one).left_at is not None


def the_sheet(world: World, one: Expert) -> Expert:
    """An expert, as they are now, with their subjects."""
    found = world.one(
        select(Expert).where(Expert.id == one.id).options(selectinload(Expert.subjects))
    )
    assert found is not None
    return found


def test_the_team_of_one_more_programme_is_told(world: World) -> None:
    gina = outsider(world)
    made, other = programme(world), programme(world, "autre")
    of = institution(world, made)
    desks.manager(world, of, gina)
    one = desks.expert(world, of, subjects=(subject(world, made),))
    desks.take_part(world, other, of)
    form = typed(world, made) | {f"subject_{subject(world, other).id}": "y"}
    world.client(gina).post(f"/expertise/experts/{one.id}/modifier", data=form)
    [mail] = world.mails()
    assert mail.to_address == "autre@example.org"
    assert "répond désormais aussi pour Autre" in mail.text


# --- suspension, departure: a table over the rule and the pages --------------------------------


def suspended(world: World, of: Institution, _one: Expert) -> None:
    with world.session() as session:
        session.get_one(Institution, of.id).suspended_at = clock.now()


def departed(world: World, _of: Institution, one: Expert) -> None:
    with world.session() as session:
        session.get_one(Expert, one.id).left_at = clock.now()


def not_approved(world: World, _of: Institution, one: Expert) -> None:
    with world.session() as session:
        session.get_one(Expert, one.id).approved_at = None


def no_seat(world: World, of: Institution, _one: Expert) -> None:
    with world.session() as session:
        for seat in session.scalars(select(DeskSeat).where(DeskSeat.institution_id == of.id)):
            session.delete(seat)


@pytest.mark.parametrize(
    ("happened", "manager_sees", "expert_sees"),
    [
        (None, True, True),
        (suspended, False, False),
        (departed, True, False),
        (not_approved, True, False),
        (no_seat, False, False),
    ],
)
def test_what_the_people_of_an_institution_see(
    world: World, happened: Any, manager_sees: bool, expert_sees: bool
) -> None:
    made = programme(world)
    of = institution(world, made)
    gina, ana = outsider(world), outsider(world, "Ana")
    desks.manager(world, of, gina)
    one = desks.expert(world, of, ana, subjects=(subject(world, made),))
    need = desks.need(world, made)
    desks.position(world, need, one)
    if happened:
        happened(world, of, one)
    for who, sees in ((gina, manager_sees), (ana, expert_sees)):
        desk = at_the_desk(world, who)
        assert bool(world.all(select(Need.id).where(rule.seen(desk)))) is sees, who.first_name
        assert desk.answers is sees
        client = world.client(who)
        assert ("Besoins reçus" in client.get("/expertise").text) is sees
    assert_page(world, gina, f"/expertise/institutions/{of.id}", opens=manager_sees)
    assert_page(world, ana, "/expertise/ma-fiche", opens=expert_sees)
    assert_page(world, ana, f"/expertise/ma-fiche/{one.id}", opens=expert_sees)
    assert_page(world, ana, f"/expertise/experts/{one.id}", opens=expert_sees)
    assert_page(world, ana, f"/expertise/experts/{one.id}/absence", opens=expert_sees)


def assert_page(world: World, who: Member, path: str, *, opens: bool) -> None:
    """A page opens to somebody, or does not exist."""
    status = world.client(who).get(path).status_code
    assert status in ({200, 302} if opens else {404}), path


def test_a_team_suspends_an_institution_and_reinstates_it(world: World) -> None:
    team, gina = world.member("Thomas"), outsider(world)
    made, other = programme(world, team=(team,)), programme(world, "autre")
    of = institution(world, made)
    desks.manager(world, of, gina)
    desks.take_part(world, other, of)
    client, there = world.client(team), f"{team_page(made, of)}/suspendre"
    client.post(there, data={"suspendue": "1"})
    assert not at_the_desk(world, gina).answers
    assert {one.to_address for one in world.mails()} == {gina.email, "autre@example.org"}
    assert "Rétablir" in client.get(team_page(made, of)).text
    assert "Groupe Essai" in client.get("/expertise/equipe/essai/reglages").text
    assert "Groupe Essai" not in world.client().get("/expertise/essai/proposer-mes-experts").text
    client.post(there, data={"suspendue": "0"})
    assert at_the_desk(world, gina).manages == {of.id}
    twice = client.post(there, data={"suspendue": "0"}, follow_redirects=True)
    assert twice.status_code == 200
    said = [one.details for one in world.all(select(AuditEntry)) if one.details]
    assert said.count({"institution": "suspended"}) == 1
    assert said.count({"institution": "reinstated"}) == 1


# --- rights by level ---------------------------------------------------------------------------

WHO = {
    "team": {"team page", "new", "sheet", "correct", "settle", "leave", "institution"},
    "team elsewhere": set(),
    "manager": {"home", "new", "sheet", "correct", "leave", "absence"},
    "manager elsewhere": set(),
    "expert": {"sheet", "own", "absence"},
    "colleague": set(),
    "administrator": set(),
    "member": set(),
}


def somebody(world: World, who: str, made: Programme, of: Institution, one: Expert) -> Member:
    """One of those of the table."""
    someone = outsider(world, "Nour")
    if who == "team":
        with world.session() as session:
            session.add(TeamMember(programme_id=made.id, member_id=someone.id))
    elif who == "team elsewhere":
        programme(world, "autre", team=(someone,))
    elif who == "manager":
        desks.manager(world, of, someone)
    elif who == "manager elsewhere":
        desks.manager(world, institution(world, made, "Autre"), someone)
    elif who == "colleague":
        desks.expert(world, of, someone, subjects=(subject(world, made),))
    elif who == "expert":
        desks.answer_with(world, one, someone)
    elif who == "administrator":
        return world.member("Ada", role=Role.ADMINISTRATOR)
    elif who == "member":
        return world.member()
    return someone


@pytest.mark.parametrize(("who", "may"), WHO.items())
def test_who_may_do_what(world: World, who: str, may: set[str]) -> None:
    made = programme(world)
    of = institution(world, made)
    one = desks.expert(world, of, subjects=(subject(world, made),))
    client = world.client(somebody(world, who, made, of, one))
    sheet_page = f"/expertise/experts/{one.id}"
    pages = {
        "home": f"/expertise/institutions/{of.id}",
        "team page": team_page(made, of),
        "new": f"/expertise/institutions/{of.id}/experts/nouveau",
        "sheet": sheet_page,
        "own": f"/expertise/ma-fiche/{one.id}",
        "absence": f"{sheet_page}/absence",
    }
    for name, path in pages.items():
        assert client.get(path).status_code == (200 if name in may else 404), path
    corrects = client.get(f"{sheet_page}/modifier").status_code
    assert corrects == (200 if "correct" in may else 302 if "own" in may else 404)
    acts = {
        f"/expertise/equipe/essai/institutions/{of.id}/gestionnaires": "institution",
        f"/expertise/equipe/essai/institutions/{of.id}/adresses": "institution",
        f"/expertise/equipe/essai/institutions/{of.id}/suspendre": "institution",
    }
    for path, needed in acts.items():
        answer = client.post(path, data={"suspendue": "1", **PERSON})
        assert (answer.status_code == 302) is (needed in may), path
    if "institution" in may:
        client.post(f"{team_page(made, of)}/suspendre", data={"suspendue": "0"})
    before = the_sheet(world, one)
    with world.session() as session:
        session.get_one(Expert, one.id).approved_at = None
    client.post(f"{sheet_page}/approuver")
    assert (the_sheet(world, one).approved_at is not None) is ("settle" in may)
    with world.session() as session:
        session.get_one(Expert, one.id).approved_at = None
    client.post(f"{sheet_page}/decliner", data={"words": "Non."})
    assert (the_sheet(world, one).left_at is not None) is ("settle" in may)
    with world.session() as session:
        found = session.get_one(Expert, one.id)
        found.approved_at, found.left_at = before.approved_at, None
    client.post(f"{sheet_page}/personnes", data=PERSON)
    assert len(world.all(select(DeskSeat).where(DeskSeat.email == PERSON["email"]))) == (
        1 if "institution" in may else 0
    ), "one is not added to a person"
    client.post(f"/expertise/experts/{one.id}/retirer")
    assert (the_sheet(world, one).left_at is not None) is ("leave" in may)


@pytest.mark.parametrize("who", ["manager", "expert", "team elsewhere"])
def test_the_actions_refuse_what_the_pages_do_not_show(world: World, who: str) -> None:
    made = programme(world)
    of = institution(world, made)
    one = desks.expert(world, of, subjects=(subject(world, made),), approved_at=None)
    desk = at_the_desk(world, somebody(world, who, made, of, one))
    by = world.administrator()

    def approve(session: Session) -> None:
        found = session.scalars(
            select(Expert).where(Expert.id == one.id).options(selectinload(Expert.institution))
        ).one()
        actions.approve(session, desk, found, by=by)

    def suspend(session: Session) -> None:
        there, here = session.get_one(Programme, made.id), session.get_one(Institution, of.id)
        institutions.suspend(session, desk, there, here, suspended=True, by=by)

    for act in (approve, suspend):
        with pytest.raises(Refused, match="not-of-the-team"):
            world.act(act)


def test_a_team_does_not_name_for_an_institution_of_another_programme(world: World) -> None:
    team = world.member("Thomas")
    made, other = programme(world, team=(team,)), programme(world, "autre")
    of = institution(world, other)
    assert world.client(team).get(team_page(made, of)).status_code == 404
    desk = at_the_desk(world, team)
    with pytest.raises(Refused, match="not-of-the-team"):
        world.act(
            lambda s: institutions.name_manager(
                s,
                desk,
                s.get_one(Programme, made.id),
                s.get_one(Institution, of.id),
                by=s.get_one(Member, team.id),
                **PERSON,
            )
        )


# --- at the same instant -----------------------------------------------------------------------


@BOTH
def test_a_manager_named_twice_at_once_is_one(world: World, engine: str) -> None:
    team = world.member("Thomas")
    made = programme(world, team=(team,))
    of = institution(world, made)
    desk = at_the_desk(world, team)

    def name(_place: int) -> bool:
        with world.app.app_context():
            try:
                world.act(
                    lambda s: institutions.name_manager(
                        s,
                        desk,
                        s.get_one(Programme, made.id),
                        s.get_one(Institution, of.id),
                        by=s.get_one(Member, team.id),
                        **PERSON,
                    )
                )
            except Refused:
                return False
            return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(name, range(6))) == 1
    assert world.one(select(func.count()).select_from(DeskSeat)) == 1


@BOTH
def test_who_joins_while_they_are_named_has_their_place(world: World, engine: str) -> None:
    """The invitation of another institution is accepted at the very instant."""
    team = world.member("Thomas")
    made = programme(world, team=(team,))
    groups = [institution(world, made, f"Groupe {one}") for one in range(5)]
    desk = at_the_desk(world, team)

    def name(of: Institution) -> None:
        with world.app.app_context():
            world.act(
                lambda s: institutions.name_manager(
                    s,
                    desk,
                    s.get_one(Programme, made.id),
                    s.get_one(Institution, of.id),
                    by=s.get_one(Member, team.id),
                    **PERSON,
                )
            )

    name(groups[0])
    [mail] = world.mails()
    token = mail.text.split("/invitation/")[1].split()[0].rstrip(").")

    def accept(_of: Institution) -> None:
        with world.app.app_context():
            world.act(
                lambda s: accounts.accept_invitation(
                    s, token, first_name="A", last_name="L", password=PASSWORD, language="fr"
                )
            )

    work = [(name, groups[1]), (name, groups[2]), (accept, groups[0]), (name, groups[3])]
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(act, of) for act, of in work]:
            done.result()
    someone = world.one(select(Member).where(Member.email == PERSON["email"]))
    assert someone is not None
    assert at_the_desk(world, someone).manages == {one.id for one in groups[:4]}


def test_lists_page_by_key(world: World) -> None:
    team = world.member("Thomas")
    made = programme(world, team=(team,))
    of = institution(world, made)
    about = (subject(world, made),)
    for number in range(30):
        desks.expert(world, of, subjects=about, name=f"Ana {number // 2:02}")
    client = world.client(team)
    first = client.get(team_page(made, of)).text
    assert first.count('class="row-title"') == 25
    desk = at_the_desk(world, team)
    shown = world.all(queries.experts(desk, of, programme=made).limit(25))
    assert f"?apres={shown[-1].id}" in first
    rest = client.get(f"{team_page(made, of)}?apres={shown[-1].id}").text
    assert rest.count('class="row-title"') == 5
