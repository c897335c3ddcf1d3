"""The open sockets of the rooms in this process: whose, and in which meeting."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from blueprints.live.seats import Bucket, Wire

SHOWS, SHOWS_A_SECOND = 20, 2.0
NOTES, NOTES_A_SECOND = 8, 0.5


@dataclass(slots=True, eq=False)
class Chair:
    """One open page of a room. A guest's number is negative, and its epoch that of the link."""

    who: int
    epoch: int
    wire: Wire
    sid: str = ""
    room_id: int = 0
    meeting_id: int = 0
    presence_id: int = 0
    line: int = 0
    """The number of this page among those that had the place."""
    inside: bool = False
    """Whether they were let in: they tell the others things, and are told."""
    last_note: int = 0
    """The last one that they were told of."""
    shows: Bucket = field(default_factory=lambda: Bucket(SHOWS, SHOWS_A_SECOND))
    notes: Bucket = field(default_factory=lambda: Bucket(NOTES, NOTES_A_SECOND))
    closed_at: float | None = None

    @property
    def member_id(self) -> int | None:
        """Of a member."""
        return self.who if self.who > 0 else None

    @property
    def guest_id(self) -> int | None:
        """Of a guest."""
        return -self.who if self.who < 0 else None

    def close(self) -> None:
        """Have it end: nothing more is said to it, or taken from it."""
        self.inside = False
        if self.closed_at is None:
            self.closed_at = time.monotonic()
            self.wire.dismiss()


class Chairs:
    """All of them. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._chairs: set[Chair] = set()

    def sit(self, chair: Chair) -> None:
        """A socket is open."""
        with self._lock:
            self._chairs.add(chair)

    def rise(self, chair: Chair) -> None:
        """It has ended."""
        with self._lock:
            self._chairs.discard(chair)

    def those(self, chosen: Callable[[Chair], bool] = lambda _chair: True) -> list[Chair]:
        """Those of which this holds, and which are not on their way out."""
        with self._lock:
            return [one for one in self._chairs if one.closed_at is None and chosen(one)]

    def of_meeting(self, meeting_id: int) -> list[Chair]:
        """Those of a meeting, let in or waiting."""
        return self.those(lambda chair: chair.meeting_id == meeting_id and chair.presence_id != 0)

    def cut_the_slow(self, after_seconds: float) -> None:
        """End those who were told to go, and did not."""
        late = time.monotonic() - after_seconds
        with self._lock:
            slow = [one for one in self._chairs if (one.closed_at or late + 1) <= late]
        for chair in slow:
            chair.wire.cut()

    def close(self) -> None:
        """Send everybody home."""
        for chair in self.those():
            chair.close()
