"""Invitations that calendars understand, over real SMTP, and what they answer."""

# ruff: noqa: DTZ001 - what a clock shows has no zone

from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.models import Member
from agenda import changes, queries
from agenda.attending.models import Standing
from agenda.ics.invitations import answered, invitation_mail, token
from agenda.ics.replies import Answer, Reply, reply
from agenda.models import Event, Occurrence
from agenda.queries import occurrence as date_of
from core import clock
from core.refusals import Refused
from tests.agenda.attending import comes, first_date, opened, standing
from tests.smtp import Mailbox, serving
from tests.world import World

HOUSE = "agenda@maillage.example"
WEEKLY = "RRULE:FREQ=WEEKLY;COUNT=3"


@pytest.fixture
def mailbox(world: World) -> Iterator[Mailbox]:
    """A real SMTP server, and the worker sending there."""
    with serving(world) as box:
        yield box


def invite(world: World, event: Event, guest: Member, **more: Any) -> None:
    """Write to somebody who comes."""
    settings = world.app.extensions["maillage.settings"]

    def write(session: Session, viewer: Any) -> None:
        date = session.get_one(Occurrence, more["date"].id) if more.get("date") else None
        invitation_mail(
            session,
            viewer,
            session.scalars(queries.event(viewer, event.id)).one(),
            session.get_one(Member, guest.id),
            settings=settings,
            answers_to=HOUSE,
            date=date,
            cancels=more.get("cancels", False),
        )

    world.act_as(guest, write)
    world.work()


def calendar_of(message: EmailMessage) -> tuple[Any, Any]:
    """The part that a calendar program takes, and what it says."""
    (part,) = [one for one in message.walk() if one.get_content_type() == "text/calendar"]
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    assert content.endswith(b"END:VCALENDAR\r\n")
    return part, Calendar.from_ical(content)


def test_an_invitation_arrives_whole(world: World, mailbox: Mailbox) -> None:
    alice, bruno = world.member("Alice"), world.member("Éloïse", email="eloise@example.org")
    made = world.event(
        alice, "Réunion, à Nantes ; été", datetime(2027, 3, 22, 9, 30), recurrence=WEEKLY
    )
    invite(world, made, bruno)
    (message,) = mailbox.received
    assert message.get_content_type() == "multipart/alternative"
    kinds = [part.get_content_type() for part in message.iter_parts()]
    assert kinds == ["text/plain", "text/html", "text/calendar"]
    part, said = calendar_of(message)
    assert part.get_param("method") == said["METHOD"] == "REQUEST"
    assert part.get_param("charset") == "utf-8"
    (event,) = said.walk("VEVENT")
    assert (event["UID"], event["SUMMARY"], event["SEQUENCE"]) == (made.uid, made.title, 0)
    assert event["ORGANIZER"] == f"mailto:{HOUSE}"
    assert event["ATTENDEE"] == "mailto:eloise@example.org"
    assert event["ATTENDEE"].params["RSVP"] == "TRUE"
    assert alice.email not in str(message)
    assert len(said.walk("VTIMEZONE")) == 1
    assert message["Message-ID"]


def test_one_date_is_invited_to_then_called_off(world: World, mailbox: Mailbox) -> None:
    alice, bruno = world.member("Alice"), world.member("Bruno")
    made = world.event(alice, "Point", datetime(2027, 3, 22, 9, 30), recurrence=WEEKLY)
    second = world.all(select(Occurrence).order_by(Occurrence.starts_at))[1]
    invite(world, made, bruno, date=second)
    world.act(lambda s: s.execute(update(Event).values(sequence=1)))
    invite(world, made, bruno, date=second, cancels=True)
    (first,), (last,) = (calendar_of(one)[1].walk("VEVENT") for one in mailbox.received)
    assert first["RECURRENCE-ID"].dt.astimezone(UTC) == second.recurrence_at
    assert "RRULE" not in first
    assert (first["STATUS"], last["STATUS"]) == ("CONFIRMED", "CANCELLED")
    assert (first["SEQUENCE"], last["SEQUENCE"]) == (0, 1)
    part, said = calendar_of(mailbox.received[1])
    assert part.get_param("method") == said["METHOD"] == "CANCEL"


REPLY = """BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
METHOD:REPLY
BEGIN:VEVENT
DTSTART:20270322T083000Z
ORGANIZER:mailto:agenda@maillage.example
UID:{uid}
ATTENDEE;CUTYPE=INDIVIDUAL;PARTSTAT={said};CN=Bruno:mailto:Bruno@Example.org
RECURRENCE-ID:20270329T073000Z
COMMENT:À tout à l’heure
SEQUENCE:0
END:VEVENT
END:VCALENDAR
"""


def mail(content: str, method: str = "REPLY") -> EmailMessage:
    """A mail as a calendar program sends it."""
    message = EmailMessage()
    message["From"] = "Bruno <bruno@example.org>"
    message.set_content("Bruno a accepté.")
    message.add_alternative(content.encode(), "text", "calendar", params={"method": method})
    return message


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("ACCEPTED", Answer.ACCEPTED),
        ("declined", Answer.DECLINED),
        ("TENTATIVE", Answer.TENTATIVE),
    ],
)
def test_an_answer_is_read(said: str, answer: Answer) -> None:
    found = reply(mail(REPLY.format(uid="a@b", said=said)), sender="bruno@example.org")
    at = datetime(2027, 3, 29, 7, 30, tzinfo=UTC)
    assert found == Reply("a@b", at, "bruno@example.org", answer, "À tout à l’heure")


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (("PARTSTAT={said}", "PARTSTAT=NEEDS-ACTION"), "reply-unknown"),
        (("UID:{uid}\n", ""), "reply-damaged"),
        (("mailto:Bruno@Example.org", "mailto:bruno"), "reply-damaged"),
        (("mailto:Bruno@Example.org", "urn:bruno"), "reply-damaged"),
        (("mailto:Bruno@Example.org", "mailto:alice@example.org"), "reply-not-theirs"),
        (("BEGIN:VEVENT", "BEGIN:VEVENT\n" * 20), "reply-damaged"),
        (
            ("SEQUENCE:0", "SEQUENCE:0\nATTENDEE;PARTSTAT=ACCEPTED:mailto:x@example.org"),
            "reply-damaged",
        ),
    ],
)
def test_an_answer_that_is_none_is_refused(change: tuple[str, str], refusal: str) -> None:
    content = REPLY.replace(*change).replace("{uid}", "a@b").replace("{said}", "ACCEPTED")
    with pytest.raises(Refused, match=refusal):
        reply(mail(content), sender="bruno@example.org")


def test_a_mail_without_an_answer_is_none() -> None:
    invitation = REPLY.replace("METHOD:REPLY", "METHOD:REQUEST").format(uid="a", said="ACCEPTED")
    assert reply(mail(invitation)) is None
    plain = EmailMessage()
    plain.set_content("Bonjour")
    assert reply(plain) is None


WHO = {"who sees it": ("coorace", True), "who does not": ("fnars", False)}


@pytest.mark.parametrize("who", WHO)
def test_an_answer_is_that_of_a_member_who_sees_the_date(world: World, who: str) -> None:
    network, sees = WHO[who]
    alice = world.member("Alice")
    world.member("Bruno", email="bruno@example.org", networks=(network,))
    starts = datetime(2027, 3, 22, 9, 30)
    made = world.event(alice, "Point", starts, recurrence=WEEKLY, networks=["coorace"])
    found = reply(mail(REPLY.format(uid=made.uid, said="ACCEPTED")))
    assert found is not None
    if not sees:
        with pytest.raises(Refused, match="reply-unknown"):
            world.act(lambda s: answered(s, found))
        return
    invited = world.act(lambda s: answered(s, found))
    assert (invited.member.email, invited.event.id) == ("bruno@example.org", made.id)
    assert invited.occurrence is not None
    assert invited.occurrence.recurrence_at == found.recurrence_at


def said(page: Any) -> str:
    """What the page of the link says."""
    return str(page.get_data(as_text=True))


def test_the_link_of_a_mail_answers_once_a_button_is_pressed(world: World) -> None:
    alice, bruno = world.member("Alice"), world.member("Bruno")
    made = opened(world, alice, world.event(alice, "Point", datetime(2027, 3, 22, 9, 30)))
    settings, date = world.app.extensions["maillage.settings"], first_date(world, made)
    address = f"/agenda/reponse/{token(settings, bruno.id, made)}"
    visitor = world.client()
    assert visitor.get(address).status_code == 200
    assert standing(world, bruno, date) is None  # mail programs open the links that they scan
    assert visitor.post(address, data={"answer": "accepted"}).status_code == 200
    assert standing(world, bruno, date) is Standing.COMING
    assert visitor.post(address, data={"answer": "declined"}).status_code == 200
    assert visitor.post(address, data={"answer": "peut-être"}).status_code == 200
    assert standing(world, bruno, date) is Standing.DECLINED


def test_the_link_says_why_there_is_no_place(world: World) -> None:
    alice, bruno = world.member("Alice"), world.member("Bruno")
    made = world.event(alice, "Point", datetime(2027, 3, 22, 9, 30))
    opened(world, alice, made, capacity=1, waiting_list=False)
    comes(world, alice, first_date(world, made))
    address = f"/agenda/reponse/{token(world.app.extensions['maillage.settings'], bruno.id, made)}"
    answer = world.client().post(address, data={"answer": "accepted"})
    assert answer.status_code == 422
    assert "La dernière place vient d’être prise" in said(answer)
    world.act(lambda s: s.execute(update(Event).values(cancelled_at=clock.now())))
    answer = world.client().post(address, data={"answer": "accepted"})
    assert "Cette date est annulée" in said(answer)


def test_a_series_is_not_accepted_at_once_but_is_declined_at_once(world: World) -> None:
    alice, bruno = world.member("Alice"), world.member("Bruno")
    starts = datetime(2027, 3, 22, 9, 30)
    made = opened(world, alice, world.event(alice, "Point", starts, recurrence=WEEKLY))
    date = first_date(world, made)
    comes(world, bruno, date)
    address = f"/agenda/reponse/{token(world.app.extensions['maillage.settings'], bruno.id, made)}"
    assert world.client().post(address, data={"answer": "accepted"}).status_code == 422
    assert world.client().post(address, data={"answer": "declined"}).status_code == 200
    assert standing(world, bruno, date) is Standing.DECLINED


def test_the_link_follows_a_date_whose_series_was_cut(world: World) -> None:
    alice, bruno = world.member("Alice"), world.member("Bruno")
    starts = datetime(2027, 3, 22, 9, 30)
    made = opened(world, alice, world.event(alice, "Point", starts, recurrence=WEEKLY))
    last = world.all(select(Occurrence).order_by(Occurrence.starts_at))[2]
    settings = world.app.extensions["maillage.settings"]
    address = f"/agenda/reponse/{token(settings, bruno.id, made, last)}"
    world.act_as(alice, lambda s, v: changes.divide(s, s.scalars(date_of(v, last.id)).one(), by=v))
    assert world.client().post(address, data={"answer": "accepted"}).status_code == 200
    assert standing(world, bruno, last.id) is Standing.COMING


def test_the_link_of_a_mail_stops(world: World) -> None:
    alice, bruno = world.member("Alice"), world.member("Bruno")
    made = world.event(alice, "Point", datetime(2027, 3, 22, 9, 30), networks=["coorace"])
    settings = world.app.extensions["maillage.settings"]
    address = f"/agenda/reponse/{token(settings, bruno.id, made)}"
    visitor = world.client()
    assert visitor.get(f"{address}x").status_code == 404
    over = update(Member).where(Member.id == bruno.id).values(suspended_at=clock.now())
    world.act(lambda s: s.execute(over))
    assert visitor.get(address).status_code == 404
    assert visitor.post(address, data={"answer": "accepted"}).status_code == 404
    assert standing(world, bruno, first_date(world, made)) is None
