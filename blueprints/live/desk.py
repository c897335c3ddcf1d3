"""Tells each open page what concerns it, and only what its reader may see at that instant."""

import logging
import queue
import threading
import time
from collections.abc import Callable

from flask import Flask
from flask_socketio import SocketIO
from sqlalchemy.orm import Session

import notifications.queries
from access.viewers import Viewer
from blueprints._access import recognised, write_session
from blueprints.live import heard
from blueprints.live.seats import Hall, Seat
from core.news import News
from forum import queries

log = logging.getLogger("maillage.live")

MOST_WAITING = 1_000
LOOK_SECONDS = 30.0
"""What another process did, and no line told of, is found out by then."""
GOODBYE_SECONDS = 3.0


class Round:
    """One turn of telling: each member is looked up once, in one transaction."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._known: dict[tuple[int, int], Viewer | None] = {}

    def viewer(self, seat: Seat) -> Viewer | None:
        """Whose seat it is, as the rule sees them now; None when they are not let in any more."""
        who = seat.member_id, seat.epoch
        if who not in self._known:
            known = recognised(self.session, *who)
            self._known[who] = known[1] if known and known[0].is_settled else None
        return self._known[who]

    def sees(self, seat: Seat, topic_id: int) -> bool:
        """Whether the topic exists for them."""
        viewer = self.viewer(seat)
        if viewer is None:
            return False
        found = queries.topic(viewer, topic_id)
        return self.session.scalars(found).one_or_none() is not None

    def unseen(self, seat: Seat) -> int | None:
        """What their bell counts."""
        viewer = self.viewer(seat)
        if viewer is None:
            return None
        return notifications.queries.unseen.run(self.session, viewer).scalar_one()


class Desk:
    """Hears the news of this process, and tells the seats. One thread, started by the first."""

    def __init__(self, app: Flask, hall: Hall, server: SocketIO) -> None:
        self.app, self.hall, self.server = app, hall, server
        self.stopping = threading.Event()
        self._heard: queue.Queue[News] = queue.Queue(MOST_WAITING)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._deeds: dict[str, Callable[[Round, News], None]] = {
            heard.ANSWER: self._answer,
            heard.WRITING: self._writing,
            **dict.fromkeys(heard.TOLD, self._told),
            heard.SEEN: self._bells_of,
            heard.LEFT: self._left,
            heard.LOOK_AGAIN: self._look,
            heard.MISSED: self._missed,
        }

    def hear(self, news: News) -> None:
        """Take this; never waits. Without a page open there is nobody to tell."""
        if self._thread is None:
            return
        try:
            self._heard.put_nowait(news)
        except queue.Full:
            log.warning("too much at once: open pages were not told of %s", news.what)

    def start(self) -> None:
        """Tell from now on."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="maillage-live", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Tell no more."""
        self.stopping.set()
        self.hear(News(""))
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        next_look = time.monotonic() + LOOK_SECONDS
        while not self.stopping.is_set():
            batch = self._batch(max(next_look - time.monotonic(), 0.0))
            if time.monotonic() >= next_look:
                next_look = time.monotonic() + LOOK_SECONDS
                batch[News(heard.LOOK_AGAIN)] = None
            self.hall.cut_the_slow(GOODBYE_SECONDS)
            if not batch or self.stopping.is_set() or not self.hall.seats():
                continue
            try:
                with self.app.app_context():
                    session = write_session()
                    session.read_only = True
                    turn = Round(session)
                    for news in batch:
                        if news.what in self._deeds:
                            self._deeds[news.what](turn, news)
            except Exception:
                log.exception("open pages could not be told")

    def _batch(self, wait: float) -> dict[News, None]:
        """What came meanwhile, each thing once, in order."""
        found: dict[News, None] = {}
        try:
            found[self._heard.get(timeout=min(wait, GOODBYE_SECONDS))] = None
            while True:
                found[self._heard.get_nowait()] = None
        except queue.Empty:
            return found

    def _say(self, seat: Seat, word: str, said: dict[str, int]) -> None:
        if seat.sid and seat.closed_at is None:
            self.server.emit(word, said, to=seat.sid)

    def _answer(self, turn: Round, news: News) -> None:
        self._to_topic(turn, news, "answer", lambda _seat: True)
        for seat in self.hall.seats(lambda seat: seat.lists and seat.member_id != news.by_id):
            if turn.sees(seat, news.about_id):
                self._say(seat, "new", {})

    def _writing(self, turn: Round, news: News) -> None:
        self._to_topic(turn, news, "writing", lambda seat: seat.member_id != news.by_id)

    def _to_topic(self, turn: Round, news: News, word: str, chosen: Callable[[Seat], bool]) -> None:
        """To the pages of a topic; those whose reader does not see it any more are let go."""
        for seat in self.hall.seats(lambda seat: seat.topic_id == news.about_id and chosen(seat)):
            if turn.sees(seat, news.about_id):
                self._say(seat, word, {"topic": news.about_id})
            else:
                seat.topic_id = None

    def _told(self, turn: Round, news: News) -> None:
        """To those, of who is here, who were told of it."""
        told = notifications.queries.told_of(self.hall.members, news.what, news.about_id)
        concerned = set(turn.session.scalars(told))
        for seat in self.hall.seats(lambda seat: seat.member_id in concerned):
            self._bell(turn, seat)

    def _bells_of(self, turn: Round, news: News) -> None:
        for seat in self.hall.seats(lambda seat: seat.member_id == news.about_id):
            self._bell(turn, seat)

    def _bell(self, turn: Round, seat: Seat) -> None:
        unseen = turn.unseen(seat)
        if unseen is not None and unseen != seat.unseen:
            seat.unseen = unseen
            self._say(seat, "bell", {"unseen": unseen})

    def _left(self, _turn: Round, news: News) -> None:
        """All of a member's sockets end; the browsers that are still signed in come back."""
        for seat in self.hall.seats(lambda seat: seat.member_id == news.about_id):
            self._dismiss(seat)

    def _look(self, turn: Round, _news: News) -> None:
        """Those who are not let in any more go; the others' topics and bells are looked at."""
        for seat in self.hall.seats():
            if turn.viewer(seat) is None:
                self._dismiss(seat)
                continue
            if seat.topic_id is not None and not turn.sees(seat, seat.topic_id):
                seat.topic_id = None
            self._bell(turn, seat)

    def _missed(self, _turn: Round, _news: News) -> None:
        for seat in self.hall.seats():
            self._say(seat, "missed", {})

    def _dismiss(self, seat: Seat) -> None:
        self._say(seat, "bye", {})
        seat.close()
