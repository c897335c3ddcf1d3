"""Agreements: prepared from the case, proposed, corrected, given up."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from core import clock
from core.refusals import Refused
from expertise.agreements import preparing
from expertise.agreements.life import AFTER, State
from expertise.agreements.models import Agreement, Aim, By, Kind, Party, Refund
from expertise.needs import links
from expertise.needs.life import Act
from expertise.positions import choosing
from expertise.positions.life import Act as PositionAct
from expertise.positions.models import Position
from tests.expertise import desks, moving, replying
from tests.expertise.agreeing import Case, every, said, typed
from tests.world import World

LESS = {"kind": Kind.LOAN, "refund": Refund.LESS}


@pytest.fixture
def case(world: World) -> Case:
    """A case whose two sides agree."""
    return Case(world)


def test_it_is_filled_in_from_the_case(case: Case) -> None:
    page = case.world.client(case.chief).get(f"/expertise/positions/{case.position.id}/convention")
    for known in (
        "Fours Essai",
        desks.SIRET,
        "Inès Essai",
        "Groupe Essai",
        "Ana Experte",
        "Export",
    ):
        assert known in page.text
    assert "Vendre en Allemagne" in page.text


@pytest.mark.parametrize("who", ["chief", "team"])
def test_the_institution_or_the_team_prepares_it(case: Case, who: str) -> None:
    client = case.world.client(getattr(case, who))
    address = f"/expertise/positions/{case.position.id}/convention"
    made = client.post(address, data=typed(kind=Kind.LOAN, refund=Refund.FULL))
    assert made.status_code == 302, made.text
    one = case.now()
    assert (one.kind, one.state, one.version) == (Kind.LOAN, State.DRAFT, 0)
    again = client.get(address)
    assert again.location.startswith(f"/expertise/conventions/{one.id}")
    page = client.get(f"/expertise/conventions/{one.id}")
    day = f"{clock.today() + timedelta(days=9)}"
    planned = client.post(
        f"/expertise/conventions/{one.id}/jours", data={"day": day, "half_days": "1"}
    )
    assert (page.status_code, planned.status_code) == (200, 302)
    assert client.post(f"/expertise/conventions/{one.id}/proposer").status_code == 302
    assert case.now().state is State.PROPOSED


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"mission": ""}, "Remplissez ce champ"),
        ({"company_email": "ines"}, "Cette adresse n’est pas complète"),
        ({"company_siret": "99900010200016"}, "SIRET"),
        ({"ends_on": clock.today() - timedelta(days=1)}, "finit avant de commencer"),
        ({"half_days": 12}, ""),
        ({"kind": Kind.LOAN}, "Remplissez ce champ"),
        (LESS | {"aim": Aim.TRANSITION}, "Remplissez ce champ"),
        (LESS | {"refund_words": "Rien."}, "Remplissez ce champ"),
    ],
)
def test_what_is_wrong_is_said(case: Case, wrong: dict[str, object], words: str) -> None:
    client = case.world.client(case.chief)
    sent = typed(**wrong)
    page = client.post(f"/expertise/positions/{case.position.id}/convention", data=sent)
    assert page.status_code == 422
    assert words in page.text
    assert every(case.world) == []


def test_nothing_is_prepared_before_both_agree(world: World) -> None:
    case = Case(world)
    with world.session() as session:
        session.get_one(Position, case.position.id).state = "introduced"  # type: ignore[assignment]
    client = world.client(case.chief)
    assert client.get(f"/expertise/positions/{case.position.id}/convention").status_code == 404
    assert (
        "Préparer la convention" not in client.get(f"/expertise/positions/{case.position.id}").text
    )


@pytest.mark.parametrize(
    "nonsense",
    [
        {"half_days": 1},
        {"half_days": 11},
        {"state": "signed"},
        {"state": "proposed"},
        {"refund": "full"},
        {"aim": "transition"},
        {"starts_on": clock.today() + timedelta(days=99)},
    ],
)
def test_the_database_refuses_nonsense(case: Case, nonsense: dict[str, object]) -> None:
    one = case.prepare()
    with pytest.raises(IntegrityError):
        case.world.act(
            lambda s: s.execute(update(Agreement).where(Agreement.id == one.id).values(**nonsense))
        )


def test_one_position_has_one_agreement(case: Case) -> None:
    case.prepare()
    with pytest.raises(Refused, match="agreement-elsewhere"):
        case.prepare()


def test_it_is_not_proposed_without_a_day(case: Case) -> None:
    client = case.world.client(case.chief)
    client.post(f"/expertise/positions/{case.position.id}/convention", data=typed())
    one = case.now()
    page = client.post(f"/expertise/conventions/{one.id}/proposer")
    assert page.status_code == 422
    assert "au moins une journée" in page.text


def test_a_correction_stops_the_signatures(case: Case) -> None:
    case.prepare()
    case.propose()
    case.sign(Party.COMPANY)
    case.world.work()
    anybody, link = case.world.client(), case.link(Party.COMPANY)
    assert anybody.post(f"{link}/correction", data={"words": " "}).status_code == 422
    asked = anybody.post(f"{link}/correction", data={"words": "Trois jours, pas deux."})
    assert asked.status_code == 302
    assert case.now().state is State.CORRECTION
    told = case.mails("agreement_desk")
    assert {one.to_address for one in told} == {case.chief.email, "essai@example.org"}
    assert all("Trois jours, pas deux." in one.text for one in told)
    assert "convention.pdf" not in anybody.get(link).text
    assert anybody.get(f"{link}/convention.pdf").status_code == 404
    assert anybody.post(f"{link}/code").status_code == 422
    case.edit(half_days=8)
    case.propose()
    assert case.now().version == 2
    assert case.signatures() == []


def test_changing_it_voids_the_signatures_and_says_so(case: Case) -> None:
    case.prepare()
    first = case.propose()
    case.sign(Party.COMPANY)
    case.world.work()
    client = case.world.client(case.chief)
    page = client.get(f"/expertise/conventions/{first.id}/modifier")
    assert "les signatures déjà données ne comptent plus" in page.text
    done = client.post(
        f"/expertise/conventions/{first.id}/modifier", data=typed(place="Saint-Nazaire")
    )
    assert done.status_code == 302
    told = case.mails("agreement")[-1]
    assert told.to_address == "ines@essai.example"
    assert "votre signature ne compte plus" in told.text
    second = case.propose()
    assert second.sha256 != first.sha256
    assert case.signatures() == []
    case.sign(Party.COMPANY)
    assert case.now().state is State.PROPOSED


def take_back(case: Case) -> None:
    """The team takes the position back."""
    desk = desks.at_the_desk(case.world, case.team)
    case.do(lambda s, one: choosing.take_back(s, desk, one.position, "Une autre voie."))


Ending = Callable[[Case], object]


@pytest.mark.parametrize(
    "ending",
    [
        take_back,
        lambda case: moving.follow(case.world, case.need, Act.WITHDRAW, "Nous nous débrouillons."),
        lambda case: moving.decide(case.world, case.team, case.need, Act.NO_TAKER),
        lambda case: moving.edit(case.world, case.need, title="Tout autre chose"),
        lambda case: replying.answer(case.world, case.chief, case.position, PositionAct.FINISH),
    ],
    ids=["taken back", "withdrawn", "no taker", "written again", "finished"],
)
def test_a_case_that_goes_another_way_is_not_signed(case: Case, ending: Ending) -> None:
    case.prepare()
    case.propose()
    link = case.link(Party.COMPANY)
    ending(case)
    assert case.now().state is State.VOID
    anybody = case.world.client()
    assert anybody.get(link).status_code == 404  # the links that were sent are over
    assert anybody.post(f"{case.link(Party.COMPANY)}/code").status_code in {404, 422}
    with pytest.raises(Refused, match="agreement-elsewhere"):
        case.sign(Party.COMPANY)


def test_a_need_that_opens_again_does_not_revive_what_was_proposed(case: Case) -> None:
    case.prepare()
    case.propose()
    moving.follow(case.world, case.need, Act.WITHDRAW, "Non.")
    moving.decide(case.world, case.team, case.need, Act.REOPEN)
    moving.decide(case.world, case.team, case.need, Act.VALIDATE)
    with pytest.raises(Refused, match="agreement-elsewhere"):
        case.sign(Party.COMPANY)
    assert case.now().state is State.VOID
    case.prepare()
    assert case.now().state is State.DRAFT
    assert len(case.ledger()) == 2
    assert case.propose().version == 2


def test_the_company_writes_nothing(world: World) -> None:
    case = Case(world, account=True)
    one = case.prepare()
    assert case.boss is not None
    desk = desks.at_the_desk(world, case.boss)
    with pytest.raises(Refused, match="not-asked"):
        case.do(lambda s, a: preparing.edit(s, desk, a, said()))
    with pytest.raises(Refused, match="not-asked"):
        case.do(lambda s, a: preparing.propose(s, case.storage, desk, a))
    client = world.client(case.boss)
    assert client.get(f"/expertise/conventions/{one.id}").status_code == 404  # not proposed yet
    case.propose()
    for address in ("proposer", "jours", "copie"):
        there = f"/expertise/conventions/{one.id}/{address}"
        assert client.post(there, data={"day": "2026-12-01"}).status_code == 404
    assert client.get(f"/expertise/conventions/{one.id}/modifier").status_code == 404


def test_nothing_leaves_a_signed_agreement() -> None:
    assert {after for (state, _act), after in AFTER.items() if state is State.SIGNED} == {
        State.SIGNED
    }


def test_each_side_finds_it_from_its_pages(world: World) -> None:
    case = Case(world, account=True)
    assert case.boss is not None
    there = f"/expertise/positions/{case.position.id}/convention"
    assert there in world.client(case.chief).get(f"/expertise/positions/{case.position.id}").text
    assert there in world.client(case.team).get(f"/expertise/besoins/{case.need.id}").text
    one = case.prepare()
    company = f"/expertise/entreprises/{case.need.company_id}/besoins/{case.need.id}"
    assert f"conventions/{one.id}" not in world.client(case.boss).get(company).text
    case.propose()
    for who, page in (
        (case.chief, f"/expertise/positions/{case.position.id}"),
        (case.team, f"/expertise/besoins/{case.need.id}"),
        (case.team, "/expertise/equipe/essai/conventions"),
        (case.boss, company),
    ):
        assert f"/expertise/conventions/{one.id}" in world.client(who).get(page).text
    token = links.token(world.app.extensions["maillage.settings"], case.need)
    followed = world.client().get(f"/expertise/suivi/{token}").text
    start = followed.index("/expertise/convention/")
    address = followed[start : followed.index('"', start)]
    assert "Lire le texte entier" in world.client().get(address).text


def test_a_party_asks_for_a_correction_once(case: Case) -> None:
    case.prepare()
    case.propose()
    case.do(lambda s, one: preparing.ask_correction(s, one, By.INSTITUTION, "Le lieu."))
    with pytest.raises(Refused, match="agreement-elsewhere"):
        case.do(lambda s, one: preparing.ask_correction(s, one, By.COMPANY, "La date."))
