"""Who registers is invited by mail, and their calendar answers."""

# ruff: noqa: DTZ001 - what a clock shows has no zone

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from access.viewers import Viewer
from accounts.models import Member
from agenda import changes, queries
from agenda.attending.models import Standing
from agenda.models import Event, Occurrence
from core import clock
from core.outbox import Mail
from inbound.models import Outcome
from tests.agenda.attending import comes, declines, first_date, opened, standing
from tests.inbound.letters import comes_in
from tests.world import BOTH, World

STARTS = datetime(2027, 3, 22, 9, 30)
WEEKLY = "RRULE:FREQ=WEEKLY;COUNT=3"
REPLY = """BEGIN:VCALENDAR
METHOD:REPLY
BEGIN:VEVENT
UID:{uid}
{recurrence}ATTENDEE;PARTSTAT={said}:mailto:{attendee}
DTSTAMP:20270301T083000Z
END:VEVENT
END:VCALENDAR
"""


def mails(world: World, member: Member) -> list[Mail]:
    """The mails that take a date to a calendar, once the worker has done its work."""
    world.work()
    found = select(Mail).where(Mail.to_address == member.email, Mail.calendar.is_not(None))
    return list(world.all(found.order_by(Mail.id)))


def event_in(mail: Mail) -> tuple[str, Any]:
    """The method of a mail for calendars, and its event."""
    assert mail.calendar is not None
    read = Calendar.from_ical(mail.calendar)
    (event,) = read.walk("VEVENT")
    return str(read["METHOD"]), event


def answers_to(mail: Mail) -> str:
    """Where a calendar answers to this mail."""
    return str(event_in(mail)[1]["ORGANIZER"]).removeprefix("mailto:")


def reply(mail: Mail, said: str, attendee: str = "", **headers: str) -> EmailMessage:
    """What the calendar of who received this mail answers."""
    _method, event = event_in(mail)
    at = event.get("RECURRENCE-ID")
    shown = f"RECURRENCE-ID:{at.dt.astimezone(UTC):%Y%m%dT%H%M%SZ}\n" if at else ""
    written = EmailMessage()
    written["From"] = f"<{attendee or mail.to_address}>"
    written["To"] = answers_to(mail)
    written["Message-ID"] = f"<{said or 'nothing'}@calendar.example>"
    for name, value in headers.items():
        written[name.replace("_", "-")] = value
    written.set_content("Réponse")
    content = REPLY.format(
        uid=event["UID"], recurrence=shown, said=said, attendee=attendee or mail.to_address
    )
    written.add_alternative(content.encode(), "text", "calendar", params={"method": "REPLY"})
    return written


def a_date(world: World, owner: Member, rule: str = "", **said: Any) -> Event:
    """A date, or a series, for which one registers."""
    return opened(world, owner, world.event(owner, "Point", STARTS, recurrence=rule), **said)


@BOTH
def test_who_registers_is_invited_and_their_calendar_declines_then_accepts(world: World) -> None:
    alice, bruno = world.member("Alice"), world.member("Bruno")
    made = a_date(world, alice)
    date = first_date(world, made)
    comes(world, bruno, date)
    (mail,) = mails(world, bruno)
    method, event = event_in(mail)
    assert (method, event["UID"], mail.kind) == ("REQUEST", made.uid, "event_invitation")
    received = comes_in(world, reply(mail, "DECLINED", Auto_Submitted="auto-generated"))
    assert (received.outcome, received.why) == (Outcome.PUBLISHED, "")
    assert standing(world, bruno, date) is Standing.DECLINED
    assert [one.id for one in mails(world, bruno)] == [mail.id]  # their calendar knows what it said
    assert comes_in(world, reply(mail, "ACCEPTED")).outcome is Outcome.PUBLISHED
    assert standing(world, bruno, date) is Standing.COMING
    again = comes_in(world, reply(mail, "TENTATIVE"))
    assert (again.outcome, standing(world, bruno, date)) == (Outcome.PUBLISHED, Standing.COMING)


def test_of_a_series_the_calendar_answers_for_its_date(world: World) -> None:
    alice, bruno = world.member("Alice"), world.member("Bruno")
    made = a_date(world, alice, WEEKLY)
    dates = world.all(select(Occurrence.id).order_by(Occurrence.starts_at))
    for date in dates[:2]:
        comes(world, bruno, date)
    first, second = mails(world, bruno)
    assert event_in(first)[1]["UID"] == event_in(second)[1]["UID"] == made.uid
    comes_in(world, reply(second, "DECLINED"))
    said = [standing(world, bruno, date) for date in dates]
    assert said == [Standing.COMING, Standing.DECLINED, None]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"attendee": "carole@example.org"}, "reply-not-theirs"),
        ({"said": "NEEDS-ACTION"}, "reply-unknown"),
        ({"said": ""}, "reply-unknown"),
    ],
)
def test_what_is_not_the_answer_of_the_guest_changes_nothing_and_is_given_back(
    world: World, change: dict[str, str], why: str
) -> None:
    alice, bruno = world.member("Alice"), world.member("Bruno")
    world.member("Carole", email="carole@example.org")
    made = a_date(world, alice)
    comes(world, bruno, first_date(world, made))
    (mail,) = mails(world, bruno)
    received = comes_in(world, reply(mail, **{"said": "DECLINED", **change}))
    assert (received.outcome, received.why) == (Outcome.REFUSED, why)
    assert standing(world, bruno, first_date(world, made)) is Standing.COMING
    world.work()
    assert "answer_refused" in [one.kind for one in world.mails(bruno)]


def test_words_to_the_address_of_a_date_are_given_back(world: World) -> None:
    alice, bruno = world.member("Alice"), world.member("Bruno")
    comes(world, bruno, first_date(world, a_date(world, alice)))
    (mail,) = mails(world, bruno)
    written = EmailMessage()
    written["From"], written["To"] = bruno.email, answers_to(mail)
    written.set_content("Je ne viens pas.")
    assert comes_in(world, written).why == "reply-none"


def test_the_address_of_a_date_answers_for_no_other(world: World) -> None:
    alice, bruno = world.member("Alice"), world.member("Bruno")
    made, other = a_date(world, alice), a_date(world, alice)
    comes(world, bruno, first_date(world, made))
    (mail,) = mails(world, bruno)
    content = REPLY.format(uid=other.uid, recurrence="", said="ACCEPTED", attendee=bruno.email)
    written = EmailMessage()
    written["From"], written["To"] = bruno.email, answers_to(mail)
    written.set_content(content, subtype="calendar")
    assert comes_in(world, written).why == "reply-unknown"
    assert standing(world, bruno, first_date(world, other)) is None


def test_the_calendar_is_told_what_becomes_of_the_date(world: World) -> None:
    alice, bruno, carole = world.member("Alice"), world.member("Bruno"), world.member("Carole")
    made = a_date(world, alice, capacity=1)
    date = first_date(world, made)
    comes(world, bruno, date)
    comes(world, carole, date)
    assert [event_in(one)[0] for one in mails(world, bruno)] == ["REQUEST"]
    assert mails(world, carole) == []  # who waits has no place to note yet
    declines(world, bruno, date)
    assert [event_in(one)[0] for one in mails(world, carole)] == ["REQUEST"]
    method, event = event_in(mails(world, bruno)[-1])
    assert (method, event["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 1)
    assert str(event["ATTENDEE"]) == f"mailto:{bruno.email}"
    world.act_as(alice, lambda s, v: changes.cancel(s, s.get_one(Event, made.id), "Grève.", by=v))
    method, event = event_in(mails(world, carole)[-1])
    assert (method, event["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 2)
    assert len(mails(world, bruno)) == 2  # who does not come is told nothing more


@BOTH
def test_a_calendar_takes_the_date_away_then_back(world: World) -> None:
    alice, bruno = world.member("Alice"), world.member("Bruno")
    made = a_date(world, alice, WEEKLY)
    date = first_date(world, made)
    comes(world, bruno, date)
    (invited,) = mails(world, bruno)
    declines(world, bruno, date)
    comes(world, bruno, date)
    declines(world, bruno, date)
    mails(world, bruno)
    comes(world, bruno, date)
    said = [event_in(one) for one in mails(world, bruno)]
    assert [method for method, _event in said] == ["REQUEST", "CANCEL", "REQUEST"]
    assert {(event["UID"], event["RECURRENCE-ID"].dt) for _method, event in said} == {
        (made.uid, event_in(invited)[1]["RECURRENCE-ID"].dt)
    }
    numbers = [event["SEQUENCE"] for _method, event in said]
    assert numbers == sorted(numbers)
    assert numbers[0] < numbers[1]
    stamps = [event["DTSTAMP"].dt for _method, event in said]
    assert stamps == sorted(stamps)


@BOTH
def test_an_invitation_of_before_a_series_was_cut_is_still_answered(world: World) -> None:
    alice, bruno = world.member("Alice"), world.member("Bruno")
    a_date(world, alice, WEEKLY)
    dates = world.all(select(Occurrence.id).order_by(Occurrence.starts_at))
    for date in dates:
        comes(world, bruno, date)
    first, second, third = mails(world, bruno)

    def cut(session: Session, viewer: Viewer) -> None:
        at = session.scalars(queries.occurrence(viewer, later[0])).one()
        follows = changes.divide(session, at, by=viewer)
        for one in session.scalars(select(Occurrence).where(Occurrence.event_id == follows.id)):
            one.recurrence_at += timedelta(hours=1)  # as when the second series is moved

    later = list(dates[1:])
    while later:
        world.act_as(alice, cut)
        later.pop(0)
    assert world.one(select(func.count()).select_from(Event)) == 3
    assert comes_in(world, reply(third, "DECLINED")).outcome is Outcome.PUBLISHED
    assert [standing(world, bruno, one) for one in dates] == [
        Standing.COMING, Standing.COMING, Standing.DECLINED,
    ]  # fmt: skip
    assert comes_in(world, reply(second, "DECLINED")).outcome is Outcome.PUBLISHED
    assert comes_in(world, reply(first, "DECLINED")).outcome is Outcome.PUBLISHED
    assert {standing(world, bruno, one) for one in dates} == {Standing.DECLINED}


def test_a_date_that_is_no_longer_seen_is_not_answered_by_its_former_name(world: World) -> None:
    alice, bruno = world.member("Alice"), world.member("Bruno")
    a_date(world, alice, WEEKLY)
    second = world.all(select(Occurrence.id).order_by(Occurrence.starts_at))[1]
    comes(world, bruno, second)
    (mail,) = mails(world, bruno)

    def cut(session: Session, viewer: Viewer) -> None:
        at = session.scalars(queries.occurrence(viewer, second)).one()
        changes.divide(session, at, by=viewer).withdrawn_at = clock.now()

    world.act_as(alice, cut)
    assert comes_in(world, reply(mail, "DECLINED")).why == "reply-unknown"
    assert standing(world, bruno, second) is Standing.COMING


def test_who_no_longer_comes_when_the_mail_is_written_is_not_invited(world: World) -> None:
    alice, bruno = world.member("Alice"), world.member("Bruno")
    date = first_date(world, a_date(world, alice))
    comes(world, bruno, date)
    declines(world, bruno, date)
    assert mails(world, bruno) == []
