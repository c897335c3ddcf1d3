"""What browsers tell each other to meet: from one page to another, in any process, kept nowhere."""

from dataclasses import dataclass
from typing import Any

from flask_socketio import SocketIO

from blueprints.live.line import Channel
from blueprints.meetings.chairs import Chairs
from core.settings import Settings


@dataclass(frozen=True, slots=True)
class Signal:
    """From one presence to another of the same meeting."""

    meeting_id: int
    by: int
    to: int
    what: dict[str, Any]


class Signals(Channel[Signal]):
    """Carries them. Both ends are inside the meeting, or nothing is said."""

    name = "rooms"
    server: SocketIO

    def __init__(self, settings: Settings, chairs: Chairs) -> None:
        super().__init__(settings, self.deliver)
        self.chairs = chairs

    def packed(self, said: Signal) -> list[Any]:
        """As JSON carries it."""
        return [said.meeting_id, said.by, said.to, said.what]

    def unpacked(self, said: list[Any]) -> Signal:
        """As it was said."""
        meeting_id, by, to, what = said
        return Signal(int(meeting_id), int(by), int(to), dict(what))

    def deliver(self, signal: Signal) -> None:
        """To the page that it is for, when it is open here."""
        for chair in self.chairs.of_meeting(signal.meeting_id):
            if chair.inside and chair.presence_id == signal.to:
                self.server.emit("signal", {"from": signal.by, "what": signal.what}, to=chair.sid)
