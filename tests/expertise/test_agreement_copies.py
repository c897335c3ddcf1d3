"""An agreement signed by hand: a copy is brought back, and counts once confirmed."""

import hashlib
import io

import pytest

from accounts.models import Member
from core.refusals import Refused
from expertise.agreements import policy, signing
from expertise.agreements.life import State
from expertise.agreements.models import By, Party, Way
from tests.expertise.agreeing import PDF, Case, proposed, read
from tests.world import World


@pytest.fixture
def case(world: World) -> Case:
    """An agreement that waits for its signatures."""
    return proposed(world)


def bring(case: Case, party: Party, content: bytes = PDF, name: str = "copie.pdf") -> int:
    client = case.world.client()
    sent = {"scan": (io.BytesIO(content), name), "version": str(case.now().version)}
    answer = client.post(f"{case.link(party)}/copie", data=sent, content_type="multipart/form-data")
    return answer.status_code


@pytest.mark.parametrize(
    ("content", "name", "status"),
    [
        (PDF, "copie.pdf", 302),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 40, "copie.png", 302),
        (b"\xff\xd8\xff\xe0" + b"0" * 40, "photo.jpg", 302),
        (b"", "copie.pdf", 422),
        (b"MZ" + b"0" * 40, "copie.pdf", 422),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "copie.png", 422),
        (PDF, "copie.exe", 422),
    ],
    ids=["pdf", "png", "jpg", "empty", "program", "svg", "named exe"],
)
def test_a_copy_is_a_pdf_or_a_picture(case: Case, content: bytes, name: str, status: int) -> None:
    assert bring(case, Party.COMPANY, content, name) == status
    assert len(case.signatures()) == (1 if status == 302 else 0)


def test_a_copy_is_not_too_large(case: Case) -> None:
    content = b"%PDF-1.4" + b"0" * signing.SCAN_BYTES
    with pytest.raises(Refused, match="file-too-large"):
        case.do(
            lambda s, one: signing.bring_scan(
                s, case.storage, one, Party.COMPANY, By.COMPANY, name="copie.pdf", content=content
            )
        )


def judge(case: Case, who: Member, act: str, words: str = "") -> int:
    [scan] = case.signatures()
    there = f"/expertise/conventions/{case.now().id}/copies/{scan.id}/avis"
    answer = case.world.client(who).post(there, data={"act": act, "words": words})
    return answer.status_code


def test_a_copy_counts_once_somebody_else_confirms_it(case: Case) -> None:
    assert bring(case, Party.COMPANY) == 302
    [scan] = case.signatures()
    assert (scan.way, scan.confirmed_at, scan.brought_by) == (Way.SCAN, None, By.COMPANY)
    case.sign(Party.INSTITUTION)
    assert case.now().state is State.PROPOSED
    case.world.work()
    told = {one.to_address for one in case.mails("agreement_desk")}
    assert told == {case.chief.email, "essai@example.org"}
    scan = next(one for one in case.signatures() if one.way is Way.SCAN)
    there = f"/expertise/conventions/{case.now().id}/copies/{scan.id}"
    client = case.world.client(case.chief)
    assert client.get(there).data == PDF
    assert client.post(f"{there}/avis", data={"act": "confirmer"}).status_code == 302
    one = case.now()
    assert one.state is State.SIGNED
    words = read(client.get(f"/expertise/conventions/{one.id}/convention.pdf").data)
    assert hashlib.sha256(PDF).hexdigest() in words


def test_an_institution_does_not_confirm_its_own_copy(case: Case) -> None:
    assert bring(case, Party.INSTITUTION) == 302
    assert judge(case, case.chief, "confirmer") == 422
    assert judge(case, case.team, "confirmer") == 302


def test_a_copy_that_is_not_good_is_signed_again(case: Case) -> None:
    assert bring(case, Party.COMPANY) == 302
    assert judge(case, case.team, "refuser") == 422  # why?
    assert judge(case, case.team, "refuser", "Il manque la page 2.") == 302
    assert case.signatures() == []
    case.world.work()
    told = case.mails("agreement")[-1]
    assert told.to_address == "ines@essai.example"
    case.sign(Party.COMPANY)
    assert len(case.signatures()) == 1
    assert bring(case, Party.COMPANY) == 422  # signed already


def test_what_the_team_brings_counts_at_once(case: Case) -> None:
    client, one = case.world.client(case.team), case.now()
    for party in one.parties:
        answer = client.post(
            f"/expertise/conventions/{one.id}/copie",
            data={"party": party.value, "scan": (io.BytesIO(PDF), "copie.pdf"), "version": "1"},
            content_type="multipart/form-data",
        )
        assert answer.status_code == 302
    assert case.now().state is State.SIGNED
    stranger = case.world.client(case.chief)
    assert stranger.post(f"/expertise/conventions/{one.id}/copie").status_code == 404


def test_the_institution_does_not_confirm_the_consent_of_its_employee() -> None:
    assert not policy.confirms(By.INSTITUTION, By.EMPLOYEE)
    assert policy.confirms(By.TEAM, By.EMPLOYEE)


def test_a_copy_counts_for_the_version_that_was_read(case: Case) -> None:
    one = case.now()
    sent = {"scan": (io.BytesIO(PDF), "copie.pdf"), "version": str(one.version - 1)}
    client, there = case.world.client(), f"{case.link(Party.COMPANY)}/copie"
    assert client.post(there, data=sent).status_code == 422
    assert case.signatures() == []
    sent = {"scan": (io.BytesIO(PDF), "copie.pdf"), "version": str(one.version)}
    assert client.post(there, data=sent).status_code == 302
