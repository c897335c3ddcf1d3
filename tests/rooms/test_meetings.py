"""Who comes into a meeting, who waits, who may not; what stays of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from accounts.models import Member
from core import clock
from core.refusals import Refused
from rooms import actions, attendance, meetings, queries
from rooms.meetings import Who
from rooms.models import Meeting, Note, Presence, Room, State
from tests.world import BOTH, World

MOST = 3


def comes(world: World, room: Room, member: Member, **how: Any) -> Presence:
    """A member is at the door."""
    hosts = how.pop("hosts", False)
    return world.act(
        lambda s: meetings.come(s, room, Who(member.id), hosts=hosts, most=MOST, **how)
    )


def guest_comes(world: World, room: Room, name: str = "Gaëlle") -> Presence:
    """Somebody without an account gives their name and knocks."""
    guest = world.act(lambda s: meetings.come_as_guest(s, room, name))
    return world.act(
        lambda s: meetings.come(s, room, Who(guest_id=guest.id), hosts=False, most=MOST)
    )


def does(world: World, presence: Presence, deed: Callable[..., Any], **how: Any) -> None:
    """Something is done about somebody who is there."""
    world.act(lambda s: deed(s, s.get_one(Presence, presence.id), **how))


def state(world: World, presence: Presence) -> State:
    found = world.one(select(Presence.state).where(Presence.id == presence.id))
    assert found is not None
    return found


def there(world: World, presence: Presence) -> list[int]:
    """Who is inside, or waits, by their number."""
    return [one.id for one in world.all(queries.people(presence.meeting_id))]


@pytest.fixture
def room(world: World) -> Room:
    return world.room(world.member("Alice"))


@BOTH
def test_the_first_begins_a_meeting_and_the_others_join_it(world: World) -> None:
    room = world.room(world.member("Alice"))
    first = comes(world, room, world.member("Bruno"))
    second = comes(world, room, world.member("Carole"))
    assert first.meeting_id == second.meeting_id
    assert there(world, first) == [first.id, second.id]
    does(world, first, meetings.leave)
    assert there(world, first) == [second.id]
    does(world, second, meetings.leave)
    meeting = world.one(select(Meeting))
    assert meeting is not None
    assert meeting.ended_at is not None
    again = comes(world, room, world.member("Denis"))
    assert again.meeting_id != first.meeting_id


@BOTH
def test_a_full_room_takes_nobody_more(world: World) -> None:
    room = world.room(world.member("Alice"))
    people = [comes(world, room, world.member(name)) for name in "BCD"]
    with pytest.raises(Refused, match="meeting-full"):
        comes(world, room, world.member("E"))
    does(world, people[0], meetings.leave)
    assert comes(world, room, world.member("F")).state is State.INSIDE


@BOTH
def test_a_guest_waits_until_a_host_lets_them_in(world: World) -> None:
    room = world.room(world.member("Alice"), guests=True)
    inside = comes(world, room, world.member("Bruno"))
    guest = guest_comes(world, room)
    assert guest.state is State.WAITING
    assert guest.entered_at is None
    does(world, guest, meetings.admit, most=MOST)
    assert state(world, guest) is State.INSIDE
    assert there(world, inside) == [inside.id, guest.id]


def test_a_guest_who_was_let_in_comes_back_without_waiting(world: World, room: Room) -> None:
    guest = guest_comes(world, room)
    does(world, guest, meetings.admit, most=MOST)
    who = Who(guest_id=guest.guest_id)
    back = world.act(lambda s: meetings.come(s, room, who, hosts=False, most=MOST))
    assert back.state is State.INSIDE


def test_a_guest_who_is_refused_is_not_let_in_by_knocking_again(world: World, room: Room) -> None:
    comes(world, room, world.member("Bruno"))
    guest = guest_comes(world, room)
    does(world, guest, meetings.refuse)
    who = Who(guest_id=guest.guest_id)
    with pytest.raises(Refused, match="refused-at-the-door"):
        world.act(lambda s: meetings.come(s, room, who, hosts=False, most=MOST))


def test_members_wait_where_there_is_a_waiting_room_and_hosts_do_not(world: World) -> None:
    room = world.room(world.member("Alice"), waits=True)
    assert comes(world, room, world.member("Bruno")).state is State.WAITING
    assert comes(world, room, world.member("Carole"), hosts=True).state is State.INSIDE


def test_a_locked_meeting_takes_nobody_but_hosts_and_those_whose_line_was_cut(
    world: World, room: Room
) -> None:
    bruno = world.member("Bruno")
    inside = comes(world, room, bruno)
    comes(world, room, world.member("Carole"))
    world.act(lambda s: meetings.lock(s, s.get_one(Meeting, inside.meeting_id), locked=True))
    with pytest.raises(Refused, match="meeting-locked"):
        comes(world, room, world.member("Denis"))
    does(world, inside, meetings.lose, line=1)
    assert comes(world, room, bruno).state is State.INSIDE
    assert comes(world, room, world.member("Emma"), hosts=True).state is State.INSIDE


def test_who_waits_at_a_door_that_closes_does_not_come_in_by_a_line_that_is_cut(
    world: World,
) -> None:
    room, bruno = world.room(world.member("Alice"), waits=True), world.member("Bruno")
    inside = comes(world, room, world.member("Carole"), hosts=True)
    waiting = comes(world, room, bruno)
    world.act(lambda s: meetings.lock(s, s.get_one(Meeting, inside.meeting_id), locked=True))
    world.act(lambda s: setattr(s.get_one(Room, room.id), "waits", False))
    does(world, waiting, meetings.lose, line=1)
    room = world.all(select(Room))[0]
    with pytest.raises(Refused, match="meeting-locked"):
        comes(world, room, bruno)
    assert comes(world, room, bruno, again=waiting.id).state is State.WAITING


@BOTH
def test_who_is_sent_out_does_not_come_back_to_this_meeting(world: World) -> None:
    room, bruno = world.room(world.member("Alice")), world.member("Bruno")
    comes(world, room, world.member("Carole"))
    first, second = comes(world, room, bruno), comes(world, room, bruno)
    does(world, first, meetings.remove)
    assert state(world, second) is State.REMOVED
    for again in (None, first.id, second.id):
        with pytest.raises(Refused, match="removed-from-meeting"):
            comes(world, room, bruno, again=again)
        with pytest.raises(Refused, match="removed-from-meeting"):
            comes(world, room, bruno, again=again, hosts=True)


@BOTH
def test_a_line_that_is_cut_is_taken_up_where_it_was(world: World) -> None:
    room, bruno = world.room(world.member("Alice")), world.member("Bruno")
    comes(world, room, world.member("Carole"))
    presence = comes(world, room, bruno)
    does(world, presence, meetings.lose, line=1)
    assert comes(world, room, bruno, again=presence.id).id == presence.id


def test_nobody_takes_up_the_place_of_another(world: World, room: Room) -> None:
    theirs = comes(world, room, world.member("Carole"))
    does(world, theirs, meetings.lose, line=1)
    assert comes(world, room, world.member("Bruno"), again=theirs.id).id != theirs.id


def test_a_browser_that_was_killed_leaves_no_second_place(world: World, room: Room) -> None:
    bruno = world.member("Bruno")
    comes(world, room, world.member("Carole"))
    killed = comes(world, room, bruno)
    does(world, killed, meetings.lose, line=1)
    reopened = comes(world, room, bruno)
    assert state(world, killed) is State.LEFT
    assert killed.id not in there(world, reopened)


@BOTH
def test_places_that_nobody_came_back_to_are_let_go(world: World) -> None:
    room = world.room(world.member("Alice"))
    stays, lost = (comes(world, room, world.member(name)) for name in "BC")
    does(world, lost, meetings.lose, line=1)
    world.act(meetings.tidy)
    assert state(world, lost) is State.INSIDE
    past = clock.now() - meetings.GRACE
    world.act(
        lambda s: s.execute(update(Presence).where(Presence.id == lost.id).values(lost_at=past))
    )
    world.act(meetings.tidy)
    assert state(world, lost) is State.LEFT
    assert state(world, stays) is State.INSIDE
    # Its process was killed: nobody has said for long that they are there.
    silent = clock.now() - queries.STALE
    world.act(lambda s: s.execute(update(Presence).values(until_at=silent)))
    assert there(world, stays) == []
    world.act(meetings.tidy)
    assert world.one(select(Meeting.ended_at)) is not None


def test_a_meeting_to_which_nobody_was_let_in_leaves_no_trace(world: World, room: Room) -> None:
    guest = guest_comes(world, room)
    does(world, guest, meetings.leave)
    assert world.all(select(Meeting)) == []


def test_what_was_noted_stays_when_the_only_one_there_leaves_the_house(
    world: World, room: Room
) -> None:
    inside = comes(world, room, world.member("Bruno"))
    does(world, inside, meetings.note, body="Décision : on reconduit.")
    world.act(lambda s: s.execute(delete(Presence)))
    world.act(meetings.tidy)
    assert [note.body for note in world.all(select(Note))] == ["Décision : on reconduit."]
    assert world.one(select(Meeting.ended_at)) is not None


def test_notes_are_kept_and_only_those_inside_write(world: World, room: Room) -> None:
    inside, guest = comes(world, room, world.member("Bruno")), guest_comes(world, room)
    does(world, inside, meetings.note, body="  Décision : on reconduit.  ")
    does(world, guest, meetings.note, body="Et moi ?")
    does(world, inside, meetings.note, body="   ")
    assert [note.body for note in world.all(select(Note))] == ["Décision : on reconduit."]
    with pytest.raises(Refused, match="body-too-long"):
        does(world, inside, meetings.note, body="x" * (meetings.LONGEST_NOTE + 1))


def test_one_screen_at_a_time_is_shown(world: World, room: Room) -> None:
    first, second = (comes(world, room, world.member(name)) for name in "BC")
    shown = {"microphone": True, "camera": True, "screen": True, "hand": False, "light": False}
    does(world, first, meetings.show, **shown)
    does(world, second, meetings.show, **shown)
    people = world.all(queries.people(first.meeting_id))
    assert [one.screen for one in people] == [False, True]


def test_on_a_weak_line_no_camera_is_shown(world: World, room: Room) -> None:
    first = comes(world, room, world.member("Bruno"))
    does(
        world,
        first,
        meetings.show,
        microphone=True,
        camera=True,
        screen=False,
        hand=True,
        light=True,
    )
    (one,) = world.all(queries.people(first.meeting_id))
    assert (one.microphone, one.camera, one.light) == (True, False, True)
    assert one.hand_at is not None


def test_attendance_counts_each_person_once(world: World, room: Room) -> None:
    alice, bruno = world.member("Alice"), world.member("Bruno")
    start = clock.now().replace(microsecond=0)
    minutes = [(alice, 0, 30), (bruno, 5, 10), (bruno, 20, 26), (alice, 10, 40)]
    rows = [
        Presence(
            member_id=who.id,
            member=who,
            state=State.LEFT,
            came_at=start,
            entered_at=start + timedelta(minutes=since),
            until_at=start + timedelta(minutes=until),
        )
        for who, since, until in minutes
    ]
    hers, his = attendance.stays(rows)
    assert (hers.name, hers.minutes) == (alice.name, 40)
    assert (his.since, his.until, his.minutes) == (
        start + timedelta(minutes=5),
        start + timedelta(minutes=26),
        11,
    )


def test_only_who_opened_a_room_or_a_moderator_tends_it(world: World) -> None:
    owner, other, moderator = world.member("Alice"), world.member("Bruno"), world.moderator()
    room = world.room(owner)
    said = actions.Said(title="Autrement")
    for who, may in ((owner, True), (other, False), (moderator, True)):
        viewer = world.viewer(who)

        def edit(viewer: Any = viewer) -> None:
            world.act(lambda s: actions.describe(s, s.get_one(Room, room.id), said, by=viewer))

        if may:
            edit()
        else:
            with pytest.raises(Refused, match="not-yours"):
                edit()
