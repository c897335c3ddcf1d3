"""A socket as anybody may open one, without our script: raw, with any origin and any cookie."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from simple_websocket import Client, ConnectionClosed, ConnectionError

from accounts.models import Member
from tests.browser.served import House

PATIENCE_SECONDS = 10


class Refused(Exception):
    """The door stayed shut; its number says why."""


class _Client(Client):  # type: ignore[misc]
    def handshake(self) -> None:
        try:
            super().handshake()
            self._handle_events()  # what came with the answer
        except BaseException:
            self.sock.close()
            raise


@dataclass
class Wire:
    """An open socket that speaks Socket.IO by hand."""

    raw: Client
    numbers: int = 0
    heard: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def ask(self, word: str, said: object = None) -> dict[str, Any]:
        """Say something and wait for what is answered."""
        self.numbers += 1
        self.say(word, said, str(self.numbers))
        while True:
            kind, rest = self._next()
            if kind == f"3{self.numbers}":
                answered: list[dict[str, Any]] = json.loads(rest)
                return answered[0]

    def say(self, word: str, said: object = None, number: str = "") -> None:
        """Say something."""
        self.raw.send(f"42{number}{json.dumps([word, said])}")

    def hear(self, word: str, seconds: float = PATIENCE_SECONDS) -> dict[str, Any] | None:
        """The next thing of this name, or None when it does not come; the others are kept."""
        while True:
            for place, (name, said) in enumerate(self.heard):
                if name == word:
                    del self.heard[place]
                    return said
            try:
                self._next(seconds)
            except (TimeoutError, ConnectionClosed):
                return None

    def is_closed(self, seconds: float = PATIENCE_SECONDS) -> bool:
        """Whether the house ends it."""
        try:
            while True:
                self._next(seconds)
        except ConnectionClosed:
            return True
        except TimeoutError:
            return False

    def _next(self, seconds: float = PATIENCE_SECONDS) -> tuple[str, str]:
        packet = self.raw.receive(timeout=seconds)
        if packet is None:
            raise TimeoutError
        packet = str(packet)
        if packet == "2":
            self.raw.send("3")
        if packet.startswith("42"):
            word, *said = json.loads(packet[2:])
            self.heard.append((word, said[0] if said else {}))
        end = next((place for place, sign in enumerate(packet) if sign in "[{"), len(packet))
        return packet[1:end], packet[end:]


@contextmanager
def opened(
    house: House,
    member: Member | None,
    *,
    origin: str | None = "",
    cookie: str = "",
    path: str = "/socket.io/?",
) -> Iterator[Wire]:
    """A socket of this member's browser. Raises Refused."""
    headers = {}
    if member is not None:
        found = house.world.client(member).get_cookie("maillage")
        assert found is not None
        cookie = cookie or found.value
    if cookie:
        headers["Cookie"] = f"maillage={cookie}"
    if origin is not None:
        headers["Origin"] = origin or house.url
    address = house.url.replace("http", "ws") + f"{path}EIO=4&transport=websocket"
    try:
        raw = _Client(address, headers=headers)
    except ConnectionError as error:
        raise Refused(error.status_code) from error
    wire = Wire(raw)
    try:
        wire._next()  # the engine says what it is
        raw.send("40")
        wire._next()
        yield wire
    finally:
        if raw.connected:
            raw.close()
        raw.thread.join(PATIENCE_SECONDS)
