"""Coming to a date: places, the waiting list, questions, and who may."""

# ruff: noqa: DTZ001 - what a clock shows has no zone

import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from access.models import MemberNetwork
from accounts import leaving
from accounts.models import Member
from agenda import changes
from agenda.attending import organising, queries
from agenda.attending.models import Answer, Registration, Standing, Terms
from agenda.attending.queries import needed
from agenda.models import Event, Occurrence
from agenda.queries import occurrence
from core import clock
from core.refusals import Refused
from directory.questions import QuestionKind
from tests.agenda.attending import (
    LONG_BEFORE,
    at,
    comes,
    declines,
    first_date,
    opened,
    standing,
    subjects,
)
from tests.forum.test_at_once import at_once
from tests.house.test_twins import made_one
from tests.world import BOTH, World

pytestmark = pytest.mark.usefixtures("long_before")
NINE = datetime(2027, 3, 22, 9)
COMING, WAITING, DECLINED = Standing.COMING, Standing.WAITING, Standing.DECLINED


def of_two_places(world: World, owner: Member, **said: object) -> int:
    made = world.event(owner, "Job dating", NINE)
    return first_date(world, opened(world, owner, made, capacity=2, **said))


@BOTH
def test_places_are_given_in_order_then_one_waits(world: World) -> None:
    date = of_two_places(world, world.member("Olga"))
    people = [world.member(name) for name in ("Anne", "Bruno", "Chloé", "Denis")]
    for one in people:
        comes(world, one, date)
    assert [standing(world, one, date) for one in people] == [COMING, COMING, WAITING, WAITING]


@BOTH
def test_the_first_in_line_has_the_place_that_is_freed_and_is_told(world: World) -> None:
    date = of_two_places(world, world.member("Olga"))
    anne, bruno, chloe, denis = (world.member(one) for one in ("Anne", "Bruno", "Chloé", "Denis"))
    for one in (anne, bruno, chloe, denis):
        comes(world, one, date)
    declines(world, anne, date)
    assert standing(world, chloe, date) is COMING
    assert standing(world, denis, date) is WAITING
    (subject,) = subjects(world, chloe)
    assert subject.endswith(": Job dating")
    assert subjects(world, denis) == []


@BOTH
def test_two_at_the_last_place_at_the_same_instant_and_one_has_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = queries.taken

    def slowly(session: Session, occurrence_id: int) -> int:
        """Long enough between the count and the place for all to have counted."""
        found = counted(session, occurrence_id)
        time.sleep(0.3)
        return found

    monkeypatch.setattr(queries, "taken", slowly)
    date = of_two_places(world, world.member("Olga"), waiting_list=False)
    comes(world, world.member("Anne"), date)
    people = [world.member(f"Rapide{number}") for number in range(4)]

    def run(which: int) -> str:
        try:
            comes(world, people[which], date)
        except Refused as refused:
            return refused.code
        return "comes"

    given = at_once(world, len(people), run)
    assert sorted(given) == ["comes", *["registration-full"] * 3]
    coming = select(Registration.id).where(Registration.standing == COMING)
    assert len(world.all(coming)) == 2


@BOTH
def test_a_place_freed_while_others_register_is_given_once(world: World) -> None:
    date = of_two_places(world, world.member("Olga"))
    anne, bruno, chloe = (world.member(one) for one in ("Anne", "Bruno", "Chloé"))
    for one in (anne, bruno, chloe):
        comes(world, one, date)
    late = [world.member(f"Tard{number}") for number in range(2)]
    acts = [lambda: declines(world, anne, date)]
    acts += [lambda one=one: comes(world, one, date) for one in late]  # type: ignore[misc]
    at_once(world, len(acts), lambda which: acts[which]())
    assert standing(world, chloe, date) is COMING
    assert [standing(world, one, date) for one in late] == [WAITING, WAITING]


@BOTH
def test_more_places_go_at_once_to_those_who_wait(world: World) -> None:
    olga = world.member("Olga")
    date = of_two_places(world, olga)
    people = [world.member(name) for name in ("Anne", "Bruno", "Chloé", "Denis")]
    for one in people:
        comes(world, one, date)
    event = world.all(select(Event))[0]
    opened(world, olga, event, capacity=3)
    assert [standing(world, one, date) for one in people] == [COMING, COMING, COMING, WAITING]
    opened(world, olga, event, capacity=1)
    assert standing(world, people[2], date) is COMING, "fewer places take none back"


WHO = {
    "of the network": (("coorace",), "departement:44", True),
    "of another network": (("fnars",), "departement:44", False),
    "of another territory": (("coorace",), "departement:85", False),
    "of no network": ((), "departement:44", False),
}


@BOTH
@pytest.mark.parametrize("who", WHO)
def test_who_does_not_see_the_event_cannot_register_with_its_number(world: World, who: str) -> None:
    networks, territory, may = WHO[who]
    olga = world.member("Olga")
    someone = world.member("Lise", networks=networks, territories=[territory])
    made = world.event(olga, networks=["coorace"], territories=["departement:44"])
    date = first_date(world, opened(world, olga, made))
    client = world.client(someone)
    page = f"/agenda/dates/{date}/participer"
    assert client.get(page).status_code == (200 if may else 404)
    assert client.post(page).status_code == (302 if may else 404)
    assert client.post(f"/agenda/dates/{date}/je-ne-viens-pas").status_code == (302 if may else 404)
    if may:
        return
    with pytest.raises(Refused, match="registration-none"):
        comes(world, someone, date)
    assert standing(world, someone, date) is None


@pytest.mark.parametrize(
    ("said", "now", "refusal"),
    [
        ({"is_open": False}, LONG_BEFORE, "registration-closed"),
        ({}, datetime(2027, 3, 22, 8, tzinfo=UTC), "date-over"),
        ({"days_before": 2}, datetime(2027, 3, 20, 22, 59, tzinfo=UTC), None),
        ({"days_before": 2}, datetime(2027, 3, 20, 23, 0, tzinfo=UTC), "registration-closed"),
    ],
)
def test_registration_closes_as_it_was_said(
    world: World, said: dict[str, object], now: datetime, refusal: str | None
) -> None:
    olga, lise = world.member("Olga"), world.member("Lise")
    date = first_date(world, opened(world, olga, world.event(olga, starts=NINE), **said))
    with at(now):
        if refusal is None:
            comes(world, lise, date)
            return
        with pytest.raises(Refused, match=refusal):
            comes(world, lise, date)


def test_one_does_not_register_where_nothing_was_opened(world: World) -> None:
    date = first_date(world, world.event(world.member("Olga"), starts=NINE))
    with pytest.raises(Refused, match="registration-none"):
        comes(world, world.member("Lise"), date)


def ask(world: World, owner: Member, kind: QuestionKind, **more: object) -> int:
    event = world.all(select(Event))[0]
    said = {"words": "Régime ?", "required": True} | more
    return world.act_as(
        owner,
        lambda s, viewer: organising.ask(
            s,
            s.get_one(Event, event.id),
            kind=kind,
            by=viewer,
            **said,  # type: ignore[arg-type]
        ),
    ).id


@BOTH
def test_questions_are_answered_and_may_be_answered_otherwise(world: World) -> None:
    olga, lise = world.member("Olga"), world.member("Lise")
    date = of_two_places(world, olga)
    choice = ask(world, olga, QuestionKind.CHOICE, choices="Avec viande\nSans viande\n")
    text = ask(world, olga, QuestionKind.TEXT, required=False)
    for answers, refusal in (
        ({}, "answer-needed"),
        ({f"q{choice}": "Autre"}, "answer-unknown"),
        ({f"q{choice}": "Sans viande", f"q{text}": "x" * 1001}, "answer-too-long"),
    ):
        with pytest.raises(Refused, match=refusal):
            comes(world, lise, date, **answers)
    assert standing(world, lise, date) is None
    comes(world, lise, date, **{f"q{choice}": "Sans viande", f"q{text}": "Rien"})
    comes(world, lise, date, **{f"q{choice}": "Avec viande"})
    assert world.all(select(Answer.words)) == ["Avec viande"]


@BOTH
def test_a_question_that_was_answered_is_retired_and_another_goes(world: World) -> None:
    olga, lise = world.member("Olga"), world.member("Lise")
    date = of_two_places(world, olga)
    kept, unanswered = (ask(world, olga, QuestionKind.YES_NO, required=False) for _one in "ab")
    comes(world, lise, date, **{f"q{kept}": "yes"})
    event = world.all(select(Event))[0]
    for client, code in ((world.client(lise), 404), (world.client(olga), 302)):
        for one in (kept, unanswered):
            page = f"/agenda/{event.id}/inscriptions/questions/{one}/retirer"
            assert client.post(page).status_code == code
    comes(world, lise, date)
    assert world.all(select(Answer.words)) == ["yes"]
    page = world.client(olga).get(f"/agenda/dates/{date}/inscrits").text
    assert page.count("Régime ?") == 1


@BOTH
def test_leaving_a_network_ends_nothing_silently(world: World) -> None:
    """The place is kept; the organiser sees it; the member gives it back without seeing more."""
    olga, lise = world.member("Olga"), world.member("Lise", networks=["coorace", "fnars"])
    made = world.event(olga, "Réunion discrète", NINE, networks=["coorace"])
    date = first_date(world, opened(world, olga, made, capacity=1))
    comes(world, lise, date)
    waiting = world.member("Anne")
    comes(world, waiting, date)
    away(world, lise, "coorace")
    assert standing(world, lise, date) is COMING
    listed = world.client(olga).get(f"/agenda/dates/{date}/inscrits").text
    assert lise.name in listed
    assert "data-gone" in listed
    client = world.client(lise)
    mine = client.get("/agenda/mes-dates").text
    assert "Réunion discrète" not in mine
    assert f"/agenda/dates/{date}/je-ne-viens-pas" in mine
    assert client.post(f"/agenda/dates/{date}/je-ne-viens-pas").status_code == 302
    assert standing(world, waiting, date) is COMING


def away(world: World, member: Member, network: str) -> None:
    number = world.network(network)
    world.act(
        lambda s: s.execute(
            delete(MemberNetwork).where(
                MemberNetwork.member_id == member.id, MemberNetwork.network_id == number
            )
        )
    )


@BOTH
def test_a_place_does_not_go_to_who_no_longer_sees_the_date(world: World) -> None:
    olga = world.member("Olga")
    gone = world.member("Lise", networks=["coorace", "fnars"])
    made = world.event(olga, starts=NINE, networks=["coorace"])
    date = first_date(world, opened(world, olga, made, capacity=1))
    anne, bruno = world.member("Anne"), world.member("Bruno")
    for one in (anne, gone, bruno):
        comes(world, one, date)
    away(world, gone, "coorace")
    declines(world, anne, date)
    assert standing(world, gone, date) is WAITING
    assert standing(world, bruno, date) is COMING


@BOTH
def test_the_place_of_an_account_that_closes_goes_to_the_next(world: World) -> None:
    olga, lise, anne = world.member("Olga"), world.member("Lise"), world.member("Anne")
    date = first_date(world, opened(world, olga, world.event(olga, starts=NINE), capacity=1))
    comes(world, lise, date)
    comes(world, anne, date)
    world.act(lambda s: leaving.ask_to_close(s, s.get_one(Member, lise.id), erases=False))
    keeping = world.app.extensions["maillage.keeping"]
    with at(clock.now() + timedelta(days=15)):
        world.act(lambda s: keeping.tonight(s, {}))
        world.work()
    assert standing(world, lise, date) is None
    assert standing(world, anne, date) is COMING


def test_nothing_is_registered_for_a_date_that_is_cancelled(world: World) -> None:
    olga, lise = world.member("Olga"), world.member("Lise")
    date = of_two_places(world, olga)

    def cancel(session: Session) -> None:
        session.get_one(Occurrence, date).cancelled_at = LONG_BEFORE

    world.act(cancel)
    with pytest.raises(Refused, match="date-cancelled"):
        comes(world, lise, date)


@BOTH
def test_a_series_cut_in_two_keeps_its_places_questions_and_answers(world: World) -> None:
    olga, lise = world.member("Olga"), world.member("Lise")
    date = of_two_places(world, olga)
    question = ask(world, olga, QuestionKind.TEXT)
    comes(world, lise, date, **{f"q{question}": "Rien"})
    (event,) = world.all(select(Event.id))
    follows = world.event(olga, "La suite", NINE + timedelta(days=7))

    def divide(session: Session) -> None:
        session.get_one(Occurrence, date).event_id = follows.id
        session.flush()
        organising.copy_terms(session, event, follows.id)

    world.act(divide)
    page = world.client(olga).get(f"/agenda/dates/{date}/inscrits").text
    assert "Régime ?" in page
    assert "Rien" in page
    assert world.one(select(Terms.capacity).where(Terms.event_id == follows.id)) == 2


@BOTH
def test_only_a_date_that_somebody_registered_for_is_needed(world: World) -> None:
    olga, lise = world.member("Olga"), world.member("Lise")
    date = of_two_places(world, olga)
    dates = world.all(select(Occurrence))
    assert world.act(lambda s: needed(s, dates)) == set()
    comes(world, lise, date)
    assert world.act(lambda s: needed(s, dates)) == {date}
    declines(world, lise, date)
    assert world.act(lambda s: needed(s, dates)) == set()


@BOTH
def test_two_places_of_one_person_at_one_date_give_one_to_the_next(world: World) -> None:
    olga, twin, other = world.member("Olga"), world.member("Lise"), world.member("Lise")
    waits, administrator = world.member("Anne"), world.administrator()
    date = first_date(world, opened(world, olga, world.event(olga, starts=NINE), capacity=2))
    for member in (twin, other, waits):
        comes(world, member, date)
    made_one(world, administrator, twin, other)
    assert standing(world, twin, date) is Standing.COMING
    assert standing(world, waits, date) is Standing.COMING


@BOTH
def test_the_page_that_changes_later_dates_carries_their_places_over(world: World) -> None:
    olga, lise = world.member("Olga"), world.member("Lise")
    made = world.event(olga, starts=NINE, recurrence="RRULE:FREQ=WEEKLY;COUNT=4")
    opened(world, olga, made, capacity=3)
    dates = world.all(select(Occurrence).order_by(Occurrence.starts_at))
    for date in (dates[0], dates[2]):
        comes(world, lise, date.id)
    told_before = len(subjects(world, lise))
    world.act_as(
        olga,
        lambda s, v: changes.divide(s, s.scalars(occurrence(v, dates[2].id)).one(), by=v),
    )
    follows = world.one(select(Occurrence.event_id).where(Occurrence.id == dates[2].id))
    assert follows != made.id
    assert world.one(select(Terms.capacity).where(Terms.event_id == follows)) == 3
    assert standing(world, lise, dates[2].id) is Standing.COMING
    assert len(subjects(world, lise)) == told_before  # none of their dates moved
