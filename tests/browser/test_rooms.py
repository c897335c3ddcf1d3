"""Three real browsers see and hear each other; who may not come in does not."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType, Page, expect
from simple_websocket import Client
from sqlalchemy.orm import Session

from accounts.models import Member
from core import clock
from rooms import meetings, ways
from rooms.janus import admit, exclude
from rooms.meetings import Who
from rooms.ways import Place
from tests.browser import served
from tests.browser.conftest import FLAGS
from tests.browser.janus import Janus
from tests.browser.served import House, Visit, until
from tests.ground import copy_of, settings
from tests.rooms.conftest import link_of
from tests.services import chromium, leave_out

FAKE = [
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--auto-select-desktop-capture-source=Entire screen",
    "--autoplay-policy=no-user-gesture-required",
]
"""A camera that shows a turning disc, a microphone that beeps, a screen."""
COUNT = """
async () => {
  const seen = {};
  for (const [id, connections] of maillageRoom.connections()) {
    const one = (seen[id] = { sound: 0, frames: 0 });
    for (const connection of connections) {
      for (const stat of (await connection.getStats()).values()) {
        if (stat.type !== "inbound-rtp") continue;
        if (stat.kind === "audio") one.sound += stat.packetsReceived;
        else one.frames += stat.framesDecoded ?? 0;
      }
    }
  }
  return seen;
}
"""
WEIGHED = """
async () => {
  const weigh = async () => {
    let [sent, came] = [0, 0];
    for (const connections of maillageRoom.connections().values()) {
      for (const connection of connections) {
        for (const stat of (await connection.getStats()).values()) {
          if (stat.type !== "transport") continue;
          sent += stat.bytesSent + 28 * stat.packetsSent;
          came += stat.bytesReceived + 28 * stat.packetsReceived;
        }
      }
    }
    return [sent, came];
  };
  const before = await weigh();
  await new Promise((done) => { setTimeout(done, 5000); });
  const after = await weigh();
  return after.map((one, place) => ((one - before[place]) * 8) / 5000);
}
"""
"""Kilobits a second that leave and come, IP headers counted."""
WEAKENED = """
() => {
  for (const connections of maillageRoom.connections().values()) {
    for (const connection of connections) {
      const getStats = connection.getStats.bind(connection);
      connection.getStats = async () => {
        const found = new Map([...(await getStats())]);
        found.set("far", { type: "remote-inbound-rtp", fractionLost: 0.2, roundTripTime: 1.5 });
        return found;
      };
    }
  }
}
"""
REFUSES = "() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('no')); }"
Seat = Callable[..., Page]


@contextmanager
def browser(browser_type: BrowserType) -> Iterator[Browser]:
    """A Chromium of its own, with a camera and a microphone that are not real."""
    if not (path := chromium()):
        leave_out("no Chromium for the browser tests")
    found = browser_type.launch(executable_path=path, args=[*FLAGS, *FAKE])
    try:
        yield found
    finally:
        found.close()


@pytest.fixture(autouse=True)
def _patience() -> Iterator[None]:
    """Several browsers share this machine: what is awaited may come late."""
    expect.set_options(timeout=20_000)
    yield
    expect.set_options(timeout=5_000)


@contextmanager
def seats(house: House, browser_type: BrowserType) -> Iterator[Seat]:
    """Browsers that are closed at the end."""
    with ExitStack() as stack:

        def seat(member: Member | None, address: str) -> Page:
            opened = stack.enter_context(browser(browser_type))
            context = opened.new_context(base_url=house.url, locale="fr-FR")
            context.set_default_timeout(20_000)
            if member is not None:
                house.let_in(context, member)
            page = context.new_page()
            page.goto(address)
            return page

        yield seat


@pytest.fixture
def seat(house: House, browser_type: BrowserType) -> Iterator[Seat]:
    """Open a browser of one's own at a page, as a member or as nobody."""
    with seats(house, browser_type) as found:
        yield found


def come_in(page: Page, *, camera: bool = True) -> None:
    """By the button, the camera on."""
    if camera:
        page.locator("[data-check] [data-switch=camera]").click()
        expect(page.locator("[data-check] [data-switch=camera]")).to_have_attribute(
            "aria-pressed", "true"
        )
    page.locator("[data-enter]").click()


def inside(page: Page, number: int) -> None:
    """Wait until so many are seen on the stage."""
    expect(page.locator(".tile[data-tile]:not([data-screen])")).to_have_count(number)


def flows(page: Page, others: int) -> dict[str, Any]:
    """Wait until frames and packets come from each of the others; what came."""

    def comes(seen: dict[str, Any]) -> bool:
        return len(seen) == others and all(
            one["sound"] > 20 and one["frames"] > 5 for one in seen.values()
        )

    return until(lambda: page.evaluate(COUNT), comes)


def test_three_browsers_see_and_hear_each_other_by_mesh(house: House, seat: Seat) -> None:
    world = house.world
    room = world.room(world.member(), "Salle des CIP")
    people = [world.member(name) for name in ("Bruno", "Carole", "Denis")]
    pages = [seat(one, f"/visio/{room.id}") for one in people]
    for page in pages:
        come_in(page)
    for page in pages:
        inside(page, 3)
        flows(page, 2)
        expect(page.locator(".tile[data-picture]")).to_have_count(3)


def test_one_without_right_is_refused_and_one_killed_and_reopened_rejoins(
    house: House, seat: Seat
) -> None:
    world = house.world
    room = world.room(world.member(), networks=["coorace"])
    bruno, carole = world.member("Bruno"), world.member("Carole")
    his, hers = (seat(one, f"/visio/{room.id}") for one in (bruno, carole))
    stranger = seat(world.member("Denis", networks=("fnars",)), f"/visio/{room.id}")
    expect(stranger.locator("h1")).to_have_text("Cette page est introuvable")
    assert stranger.locator("[data-enter]").count() == 0
    for page in (his, hers):
        come_in(page)
    inside(his, 2)
    before = his.evaluate("maillageRoom.me()")
    flows(hers, 1)
    his.context.browser.close()  # type: ignore[union-attr]
    reopened = seat(bruno, f"/visio/{room.id}")
    come_in(reopened)
    inside(reopened, 2)
    inside(hers, 2)
    assert reopened.evaluate("maillageRoom.me()") != before
    for page in (reopened, hers):
        flows(page, 1)


def test_a_line_that_is_cut_comes_back_by_itself(house: House, seat: Seat) -> None:
    world = house.world
    room = world.room(world.member())
    his, hers = (seat(world.member(name), f"/visio/{room.id}") for name in "BC")
    for page in (his, hers):
        come_in(page)
    inside(hers, 2)
    before = his.evaluate("maillageRoom.me()")
    flows(his, 1)
    chairs = world.app.extensions["maillage.meetings"].chairs
    his.context.set_offline(True)
    for chair in chairs.those(lambda one: one.presence_id == before):
        chair.wire.cut()
    expect(his.locator("[data-cut]")).to_be_visible()
    his.context.set_offline(False)
    expect(his.locator("[data-cut]")).to_be_hidden()
    assert his.evaluate("maillageRoom.me()") == before
    inside(hers, 2)
    flows(hers, 1)


def test_a_guest_is_let_in_by_the_host_and_sent_out(
    house: House, seat: Seat, axe: Callable[[Page], list[str]]
) -> None:
    world = house.world
    alice = world.member()
    room = world.room(alice, "Entretien", guests=True)
    host = seat(alice, f"/visio/{room.id}")
    come_in(host)
    guest = seat(None, link_of(house.world, room))
    guest.locator("[name=name]").fill("Gaëlle Invitée")
    guest.locator("main form button").click()
    expect(guest.locator("h1")).to_have_text("Entretien")
    assert axe(guest) == []
    come_in(guest)
    expect(guest.locator("[data-waiting]")).to_be_visible()
    assert guest.locator(".tile").count() == 0
    host.locator("[data-open-panel=people]").click()
    door = host.locator("[data-waiting-list]")
    expect(door).to_contain_text("Gaëlle Invitée")
    assert axe(host) == []
    door.locator("button").first.click()
    inside(guest, 2)
    flows(guest, 1)
    assert axe(guest) == []
    host.locator("[data-open-panel=notes]").click()
    host.locator("#note").fill("Bienvenue.")
    host.keyboard.press("Enter")
    expect(guest.locator("[data-notes]")).to_contain_text("Bienvenue.")
    host.locator("[data-open-panel=people]").click()
    host.once("dialog", lambda dialog: dialog.accept())
    host.locator(".call-person button").click()
    expect(guest.locator("[data-over]")).to_contain_text("L’animateur vous a exclu")
    inside(host, 1)
    guest.locator("[data-enter]").click()
    expect(guest.locator("[data-over]")).to_contain_text("L’animateur vous a exclu")


def test_switches_say_their_state_and_the_others_see_it(house: House, seat: Seat) -> None:
    world = house.world
    room = world.room(world.member())
    his, hers = (seat(world.member(name), f"/visio/{room.id}") for name in ("Bruno", "Carole"))
    for page in (his, hers):
        come_in(page)
    inside(hers, 2)
    bar = his.get_by_role("toolbar")
    his_tile = hers.locator(f"[data-tile='{his.evaluate('maillageRoom.me()')}']")
    microphone = bar.get_by_role("button", name="Micro")
    expect(microphone).to_have_attribute("aria-pressed", "true")
    expect(microphone).to_be_focused()
    microphone.press("Enter")
    expect(microphone).to_have_attribute("aria-pressed", "false")
    expect(his_tile).to_contain_text("micro coupé")
    bar.get_by_role("button", name="Main").click()
    expect(his_tile).to_contain_text("main levée")
    expect(hers.locator("[data-said]")).to_contain_text("lève la main")
    expect(his_tile).to_have_attribute("data-picture", "")
    bar.get_by_role("button", name="Caméra").click()
    expect(his_tile).not_to_have_attribute("data-picture", "")
    bar.get_by_role("button", name="Écran").click()
    expect(hers.locator(".tile[data-screen][data-picture]")).to_have_count(1)
    bar.get_by_role("button", name="Micro").click()
    expect(his_tile).to_have_attribute("data-speaks", "", timeout=10_000)
    bar.get_by_role("button", name="Quitter").click()
    inside(hers, 1)
    expect(his.locator("[data-over]")).to_be_focused()


def test_a_room_without_a_camera_or_a_microphone_is_listened_to(house: House, seat: Seat) -> None:
    world = house.world
    room = world.room(world.member())
    his, hers = (seat(world.member(name), f"/visio/{room.id}") for name in "BC")
    his.evaluate(REFUSES)
    come_in(his, camera=False)
    come_in(hers)
    inside(his, 2)
    flows(his, 1)
    expect(hers.locator(".tile:not([data-mine])")).to_contain_text("micro coupé")


@pytest.mark.parametrize("scripts", [False], ids=["no-scripts"])
def test_without_a_script_notes_and_attendance_are_read(house: House, visit: Visit) -> None:
    world = house.world
    alice = world.member()
    room = world.room(alice, phone="02 40 00 00 00")

    def confer(session: Session) -> None:
        there = meetings.come(session, room, Who(alice.id), hosts=True, most=6)
        meetings.note(session, there, "On reconduit.")
        meetings.leave(session, there)

    world.act(confer)
    page = visit(alice)
    page.goto("/visio")
    page.get_by_role("link", name=room.title).click()
    expect(page.locator("main")).to_contain_text("La visio a besoin de JavaScript")
    expect(page.locator("main")).to_contain_text("02 40 00 00 00")
    expect(page.locator("[data-check]")).to_be_hidden()
    page.locator("main .rows a").click()
    expect(page.locator("main")).to_contain_text("On reconduit.")
    expect(page.locator("table")).to_contain_text(alice.name)


def test_only_the_page_of_a_room_may_film(house: House) -> None:
    world = house.world
    alice = world.member()
    room, client = world.room(alice), world.client(alice)
    allowed = client.get(f"/visio/{room.id}").headers["Permissions-Policy"]
    assert "camera=(self), microphone=(self), display-capture=(self)" in allowed
    for address in ("/", "/visio", f"/visio/{room.id}/modifier"):
        assert "camera=()" in client.get(address).headers["Permissions-Policy"]


@pytest.mark.parametrize("number", [3])
def test_sound_alone_is_under_a_hundred_kilobits(house: House, seat: Seat, number: int) -> None:
    world = house.world
    room = world.room(world.member())
    pages = [seat(world.member(f"B{one}"), f"/visio/{room.id}") for one in range(number)]
    for page in pages:
        come_in(page)
    weak = pages[0]
    inside(weak, number)
    flows(weak, number - 1)
    weak.get_by_role("toolbar").get_by_role("button", name="Son seul").click()
    mine = f"[data-tile='{weak.evaluate('maillageRoom.me()')}']"
    expect(pages[1].locator(mine)).to_contain_text("son seul")
    expect(pages[1].locator(mine)).not_to_have_attribute("data-picture", "")
    weak.wait_for_timeout(4_000)  # what was on its way has come
    before = weak.evaluate(COUNT)
    sent, came = weak.evaluate(WEIGHED)
    after = weak.evaluate(COUNT)
    assert sent < 100
    assert came < 100
    for one, seen in after.items():
        assert seen["frames"] == before[one]["frames"]
        assert seen["sound"] > before[one]["sound"]
    # The others still see each other.
    flows(pages[1], number - 1)


def test_sound_alone_is_proposed_when_the_line_stays_weak(house: House, seat: Seat) -> None:
    world = house.world
    room = world.room(world.member())
    his, hers = (seat(world.member(name), f"/visio/{room.id}") for name in "BC")
    for page in (his, hers):
        come_in(page)
    inside(his, 2)
    his.evaluate(WEAKENED)
    his.locator("[data-go-light]").click()
    expect(his.locator("[data-weak]")).to_be_hidden()
    expect(his.get_by_role("button", name="Son seul")).to_have_attribute("aria-pressed", "true")


# --- By Janus ------------------------------------------------------------------------------------


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
