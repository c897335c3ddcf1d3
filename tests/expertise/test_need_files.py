"""Files of a need: sent with the form, added, taken back, erased once they are let go."""

import re
import time
from datetime import timedelta
from unittest.mock import patch

import pytest
from sqlalchemy import select

from core import clock
from core.refusals import Refused
from expertise.files import actions, policy, tokens
from expertise.files.models import NeedFile
from expertise.needs.life import Act, State
from expertise.needs.models import Need, Step
from expertise.programmes.models import Programme, Review
from files.actions import Arrived
from files.models import StoredFile
from files.personal import UNUSED_DAYS, Erasing
from tests.expertise.desks import (
    again,
    asked_from,
    company,
    need,
    programme,
)
from tests.expertise.filing import ASK, PAPER, TYPED, names, paper, send_file, track
from tests.expertise.moving import decide
from tests.expertise.partnered import partner
from tests.world import World

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
    # Kept first, then refused: what was read of the need before is read again.
    some = {"files": [paper(f"{n}.txt", b"bonjour %d" % n) for n in range(12)]}
    refused = client.post(f"{here}/ajouter", data=some)
    assert refused.status_code == 422
    assert "0.txt" in refused.text


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
