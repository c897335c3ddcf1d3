"""Who manages an institution: named by a team, invited, removed; where its needs are sent."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from accounts import actions as accounts
from accounts.models import AuditEntry, Invitation, Member
from core.refusals import Refused
from expertise.experts import institutions
from expertise.experts.models import DeskSeat, InstitutionAddress
from expertise.programmes.models import Institution, Programme
from tests.expertise import desks
from tests.expertise.desks import at_the_desk, institution, programme
from tests.expertise.inviting import join
from tests.expertise.naming import PERSON, outsider, team_page
from tests.world import BOTH, PASSWORD, World


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
    someone = join(world, PERSON["email"], "Ana", "Lyste")
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
