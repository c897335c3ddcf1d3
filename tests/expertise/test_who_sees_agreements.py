"""Who sees an agreement: a table, through page, list, file, links, mails."""

from collections.abc import Mapping

import pytest

from accounts.models import Member
from expertise.agreements.models import Kind, Party, Refund
from expertise.needs.models import Hiding, Need
from expertise.positions import choosing
from tests.expertise import desks
from tests.expertise.agreeing import NAMES, Case
from tests.world import World

DRAFT, PROPOSED, SIGNED = "draft", "proposed", "signed"
TABLE: Mapping[str, tuple[bool, bool, bool]] = {
    # who: draft, proposed, signed
    "team": (True, True, True),
    "manager": (True, True, True),
    "company": (False, True, True),
    "another team": (False, False, False),
    "another manager": (False, False, False),
    "another expert of the institution": (False, False, False),
    "another company": (False, False, False),
    "member": (False, False, False),
    "moderator": (False, False, False),
    "administrator": (False, False, False),
    "nobody": (False, False, False),
}


def people(case: Case) -> dict[str, Member | None]:
    world = case.world
    found: dict[str, Member | None] = {
        "team": case.team,
        "manager": case.chief,
        "company": case.boss,
        "another team": world.member("Autre"),
        "another manager": world.member("Chef", networks=()),
        "another expert of the institution": world.member("Expert", networks=()),
        "another company": world.member("Voisine", networks=()),
        "member": world.member("Membre"),
        "moderator": world.moderator(),
        "administrator": world.administrator(),
        "nobody": None,
    }
    desks.programme(world, "autre", team=(_of(found, "another team"),))
    other = desks.institution(world, case.made, "Autre groupe")
    desks.manager(world, other, _of(found, "another manager"))
    desks.expert(world, case.house, _of(found, "another expert of the institution"))
    desks.company(world, _of(found, "another company"), siret="99900010200023")
    return found


def _of(found: Mapping[str, Member | None], who: str) -> Member:
    one = found[who]
    assert one is not None
    return one


def reads(case: Case, who: Member | None) -> dict[str, int]:
    """What each door answers."""
    client, one = case.world.client(who), case.now()
    return {
        "page": client.get(f"/expertise/conventions/{one.id}").status_code,
        "file": client.get(f"/expertise/conventions/{one.id}/convention.pdf").status_code,
    }


@pytest.mark.parametrize("who", TABLE)
def test_only_its_parties_and_the_team_see_an_agreement(world: World, who: str) -> None:
    case = Case(world, account=True)
    someone = people(case)[who]
    shut = 404 if someone else 302
    case.prepare()
    for stage, sees in zip((DRAFT, PROPOSED, SIGNED), TABLE[who], strict=True):
        if stage == PROPOSED:
            case.propose()
        if stage == SIGNED:
            case.sign()
        answers = reads(case, someone)
        assert answers["page"] == (200 if sees else shut), stage
        there = sees and stage != DRAFT
        assert answers["file"] == (200 if there else 404 if someone else 302), stage
        listed = world.client(someone).get("/expertise/equipe/essai/conventions")
        assert listed.status_code == (200 if who == "team" else shut)
    world.work()
    if someone is not None and who not in {"team", "manager", "company"}:
        assert not [
            mail
            for mail in world.mails()
            if mail.kind.startswith("agreement") and mail.to_address == someone.email
        ]
    one = case.now()
    writes = who in {"team", "manager"}
    client = world.client(someone)
    day = f"/expertise/conventions/{one.id}/jours/{case.ledger()[0].id}"
    changed = client.post(day, data={"act": "annule"})
    assert changed.status_code == (302 if writes or someone is None else 404)
    assert (case.ledger()[0].settled_at is not None) is writes


@pytest.mark.parametrize("who", ["team", "manager", "another manager", "member", "company"])
def test_only_those_who_write_it_prepare_it(world: World, who: str) -> None:
    case = Case(world, account=True)
    client = world.client(people(case)[who])
    page = client.get(f"/expertise/positions/{case.position.id}/convention")
    assert page.status_code == (200 if who in {"team", "manager"} else 404)


@pytest.mark.parametrize("stage", [PROPOSED, SIGNED])
def test_what_is_hidden_from_an_institution_is_not_there_for_it(world: World, stage: str) -> None:
    case = Case(world, account=True)
    case.prepare()
    case.propose()
    if stage == SIGNED:
        case.sign()
    link = case.link(Party.INSTITUTION)
    with world.session() as session:
        session.add(Hiding(need_id=case.need.id, institution_id=case.house.id))
    assert reads(case, case.chief) == {"page": 404, "file": 404}
    assert world.client().get(link).status_code == 404
    assert reads(case, case.boss) == {"page": 200, "file": 200}
    before = len(world.mails())
    client = world.client()
    if stage == PROPOSED:
        client.post(f"{case.link(Party.COMPANY)}/correction", data={"words": "La date."})
    told = {mail.to_address for mail in world.mails()[before:]}
    assert told == ({"essai@example.org"} if stage == PROPOSED else set())


def test_a_position_that_was_taken_back_takes_what_was_not_signed_with_it(world: World) -> None:
    case = _taken_back(world, signs=False)
    assert reads(case, case.chief) == {"page": 404, "file": 404}
    assert reads(case, case.team)["page"] == 200


def test_what_was_signed_stays_with_its_institution(world: World) -> None:
    case = _taken_back(world, signs=True)
    assert reads(case, case.chief) == {"page": 200, "file": 200}
    client, one = world.client(case.chief), case.now()
    there = f"/expertise/conventions/{one.id}/jours/{case.ledger()[0].id}"
    assert client.post(there, data={"act": "de-nouveau"}).status_code == 422


def _taken_back(world: World, *, signs: bool) -> Case:
    case = Case(world)
    case.prepare()
    case.propose()
    if signs:
        case.sign()
    desk = desks.at_the_desk(world, case.team)
    case.do(lambda s, one: choosing.take_back(s, desk, one.position, "Une autre voie."))
    return case


def test_the_company_without_an_account_reads_by_its_link_alone(world: World) -> None:
    case = Case(world)
    case.prepare()
    case.propose()
    link = case.link(Party.COMPANY)
    assert world.client().get(link).status_code == 200
    with world.session() as session:
        session.get_one(Need, case.need.id).link_epoch += 1
    assert world.client().get(link).status_code == 404
    assert world.client().get(case.link(Party.INSTITUTION)).status_code == 200


def test_what_is_being_changed_is_not_read_by_the_company_yet(world: World) -> None:
    case = Case(world, account=True)
    case.prepare(kind=Kind.LOAN, refund=Refund.FULL)
    one = case.propose()
    client = world.client(case.boss)
    shown = client.get(f"/expertise/conventions/{one.id}").text
    assert NAMES[Party.EMPLOYEE] in shown
    case.edit(
        kind=Kind.LOAN,
        refund=Refund.FULL,
        employee="Olga Autre",
        employee_email="olga@secret.example",
    )
    draft = client.get(f"/expertise/conventions/{one.id}").text
    assert "Olga Autre" not in draft
    assert "olga@secret.example" not in draft
    assert 'id="days"' not in draft
    assert "Olga Autre" in world.client(case.chief).get(f"/expertise/conventions/{one.id}").text
