"""Events of a file that go into the agenda, and come again."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from accounts.models import Member
from agenda.ics.importing import Choice, Fate, Outcome, bring
from agenda.ics.reading import read
from agenda.models import Event, EventKind, Occurrence
from tests.agenda.ics.calendars import CANCELLED, MOVED, WEEKLY, calendar, event
from tests.world import BOTH, World

ONE = event("SUMMARY:Forum", "DTSTART:20270301T080000Z", "DTEND:20270301T100000Z", uid="un")
LATER = ONE.replace("20270301T", "20270305T")


def take(world: World, who: Member, *parts: str, **choice: Any) -> list[Outcome]:
    """Import these events as this member."""
    kind_id = world.one(select(EventKind.id).where(EventKind.slug == "reunion"))
    wanted = Choice(**{"kind_id": kind_id, **choice})
    found = read(calendar(*parts))
    return world.act_as(who, lambda s, viewer: bring(s, found, wanted, owner=viewer))


def fates(outcomes: list[Outcome]) -> list[tuple[Fate, str]]:
    return [(one.fate, one.code) for one in outcomes]


def dates(world: World) -> list[Occurrence]:
    found = select(Occurrence).options(joinedload(Occurrence.event))
    return world.all(found.order_by(Occurrence.starts_at))


@BOTH
def test_the_events_of_a_file_are_announced(world: World) -> None:
    alice = world.member("Alice")
    outcomes = take(world, alice, WEEKLY, MOVED, CANCELLED, ONE)
    assert fates(outcomes) == [(Fate.NEW, ""), (Fate.NEW, "")]
    series = [one for one in dates(world) if one.event.title == "Point d’équipe"]
    assert [(one.starts_at.day, one.changed) for one in series] == [
        (1, False), (9, True), (15, True), (22, False), (29, False), (5, False),
    ]  # fmt: skip
    moved, cancelled = series[1:3]
    assert (moved.recurrence_at.day, moved.place, moved.title) == (8, "Mairie", None)
    assert cancelled.cancelled_at is not None
    assert {one.event.owner_id for one in series} == {alice.id}


@BOTH
def test_the_same_file_again_does_nothing(world: World) -> None:
    alice = world.member("Alice")
    take(world, alice, WEEKLY, MOVED, CANCELLED, ONE)
    before = [(one.id, one.starts_at, one.event.sequence) for one in dates(world)]
    outcomes = take(world, alice, WEEKLY, MOVED, CANCELLED, ONE)
    assert fates(outcomes) == [(Fate.SAME, ""), (Fate.SAME, "")]
    assert [(one.id, one.starts_at, one.event.sequence) for one in dates(world)] == before


@BOTH
def test_what_changed_in_the_file_changes_here(world: World) -> None:
    alice = world.member("Alice")
    take(world, alice, WEEKLY, MOVED, ONE)
    (before,) = [one for one in dates(world) if one.event.uid == "un"]
    later = [WEEKLY.replace("COUNT=6", "COUNT=5"), LATER]
    assert fates(take(world, alice, *later)) == [(Fate.CHANGED, ""), (Fate.CHANGED, "")]
    found = dates(world)
    (moved,) = [one for one in found if one.event.uid == "un"]
    assert (moved.id, moved.event.sequence) == (before.id, 1)  # who comes to it still does
    assert moved.starts_at == moved.recurrence_at == datetime(2027, 3, 5, 8, tzinfo=UTC)
    series = [one for one in found if one.event.uid != "un"]
    # The second is where the rule puts it again; the sixth will not take place.
    assert [one.starts_at.day for one in series] == [1, 8, 15, 22, 29, 5]
    assert [one.cancelled_at is not None for one in series] == [False] * 5 + [True]
    assert series[0].event.sequence == 2


def test_a_cancelled_event_is_cancelled_here(world: World) -> None:
    alice = world.member("Alice")
    gone = ONE.replace("SUMMARY", "STATUS:CANCELLED\r\nSUMMARY")
    assert fates(take(world, alice, gone)) == [(Fate.LEFT, "event-cancelled-there")]
    take(world, alice, ONE)
    assert fates(take(world, alice, gone)) == [(Fate.CHANGED, "")]
    assert world.all(select(Event))[0].cancelled_at is not None
    assert fates(take(world, alice, gone)) == [(Fate.SAME, "")]
    assert fates(take(world, alice, ONE)) == [(Fate.CHANGED, "")]
    assert world.all(select(Event))[0].cancelled_at is None


def test_what_is_over_is_left_aside_unless_asked_for(world: World) -> None:
    alice = world.member("Alice")
    old = ONE.replace("2027", "2017")
    endless = event("SUMMARY:Point", "DTSTART:20170301T080000Z", "RRULE:FREQ=MONTHLY", uid="deux")
    assert fates(take(world, alice, old, endless)) == [(Fate.LEFT, "event-over"), (Fate.NEW, "")]
    assert fates(take(world, alice, old, past=True)) == [(Fate.NEW, "")]


WHO = {
    "a colleague who sees it": (("coorace",), Fate.LEFT, "event-of-a-colleague", 1),
    "somebody who does not": (("fnars",), Fate.NEW, "", 2),
}


@BOTH
@pytest.mark.parametrize("who", WHO)
def test_an_event_that_somebody_else_announced(world: World, who: str) -> None:
    networks, fate, code, many = WHO[who]
    alice, other = world.member("Alice"), world.member("Lise", networks=networks)
    take(world, alice, ONE, networks=(world.network("coorace"),))
    for _twice in range(2):
        assert fates(take(world, other, LATER))[0] in {(fate, code), (Fate.SAME, "")}
    assert world.one(select(func.count()).select_from(Event)) == many
    (hers,) = world.all(select(Event).where(Event.owner_id == alice.id))
    assert hers.starts_at.day == 1  # nobody changes what is not theirs


def test_an_event_that_is_refused_says_why_and_holds_back_no_other(world: World) -> None:
    alice = world.member("Alice")
    long = event("SUMMARY:Un an", "DTSTART;VALUE=DATE:20270101", "DTEND;VALUE=DATE:20280101")
    bad = event("SUMMARY:Quand ?", uid="trois")
    assert fates(take(world, alice, long, bad, ONE)) == [
        (Fate.REFUSED, "event-too-long"),
        (Fate.REFUSED, "starts-missing"),
        (Fate.NEW, ""),
    ]
    refused = take(world, alice, ONE.replace("UID:un", "UID:x"), networks=(world.network("fnars"),))
    assert fates(refused) == [(Fate.REFUSED, "audience-not-yours")]


def test_what_is_said_here_and_not_in_a_calendar_stays(world: World) -> None:
    alice = world.member("Alice")
    theme_id = world.theme()
    where: dict[str, Any] = {"place": "Mairie", "town": "Nantes"}
    made = world.event(alice, "Forum", theme_id=theme_id, kind="formation", **where)
    again = event(
        "SUMMARY:Forum de l’emploi",
        "DTSTART:20270301T083000Z",
        "DTEND:20270301T103000Z",
        "LOCATION:Mairie\\, Nantes",
        uid=made.uid,
    )
    assert fates(take(world, alice, again)) == [(Fate.CHANGED, "")]
    (now,) = world.all(select(Event))
    assert (now.title, now.place, now.town) == ("Forum de l’emploi", "Mairie", "Nantes")
    assert (now.theme_id, now.kind_id) == (theme_id, made.kind_id)


@BOTH
def test_each_event_more_costs_few_statements(world: World) -> None:
    """The author's reach and what events are filed under are read once for a file."""
    alice = world.member("Alice")

    def many(first: int, last: int) -> list[str]:
        days = "RRULE:FREQ=WEEKLY;COUNT=8"
        return [ONE.replace("UID:un", f"{days}\r\nUID:{n}") for n in range(first, last)]

    def cost(parts: list[str], fate: Fate) -> int:
        with world.counted() as statements:
            assert {one.fate for one in take(world, alice, *parts)} == {fate}
        return len(statements)

    few, most = many(0, 5), many(5, 45)
    take(world, alice, ONE)
    assert cost(most, Fate.NEW) - cost(few, Fate.NEW) <= 3 * 35
    assert cost(most, Fate.SAME) - cost(few, Fate.SAME) <= 4 * 35
