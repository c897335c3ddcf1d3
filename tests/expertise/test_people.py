"""What the people of an institution see and may do: approved, suspended, gone; a table."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from access.viewers import Role
from accounts.models import AuditEntry, Member
from core import clock
from core.refusals import Refused
from expertise import rule
from expertise.experts import actions, institutions
from expertise.experts.models import DeskSeat, Expert
from expertise.needs.models import Need
from expertise.programmes.models import Institution, Programme, TeamMember
from tests.expertise import desks
from tests.expertise.desks import at_the_desk, institution, programme, subject
from tests.expertise.naming import PERSON, outsider, team_page, the_sheet
from tests.world import World

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
