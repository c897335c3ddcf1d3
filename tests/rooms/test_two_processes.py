"""Two processes that serve, and a real Valkey between them: a meeting is one."""

import socket
import time
from contextlib import ExitStack, suppress

from sqlalchemy import select

from rooms.models import Presence
from tests.browser.served import House
from tests.installation import _prepared as _prepared
from tests.installation import prepared as prepared
from tests.live.test_redis import house as house
from tests.live.test_redis import port as port
from tests.live.test_redis import valkey
from tests.live.wire import opened
from tests.rooms.conftest import PATH, Page

PLACES = 6
"""Sockets: all in one of two processes but once in 32 times; then nothing is proven, or broken."""
GONE = 1.0
"""Seconds in which a process hears that a socket of its own has ended."""
OFFER = {"kind": "offer", "sdp": "v=0"}


def test_a_meeting_is_one_for_all_the_processes(house: House, port: int) -> None:
    world = house.world
    people = [world.member(f"B{number}", territories=()) for number in range(PLACES)]
    room = world.room(people[0])
    with valkey(port), ExitStack() as stack:
        pages = []
        for member in people:
            wire = stack.enter_context(opened(house, member, path=PATH))
            pages.append(Page(wire, wire.ask("enter", {"room": room.id})))
        for page in pages:
            page.sees(PLACES)
        first = pages[0]
        assert first.wire.ask("note", "Pour tous.") == {"done": True}
        for page in pages[1:]:
            notes = page.wire.hear("notes")
            assert notes is not None
            first.wire.say("signal", {"to": page.me, "what": OFFER})
            assert page.wire.hear("signal") == {"from": first.me, "what": OFFER}
            page.wire.say("signal", {"to": first.me, "what": OFFER})
            assert first.wire.hear("signal") == {"from": page.me, "what": OFFER}
        pages[-1].wire.say("leave")
        for page in pages[:-1]:
            page.sees(PLACES - 1)


def test_a_line_that_ends_late_does_not_lose_the_place_that_another_took_up(
    house: House, port: int
) -> None:
    world = house.world
    people = [world.member(f"B{number}", territories=()) for number in range(PLACES)]
    room = world.room(people[0])
    with valkey(port), ExitStack() as stack:

        def page(place: int, **more: int) -> Page:
            wire = stack.enter_context(opened(house, people[place], path=PATH))
            return Page(wire, wire.ask("enter", {"room": room.id, **more}))

        before = [page(place) for place in range(PLACES)]
        after = [page(place, again=one.me) for place, one in enumerate(before)]
        assert [one.me for one in after] == [one.me for one in before]
        ends(before)
        assert world.all(select(Presence.lost_at)) == [None] * PLACES
        ends(after)
        assert None not in world.all(select(Presence.lost_at))


def ends(pages: list[Page]) -> None:
    """Their lines are cut, and their processes know it."""
    for one in pages:
        with suppress(OSError):  # its process ended it when another page came to it
            one.wire.raw.sock.shutdown(socket.SHUT_RDWR)
    time.sleep(GONE)
