"""The experts of an institution: proposed, approved, declined; what their sheet says."""

from typing import Any

import pytest
from sqlalchemy import select

from accounts.models import Invitation
from core.refusals import Refused
from expertise.experts import queries
from expertise.experts.models import DeskSeat, Expert
from tests.expertise import desks
from tests.expertise.desks import at_the_desk, institution, programme, subject
from tests.expertise.inviting import join
from tests.expertise.naming import (
    PERSON,
    outsider,
    propose,
    sheet,
    team_page,
    the_expert,
    the_sheet,
    typed,
)
from tests.world import World


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
    ana = join(world, PERSON["email"], "Ana", "Lyste")
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
