"""Three real browsers see and hear each other; who may not come in does not."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserType, Page, expect
from sqlalchemy.orm import Session

from rooms import meetings
from rooms.meetings import Who
from tests.browser.seats import (
    COUNT,
    REFUSES,
    WEAKENED,
    WEIGHED,
    Seat,
    come_in,
    flows,
    inside,
    seats,
)
from tests.browser.served import House, Visit, send
from tests.rooms.conftest import link_of

pytestmark = pytest.mark.usefixtures("patience")


@pytest.fixture
def seat(house: House, browser_type: BrowserType) -> Iterator[Seat]:
    """Open a browser of one's own at a page, as a member or as nobody."""
    with seats(house, browser_type) as found:
        yield found


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
    his.add_init_script(REFUSES)
    his.reload()
    come_in(his, camera=False)
    come_in(hers)
    inside(his, 2)
    flows(his, 1)
    expect(hers.locator(".tile:not([data-mine])")).to_contain_text("micro coupé")


@pytest.mark.parametrize("scripts", [False], ids=["no-scripts"])
def test_without_a_script_notes_and_attendance_are_read(house: House, visit: Visit) -> None:
    world = house.world
    alice = world.member()
    room = world.room(alice, phone="02 40 00 00 00", guests=True)

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
    guest = visit()
    guest.goto(link_of(world, room))
    guest.locator("[name=name]").fill("Gaëlle")
    send(guest, "name")
    expect(guest.locator("main")).to_contain_text("La visio a besoin de JavaScript")
    expect(guest.locator("main")).not_to_contain_text("On reconduit.")


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
