"""The pages of those who answer, and the link of their mail."""

from datetime import datetime, timedelta
from io import BytesIO
from unittest.mock import patch

import pytest
from itsdangerous import URLSafeTimedSerializer
from pypdf import PdfReader
from sqlalchemy import select

from accounts.models import Member
from core import clock
from expertise.experts.models import ConductAcceptance, DeskSeat, InstitutionAddress
from expertise.needs import links as need_links
from expertise.positions import links
from expertise.positions.jobs import Teller, next_monday
from expertise.positions.life import State
from expertise.positions.models import Note, Position, PositionStep
from expertise.programmes.models import Institution, Programme, Review, Sending, Way
from tests.expertise import desks, replying
from tests.world import World

WHOM_TO_CALL = "02 40 00 00 00"


@pytest.fixture
def made(world: World) -> Programme:
    """A programme where one institution at a time holds a need."""
    return desks.programme(world, review=Review.NONE)


def managed(world: World, made: Programme, name: str = "Groupe A") -> tuple[Institution, Member]:
    """An institution and its manager."""
    house, chief = desks.institution(world, made, name), world.member("Rémi", networks=())
    desks.manager(world, house, chief)
    return house, chief


def link(world: World, one: Position, address: str) -> str:
    """The address in a mail."""
    settings = world.app.extensions["maillage.settings"]
    return f"/expertise/r/{links.token(settings, one, address)}"


def state(world: World, one: Position) -> State:
    """Where it stands now."""
    return world.act(lambda s: s.get_one(Position, one.id).state)


def test_reserve_confirm_and_close_by_the_pages(world: World, made: Programme) -> None:
    house, chief = managed(world, made)
    one = desks.need(world, made)
    sent = replying.sent(world, one, house)
    client = world.client(chief)
    sheet = f"/expertise/positions/{sent.id}"
    assert one.title in client.get("/expertise/recus").text
    assert "1 besoin auquel répondre" in client.get("/expertise").text.replace("\u00a0", " ")
    assert WHOM_TO_CALL not in client.get(sheet).text
    client.post(f"/expertise/positions/{sent.id}/reponse", data={"act": "reserve"})
    assert WHOM_TO_CALL in client.get(sheet).text
    empty = client.post(f"/expertise/positions/{sent.id}/confirmer", data={"name": ""})
    assert empty.status_code == 422
    said = {"name": "Ana Experte", "job": "Export", "phone": "abc"}
    wrong = client.post(f"/expertise/positions/{sent.id}/confirmer", data=said)
    assert wrong.status_code == 422
    assert "Ana Experte" in wrong.text, "what was typed is kept"
    client.post(f"/expertise/positions/{sent.id}/confirmer", data=said | {"phone": ""})
    assert one.title in client.get("/expertise/recus?onglet=en-cours").text
    settings = world.app.extensions["maillage.settings"]
    track = f"/expertise/suivi/{need_links.token(settings, one)}"
    visitor = world.client()
    page = visitor.get(track).text
    assert "Ana Experte, Export (Groupe A)" in page
    assert visitor.post(f"{track}/accord").status_code == 302
    assert visitor.post(f"{track}/accord").status_code == 422, "said once"
    client.post(f"/expertise/positions/{sent.id}/reponse", data={"act": "agree"})
    assert state(world, sent) is State.ENGAGED
    early = client.post(f"/expertise/positions/{sent.id}/cloturer", data={})
    assert early.status_code == 422
    client.post(f"/expertise/positions/{sent.id}/cloturer", data={"outcome": "support"})
    assert state(world, sent) is State.DONE
    assert one.title in client.get("/expertise/recus?onglet=archives").text
    assert "vous avoir aidé" in visitor.get(track).text


def test_the_list_says_what_is_late_and_what_another_holds(world: World, made: Programme) -> None:
    (house, chief), (other, rival) = managed(world, made), managed(world, made, "Groupe B")
    one = desks.need(world, made)
    sent, theirs = replying.sent(world, one, house), replying.sent(world, one, other)
    client, answers = world.client(chief), f"/expertise/positions/{sent.id}#repondre"
    page = client.get("/expertise/recus").text
    assert answers in page
    assert "À répondre d’ici au" in page
    with patch.object(clock, "now", lambda: sent.sent_at + timedelta(days=60)):
        page = client.get("/expertise/recus").text
        assert "Réponse attendue depuis le" in page
        assert answers in page
    held = {"act": "reserve"}
    world.client(rival).post(f"/expertise/positions/{theirs.id}/reponse", data=held)
    page = client.get("/expertise/recus").text
    assert one.title in page
    assert answers not in page
    assert "À répondre d’ici au" not in page


def test_the_company_says_that_it_is_not_the_right_person(world: World, made: Programme) -> None:
    house, chief = managed(world, made)
    one = desks.need(world, made)
    sent = replying.sent(world, one, house)
    client = world.client(chief)
    client.post(f"/expertise/positions/{sent.id}/reponse", data={"act": "reserve"})
    client.post(f"/expertise/positions/{sent.id}/confirmer", data={"name": "Ana"})
    settings = world.app.extensions["maillage.settings"]
    track = f"/expertise/suivi/{need_links.token(settings, one)}"
    assert world.client().post(f"{track}/desaccord").status_code == 422
    world.client().post(f"{track}/desaccord", data={"words": "Trop loin."})
    assert state(world, sent) is State.DECLINED
    assert "Trop loin." in client.get(f"/expertise/positions/{sent.id}").text


def test_the_link_of_a_mail_opens_its_sheet_and_reading_changes_nothing(
    world: World, made: Programme
) -> None:
    house, chief = managed(world, made)
    sent = replying.sent(world, desks.need(world, made), house)
    address, visitor = link(world, sent, chief.email), world.client()
    for _time in range(3):
        assert visitor.get(address).status_code == 200
        assert visitor.head(address).status_code == 200
    assert state(world, sent) is State.WAITING
    assert chief.email in visitor.get(address).text, "whom it was sent to, if it was forwarded"
    assert visitor.post(f"{address}/reponse", data={"act": "finish"}).status_code == 404
    token = address.removeprefix("/expertise/r/")
    reserved = visitor.post(f"/expertise/r/{token}/reponse", data={"act": "reserve"})
    assert reserved.status_code == 302
    assert state(world, sent) is State.RESERVED
    who = world.all(select(PositionStep.member_id).order_by(PositionStep.id))
    assert who[-1] == chief.id
    again = visitor.post(f"{address}/reponse", data={"act": "reserve"})
    assert again.status_code == 422


def test_the_sheet_leaves_as_a_pdf_without_whom_it_is_hidden_from(
    world: World, made: Programme
) -> None:
    house, chief = managed(world, made)
    hidden = desks.institution(world, made, "Groupe Secret")
    desks.institution(world, made, "Maison Cachée")
    one = desks.need(world, made, hidden_from=[hidden.id], hidden_words="Maison Cachée")
    sent = replying.sent(world, one, house)
    client = world.client(chief)

    def read() -> str:
        answer = client.get(f"/expertise/positions/{sent.id}/fiche.pdf")
        assert answer.mimetype == "application/pdf"
        return "".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)

    words = read()
    assert "Vendre en Allemagne" in words
    assert "Groupe A" in words
    for secret in ("Groupe Secret", "Maison Cachée", WHOM_TO_CALL):
        assert secret not in words
    client.post(f"/expertise/positions/{sent.id}/reponse", data={"act": "reserve"})
    assert WHOM_TO_CALL in read()
    other = world.client(world.member("Ailleurs", networks=()))
    assert other.get(f"/expertise/positions/{sent.id}/fiche.pdf").status_code == 404


WRONG = ("forged", "old", "another purpose", "another address", "raised", "left", "unbound")


@pytest.mark.parametrize("how", WRONG)
def test_a_link_that_is_not_good_opens_nothing(world: World, made: Programme, how: str) -> None:
    house, chief = managed(world, made)
    one = desks.need(world, made)
    sent = replying.sent(world, one, house)
    settings = world.app.extensions["maillage.settings"]
    address = link(world, sent, chief.email)
    if how == "forged":
        address = address[:-2] + ("aa" if not address.endswith("aa") else "bb")
    elif how == "another purpose":
        signed = URLSafeTimedSerializer(settings.secret_key, salt="need-track")
        address = f"/expertise/r/{signed.dumps([sent.id, 0, chief.email])}"
    elif how == "another address":
        address = link(world, sent, "ailleurs@example.org")
    elif how == "raised":
        world.act(lambda s: setattr(s.get_one(Position, sent.id), "link_epoch", 1))
    elif how == "left":
        world.act(lambda s: s.delete(s.scalars(select(DeskSeat)).one()))
    elif how == "unbound":
        world.act(lambda s: s.delete(s.get_one(ConductAcceptance, chief.id)))
    later = links.LASTS + 60 if how == "old" else 0
    with patch("itsdangerous.timed.time.time", return_value=_now() + later):
        page = world.client().get(address)
        assert page.status_code == (200 if how == "unbound" else 404)
        assert one.title not in page.text
        posted = world.client().post(f"{address}/reponse", data={"act": "reserve"})
        assert posted.status_code == 404
    assert state(world, sent) is State.WAITING


def _now() -> float:
    return clock.now().timestamp()


def test_an_address_of_the_list_opens_its_link_until_it_is_taken_off(
    world: World, made: Programme
) -> None:
    house = desks.institution(world, made, "Groupe B")
    listed = "rh@groupe.example"
    row = InstitutionAddress(programme_id=made.id, institution_id=house.id, email=listed)
    world.act(lambda s: s.add(row))
    sent = replying.sent(world, desks.need(world, made), house)
    assert [mail.to_address for mail in world.mails() if mail.kind == "position"] == [listed]
    address = link(world, sent, listed)
    assert world.client().get(address).status_code == 200
    world.act(lambda s: s.delete(s.get_one(InstitutionAddress, (made.id, house.id, listed))))
    assert world.client().get(address).status_code == 404


def test_advisers_tell_each_other_and_the_company_never_reads_it(world: World) -> None:
    made = desks.programme(world, review=Review.NONE, way=Way.COOPERATIVE)
    about = desks.subject(world, made)
    people = [world.member(name, networks=()) for name in ("Ana", "Bruno")]
    for someone in people:
        desks.expert(
            world, desks.institution(world, made, someone.name), someone, subjects=(about,)
        )
    one = desks.need(world, made)
    first, second = world.all(select(Position).order_by(Position.id))
    ana, bruno = (world.client(someone) for someone in people)
    sheet = f"/expertise/positions/{second.id}"
    bruno.post(f"{sheet}/reponse", data={"act": "take"})
    missing = {"kind": "appointment", "note": "Rendez-vous pris."}
    no_day = ana.post(f"/expertise/positions/{first.id}/fil", data=missing)
    assert no_day.status_code == 422
    assert "Rendez-vous pris." in no_day.text
    ana.post(f"/expertise/positions/{first.id}/fil", data=missing | {"day": "2027-03-01"})
    assert "Rendez-vous pris." in bruno.get(sheet).text
    assert "Rendez-vous pris." in world.mails(people[1])[-1].text
    settings = world.app.extensions["maillage.settings"]
    track = f"/expertise/suivi/{need_links.token(settings, one)}"
    assert "Rendez-vous pris." not in world.client().get(track).text
    assert not [mail for mail in world.mails() if mail.kind == "need" and "Rendez-" in mail.text]
    assert "Rendez-vous pris." not in world.client().get(link(world, second, "")).text
    assert len(world.all(select(Note))) == 1


def test_the_needs_of_the_week_leave_in_one_mail(world: World) -> None:
    made = desks.programme(world, review=Review.NONE, sending=Sending.WEEKLY)
    _house, chief = managed(world, made)
    hidden, other = managed(world, made, "Groupe caché")
    desks.need(world, made, title="Vendre en Allemagne")
    desks.need(world, made, title="Recruter", hidden_from=[hidden.id])
    assert not [mail for mail in world.mails() if mail.kind == "position"]
    teller = Teller(world.app.extensions["maillage.settings"])
    for _time in range(2):
        world.act(lambda s: teller.send_week(s, {}))
    (mail,) = [mail for mail in world.mails(chief) if mail.kind == "needs_of_week"]
    assert "Vendre en Allemagne" in mail.text
    assert "Recruter" in mail.text
    (mail,) = [mail for mail in world.mails(other) if mail.kind == "needs_of_week"]
    assert "Recruter" not in mail.text
    assert mail.subject.endswith("1 nouveau besoin")


@pytest.mark.parametrize(
    ("present", "leaves"),
    [
        ("2026-11-23T06:59:00+00:00", "2026-11-23T07:00:00+00:00"),
        ("2026-11-23T07:00:00+00:00", "2026-11-30T07:00:00+00:00"),
        ("2026-11-22T22:00:00+00:00", "2026-11-23T07:00:00+00:00"),
        ("2026-03-28T12:00:00+00:00", "2026-03-30T06:00:00+00:00"),
    ],
)
def test_weeks_leave_on_monday_at_eight_in_france(present: str, leaves: str) -> None:
    assert next_monday(datetime.fromisoformat(present)) == datetime.fromisoformat(leaves)
