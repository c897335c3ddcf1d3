"""Rooms, and pages that are in them without a browser."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from accounts.models import Member
from rooms import ways
from rooms.models import Room
from tests.browser import served
from tests.browser.served import House
from tests.ground import copy_of
from tests.live.wire import Wire, opened
from tests.world import World

PATH = "/visio/prises/?"


@dataclass
class Page:
    """The page of somebody in a room."""

    wire: Wire
    answer: dict[str, Any]

    @property
    def me(self) -> int:
        """Their place."""
        return int(self.answer["me"])

    def sees(self, number: int) -> dict[str, Any]:
        """What the page is told once so many are inside."""
        while True:
            said = self.wire.hear("people")
            assert said is not None
            if len(said.get("people", ())) == number:
                return said


Come = Callable[..., Page]


@pytest.fixture
def house(tmp_path: Path, sqlite_template: Path) -> Iterator[House]:
    """An empty house on a port of its own, with its worker."""
    with served.house(tmp_path, copy_of(sqlite_template, tmp_path)) as made:
        yield made


@pytest.fixture
def come(house: House) -> Iterator[Come]:
    """Open a page of a room and knock: `come(member, room)`."""
    with ExitStack() as stack:

        def come(member: Member | None, room: Room, **more: Any) -> Page:
            how = {"path": more.pop("path", PATH), "cookie": more.pop("cookie", "")}
            wire = stack.enter_context(opened(house, member, **how))
            return Page(wire, wire.ask("enter", {"room": room.id, **more}))

        yield come


def link_of(world: World, room: Room) -> str:
    """The link that a host sends to guests."""
    settings = world.app.extensions["maillage.settings"]
    return f"/visio/invite/{ways.guest_token(settings, room.id, room.link)}"


def as_guest(house: House, room: Room, name: str = "Gaëlle") -> FlaskClient:
    """The browser of somebody who gave their name."""
    client = house.world.client()
    house.world.app.config["WTF_CSRF_ENABLED"] = False
    answer = client.post(link_of(house.world, room), data={"name": name})
    assert answer.status_code == 302, answer.text
    return client


def guest_cookie(house: House, room: Room, name: str = "Gaëlle") -> dict[str, str]:
    """With which `come` opens their page."""
    found = as_guest(house, room, name).get_cookie("maillage")
    assert found is not None
    return {"cookie": found.value, "path": f"{PATH}invite=1&"}
