"""Three real browsers see and hear each other; who may not come in does not."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType, Page, expect

from accounts.models import Member
from tests.browser.conftest import FLAGS
from tests.browser.served import House, until
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


@pytest.fixture
def seat(house: House, browser_type: BrowserType) -> Iterator[Seat]:
    """Open a browser of one's own at a page, as a member or as nobody."""
    opened = []

    def seat(member: Member | None, address: str) -> Page:
        opened.append(holder := browser(browser_type))
        context = holder.__enter__().new_context(base_url=house.url, locale="fr-FR")
        context.set_default_timeout(15_000)
        if member is not None:
            house.let_in(context, member)
        page = context.new_page()
        page.goto(address)
        return page

    yield seat
    for holder in opened:
        holder.__exit__(None, None, None)


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
