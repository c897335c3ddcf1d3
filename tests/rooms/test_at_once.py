"""Two things at the same instant in one meeting: the second waits, and sees what the first did."""

import threading
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core import clock
from rooms import meetings, queries
from rooms.meetings import Who
from rooms.models import Meeting, Presence, State
from tests.rooms.test_meetings import MOST, comes, state
from tests.world import BOTH, World

MEANWHILE = 0.3
"""Seconds in which the second one comes to the lock; too few, and the test proves less."""
Deed = Callable[[Session], Any]


def at_once(world: World, first: Deed, second: Deed) -> None:
    """The second begins when the first is done and not yet committed."""
    errors: list[BaseException] = []

    def then() -> None:
        try:
            with world.app.app_context():
                world.act(second)
        except BaseException as error:
            errors.append(error)

    other = threading.Thread(target=then)
    with world.session() as session:
        first(session)
        session.flush()
        other.start()
        time.sleep(MEANWHILE)
    other.join()
    assert errors == []


@BOTH
def test_who_comes_as_the_last_one_leaves_is_in_a_meeting_that_goes_on(world: World) -> None:
    room, bruno = world.room(world.member("Alice")), world.member("Bruno")
    last = comes(world, room, world.member("Carole"))
    at_once(
        world,
        lambda s: meetings.come(s, room, Who(bruno.id), hosts=False, most=MOST),
        lambda s: meetings.leave(s, s.get_one(Presence, last.id)),
    )
    (meeting,) = world.all(select(Meeting))
    assert meeting.ended_at is None
    assert [one.member_id for one in world.all(queries.people(meeting.id))] == [bruno.id]


@BOTH
def test_who_comes_as_the_last_place_is_let_go_is_in_a_meeting_that_goes_on(world: World) -> None:
    room, bruno = world.room(world.member("Alice")), world.member("Bruno")
    last = comes(world, room, world.member("Carole"))
    past = clock.now() - meetings.GRACE
    world.act(lambda s: s.execute(update(Presence).values(lost_at=past)))
    at_once(
        world,
        lambda s: meetings.come(s, room, Who(bruno.id), hosts=False, most=MOST),
        meetings.tidy,
    )
    (meeting,) = world.all(select(Meeting))
    assert meeting.ended_at is None
    assert state(world, last) is State.LEFT


@BOTH
def test_who_leaves_as_they_are_sent_out_is_sent_out(world: World) -> None:
    room, bruno = world.room(world.member("Alice")), world.member("Bruno")
    comes(world, room, world.member("Carole"))
    his = comes(world, room, bruno)
    at_once(
        world,
        lambda s: meetings.remove(s, s.get_one(Presence, his.id)),
        lambda s: meetings.leave(s, s.get_one(Presence, his.id)),
    )
    assert state(world, his) is State.REMOVED


@BOTH
def test_who_opens_another_page_as_they_are_sent_out_is_sent_out_of_both(world: World) -> None:
    room, bruno = world.room(world.member("Alice")), world.member("Bruno")
    comes(world, room, world.member("Carole"))
    his = comes(world, room, bruno)
    at_once(
        world,
        lambda s: meetings.come(s, room, Who(bruno.id), hosts=False, most=MOST),
        lambda s: meetings.remove(s, s.get_one(Presence, his.id)),
    )
    theirs = world.all(select(Presence.state).where(Presence.member_id == bruno.id))
    assert theirs == [State.REMOVED, State.REMOVED]


@BOTH
def test_who_gives_up_as_they_are_let_in_has_left(world: World) -> None:
    room = world.room(world.member("Alice"), waits=True)
    comes(world, room, world.member("Carole"), hosts=True)
    his = comes(world, room, world.member("Bruno"))
    at_once(
        world,
        lambda s: meetings.leave(s, s.get_one(Presence, his.id)),
        lambda s: meetings.admit(s, s.get_one(Presence, his.id), most=MOST),
    )
    assert state(world, his) is State.LEFT
