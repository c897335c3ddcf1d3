"""Files of a need and of its thread: who has them, through page, address, sheet and mail."""

import io
import re
import time
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select

from accounts.models import Member
from core import clock
from core.outbox import Mail
from core.refusals import Refused
from expertise.files import actions, policy, tokens
from expertise.files.models import NeedFile
from expertise.needs import links
from expertise.needs.life import Act, State
from expertise.needs.models import Hiding, Need, Step
from expertise.positions.models import Note, NoteKind, Position
from expertise.programmes.models import Programme, Review, Way
from files.actions import Arrived
from files.models import StoredFile
from files.personal import UNUSED_DAYS, Erasing
from tests.expertise.desks import (
    SIRET,
    again,
    asked_from,
    company,
    decide,
    institution,
    manager,
    need,
    position,
    programme,
)
from tests.expertise.filing import PAPER, send_file
from tests.expertise.partnered import partner
from tests.world import World

ASK = "/expertise/essai/demander/besoin?sujet=marketing"
TYPED: dict[str, Any] = {
    "title": "Vendre en Allemagne",
    "description": "Deux salons au printemps.",
    "siret": SIRET,
    "company": "Fours Essai",
    "postcode": "44000",
    "town": "Nantes",
    "first_name": "Inès",
    "last_name": "Essai",
    "phone": "02 40 00 00 00",
    "email": "ines@essai.example",
}


def paper(name: str = "plan.pdf", content: bytes = PAPER) -> tuple[io.BytesIO, str]:
    """A file, as a browser sends it."""
    return io.BytesIO(content), name


def names(world: World) -> list[str]:
    return [one.name for one in world.all(select(NeedFile).order_by(NeedFile.id))]


def track(world: World, one: Need) -> str:
    return f"/expertise/suivi/{links.token(world.app.extensions['maillage.settings'], one)}"


def status(client: FlaskClient, address: str) -> int:
    return client.get(address).status_code


# --- who has them ------------------------------------------------------------------------------

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


# --- the form ----------------------------------------------------------------------------------


def test_a_form_sent_again_keeps_its_files_once(world: World) -> None:
    programme(world)
    anybody = world.client()
    sent = TYPED | {"submission": "3f2c"}
    for _time in range(2):
        data = sent | {"files": [paper(), paper("photo.png", b"\x89PNG\r\n\x1a\nUne photo.")]}
        assert anybody.post(ASK, data=data).status_code == 302
    assert names(world) == ["plan.pdf", "photo.png"]
    assert len(world.all(select(Need))) == 1


def test_what_was_sent_is_kept_when_the_rest_is_refused(world: World) -> None:
    programme(world)
    anybody = world.client()
    data = TYPED | {"siret": "12", "files": [paper()]}
    refused = anybody.post(ASK, data=data)
    assert refused.status_code == 422
    assert "plan.pdf" in refused.text
    given = re.findall(r'name="uploads" value="([^"]+)"', refused.text)
    assert len(given) == 1
    assert anybody.post(ASK, data=TYPED | {"uploads": given}).status_code == 302
    assert names(world) == ["plan.pdf"]


def test_a_file_can_be_left_out_and_nobody_names_that_of_another(world: World) -> None:
    programme(world)
    one = send_file(world, need(world, programme(world, "autre")))
    anybody = world.client()
    again_ = anybody.post(ASK, data=TYPED | {"uploads": [str(one.file_id)]})
    assert again_.status_code == 422
    refused = anybody.post(ASK, data=TYPED | {"siret": "12", "files": [paper("brouillon.pdf")]})
    given = re.findall(r'name="uploads" value="([^"]+)"', refused.text)
    left = TYPED | {"uploads": given, "left_out": given}
    assert anybody.post(ASK, data=left).status_code == 302
    assert names(world) == ["plan.pdf"]


def test_the_proof_of_a_file_ends_before_its_content_does(world: World) -> None:
    one = send_file(world, need(world, programme(world)))
    settings = world.app.extensions["maillage.settings"]
    with world.session() as session:
        arrived = Arrived(one.name, session.get_one(StoredFile, one.file_id))
        given = tokens.token(settings, arrived)
        assert tokens.read(session, settings, given).name == "plan.pdf"
        later = time.time() + tokens.LASTS + 2
        with patch("itsdangerous.timed.time.time", lambda: later), pytest.raises(Refused):
            tokens.read(session, settings, given)
    assert timedelta(seconds=tokens.LASTS) < timedelta(days=UNUSED_DAYS)


WRONG = [
    ("virus.exe", b"MZ...", "programme"),
    ("page.html", b"<html>bonjour</html>", "Seuls les PDF"),
    ("archive.zip", b"PK\x03\x04...", "Seuls les PDF"),
    ("vide.pdf", b"", "vide"),
]


@pytest.mark.parametrize(("name", "content", "why"), WRONG)
def test_what_is_not_taken_says_why(world: World, name: str, content: bytes, why: str) -> None:
    programme(world)
    data = TYPED | {"files": [paper(name, content)]}
    refused = world.client().post(ASK, data=data)
    assert refused.status_code == 422
    assert why in refused.text
    assert world.all(select(Need)) == []


def test_five_files_go_with_a_need_and_no_more(world: World) -> None:
    programme(world)
    six = [paper(f"{number}.pdf", PAPER + bytes([65 + number])) for number in range(6)]
    refused = world.client().post(ASK, data=TYPED | {"files": six})
    assert refused.status_code == 422
    assert "5 fichiers au plus" in refused.text.replace("\u00a0", " ")
    one = need(world, world.all(select(Programme))[0])
    for number in range(policy.MOST_FILES):
        send_file(world, one, f"{number}.pdf", PAPER + bytes([65 + number]))
    with pytest.raises(Refused, match="too-many-files-of-need"):
        send_file(world, one, "6.pdf", PAPER + b"F")


def test_a_form_in_the_page_of_a_partner_takes_files_once_it_is_proven(world: World) -> None:
    team = world.member("Thomas")
    made = programme(world, team=(team,))
    there = f"/expertise/p/{partner(world, made, team).slug}/besoin?sujet=marketing"
    anybody = world.client()
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', anybody.get(there).text)
    assert found
    proof = {"csrf_token": found.group(1)}
    refused = anybody.post(there, data=TYPED | {"csrf_token": "x", "files": [paper()]})
    assert refused.status_code == 422
    assert world.all(select(StoredFile)) == []
    refused = anybody.post(there, data=TYPED | proof | {"siret": "", "files": [paper()]})
    given = re.findall(r'name="uploads" value="([^"]+)"', refused.text)
    sent = anybody.post(there, data=TYPED | proof | {"uploads": given})
    assert sent.status_code == 302
    assert names(world) == ["plan.pdf"]


# --- afterwards --------------------------------------------------------------------------------


@pytest.mark.parametrize("signed_in", [False, True])
def test_the_company_adds_files_with_words_or_without(world: World, signed_in: bool) -> None:
    representative = world.member("Inès")
    one = asked_from(world, programme(world), company(world, representative))
    client, here = world.client(), track(world, one)
    if signed_in:
        client = world.client(representative)
        here = f"/expertise/entreprises/{one.company_id}/besoins/{one.id}"
    assert client.post(f"{here}/ajouter", data={"files": [paper()]}).status_code == 302
    last = world.all(select(Step).order_by(Step.id))[-1]
    assert (last.act, last.words) == (Act.ADD, "plan.pdf")
    [file] = world.all(select(NeedFile))
    assert file.member_id == (representative.id if signed_in else None)
    assert "plan.pdf" in client.get(here).text
    assert client.post(f"{here}/ajouter", data={}).status_code == 422


BACK = [
    (State.ASKED, Review.TEAM, Act.EDIT, State.ASKED),
    (State.INCOMPLETE, Review.TEAM, Act.EDIT, State.INCOMPLETE),
    (State.OPEN, Review.TEAM, Act.REWRITE, State.ASKED),
    (State.OPEN, Review.NONE, Act.EDIT, State.OPEN),
]


@pytest.mark.parametrize(("state", "review", "act", "then"), BACK)
def test_a_file_taken_back_once_validated_is_a_change_that_is_read_again(
    world: World, state: State, review: Review, act: Act, then: State
) -> None:
    team = world.member("Thomas")
    one = need(world, programme(world, team=(team,), review=review))
    file = send_file(world, one)
    before = {State.INCOMPLETE: Act.ASK_MORE, State.OPEN: Act.VALIDATE}.get(state)
    if before and review is Review.TEAM:
        decide(world, team, one, before)
    here = track(world, one)
    assert "Retirer ce fichier" in world.client().get(here).text
    token = here.rpartition("/")[2]
    back = world.client().post(f"/expertise/suivi/{token}/fichiers/{file.id}/retirer")
    assert back.status_code == 302
    assert names(world) == []
    last = world.all(select(Step).order_by(Step.id))[-1]
    assert (last.act, last.changes) == (act, [["files", "plan.pdf", ""]])
    assert again(world, one).state is then


def test_nothing_is_taken_back_while_a_committee_reads_or_once_it_is_closed(world: World) -> None:
    team = world.member("Thomas")
    one = need(world, programme(world, team=(team,)))
    file = send_file(world, one)
    decide(world, team, one, Act.REFUSE)
    here = track(world, one)
    assert "Retirer ce fichier" not in world.client().get(here).text
    world.client().post(f"{here}/fichiers/{file.id}/retirer")
    assert names(world) == ["plan.pdf"]


def test_its_company_takes_it_back_from_its_account_and_another_does_not(
    world: World, people: dict[str, Member], asked: Need
) -> None:
    [file] = world.all(select(NeedFile))
    its, one = asked.company_id, asked.id
    there = f"/expertise/entreprises/{its}/besoins/{one}/fichiers/{file.id}/retirer"
    assert world.client(people["team"]).post(there).status_code == 404
    assert world.client(people["company"]).post(there).status_code == 302
    assert names(world) == []


# --- the thread --------------------------------------------------------------------------------


@pytest.fixture
def thread(world: World) -> tuple[Member, Member, Need, NeedFile]:
    """An adviser who sent a file to another, about the need of a company."""
    team, adviser = world.member("Thomas"), world.member("Conseil")
    representative = world.member("Inès")
    made = programme(world, team=(team,), way=Way.COOPERATIVE)
    house = institution(world, made)
    manager(world, house, adviser)
    one = asked_from(world, made, company(world, representative))
    decide(world, team, one, Act.VALIDATE)
    sent = position(world, one, house)
    data = {"note": "", "kind": NoteKind.NOTE.value, "files": [paper("analyse.pdf")]}
    there = f"/expertise/positions/{sent.id}/fil"
    assert world.client(adviser).post(there, data=data).status_code == 302
    assert "analyse.pdf" in world.client(adviser).get(f"/expertise/positions/{sent.id}").text
    [file] = world.all(select(NeedFile))
    return adviser, representative, one, file


def test_the_company_never_has_the_files_of_the_thread(
    world: World, thread: tuple[Member, Member, Need, NeedFile]
) -> None:
    adviser, representative, one, file = thread
    here = track(world, one)
    assert status(world.client(adviser), f"/expertise/fichiers/{file.id}") == 200
    assert status(world.client(representative), f"/expertise/fichiers/{file.id}") == 404
    assert status(world.client(), f"{here}/fichiers/{file.id}") == 404
    assert "analyse.pdf" not in world.client().get(here).text
    own = f"/expertise/entreprises/{one.company_id}/besoins/{one.id}"
    assert "analyse.pdf" not in world.client(representative).get(own).text
    back = world.client().post(f"{here}/fichiers/{file.id}/retirer")
    assert back.status_code == 404
    assert not [mail for mail in world.all(select(Mail)) if "analyse.pdf" in mail.text
                and mail.to_address == one.email]  # fmt: skip


def test_a_note_that_says_nothing_and_brings_nothing_is_refused(
    world: World, thread: tuple[Member, Member, Need, NeedFile]
) -> None:
    adviser, _representative, _one, _file = thread
    [sent] = world.all(select(Position))
    there = f"/expertise/positions/{sent.id}/fil"
    data = {"note": " ", "kind": NoteKind.NOTE.value}
    assert world.client(adviser).post(there, data=data).status_code == 422
    assert len(world.all(select(Note))) == 1


# --- letting go --------------------------------------------------------------------------------


def test_what_is_let_go_is_erased_by_the_night(world: World) -> None:
    made = programme(world)
    gone, stays = need(world, made), need(world, made, title="Un autre")
    send_file(world, gone)
    send_file(world, gone, "seul.pdf", PAPER + b"seul")
    send_file(world, stays)
    with world.session() as session:
        assert actions.let_go(session, [gone.id]) == 2
    storage = world.app.extensions["maillage.storage"]
    with world.session() as session:
        Erasing(storage).erase(session, clock.now() + timedelta(days=2))
    assert [one.size for one in world.all(select(StoredFile))] == [len(PAPER)]
    [left] = world.all(select(NeedFile))
    assert left.need_id == stays.id
