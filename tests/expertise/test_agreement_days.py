"""The ledger of a mission: one to five days, done, called off, moved; calendars follow."""

from datetime import date, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from core import clock
from core.outbox import Mail
from core.refusals import Refused
from expertise.agreements import days, queries
from expertise.agreements.life import Act
from expertise.agreements.models import AgreementDay, DayState
from expertise.desk import desk_of
from expertise.needs.life import Act as NeedAct
from tests.expertise import moving
from tests.expertise.agreeing import Case
from tests.expertise.surveying import later
from tests.world import World

WHO = {"ines@essai.example", "drh@groupe.example", "ana@groupe.example"}


@pytest.fixture
def signed(world: World) -> Case:
    """An agreement of three days, two of which are planned, signed by all."""
    case = Case(world)
    case.prepare()
    case.propose()
    case.sign()
    world.work()
    return case


def day(after: int) -> date:
    return clock.today() + timedelta(days=after)


def invitations(case: Case) -> list[Mail]:
    return case.mails("agreement_day")


def event(mail: Mail) -> tuple[str, Any]:
    """METHOD, VEVENT."""
    assert mail.calendar is not None
    found: Any = Calendar.from_ical(mail.calendar)
    [one] = found.walk("VEVENT")
    return str(found["METHOD"]), one


def settle(case: Case, which: int, act: Act) -> None:
    number = case.ledger()[which].id
    case.do(
        lambda s, one: days.settle(
            s, desk_of(s, case.chief.id), one, s.get_one(AgreementDay, number), act
        )
    )


def move(case: Case, which: int, to: date) -> None:
    number = case.ledger()[which].id
    case.do(
        lambda s, one: days.move(
            s, desk_of(s, case.chief.id), one, s.get_one(AgreementDay, number), to
        )
    )


@pytest.mark.parametrize(
    ("after", "half_days", "code"),
    [
        (-1, 2, "agreement-day-outside"),
        (61, 2, "agreement-day-outside"),
        (10, 2, "agreement-day-twice"),
        (20, 3, "agreement-too-many-days"),
        (20, 0, "agreement-too-many-days"),
    ],
)
def test_a_day_fits_the_mission(world: World, after: int, half_days: int, code: str) -> None:
    case = Case(world)
    case.prepare()
    with pytest.raises(Refused, match=code):
        case.plan(day(after), half_days)


def test_the_days_are_never_more_than_agreed(world: World) -> None:
    case = Case(world)
    case.prepare(half_days=5)
    with pytest.raises(Refused, match="agreement-too-many-days"):
        case.plan(day(20), 2)
    case.plan(day(20), 1)
    with pytest.raises(Refused, match="agreement-too-many-days"):
        case.edit(half_days=4)
    with pytest.raises(Refused, match="agreement-days-outside"):
        case.edit(half_days=5, ends_on=day(15))


@pytest.mark.parametrize("nonsense", [{"half_days": 3}, {"state": "done"}, {"uid": "same"}])
def test_the_database_refuses_nonsense(world: World, nonsense: dict[str, object]) -> None:
    case = Case(world)
    one = case.prepare()
    row = {"agreement_id": one.id, "half_days": 2, "state": "planned", "sequence": 0}
    rows = [row | {"day": day(at), "uid": f"{at}"} | nonsense for at in (30, 31)]
    with pytest.raises(IntegrityError):
        world.act(lambda s: s.execute(insert(AgreementDay), rows))


def test_a_plan_is_not_changed_while_it_is_being_signed(world: World) -> None:
    case = Case(world)
    case.prepare()
    case.propose()
    with pytest.raises(Refused, match="agreement-elsewhere"):
        case.plan(day(20))
    client, one = world.client(case.chief), case.now()
    there = f"/expertise/conventions/{one.id}/jours/{case.ledger()[0].id}"
    for act in ("retirer", "fait", "annule", "deplacer"):
        assert client.post(there, data={"act": act, "to": f"{day(12)}"}).status_code == 422
    assert [line.day for line in case.ledger()] == [day(10), day(17)]


def test_calendars_are_told_once_all_have_signed(signed: Case) -> None:
    sent = invitations(signed)
    assert len(sent) == 2 * len(WHO)
    assert {one.to_address for one in sent} == WHO
    method, one = event(sent[0])
    assert (method, one["SEQUENCE"], one["STATUS"]) == ("REQUEST", 0, "CONFIRMED")
    assert one["DTSTART"].dt == day(10)
    assert one["DTEND"].dt == day(11)
    assert {str(guest).removeprefix("mailto:") for guest in one["ATTENDEE"]} == WHO
    assert str(one["ORGANIZER"]) == "mailto:essai@example.org"
    kept = f"{sent[0].calendar}{sent[0].text}{sent[0].subject}"
    for secret in ("Allemagne", "distributeur", "02 40 00 00 00", "/convention/"):
        assert secret not in kept


def test_a_day_that_moves_keeps_its_name_with_a_higher_sequence(signed: Case) -> None:
    before = {event(one)[1]["UID"] for one in invitations(signed)}
    move(signed, 0, day(12))
    moved = invitations(signed)[-3:]
    for mail in moved:
        method, one = event(mail)
        assert (method, one["SEQUENCE"], one["DTSTART"].dt) == ("REQUEST", 1, day(12))
        assert one["UID"] in before
    with pytest.raises(Refused, match="agreement-day-twice"):
        move(signed, 0, day(17))
    with pytest.raises(Refused, match="agreement-day-outside"):
        move(signed, 0, day(70))


def test_a_day_that_is_called_off_leaves_calendars_and_makes_room(signed: Case) -> None:
    signed.plan(day(24))
    with pytest.raises(Refused, match="agreement-too-many-days"):
        signed.plan(day(25))
    settle(signed, 0, Act.DAY_CANCELLED)
    method, one = event(invitations(signed)[-1])
    assert (method, one["STATUS"], one["SEQUENCE"]) == ("CANCEL", "CANCELLED", 1)
    signed.plan(day(25))
    with pytest.raises(Refused, match="agreement-too-many-days"):
        settle(signed, 0, Act.DAY_AGAIN)


def test_the_ledger_adds_up(signed: Case) -> None:
    with pytest.raises(Refused, match="agreement-day-to-come"):
        settle(signed, 0, Act.DAY_DONE)
    with later(11):
        settle(signed, 0, Act.DAY_DONE)
    ledger, one = signed.ledger(), signed.now()
    assert queries.half_days(ledger, DayState.DONE) == 2
    assert queries.half_days(ledger, DayState.PLANNED) == 2
    assert queries.left_to_plan(one, ledger) == 2
    page = signed.world.client(signed.chief).get(f"/expertise/conventions/{one.id}")
    words = page.text.replace("\u00a0", " ")
    assert "Durée convenue : 3 jours. Prévu : 1 jour. Réalisé : 1 jour." in words
    assert "Sans date : 1 jour." in words
    settle(signed, 0, Act.DAY_AGAIN)
    assert queries.half_days(signed.ledger(), DayState.DONE) == 0


def test_half_a_day_counts_for_half(world: World) -> None:
    case = Case(world)
    case.prepare()
    case.plan(day(20), 1)
    assert queries.half_days(case.ledger(), DayState.PLANNED) == 5
    page = world.client(case.chief).get(f"/expertise/conventions/{case.now().id}").text
    assert "2 jours et demi" in page
    assert "Sans date\u00a0: une demi-journée" in page


def test_days_are_kept_from_the_page(signed: Case) -> None:
    client, one = signed.world.client(signed.chief), signed.now()
    there = f"/expertise/conventions/{one.id}/jours/{signed.ledger()[0].id}"
    assert client.post(there, data={"act": "deplacer", "to": f"{day(12)}"}).status_code == 302
    assert client.post(there, data={"act": "deplacer", "to": "demain"}).status_code == 422
    assert client.post(there, data={"act": "annule"}).status_code == 302
    assert client.post(there, data={"act": "de-nouveau"}).status_code == 302
    assert client.post(there, data={"act": "fait"}).status_code == 422
    with later(13):
        assert client.post(there, data={"act": "fait"}).status_code == 302
    assert client.post(there, data={"act": "autre"}).status_code == 404
    there = f"/expertise/conventions/{one.id}/jours/999"
    assert client.post(there, data={"act": "fait"}).status_code == 404
    page = client.get(f"/expertise/conventions/{one.id}").text
    assert "Une journée a été déplacée" in page


def test_what_was_planned_is_off_when_the_company_withdraws(signed: Case) -> None:
    before = len(invitations(signed))
    moving.follow(signed.world, signed.need, NeedAct.WITHDRAW, "Non.")
    assert {one.state for one in signed.ledger()} == {DayState.CANCELLED}
    told = invitations(signed)[before:]
    assert len(told) == 2 * len(WHO)
    assert {event(one)[0] for one in told} == {"CANCEL"}
