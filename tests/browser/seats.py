"""Browsers that come in to a room with a camera and a microphone that are not real."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

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
REFUSES = "navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('no'));"
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
