"""Who has the files of a need: through page, address, sheet and mail."""

import io

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select

from accounts.models import Member
from core.outbox import Mail
from expertise.files.models import NeedFile
from expertise.needs.life import Act
from expertise.needs.models import Hiding, Need
from expertise.positions.models import Position
from expertise.programmes.models import Programme
from tests.expertise.desks import (
    asked_from,
    company,
    institution,
    manager,
    need,
    position,
    programme,
)
from tests.expertise.filing import ASK, PAPER, TYPED, names, paper, send_file, status, track
from tests.expertise.moving import decide
from tests.world import World

WHO = {
    "team": (True, True),
    "company": (True, True),
    "asked": (False, True),
    "hidden from": (False, False),
    "not asked": (False, False),
    "another team": (False, False),
    "another company": (False, False),
    "member": (False, False),
    "administrator": (False, False),
}
"""Who → whether they have the file before the review, and after."""


@pytest.fixture
def people(world: World) -> dict[str, Member]:
    """Everybody around the need of the programme "essai"."""
    found = {who: world.member(f"Qui{number}") for number, who in enumerate(WHO)}
    found["administrator"] = world.administrator()
    return found


@pytest.fixture
def asked(world: World, people: dict[str, Member]) -> Need:
    """A need with a file, from an account, that two institutions were sent; one must not see it."""
    made = programme(world, team=(people["team"],))
    other = programme(world, "autre", team=(people["another team"],))
    company(world, people["another company"], siret="99900010300013")
    one = asked_from(world, made, company(world, people["company"]))
    for who in ("asked", "hidden from", "not asked"):
        # Once validated, it goes to those of its own programme.
        house = institution(world, other if who == "not asked" else made, name=who.capitalize())
        manager(world, house, people[who])
        if who != "not asked":
            position(world, one, house)
        if who == "hidden from":
            hide(world, one, house.id)
    send_file(world, one)
    return one


def hide(world: World, one: Need, institution_id: int) -> None:
    with world.session() as session:
        session.add(Hiding(need_id=one.id, institution_id=institution_id))


@pytest.mark.parametrize(("who", "opens"), WHO.items())
def test_who_opens_a_file_before_the_review_and_after(
    world: World, people: dict[str, Member], asked: Need, who: str, opens: tuple[bool, bool]
) -> None:
    [file] = world.all(select(NeedFile))
    client, address = world.client(people[who]), f"/expertise/fichiers/{file.id}"
    assert status(client, address) == (200 if opens[0] else 404)
    assert seen_on_page(world, client, asked) is opens[0]
    decide(world, people["team"], asked, Act.VALIDATE)
    assert status(client, address) == (200 if opens[1] else 404)
    assert seen_on_page(world, client, asked) is opens[1]


def seen_on_page(world: World, client: FlaskClient, one: Need) -> bool:
    """Whether the name stands on any sheet of this need, or in the PDF of those who answer."""
    places = [f"/expertise/besoins/{one.id}"]
    places += [f"/expertise/positions/{sent.id}" for sent in world.all(select(Position))]
    shown = [client.get(place, follow_redirects=True) for place in places]
    return any("plan.pdf" in page.text for page in shown if page.status_code == 200)


def test_nobody_signed_in_opens_it_but_by_the_link_of_its_company(
    world: World, asked: Need
) -> None:
    [file] = world.all(select(NeedFile))
    anybody = world.client()
    assert status(anybody, f"/expertise/fichiers/{file.id}") == 302
    here = track(world, asked)
    token = here.rpartition("/")[2]
    sent = anybody.get(f"/expertise/suivi/{token}/fichiers/{file.id}")
    assert sent.data == PAPER
    assert sent.headers["Content-Disposition"].startswith("attachment")
    assert sent.headers["X-Content-Type-Options"] == "nosniff"
    assert sent.mimetype == "application/octet-stream"
    assert status(anybody, f"{here}x/fichiers/{file.id}") == 404
    with world.session() as session:
        made = session.get_one(Programme, asked.programme_id)
    other = need(world, made, title="Un autre")
    assert status(anybody, f"{track(world, other)}/fichiers/{file.id}") == 404


def test_mails_name_the_files_to_the_team_and_the_company_alone(world: World) -> None:
    team = world.member("Thomas")
    made = programme(world, team=(team,))
    house = institution(world, made)
    manager(world, house, world.member("Répond"))
    data = TYPED | {"files": [paper("devis.pdf")]}
    assert world.client().post(ASK, data=data).status_code == 302
    mails = world.all(select(Mail))
    told = {mail.to_address for mail in mails if "devis.pdf" in mail.text}
    assert told == {"essai@example.org", "ines@essai.example"}
    [one] = world.all(select(Need))
    decide(world, team, one, Act.VALIDATE)
    later = [mail for mail in world.all(select(Mail)) if mail.id not in {m.id for m in mails}]
    assert later
    assert not [mail for mail in later if "devis.pdf" in mail.text]


def test_the_sheet_to_hand_round_names_the_files_that_were_reviewed(
    world: World, people: dict[str, Member], asked: Need
) -> None:
    decide(world, people["team"], asked, Act.VALIDATE)
    client = world.client(people["asked"])
    [mine] = [
        sent
        for sent in world.all(select(Position))
        if status(client, f"/expertise/positions/{sent.id}") == 200
    ]

    def named() -> bool:
        sheet = client.get(f"/expertise/positions/{mine.id}/fiche.pdf")
        pages = PdfReader(io.BytesIO(sheet.data)).pages
        return "plan.pdf" in "".join(page.extract_text() for page in pages)

    assert named()
    with world.session() as session:
        session.scalars(select(NeedFile)).one().reviewed = False
    assert not named()


def test_its_company_takes_it_back_from_its_account_and_another_does_not(
    world: World, people: dict[str, Member], asked: Need
) -> None:
    [file] = world.all(select(NeedFile))
    its, one = asked.company_id, asked.id
    there = f"/expertise/entreprises/{its}/besoins/{one}/fichiers/{file.id}/retirer"
    assert world.client(people["team"]).post(there).status_code == 404
    assert world.client(people["company"]).post(there).status_code == 302
    assert names(world) == []
