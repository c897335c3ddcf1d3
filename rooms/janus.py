"""What we ask of Janus: a meeting, who may be in it, who may no longer.

Each meeting is a private room of its VideoRoom, under our secret; only those whose pass it was told
of join it. See https://janus.conf.meetecho.com/docs/videoroom.
"""

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from simple_websocket import Client, ConnectionClosed, ConnectionError

from core import clock
from core.settings import Settings
from rooms import ways
from rooms.ways import Place

PATIENCE_SECONDS = 5.0
ROOM_EXISTS, NO_SUCH_ROOM, NO_SUCH_FEED = 427, 426, 428
PICTURE_BITS = 1_500_000


class Unreachable(Exception):
    """Janus does not answer, or not as it should; what it said."""


@dataclass
class Line:
    """A conversation with its VideoRoom."""

    settings: Settings
    raw: Client
    session: dict[str, int] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def ask(self, said: dict[str, Any]) -> dict[str, Any]:
        """Say something and wait for what is answered."""
        number = str(next(self.numbers))
        token = ways.janus_token(self.settings, clock.now())
        self.raw.send(json.dumps({**said, **self.session, "transaction": number, "token": token}))
        while True:
            packet = self.raw.receive(timeout=PATIENCE_SECONDS)
            if packet is None:
                raise Unreachable("no answer")
            answer: dict[str, Any] = json.loads(packet)
            if answer.get("transaction") == number and answer["janus"] != "ack":
                break
        if answer["janus"] == "error":
            raise Unreachable(str(answer.get("error")))
        return answer

    def of_room(self, body: dict[str, Any], *fine: int) -> None:
        """Ask something of the rooms; these errors are as good as done."""
        answer = self.ask({"janus": "message", "body": body})
        said = answer.get("plugindata", {}).get("data", {})
        if "error_code" in said and said["error_code"] not in fine:
            raise Unreachable(str(said.get("error")))


@contextmanager
def line(settings: Settings) -> Iterator[Line]:
    """Speak with Janus. Raises Unreachable."""
    try:
        raw = Client(ways.janus_address(settings), subprotocols=["janus-protocol"])
    except (ConnectionError, OSError) as error:
        raise Unreachable(str(error)) from error
    try:
        found = Line(settings, raw)
        found.session["session_id"] = found.ask({"janus": "create"})["data"]["id"]
        attach = {"janus": "attach", "plugin": ways.VIDEOROOM}
        found.session["handle_id"] = found.ask(attach)["data"]["id"]
        yield found
    except (ConnectionClosed, OSError) as error:
        raise Unreachable(str(error)) from error
    finally:
        if raw.connected:
            raw.close()


def admit(settings: Settings, place: Place) -> None:
    """Let a presence into its meeting, which is made when it is the first. Raises Unreachable."""
    room = {"room": place.meeting_id, "secret": ways.meeting_secret(settings, place.meeting_id)}
    passes = [ways.pass_of(settings, place)]
    with line(settings) as janus:
        janus.of_room(
            {
                "request": "create",
                **room,
                "admin_key": ways.admin_key(settings),
                "permanent": False,
                "is_private": True,
                "require_pvtid": True,  # nobody receives who is not there
                "publishers": ways.MOST_BY_JANUS,
                "bitrate": PICTURE_BITS,
                "audiocodec": "opus",
                "opus_fec": True,
                "opus_dtx": True,
                "videocodec": "vp8",
                "record": False,
                "lock_record": True,
                "allowed": passes,
            },
            ROOM_EXISTS,
        )
        janus.of_room({"request": "allowed", "action": "add", "allowed": passes, **room})


def exclude(settings: Settings, place: Place) -> None:
    """Have a presence hear and see nothing more, and not come back. Raises Unreachable."""
    room = {"room": place.meeting_id, "secret": ways.meeting_secret(settings, place.meeting_id)}
    passes = [ways.pass_of(settings, place)]
    with line(settings) as janus:
        taken = {"request": "allowed", "action": "remove", "allowed": passes, **room}
        janus.of_room(taken, NO_SUCH_ROOM)
        janus.of_room(
            {"request": "kick", "id": place.presence_id, **room}, NO_SUCH_ROOM, NO_SUCH_FEED
        )


def end(settings: Settings, meeting_id: int) -> None:
    """A meeting is over. Raises Unreachable."""
    secret = ways.meeting_secret(settings, meeting_id)
    with line(settings) as janus:
        janus.of_room({"request": "destroy", "room": meeting_id, "secret": secret}, NO_SUCH_ROOM)
