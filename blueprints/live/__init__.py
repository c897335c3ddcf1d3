"""Live pages: what moved is told to those who have it on screen, over a WebSocket.

    facts ─ heard.py ─ core/news.py (after the commit) ─ line.py ─ desk.py ─ open pages (seats.py)

door.py says who may open a socket. What is told holds ids and counts: the words are then asked for
by HTTP, as any page. See docs/decisions/0027-live.md.
"""

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask_login import user_logged_out

from blueprints.live import heard as heard
from blueprints.live.desk import Desk
from blueprints.live.door import Door
from blueprints.live.heard import LEFT
from blueprints.live.line import Line
from blueprints.live.seats import Hall
from blueprints.live.sockets import open_sockets
from core import news
from core.news import News
from core.settings import Settings


class Live:
    """The sockets of this process, and how they are told."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self.hall = Hall(settings.live_sockets)
        self.server = open_sockets(app, self.hall, self.say)
        self.desk = Desk(app, self.hall, self.server)
        self.ears: list[Callable[[News], None]] = [self.desk.hear]
        """Who in this process hears the news. They must not wait."""
        self.closing: list[Callable[[], None]] = []
        """What else comes to rest with these sockets."""
        self.line = Line(settings, self.hear)
        app.wsgi_app = Door(  # type: ignore[method-assign]
            app, app.wsgi_app, self.hall, self.wake, settings.base_url
        )

    def wake(self) -> None:
        """Somebody sits down: news are listened to from now on."""
        self.desk.start()
        self.line.start()

    def hear(self, told: News) -> None:
        """What this process does of a piece of news."""
        for ear in self.ears:
            ear(told)

    def say(self, told: News) -> None:
        """Tell all the processes."""
        self.line.say(told)

    def signed_out(self, _app: Flask, user: Any, **_more: Any) -> None:
        """Who signs out has no socket left open, in any process."""
        if user.is_authenticated:
            self.say(News(LEFT, user.member.id))

    def close(self) -> None:
        """Close every socket and come to rest; those who were here may go elsewhere."""
        self.hall.close()
        for close in self.closing:
            close()
        self.line.stop()
        self.desk.stop()


def init(app: Flask, settings: Settings) -> None:
    """Open the sockets of this application, unless it has none."""
    app.extensions["maillage.live"] = None
    app.jinja_env.globals["has_live"] = settings.live_sockets > 0
    if settings.live_sockets == 0:
        news.listen(Line(settings, lambda told: None).say)  # others may have pages open
        return
    live = app.extensions["maillage.live"] = Live(app, settings)
    news.listen(live.say)
    user_logged_out.connect(live.signed_out, app)
