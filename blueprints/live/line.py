"""The news from one process to the others: through Redis when there is one."""

import hashlib
import hmac
import json
import logging
import queue
import secrets
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from blueprints.live.heard import MISSED
from core.news import News
from core.settings import Settings

log = logging.getLogger("maillage.live")

MOST_WAITING = 1_000
PATIENCE_SECONDS = 2
AGAIN_SECONDS = 1.0


T = TypeVar("T")


def channel(settings: Settings, name: str = "live") -> str:
    """A name that two installations on the same Redis do not share."""
    digest = hmac.new(settings.secret_key.encode(), name.encode(), hashlib.sha256)
    return f"maillage:{name}:{digest.hexdigest()[:24]}"


class Channel(ABC, Generic[T]):
    """Says to this process at once, and to the others as soon as Redis takes it.

    Nobody waits for Redis: a thread speaks to it. What cannot be said is lost.
    """

    name = "live"

    def __init__(self, settings: Settings, hear: Callable[[T], None]) -> None:
        self.url, self.channel, self.hear = settings.redis_url, channel(settings, self.name), hear
        self.me = secrets.token_hex(8)
        self.stopping = threading.Event()
        self._lock = threading.Lock()
        self._out: queue.Queue[T] = queue.Queue(MOST_WAITING)
        self._threads: dict[str, threading.Thread] = {}

    @abstractmethod
    def packed(self, said: T) -> list[Any]:
        """As JSON carries it."""

    @abstractmethod
    def unpacked(self, said: list[Any]) -> T:
        """As it was said."""

    def back(self) -> None:
        """Redis answers again: some of what was said may not have come."""

    def say(self, said: T) -> None:
        """Tell every process."""
        self.hear(said)
        if self.url is None:
            return
        self._run(f"maillage-{self.name}-out", self._speak)
        try:
            self._out.put_nowait(said)
        except queue.Full:
            log.warning("Redis is slow: a piece of news was dropped")

    def start(self) -> None:
        """Listen to the other processes."""
        if self.url is not None:
            self._run(f"maillage-{self.name}-in", self._listen)

    def stop(self) -> None:
        """Speak and listen no more."""
        self.stopping.set()

    def _run(self, name: str, work: Callable[[], None]) -> None:
        with self._lock:
            if name not in self._threads:
                thread = threading.Thread(target=work, name=name, daemon=True)
                self._threads[name] = thread
                thread.start()

    def _redis(self) -> Any:
        from redis import Redis

        return Redis.from_url(
            self.url or "",
            socket_timeout=PATIENCE_SECONDS,
            socket_connect_timeout=PATIENCE_SECONDS,
        )

    def _speak(self) -> None:
        redis = self._redis()
        while not self.stopping.is_set():
            try:
                said = self._out.get(timeout=1)
            except queue.Empty:
                continue
            try:
                redis.publish(self.channel, json.dumps([self.me, *self.packed(said)]))
            except Exception as error:
                log.warning("Redis did not take a piece of news: %s", error)

    def _listen(self) -> None:
        lost = False
        while not self.stopping.is_set():
            try:
                with self._redis().pubsub(ignore_subscribe_messages=True) as heard:
                    heard.subscribe(self.channel)
                    heard.get_message(timeout=PATIENCE_SECONDS)
                    if lost:
                        self.back()
                        lost = False
                    while not self.stopping.is_set():
                        self._take(heard.get_message(timeout=1))
            except Exception as error:
                if not lost:
                    log.warning("Redis does not answer, live news stay in this process: %s", error)
                lost = True
                self.stopping.wait(AGAIN_SECONDS)

    def _take(self, message: dict[str, Any] | None) -> None:
        if message is None:
            return
        sender, *said = json.loads(message["data"])
        if sender != self.me:
            self.hear(self.unpacked(said))


class Line(Channel[News]):
    """The news. When the line is back, each process has its own pages ask what they missed."""

    def packed(self, said: News) -> list[Any]:
        """What, its id, who did it."""
        return [said.what, said.about_id, said.by_id]

    def unpacked(self, said: list[Any]) -> News:
        """The same."""
        what, about_id, by_id = said
        return News(str(what), int(about_id), int(by_id))

    def back(self) -> None:
        """Pages ask again."""
        self.hear(News(MISSED))
