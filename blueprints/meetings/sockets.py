"""What the page of a room says over its socket, and the limits of what it may say."""

import logging
from collections.abc import Callable
from typing import Any

from flask import Flask, request
from flask_socketio import SocketIO
from sqlalchemy.orm import Session

from blueprints._access import LARGEST_KEY, recognised, settings, write_session
from blueprints._refusals import explain
from blueprints.live.door import WHO
from blueprints.live.wire import Limits, Wire, server_of
from blueprints.meetings.chairs import Chair, Chairs
from blueprints.meetings.door import PATH
from blueprints.meetings.entrance import guest_and_room, seen_room
from blueprints.meetings.signals import Signal, Signals
from core import clock
from core.db import db
from core.refusals import Refused
from rooms import janus, meetings, policy, ways
from rooms.meetings import Who
from rooms.models import Presence, Room, State
from rooms.ways import Place

log = logging.getLogger("maillage.rooms")

CHAIR = "maillage.chair"
LIMITS = Limits(largest_bytes=60_000, at_once=400, a_second=40.0)
"""A description of a call weighs some 10 kB; six people exchange some hundred paths at once."""
KINDS = frozenset({"offer", "answer", "path", "again"})
SHOWN = ("microphone", "camera", "screen", "hand", "light")


def open_sockets(app: Flask, chairs: Chairs, signals: Signals) -> SocketIO:
    """The server of the rooms. The door in front says who comes in."""

    def sit(environ: dict[str, Any], wire: Wire) -> Callable[[], None]:
        who, epoch = environ[WHO]
        chair = environ[CHAIR] = Chair(who, epoch, wire)
        chairs.sit(chair)
        return lambda: chairs.rise(chair)

    server = server_of(app, PATH, LIMITS, sit)
    _Pages(server, chairs, signals).listen()
    return server


def allowed(session: Session, chair: Chair, room_id: int) -> tuple[Room, bool] | None:
    """The room that a chair may be in at this instant, and whether it hosts; None: it may not."""
    if chair.guest_id is not None:
        found = guest_and_room(session, chair.guest_id)
        if found is None or found[1].id != room_id or found[0].link != chair.epoch:
            return None
        return found[1], False
    known = recognised(session, chair.who, chair.epoch)
    if known is None or not known[0].is_settled:
        return None
    room = seen_room(session, known[1], room_id)
    return None if room is None else (room, policy.may_host(known[1], room))


class _Pages:
    """What pages may say, and what is answered."""

    def __init__(self, server: SocketIO, chairs: Chairs, signals: Signals) -> None:
        self.server, self.chairs, self.signals = server, chairs, signals

    def listen(self) -> None:
        """Answer to what pages say; to nothing else."""
        for word in ("connect", "disconnect", "enter", "way", "show", "signal", "note", "leave"):
            self.server.on(word)(getattr(self, word))

    def connect(self, *_said: object) -> None:
        """A page introduces itself."""
        _chair().sid = request.sid  # type: ignore[attr-defined]

    def enter(self, said: object = None, *_more: object) -> dict[str, Any]:
        """Somebody comes in, or is asked to wait. Nothing tells a room unseen from one that is not.

        Said: the room, and the presence to take up again when a line was cut.
        """
        chair = _chair()
        asked = said if isinstance(said, dict) else {}
        room_id, again = _number(asked.get("room")), _number(asked.get("again"))
        if chair.closed_at is not None or chair.presence_id or room_id is None:
            return {}
        session = write_session()
        session.read_only = False
        may = allowed(session, chair, room_id)
        if may is None:
            return {}
        room, hosts = may
        who = Who(chair.member_id, chair.guest_id)
        try:
            most = ways.most(settings())
            presence = meetings.come(session, room, who, hosts=hosts, most=most, again=again)
        except Refused as refused:
            session.rollback()
            return {"refused": explain(refused), "code": refused.code}
        self._seat(chair, presence, room_id)
        session.commit()
        return {"me": presence.id, "hosts": hosts, "state": presence.state.value}

    def _seat(self, chair: Chair, presence: Presence, room_id: int) -> None:
        """This page has that place; the page that had it before, if any, has it no more."""
        for other in self.chairs.those(lambda one: one.presence_id == presence.id):
            other.presence_id = 0
            other.close()
        chair.room_id, chair.meeting_id = room_id, presence.meeting_id
        chair.presence_id, chair.line = presence.id, presence.line
        chair.inside = presence.state is State.INSIDE

    def way(self, *_said: object) -> dict[str, Any]:
        """How to send and receive, for who was let in."""
        chair = _chair()
        presence = _presence(chair, writes=False)
        if presence is None or presence.state is not State.INSIDE:
            return {}
        if allowed(db.session(), chair, chair.room_id) is None:
            return {}
        place = Place(chair.meeting_id, chair.presence_id)
        if ways.by_janus(settings()) and not _admitted(chair, place):
            return {}
        return ways.way(settings(), place, clock.now())

    def show(self, said: object = None, *_more: object) -> None:
        """What they show: microphone, camera, screen, hand; whether they take sound alone."""
        chair = _chair()
        if not chair.inside or not isinstance(said, dict) or not chair.shows.take():
            return
        if (presence := _presence(chair)) is not None:
            meetings.show(db.session(), presence, **{one: said.get(one) is True for one in SHOWN})
            db.session.commit()

    def signal(self, said: object = None, *_more: object) -> None:
        """Something for another of the same meeting: how to meet."""
        chair = _chair()
        if not chair.inside or not isinstance(said, dict):
            return
        to, what = _number(said.get("to")), said.get("what")
        if to is None or not isinstance(what, dict) or what.get("kind") not in KINDS:
            return
        self.signals.say(Signal(chair.meeting_id, chair.presence_id, to, what))

    def note(self, said: object = None, *_more: object) -> dict[str, Any]:
        """Something written for all."""
        chair = _chair()
        if not chair.inside or not isinstance(said, str):
            return {}
        if not chair.notes.take():
            return {"refused": explain(Refused("notes-too-fast"))}
        presence = _presence(chair)
        if presence is None:
            return {}
        try:
            meetings.note(db.session(), presence, said)
        except Refused as refused:
            db.session.rollback()
            return {"refused": explain(refused)}
        db.session.commit()
        return {"done": True}

    def leave(self, *_said: object) -> None:
        """They leave by themselves."""
        chair = _chair()
        presence = _presence(chair)
        chair.presence_id, chair.inside = 0, False
        if presence is not None:
            meetings.leave(db.session(), presence)
            db.session.commit()

    def disconnect(self, *_said: object) -> None:
        """The socket ended: the place is kept a while, unless they left."""
        chair = _chair()
        presence = _presence(chair)
        chair.inside = False
        if presence is not None:
            meetings.lose(db.session(), presence, line=chair.line)
            db.session.commit()


def _admitted(chair: Chair, place: Place) -> bool:
    """Whether Janus knows of somebody who is still inside once it has answered."""
    db.session.rollback()  # nothing is held while Janus answers
    try:
        janus.admit(settings(), place)
        presence = _presence(chair, writes=False)
        if presence is not None and presence.state is State.INSIDE:
            return True
        janus.exclude(settings(), place)  # it was told before that they are there no more
    except janus.Unreachable:
        log.exception("Janus cannot be reached")
    return False


def _chair() -> Chair:
    found: Chair = request.environ[CHAIR]
    return found


def _presence(chair: Chair, *, writes: bool = True) -> Presence | None:
    """The place of a chair, to change it or to read it."""
    write_session().read_only = not writes
    if not chair.presence_id:
        return None
    return db.session.get(Presence, chair.presence_id)


def _number(said: object) -> int | None:
    return said if type(said) is int and 0 < said <= LARGEST_KEY else None
