"""Beyond six people: a Janus carries the meeting, and opens to nobody without our word."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserType, expect
from simple_websocket import Client

from core import clock
from rooms import ways
from rooms.janus import admit, exclude
from rooms.ways import Place
from tests.browser import served
from tests.browser.janus import Janus
from tests.browser.seats import (
    Seat,
    come_in,
    flows,
    inside,
    seats,
)
from tests.browser.served import House, until
from tests.ground import copy_of, settings

pytestmark = pytest.mark.usefixtures("patience")


@pytest.fixture
def carried(tmp_path: Path, sqlite_template: Path, janus: Janus) -> Iterator[House]:
    """A house whose meetings a Janus carries."""
    more: dict[str, Any] = {
        "rooms_url": janus.url,
        "rooms_secret": janus.secret,
        "turn_urls": (janus.turn_url,),
        "turn_secret": janus.turn_secret,
    }
    with served.house(tmp_path, copy_of(sqlite_template, tmp_path), **more) as made:
        yield made


@pytest.fixture
def seat_by_janus(carried: House, browser_type: BrowserType) -> Iterator[Seat]:
    """Like `seat`, in that house."""
    with seats(carried, browser_type) as found:
        yield found


def test_three_browsers_see_and_hear_each_other_by_janus(
    carried: House, seat_by_janus: Seat
) -> None:
    world = carried.world
    alice = world.member()
    room = world.room(alice, networks=["coorace"])
    people = [alice, world.member("Bruno"), world.member("Carole")]
    hers, his, theirs = (seat_by_janus(one, f"/visio/{room.id}") for one in people)
    stranger = seat_by_janus(world.member("Denis", networks=("fnars",)), f"/visio/{room.id}")
    assert stranger.locator("[data-enter]").count() == 0
    for page in (hers, his, theirs):
        come_in(page)
    for page in (hers, his, theirs):
        inside(page, 3)
        flows(page, 2)
    # One is killed, and reopened.
    his.context.browser.close()  # type: ignore[union-attr]
    reopened = seat_by_janus(people[1], f"/visio/{room.id}")
    come_in(reopened)
    inside(reopened, 3)
    flows(reopened, 2)
    inside(hers, 3)
    flows(hers, 2)
    # One is sent out: Janus does not let them back, with the pass that they had.
    passes = theirs.evaluate("maillageRoom.way()")
    assert joins(passes) == "joined"
    hers.locator("[data-open-panel=people]").click()
    hers.once("dialog", lambda dialog: dialog.accept())
    hers.locator(".call-person", has_text="Carole").locator("button").click()
    expect(theirs.locator("[data-over]")).to_contain_text("L’animateur vous a exclu")
    inside(hers, 2)
    until(lambda: joins(passes), lambda said: said == "refused")
    flows(hers, 1)


def joins(way: dict[str, Any]) -> str:
    """What Janus answers to who comes with this pass, without our page."""
    raw = Client(way["url"], subprotocols=["janus-protocol"])
    session: dict[str, int] = {}

    def ask(said: dict[str, Any]) -> dict[str, Any]:
        raw.send(json.dumps({**said, **session, "transaction": "t", "token": way["token"]}))
        while (answer := json.loads(raw.receive(timeout=5)))["janus"] == "ack":
            pass
        return dict(answer)

    try:
        session["session_id"] = ask({"janus": "create"})["data"]["id"]
        attach = {"janus": "attach", "plugin": "janus.plugin.videoroom"}
        session["handle_id"] = ask(attach)["data"]["id"]
        join = {"request": "join", "ptype": "publisher", "room": way["room"], "token": way["pass"]}
        answer = ask({"janus": "message", "body": join})
        return "refused" if "error_code" in answer["plugindata"]["data"] else "joined"
    finally:
        raw.close()


def test_janus_opens_to_nobody_without_our_word(janus: Janus, tmp_path: Path) -> None:
    known = replace(settings(tmp_path, "sqlite://"), rooms_url=janus.url, rooms_secret=janus.secret)
    place, other = Place(7, 1), Place(7, 2)
    admit(known, place)
    way = ways.way(known, place, clock.now())
    assert joins(way) == "joined"
    assert joins({**way, "pass": ways.pass_of(known, other)}) == "refused"
    exclude(known, place)
    assert joins(way) == "refused"
    for token in (
        "",
        "1,janus,x:y",
        ways.janus_token(replace(known, rooms_secret="x" * 20), clock.now()),
    ):
        with pytest.raises(KeyError):
            joins({**way, "token": token})
    past = ways.janus_token(known, clock.now() - 2 * ways.TOKEN_LASTS)
    with pytest.raises(KeyError):
        joins({**way, "token": past})


def test_coturn_takes_the_names_that_we_sign_and_no_others(janus: Janus, tmp_path: Path) -> None:
    known = replace(
        settings(tmp_path, "sqlite://"),
        turn_urls=(janus.turn_url,),
        turn_secret=janus.turn_secret,
    )
    (server,) = ways.ice_servers(known, Place(7, 1), clock.now())
    assert janus.relays(server["username"], server["credential"])
    assert not janus.relays(server["username"], "forged")
    (late,) = ways.ice_servers(known, Place(7, 1), clock.now() - 2 * ways.TURN_LASTS)
    assert not janus.relays(late["username"], late["credential"])
