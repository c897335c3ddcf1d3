"""What a page says over its socket, and the limits of what it may say."""

from collections.abc import Callable
from typing import Any

from flask import Flask, request
from flask_socketio import SocketIO

from access.viewers import Viewer
from blueprints._access import LARGEST_KEY, recognised, write_session
from blueprints.live.door import PATH, WHO
from blueprints.live.heard import WRITING
from blueprints.live.seats import Hall, Seat
from blueprints.live.wire import Limits, Wire, server_of
from core.db import db
from core.news import News
from forum import listing, policy, queries
from forum.models import Topic

SEAT = "maillage.seat"
LARGEST_BYTES = 2_000
MESSAGES, MESSAGES_A_SECOND = 30, 2.0


def open_sockets(app: Flask, hall: Hall, say: Callable[[News], None]) -> SocketIO:
    """The server of sockets of this application. The door in front says who comes in."""

    def sit(environ: dict[str, Any], wire: Wire) -> Callable[[], None]:
        member_id, epoch = environ[WHO]
        seat = environ[SEAT] = Seat(member_id, epoch, wire)
        hall.sit(seat)
        return lambda: hall.rise(seat)

    server = server_of(app, PATH, Limits(LARGEST_BYTES, MESSAGES, MESSAGES_A_SECOND), sit)
    _Pages(server, say).listen()
    return server


class _Pages:
    """What pages may say: that they are here, what they show, that somebody writes."""

    def __init__(self, server: SocketIO, say: Callable[[News], None]) -> None:
        self.server, self.say = server, say

    def listen(self) -> None:
        """Answer to what pages say; to nothing else."""
        self.server.on("connect")(self.connect)
        for word, answer in (
            ("topic", self.topic),
            ("lists", self.lists),
            ("writing", self.writing),
        ):
            self.server.on(word)(answer)

    def connect(self, *_said: object) -> None:
        """A page introduces itself."""
        seat: Seat = request.environ[SEAT]
        seat.sid = request.sid  # type: ignore[attr-defined]

    def topic(self, said: object = None, *_more: object) -> dict[str, int]:
        """A page shows this topic. Nothing tells one that may not be seen from one that is not."""
        seat, viewer = self._here()
        topic = self._seen(viewer, said)
        if seat is None or topic is None:
            return {}
        seat.topic_id = topic.id
        return {"last": topic.last_post_id or 0}

    def lists(self, *_said: object) -> dict[str, int]:
        """A page shows what is new. Answers with the latest that its reader has not read."""
        seat, viewer = self._here()
        if seat is None or viewer is None:
            return {}
        seat.lists = True
        unread = listing.Filters(show="unread")
        latest = listing.latest_topics(db.session(), viewer, unread, most=1)
        return {"last": max((row[0].last_post_id or 0 for row in latest), default=0)}

    def writing(self, *_said: object) -> None:
        """Its reader is writing an answer."""
        seat, viewer = self._here()
        if seat is None or seat.topic_id is None or not seat.writes.take():
            return
        topic = self._seen(viewer, seat.topic_id)
        if viewer is not None and topic is not None and policy.may_reply(viewer, topic):
            self.say(News(WRITING, topic.id, viewer.member_id))

    def _here(self) -> tuple[Seat | None, Viewer | None]:
        """The page that speaks, and its reader as the rule sees them now."""
        seat: Seat = request.environ[SEAT]
        if seat.closed_at is not None:
            return None, None
        write_session().read_only = True
        known = recognised(db.session(), seat.member_id, seat.epoch)
        if known is None or not known[0].is_settled:
            seat.close()
            return None, None
        return seat, known[1]

    def _seen(self, viewer: Viewer | None, topic_id: object) -> Topic | None:
        if viewer is None or type(topic_id) is not int or not 0 < topic_id <= LARGEST_KEY:
            return None
        return db.session.scalars(queries.topic(viewer, topic_id)).one_or_none()
