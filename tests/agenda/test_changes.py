"""One date, those that follow, all of them: what becomes of each when something changes."""

# ruff: noqa: DTZ001 - what a clock shows has no zone

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from access.viewers import Viewer
from accounts.models import Member
from agenda import changes, needs, queries
from agenda.actions import Said
from agenda.changes import SaidOfDate
from agenda.models import Event, Occurrence
from agenda.recurrence import wall
from core.refusals import Refused
from tests.world import BOTH, World

NINE = datetime(2027, 3, 2, 9)
"""A Tuesday, before summer time."""
WEEKLY = "RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=6"


@pytest.fixture
def alice(world: World) -> Member:
    return world.member("Alice")


@pytest.fixture(autouse=True)
def nobody_needs_anything() -> Iterator[None]:
    yield
    needs.wire([])


def series(world: World, owner: Member, rule: str = WEEKLY, **said: Any) -> Event:
    return world.event(owner, "Point", NINE, recurrence=rule, **said)


def said_of(event: Event, **changed: Any) -> Said:
    """What its form would send, with these changes."""
    as_it_is = Said(
        title=event.title,
        kind_id=event.kind_id,
        starts=wall(event.starts_at, event.zone),
        ends=wall(event.ends_at, event.zone),
        all_day=event.all_day,
        zone=event.zone,
        recurrence=event.recurrence,
        place=event.place,
    )
    return replace(as_it_is, **changed)


def change(world: World, member: Member, act: Callable[[Session, Viewer], Any]) -> Any:
    return world.act_as(member, act)


def rows(world: World, event_id: int) -> list[Occurrence]:
    return world.all(
        select(Occurrence).where(Occurrence.event_id == event_id).order_by(Occurrence.starts_at)
    )


def walls(world: World, event_id: int) -> list[datetime]:
    return [wall(one.starts_at, "Europe/Paris") for one in rows(world, event_id)]


def the_date(session: Session, viewer: Viewer, occurrence: Occurrence) -> Occurrence:
    return session.scalars(queries.occurrence(viewer, occurrence.id)).one()


def the_event(session: Session, viewer: Viewer, event: Event) -> Event:
    return session.scalars(queries.event(viewer, event.id)).one()


def rearranged(world: World, member: Member, event: Event, **changed: Any) -> Event:
    def act(session: Session, viewer: Viewer) -> Event:
        one = the_event(session, viewer, event)
        changes.rearrange(session, one, said_of(one, **changed), by=viewer)
        return one

    made: Event = change(world, member, act)
    return made


@BOTH
def test_all_move_and_keep_their_rows(world: World, alice: Member) -> None:
    made = series(world, alice)
    before = [one.id for one in rows(world, made.id)]
    later = rearranged(world, alice, made, starts=NINE.replace(hour=14), ends=NINE.replace(hour=16))
    assert [one.id for one in rows(world, made.id)] == before
    assert {one.hour for one in walls(world, made.id)} == {14}
    assert later.sequence == 1


@BOTH
def test_all_move_to_another_weekday_and_keep_their_rows(world: World, alice: Member) -> None:
    made = series(world, alice)
    before = [one.id for one in rows(world, made.id)]
    day = timedelta(days=1)
    rule = WEEKLY.replace("TU", "WE")
    rearranged(world, alice, made, starts=NINE + day, ends=NINE + day * 1.5, recurrence=rule)
    assert [one.id for one in rows(world, made.id)] == before
    assert walls(world, made.id)[0] == NINE + day


@BOTH
def test_a_date_changed_alone_stays_so_when_all_change(world: World, alice: Member) -> None:
    made = series(world, alice)
    third = rows(world, made.id)[2]
    moved = datetime(2027, 3, 18, 17)

    def alone(session: Session, viewer: Viewer) -> None:
        said = SaidOfDate(starts=moved, ends=moved + timedelta(hours=1), place="Chez nous")
        changes.rearrange_date(session, the_date(session, viewer, third), said, by=viewer)

    change(world, alice, alone)
    rearranged(world, alice, made, starts=NINE.replace(hour=10), ends=NINE.replace(hour=11))
    found = {one.id: one for one in rows(world, made.id)}
    assert wall(found[third.id].starts_at, "Europe/Paris") == moved
    assert found[third.id].place == "Chez nous"
    assert wall(found[third.id].recurrence_at, "Europe/Paris") == datetime(2027, 3, 16, 10)
    assert len(found) == 6


@BOTH
def test_what_the_rule_no_longer_gives_goes_unless_somebody_needs_it(
    world: World, alice: Member
) -> None:
    made = series(world, alice)
    fifth, sixth = rows(world, made.id)[4:]
    needs.wire([lambda _session, asked: [one.id for one in asked if one.id == fifth.id]])
    rearranged(world, alice, made, recurrence=WEEKLY.replace("6", "4"))
    left = {one.id: one for one in rows(world, made.id)}
    assert sixth.id not in left
    assert left[fifth.id].cancelled_at is not None
    assert len(left) == 5


@BOTH
def test_one_date_comes_back_to_what_the_series_says(world: World, alice: Member) -> None:
    made = series(world, alice)
    second = rows(world, made.id)[1]

    def there_and_back(session: Session, viewer: Viewer) -> None:
        one = the_date(session, viewer, second)
        said = SaidOfDate(starts=NINE, ends=NINE, title="Autre", words="Venez tôt")
        changes.rearrange_date(session, one, said, by=viewer)
        changes.as_the_rule_says(session, one, by=viewer)

    change(world, alice, there_and_back)
    again = rows(world, made.id)[1]
    assert (again.id, again.starts_at, again.title, again.words, again.changed) == (
        *(second.id, second.starts_at, None, "", False),
    )


@BOTH
def test_those_that_follow_become_a_series_with_their_rows(world: World, alice: Member) -> None:
    made = series(world, alice)
    every = rows(world, made.id)

    def act(session: Session, viewer: Viewer) -> Event:
        at = the_date(session, viewer, every[3])
        start = datetime(2027, 3, 23, 15)
        said = said_of(
            at.event,
            title="Point du soir",
            starts=start,
            ends=start + timedelta(hours=1),
            recurrence="RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=3",
        )
        return changes.rearrange_following(session, at, said, by=viewer)

    follows: Event = change(world, alice, act)
    assert [one.id for one in rows(world, made.id)] == [one.id for one in every[:3]]
    assert [one.id for one in rows(world, follows.id)] == [one.id for one in every[3:]]
    assert {one.hour for one in walls(world, made.id)} == {9}
    assert {one.hour for one in walls(world, follows.id)} == {15}
    first = world.one(select(Event).where(Event.id == made.id))
    assert first is not None
    assert (first.sequence, first.title, follows.title) == (1, "Point", "Point du soir")
    assert first.uid != follows.uid
    assert "UNTIL=20270316T090000" in first.recurrence


@BOTH
def test_those_that_follow_the_first_are_all(world: World, alice: Member) -> None:
    made = series(world, alice)
    first = rows(world, made.id)[0]

    def act(session: Session, viewer: Viewer) -> Event:
        at = the_date(session, viewer, first)
        return changes.cancel_following(session, at, "Plus de salle", by=viewer)

    follows: Event = change(world, alice, act)
    assert follows.id == made.id
    assert follows.cancelled_why == "Plus de salle"
    assert world.all(select(Event.id)) == [made.id]


@BOTH
def test_a_date_cancelled_alone_and_given_back(world: World, alice: Member) -> None:
    made = series(world, alice)
    second = rows(world, made.id)[1]
    change(
        world,
        alice,
        lambda s, v: changes.cancel_date(s, the_date(s, v, second), "  Grève  ", by=v),
    )
    cancelled = rows(world, made.id)[1]
    assert (cancelled.cancelled_at is not None, cancelled.words) == (True, "Grève")
    change(world, alice, lambda s, v: changes.restore_date(s, the_date(s, v, second), by=v))
    back = rows(world, made.id)[1]
    assert (back.cancelled_at, back.words) == (None, "")
    sequence = world.one(select(Event.sequence))
    assert sequence == 2


@BOTH
def test_an_event_becomes_a_series_and_one_date_again(world: World, alice: Member) -> None:
    made = world.event(alice, "Point", NINE)
    only = rows(world, made.id)[0]
    rearranged(world, alice, made, recurrence=WEEKLY)
    assert len(rows(world, made.id)) == 6
    rearranged(world, alice, made, recurrence="")
    assert [one.id for one in rows(world, made.id)] == [only.id]


def test_calendars_are_told_only_of_what_matters(world: World, alice: Member) -> None:
    made = series(world, alice)
    assert rearranged(world, alice, made, words="Un autre programme").sequence == 0
    assert rearranged(world, alice, made, place="Salle 3").sequence == 1
    assert rearranged(world, alice, made, zone="Indian/Reunion").sequence == 2


WHO = {"owner": True, "moderator": True, "colleague": False}


@pytest.mark.parametrize("who", WHO)
def test_who_tends_an_event(world: World, alice: Member, who: str) -> None:
    people = {"owner": alice, "moderator": world.moderator(), "colleague": world.member("Bruno")}
    made = series(world, alice)
    second = rows(world, made.id)[1]
    acts: list[Callable[[Session, Viewer], Any]] = [
        lambda s, v: changes.rearrange(s, e := the_event(s, v, made), said_of(e), by=v),
        lambda s, v: changes.rearrange_date(
            s, the_date(s, v, second), SaidOfDate(starts=NINE, ends=NINE), by=v
        ),
        lambda s, v: changes.as_the_rule_says(s, the_date(s, v, second), by=v),
        lambda s, v: changes.cancel_date(s, the_date(s, v, second), "", by=v),
        lambda s, v: changes.restore_date(s, the_date(s, v, second), by=v),
        lambda s, v: changes.divide(s, the_date(s, v, second), by=v),
        lambda s, v: changes.cancel(s, the_event(s, v, made), "", by=v),
        lambda s, v: changes.restore(s, the_event(s, v, made), by=v),
    ]
    for act in acts:
        if WHO[who]:
            change(world, people[who], act)
        else:
            with pytest.raises(Refused, match="not-yours"):
                change(world, people[who], act)


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"ends": NINE - timedelta(hours=1)}, "ends-before-it-starts"),
        ({"ends": NINE + timedelta(days=100)}, "event-too-long"),
        ({"link": "javascript:alert(1)"}, "link-unknown"),
        ({"words": "x" * 501}, "words-too-long"),
        ({"place": "x" * 201}, "address-too-long"),
        ({"title": "x" * 151}, "title-too-long"),
    ],
)
def test_what_is_no_date_is_refused(
    world: World, alice: Member, said: dict[str, Any], refusal: str
) -> None:
    made = series(world, alice)
    second = rows(world, made.id)[1]
    wanted = SaidOfDate(**{"starts": NINE, "ends": NINE, **said})
    with pytest.raises(Refused, match=refusal):
        change(
            world,
            alice,
            lambda s, v: changes.rearrange_date(s, the_date(s, v, second), wanted, by=v),
        )
    assert not rows(world, made.id)[1].changed
