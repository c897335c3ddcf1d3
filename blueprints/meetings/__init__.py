"""The sockets of the video rooms: who is there, what they show, and what browsers tell each other.

    page ─ door.py ─ sockets.py ─ rooms/meetings.py (rows) ─ facts ─ heard.py ─ usher.py ─ pages
                         └──────── signals.py: from one page to another, kept nowhere

Beside blueprints/live, whose wires, places and line of news they share; see
docs/decisions/0031-video-rooms.md.
"""

from flask import Flask

from blueprints.live import Live
from blueprints.meetings import heard as heard
from blueprints.meetings.chairs import Chairs
from blueprints.meetings.door import RoomDoor
from blueprints.meetings.signals import Signals
from blueprints.meetings.sockets import open_sockets
from blueprints.meetings.usher import Usher
from core.settings import Settings


class Meetings:
    """The open chairs of this process, and how they are told."""

    def __init__(self, app: Flask, settings: Settings, live: Live) -> None:
        self.live = live
        self.chairs = Chairs()
        self.signals = Signals(settings, self.chairs)
        self.server = open_sockets(app, self.chairs, self.signals)
        self.signals.server = self.server
        self.usher = Usher(app, self.chairs, self.server)
        live.ears.append(self.usher.hear)
        live.closing.append(self.close)
        app.wsgi_app = RoomDoor(  # type: ignore[method-assign]
            app, app.wsgi_app, live.hall, self.wake, settings.base_url
        )

    def wake(self) -> None:
        """Somebody sits down."""
        self.live.wake()
        self.usher.start()
        self.signals.start()

    def close(self) -> None:
        """Come to rest; those who were here go on elsewhere."""
        self.chairs.close()
        self.signals.stop()
        self.usher.stop()


def init(app: Flask, settings: Settings) -> None:
    """Open the sockets of the rooms, unless this application has none."""
    live = app.extensions["maillage.live"]
    app.extensions["maillage.meetings"] = Meetings(app, settings, live) if live else None
