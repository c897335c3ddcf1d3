"""Signing an agreement: a name and a code, or a copy; the certificate; what stays."""

import hashlib
from datetime import timedelta
from unittest.mock import patch

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from accounts.models import Member
from core import clock
from core.db import Base
from core.refusals import Refused
from expertise.agreements import paper, preparing, signing, wording
from expertise.agreements.life import State
from expertise.agreements.models import Agreement, Aim, Kind, Party, Refund, SigningCode
from expertise.desk import desk_of
from expertise.needs.models import Hiding, Need
from tests.expertise.agreeing import NAMES, Case, proposed, read
from tests.expertise.surveying import later
from tests.world import World


@pytest.fixture
def case(world: World) -> Case:
    """An agreement that waits for its signatures."""
    return proposed(world)


def test_each_party_signs_online_and_the_file_holds_the_certificate(case: Case) -> None:
    case.world.work()
    to_sign = case.mails("agreement")
    assert {one.to_address for one in to_sign} == {"ines@essai.example", "drh@groupe.example"}
    for party in (Party.COMPANY, Party.INSTITUTION):
        client, link = case.world.client(), case.link(party)
        page = client.get(link)
        assert f"{case.now().sha256}" in page.text
        code = case.code(party, client)
        assert code in client.get(link).text or "Code reçu" in client.get(link).text
        signed = client.post(
            f"{link}/signer",
            data={"name": NAMES[party].upper(), "code": f"{code[:3]} {code[3:]}"},
            environ_base={"REMOTE_ADDR": "198.51.100.23"},
        )
        assert signed.status_code == 302, signed.text
    one = case.now()
    assert (one.state, one.signed_at is not None) == (State.SIGNED, True)
    case.world.work()
    done = case.mails("agreement")[-2:]
    assert all("Signée par toutes les parties" in mail.subject for mail in done)
    answer = case.world.client().get(f"{case.link(Party.COMPANY)}/convention.pdf")
    assert answer.mimetype == "application/octet-stream"
    words = read(answer.data)
    for said in (
        "Certificat de signature",
        f"{one.sha256}",
        "INÈS ESSAI",
        "drh@groupe.example",
        "198.51.100.x",
        "Fours Essai",
        wording.TO_CHECK.split(",")[0],
    ):
        assert said in words
    assert "198.51.100.23" not in words


def test_the_signed_file_never_changes(case: Case) -> None:
    one = case.sign()
    client = case.world.client(case.chief)
    address = f"/expertise/conventions/{one.id}/convention.pdf"
    first = client.get(address).data
    with case.world.session() as session:  # whatever happens to the case afterwards
        session.get_one(Need, case.need.id).title = "Un autre titre"
    with later(400):
        assert client.get(address).data == first
    assert hashlib.sha256(first).hexdigest() == one.signed_file.sha256  # type: ignore[union-attr]
    original = client.get(f"{address}?origine=1").data
    assert first.startswith(original)
    assert hashlib.sha256(original).hexdigest() == one.sha256
    for act in ("proposer", "modifier"):
        assert client.post(f"/expertise/conventions/{one.id}/{act}").status_code in {404, 422}
    assert case.now().signed_file_id == one.signed_file_id


def test_reading_the_link_changes_nothing(case: Case) -> None:
    client, link = case.world.client(), case.link(Party.COMPANY)
    before = len(case.world.mails())
    for _time in range(3):
        assert client.get(link).status_code == 200
        assert client.get(f"{link}/convention.pdf").status_code == 200
        assert client.get(f"{link}/signer").status_code == 405
    assert case.signatures() == []
    assert len(case.world.mails()) == before


@pytest.mark.parametrize("code", ["000000", "", "12345", "abcdef"])
def test_a_wrong_code_signs_nothing_and_is_counted(case: Case, code: str) -> None:
    right = case.code(Party.COMPANY)
    wrong = code if code != right else "000001"
    client, link = case.world.client(), case.link(Party.COMPANY)
    page = client.post(f"{link}/signer", data={"name": NAMES[Party.COMPANY], "code": wrong})
    assert page.status_code == 422
    assert case.signatures() == []
    tries = case.do(lambda s, one: s.get_one(SigningCode, (one.id, Party.COMPANY)).tries)
    assert tries == (1 if code else 0)


def test_five_wrong_tries_end_a_code(case: Case) -> None:
    code = case.code(Party.COMPANY)
    client, link = case.world.client(), case.link(Party.COMPANY)
    wrong = "000000" if code != "000000" else "000001"
    for _time in range(5):
        client.post(f"{link}/signer", data={"name": NAMES[Party.COMPANY], "code": wrong})
    page = client.post(f"{link}/signer", data={"name": NAMES[Party.COMPANY], "code": code})
    assert page.status_code == 422
    assert "demandez-en un autre" in page.text
    assert case.signatures() == []


def test_a_code_lasts_fifteen_minutes_for_one_party_and_one_signature(case: Case) -> None:
    code = case.code(Party.COMPANY)
    client = case.world.client()
    said = {"name": NAMES[Party.COMPANY], "code": code}
    other = case.link(Party.INSTITUTION)
    page = client.post(f"{other}/signer", data={"name": NAMES[Party.INSTITUTION], "code": code})
    assert page.status_code == 422
    link = case.link(Party.COMPANY)
    with later(16 / (24 * 60)):
        assert client.post(f"{link}/signer", data=said).status_code == 422
    assert client.post(f"{link}/signer", data=said).status_code == 302
    assert client.post(f"{link}/signer", data=said).status_code == 422
    assert len(case.signatures()) == 1


def test_a_code_of_a_former_version_signs_nothing(case: Case) -> None:
    code = case.code(Party.COMPANY)
    case.edit(place="Saint-Nazaire")
    case.propose()
    page = case.world.client().post(
        f"{case.link(Party.COMPANY)}/signer", data={"name": NAMES[Party.COMPANY], "code": code}
    )
    assert page.status_code == 422


def test_codes_are_limited_and_kept_as_a_hash(case: Case) -> None:
    codes = [case.code(Party.COMPANY) for _time in range(signing.MOST_CODES)]
    with pytest.raises(Refused, match="code-too-many"):
        case.code(Party.COMPANY)
    kept = case.do(lambda s, one: s.get_one(SigningCode, (one.id, Party.COMPANY)).code_hash)
    assert codes[-1] not in kept
    assert len(kept) == 64
    assert kept != hashlib.sha256(codes[-1].encode()).hexdigest()
    case.world.work()
    for mail in case.mails("agreement_code"):
        assert not any(code in mail.text + mail.html + mail.subject for code in codes)
    with later(2 / 24):
        case.code(Party.COMPANY)


@pytest.mark.parametrize("name", ["Rémi Chef", "Inès", "Inès Essai-Durand", "I. Essai"])
def test_the_name_is_that_of_the_signatory(case: Case, name: str) -> None:
    code = case.code(Party.COMPANY)
    page = case.world.client().post(
        f"{case.link(Party.COMPANY)}/signer", data={"name": name, "code": code}
    )
    assert page.status_code == 422
    assert case.signatures() == []


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("192.0.2.17", "192.0.2.x"),
        ("10.0.0.1", "10.0.0.x"),
        ("2001:db8:1:2:3::4", "2001:db8:1::x"),
        ("", ""),
        ("unix:", ""),
    ],
)
def test_an_address_is_shown_without_its_end(address: str, shown: str) -> None:
    assert signing.masked(address) == shown


@pytest.mark.parametrize("way", ["forged", "other party", "other signatory", "epoch", "hidden"])
def test_a_link_opens_one_agreement_for_one_party(case: Case, way: str) -> None:
    client, link = case.world.client(), case.link(Party.COMPANY)
    assert client.get(link).status_code == 200
    if way == "forged":
        link = link[:-2] + ("aa" if not link.endswith("aa") else "bb")
    elif way == "other party":  # an intervention needs no signature of the employee
        link = case.link(Party.EMPLOYEE)
    elif way == "other signatory":
        case.edit(company_email="autre@essai.example")
        case.propose()
    elif way == "epoch":
        with case.world.session() as session:
            session.get_one(Need, case.need.id).link_epoch += 1
    else:
        link = case.link(Party.INSTITUTION)
        with case.world.session() as session:
            session.add(Hiding(need_id=case.need.id, institution_id=case.house.id))
    token = link.rpartition("/")[2]
    assert client.get(f"/expertise/convention/{token}").status_code == 404
    assert client.get(f"/expertise/convention/{token}/convention.pdf").status_code == 404
    for act in (
        f"/expertise/convention/{token}/code",
        f"/expertise/convention/{token}/signer",
        f"/expertise/convention/{token}/copie",
        f"/expertise/convention/{token}/correction",
    ):
        assert client.post(act, data={"words": "Le lieu."}).status_code == 404


def test_the_link_of_a_page_is_soon_over(case: Case) -> None:
    client = case.world.client()
    mailed, shown = case.link(Party.COMPANY), case.link(Party.COMPANY, by_mail=False)
    assert client.get(shown).status_code == 200
    for days, there in ((0.2, 200), (61, 404)):
        moment = (clock.now() + timedelta(days=days)).timestamp()
        with patch("itsdangerous.timed.time.time", return_value=moment):
            assert client.get(shown).status_code == 404
            assert client.get(mailed).status_code == there


def test_a_loan_needs_the_employee_and_says_what_the_law_asks(world: World) -> None:
    case = Case(world)
    case.prepare(kind=Kind.LOAN, refund=Refund.FULL, probation="une demi-journée")
    one = case.propose()
    assert one.parties == (Party.COMPANY, Party.INSTITUTION, Party.EMPLOYEE)
    words = " ".join(
        f"{part.title} {' '.join(part.words)}" for part in wording.parts(one, case.ledger())
    )
    for said in (
        "L. 8241-2",
        "accord exprès",
        "Ana Experte",
        "Responsable export",
        "salaires versés au salarié, les charges sociales afférentes et les frais professionnels",
        "avenant",
        "Période probatoire : une demi-journée",
        "comité social et économique",
        "retrouve son poste de travail ou un poste équivalent",
        "n’est ni rompu ni suspendu",
    ):
        assert said in words
    case.sign(Party.COMPANY, Party.INSTITUTION)
    assert case.now().state is State.PROPOSED
    case.sign(Party.EMPLOYEE)
    assert case.now().state is State.SIGNED


def test_less_is_refunded_only_where_the_law_allows(world: World) -> None:
    case = Case(world)
    one = case.prepare(
        kind=Kind.LOAN, refund=Refund.LESS, aim=Aim.PARTNERSHIP, refund_words="Rien."
    )
    words = " ".join(word for part in wording.parts(one, ()) for word in part.words)
    assert "L. 8241-3" in words
    assert "cinq mille salariés" in words
    assert "Sa finalité, au sens de l’article L. 8241-3 : constituer un partenariat" in words
    assert "Mode de détermination : Rien." in words


def test_the_same_agreement_is_the_same_file(case: Case) -> None:
    one = case.now()
    ledger = case.ledger()
    assert paper.pdf(one, ledger) == paper.pdf(one, ledger)


def test_two_who_sign_at_once_make_one_signed_file(case: Case) -> None:
    case.sign()
    with pytest.raises(Refused, match="agreement-elsewhere"):
        case.sign(Party.COMPANY)
    desk = case.do(lambda s, _one: desk_of(s, case.team.id))
    assert desk.teams
    assert case.now().signed_at <= clock.now() + timedelta(seconds=1)  # type: ignore[operator]


# --- who signs for whom ---------------------------------------------------------------------------


def test_nobody_signs_for_two_parties(case: Case) -> None:
    with pytest.raises(Refused, match="agreement-same-address"):
        case.edit(company_email="DRH@groupe.example", institution_email="drh@groupe.example")


def test_the_contact_of_the_company_is_told_when_somebody_else_signs(world: World) -> None:
    case = Case(world)
    case.prepare(company_email="gerant@essai.example")
    case.propose()
    told = {mail.to_address for mail in case.mails("agreement")}
    assert {"gerant@essai.example", case.need.email} <= told


def test_who_is_suspended_signs_nothing(case: Case) -> None:
    link, world = case.link(Party.INSTITUTION), case.world
    assert world.client().get(link).status_code == 200
    email, someone = case.now().institution_email, world.member("Rémi", networks=())
    with world.session() as session:
        found = session.get_one(Member, someone.id)
        found.email, found.suspended_at = email, clock.now()
    assert world.client().get(link).status_code == 404


def test_what_changed_meanwhile_is_what_is_proposed(case: Case) -> None:
    case.edit(mission="Une mission tout autre.")

    def late(session: Session, one: Agreement) -> None:
        """Read before, proposed after another corrected it."""
        table = Base.metadata.tables[Agreement.__tablename__]
        session.execute(update(table).values(mission="Corrigée par un autre."))
        preparing.propose(session, case.storage, desk_of(session, case.chief.id), one)
        assert one.mission == "Corrigée par un autre."

    case.do(late)
