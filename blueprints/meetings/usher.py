"""Tells each page of a meeting who is there and what is noted; shows out who may stay no more."""

import logging
import queue
import threading
import time
from contextlib import suppress

from flask import Flask
from flask_socketio import SocketIO
from sqlalchemy.orm import Session, joinedload

from blueprints._access import write_session
from blueprints.live.heard import LEFT, LOOK_AGAIN, MISSED
from blueprints.meetings import heard, told
from blueprints.meetings.chairs import Chair, Chairs
from blueprints.meetings.sockets import allowed
from core.news import News
from rooms import meetings, queries
from rooms.models import HERE, Meeting, Presence, State

log = logging.getLogger("maillage.rooms")

MOST_WAITING = 1_000
TIDY_SECONDS = 5.0
STILL_THERE_SECONDS = 20.0
LOOK_SECONDS = 30.0
GOODBYE_SECONDS = 3.0
OURS = frozenset({heard.MOVED, heard.NOTED, heard.ROOM, heard.CLOCK, LEFT, LOOK_AGAIN, MISSED})


class Usher:
    """Hears the news of this process, and tells the chairs. One thread, started by the first."""

    def __init__(self, app: Flask, chairs: Chairs, server: SocketIO) -> None:
        self.app, self.chairs, self.server = app, chairs, server
        self.stopping = threading.Event()
        self._heard: queue.Queue[News] = queue.Queue(MOST_WAITING)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._tidied_at = self._said_at = self._looked_at = 0.0

    def hear(self, news: News) -> None:
        """Take this; never waits."""
        if self._thread is None or news.what not in OURS:
            return
        try:
            self._heard.put_nowait(news)
        except queue.Full:
            log.warning("too much at once: the pages of a room were not told of %s", news.what)

    def start(self) -> None:
        """Tell from now on."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="maillage-rooms")
                self._thread.daemon = True
                self._thread.start()

    def stop(self) -> None:
        """Tell no more."""
        self.stopping.set()
        if self._thread is not None:
            self._heard.put(News(heard.CLOCK))
            self._thread.join()

    def _run(self) -> None:
        while not self.stopping.is_set():
            batch = self._batch()
            self.chairs.cut_the_slow(GOODBYE_SECONDS)
            if self.stopping.is_set() or not self.chairs.those():
                continue
            try:
                self._keep_house()
                with self.app.app_context():
                    session = write_session()
                    session.read_only = True
                    self._tell(session, batch)
            except Exception:
                log.exception("the pages of a room could not be told")

    def _batch(self) -> dict[News, None]:
        """What came meanwhile, each thing once, in order."""
        found: dict[News, None] = {}
        with suppress(queue.Empty):
            found[self._heard.get(timeout=TIDY_SECONDS)] = None
            while True:
                found[self._heard.get_nowait()] = None
        return found

    def _keep_house(self) -> None:
        """Say who is still there; let go of those who are not; look at the others again."""
        present = time.monotonic()
        if present - self._looked_at > LOOK_SECONDS:
            self._looked_at = present
            self.hear(News(LOOK_AGAIN))
        if present - self._tidied_at < TIDY_SECONDS:
            return
        self._tidied_at = present
        with self.app.app_context():
            session = write_session()
            session.read_only = False
            if present - self._said_at > STILL_THERE_SECONDS:
                self._said_at = present
                here = [one.presence_id for one in self.chairs.those() if one.presence_id]
                meetings.still_there(session, here)
            meetings.tidy(session)
            session.commit()

    def _tell(self, session: Session, batch: dict[News, None]) -> None:
        for news in batch:
            about = news.about_id
            if news.what == heard.MOVED:
                self._people(session, about)
            elif news.what == heard.NOTED:
                self._notes(session, about)
            elif news.what == heard.ROOM:
                self._look([one for one in self.chairs.those() if one.room_id == about])
            elif news.what == LEFT:
                self._come_again([one for one in self.chairs.those() if one.who == about])
            elif news.what in {LOOK_AGAIN, MISSED}:
                self._look([one for one in self.chairs.those() if one.room_id])
                for meeting_id in {one.meeting_id for one in self.chairs.those()}:
                    self._people(session, meeting_id)
                    self._notes(session, meeting_id)

    def _come_again(self, chairs: list[Chair]) -> None:
        """A member signed out somewhere: the browsers that are still signed in come back."""
        for chair in chairs:
            self._say(chair, "bye", {"why": "again"})
            chair.close()

    def _people(self, session: Session, meeting_id: int) -> None:
        """Who is there, to all; those who were sent away are told, and go."""
        chairs = self.chairs.of_meeting(meeting_id)
        if not chairs:
            return
        session.expire_all()
        meeting = session.get(Meeting, meeting_id, options=[joinedload(Meeting.room)])
        there = session.scalars(queries.people(meeting_id)).all()
        states = {one.id: one.state for one in there} if meeting else {}
        for chair in chairs:
            if states.get(chair.presence_id) not in HERE:
                self._dismiss(chair, self._why(session, chair))
        here = [one for one in chairs if one.presence_id in states]
        for chair, hosts in self._still_allowed(session, here):
            state = states[chair.presence_id]
            was, chair.inside = chair.inside, state is State.INSIDE
            if meeting is None or not chair.inside:
                self._say(chair, "people", {"state": "waiting"})
                continue
            said = told.people(meeting, meeting.room.owner_id, there, hosts=hosts)
            self._say(chair, "people", {"state": "inside", **said})
            if not was or chair.last_note == 0:
                self._notes_to(session, chair)

    def _why(self, session: Session, chair: Chair) -> str:
        presence = session.get(Presence, chair.presence_id)
        return presence.state.value if presence is not None else State.LEFT.value

    def _notes(self, session: Session, meeting_id: int) -> None:
        inside = [one for one in self.chairs.of_meeting(meeting_id) if one.inside]
        for chair, _hosts in self._still_allowed(session, inside):
            self._notes_to(session, chair)

    def _still_allowed(self, session: Session, chairs: list[Chair]) -> list[tuple[Chair, bool]]:
        """Those whom the rule lets be told something, and whether they host; the others go."""
        may = [(one, allowed(session, one, one.room_id)) for one in chairs]
        if gone := [one for one, room in may if room is None]:
            self._look(gone)
        return [(one, room[1]) for one, room in may if room is not None]

    def _notes_to(self, session: Session, chair: Chair) -> None:
        new = session.scalars(queries.notes_since(chair.meeting_id, chair.last_note)).all()
        if new:
            chair.last_note = new[-1].id
            self._say(chair, "notes", [told.note(one) for one in new])

    def _look(self, chairs: list[Chair]) -> None:
        """The rule is read again for these: who may stay no more goes, and their place ends."""
        with self.app.app_context():
            session = write_session()
            session.read_only = False
            for chair in chairs:
                if allowed(session, chair, chair.room_id) is not None:
                    continue
                presence = session.get(Presence, chair.presence_id)
                if presence is not None:
                    meetings.put_out(session, presence)
                self._dismiss(chair, "over")
            session.commit()

    def _dismiss(self, chair: Chair, why: str) -> None:
        chair.inside = False
        self._say(chair, "bye", {"why": why})
        chair.presence_id = 0
        chair.close()

    def _say(self, chair: Chair, word: str, said: object) -> None:
        if chair.sid and chair.closed_at is None:
            self.server.emit(word, said, to=chair.sid)
