"""Who may open a socket, and when it is closed."""

import re
import socket
import time
from collections.abc import Callable

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from accounts import actions as accounts
from accounts import administration
from accounts.models import HouseRules, Member
from blueprints.live import seats
from blueprints.live.sockets import LARGEST_BYTES, MESSAGES
from tests.browser.served import House, until
from tests.live.wire import Refused, opened


def refused(house: House, member: Member | None, **how: str | None) -> int:
    """The number with which the door stays shut; 0 when it opens."""
    try:
        with opened(house, member, **how):  # type: ignore[arg-type]
            return 0
    except Refused as shut:
        return int(shut.args[0])


def test_a_member_is_let_in(house: House) -> None:
    with opened(house, house.world.member()) as wire:
        assert wire.ask("topic", 12) == {}


def test_nobody_else_is(house: House) -> None:
    world = house.world
    suspended = world.member("Serge")
    suspend(house, suspended)
    assert refused(house, None) == 401
    assert refused(house, None, cookie="forged") == 401
    assert refused(house, suspended) == 401
    assert refused(house, world.member("Nora", charter=False)) == 401


def test_staff_without_the_second_factor_that_they_must_have_are_not(house: House) -> None:
    moderator, member = house.world.moderator(), house.world.member()
    house.world.act(lambda s: s.add(HouseRules(id=1, second_factor_for_staff=True)))
    assert refused(house, moderator) == 401
    assert refused(house, member) == 0


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", None, "http://127.0.0.1:1", "http://localhost"]
)
def test_a_page_of_another_site_is_not(house: House, origin: str | None) -> None:
    assert refused(house, house.world.member(), origin=origin) == 403


def test_what_is_no_socket_is_not(house: House) -> None:
    client = house.world.client(house.world.member())
    for query in ("?EIO=4&transport=polling", "?EIO=4&transport=websocket", ""):
        assert client.get(f"/socket.io/{query}").status_code == 400
        assert client.post(f"/socket.io/{query}", data="x").status_code == 400


def test_so_many_sockets_and_no_more(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    member, other = house.world.member(), house.world.member("Bruno")
    monkeypatch.setattr(seats, "MOST_BY_MEMBER", 2)
    hall = house.world.app.extensions["maillage.live"].hall
    hall.most = 3
    with opened(house, member), opened(house, member):
        assert refused(house, member) == 503
        with opened(house, other):
            assert refused(house, house.world.member("Carole")) == 503
            assert house.world.client(member).get("/forum").status_code == 200
    until(lambda: hall.open, lambda number: number == 0)
    assert refused(house, member) == 0


def test_opening_again_and_again_is_stopped(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seats, "OPENINGS", 3)
    member = house.world.member()
    assert [refused(house, member) for _time in range(4)] == [0, 0, 0, 503]


# --- closed ------------------------------------------------------------------------------------


def suspend(house: House, member: Member) -> None:
    """As an administrator does."""
    by = house.world.administrator()
    house.world.act(
        lambda s: administration.suspend(
            s, s.get_one(Member, member.id), by=s.get_one(Member, by.id), reason="X", until=None
        )
    )


def sign_out(house: House, member: Member) -> None:
    """By the menu of one of their browsers."""
    client = house.world.client(member)
    token = re.search(r'csrf-token" content="([^"]+)"', client.get("/forum").get_data(as_text=True))
    assert token
    assert client.post("/deconnexion", data={"csrf_token": token[1]}).location == "/connexion"


def sign_out_everywhere(house: House, member: Member) -> None:
    """By the page of security."""

    def everywhere(session: Session) -> None:
        found = session.get_one(Member, member.id)
        accounts.sign_out_everywhere(session, found, by=found)

    house.world.act(everywhere)


def new_password(house: House, member: Member) -> None:
    """Chosen in another browser."""
    house.world.act(
        lambda s: accounts.set_password(s, s.get_one(Member, member.id), "un autre bien long")
    )


def new_charter(house: House, _member: Member) -> None:
    """Published by an administrator, accepted by nobody yet."""
    house.world.act(
        lambda s: administration.publish_charter(s, by=None, body="# Charte\n\nB", changes="B")
    )


@pytest.mark.parametrize("end", [suspend, sign_out, sign_out_everywhere, new_password, new_charter])
def test_it_is_closed_at_once(house: House, end: Callable[[House, Member], None]) -> None:
    member, other = house.world.member(), house.world.member("Bruno")
    with opened(house, member) as wire, opened(house, other) as beside:
        wire.ask("lists")
        beside.ask("lists")
        end(house, member)
        assert wire.hear("bye") is not None
        assert wire.is_closed()
        if end is not new_charter:
            assert beside.ask("lists") == {"last": 0}


def test_what_another_process_did_is_found_in_the_rows(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("blueprints.live.desk.LOOK_SECONDS", 0.2)
    member = house.world.member()
    with opened(house, member) as wire:
        quietly = update(Member).where(Member.id == member.id).values(epoch=Member.epoch + 1)
        house.world.act(lambda s: s.execute(quietly))
        assert wire.is_closed()


def test_one_who_speaks_after_the_end_is_shown_out(house: House) -> None:
    member = house.world.member()
    topic = house.world.topic(member)
    with opened(house, member) as wire:
        quietly = update(Member).where(Member.id == member.id).values(epoch=Member.epoch + 1)
        house.world.act(lambda s: s.execute(quietly))
        wire.say("topic", topic.id)
        assert wire.is_closed()


# --- limits ------------------------------------------------------------------------------------


def test_one_who_says_too_much_is_shown_out(house: House) -> None:
    with opened(house, house.world.member()) as wire:
        for _time in range(MESSAGES + 5):
            if wire.raw.connected:
                wire.say("lists")
        assert wire.is_closed()


def test_so_is_one_who_says_it_too_long(house: House) -> None:
    with opened(house, house.world.member()) as wire:
        wire.say("topic", "x" * LARGEST_BYTES)
        assert wire.is_closed()


@pytest.mark.parametrize("said", [None, "1", -1, 0, 2**63, 1.5, True, [1], {"topic": 1}, "é" * 99])
def test_nonsense_is_answered_as_what_does_not_exist(house: House, said: object) -> None:
    with opened(house, house.world.member()) as wire:
        assert wire.ask("topic", said) == {}
        wire.say("writing", said)
        wire.say("nothing-of-ours", said)
        assert wire.ask("lists", said) == {"last": 0}


def test_a_socket_that_never_introduces_itself_is_closed_too(house: House) -> None:
    member = house.world.member()
    cookie = house.world.client(member).get_cookie("maillage")
    assert cookie is not None
    host, port = house.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as raw:
        raw.sendall(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {host}:{port}\r\n"
            f"Origin: {house.url}\r\nCookie: maillage={cookie.value}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        assert b"101" in raw.recv(100)
        suspend(house, member)
        end = time.monotonic() + 15
        while raw.recv(1000):
            assert time.monotonic() < end
