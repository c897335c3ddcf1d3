"""The open sockets of this process: whose, and what each looks at."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

MOST_BY_MEMBER = 12
"""Tabs and devices of one member in one process."""
OPENINGS, OPENINGS_A_SECOND = 40, 0.5
"""How many sockets a member may open at once, and again."""


class Bucket:
    """So many at once, then so many a second."""

    def __init__(self, size: int, a_second: float) -> None:
        self.size, self.a_second = size, a_second
        self.left, self.since = float(size), time.monotonic()

    def take(self) -> bool:
        """Whether there is one more."""
        present = time.monotonic()
        self.left = min(self.size, self.left + (present - self.since) * self.a_second)
        self.since = present
        if self.left < 1:
            return False
        self.left -= 1
        return True

    @property
    def is_full(self) -> bool:
        """Whether it was not used for long enough to be forgotten."""
        return self.left + (time.monotonic() - self.since) * self.a_second >= self.size


class Wire(Protocol):
    """The socket of a seat."""

    def dismiss(self) -> None:
        """End after what is still to be said."""

    def cut(self) -> None:
        """End now, whatever the other side does."""


@dataclass(slots=True, eq=False)
class Seat:
    """One open socket, and what its page shows."""

    member_id: int
    epoch: int
    wire: Wire
    sid: str = ""
    """Where it is told things, once it has introduced itself."""
    topic_id: int | None = None
    """The topic that it shows."""
    lists: bool = False
    """Whether it shows what is new."""
    unseen: int = -1
    """What its bell was told."""
    writes: Bucket = field(default_factory=lambda: Bucket(2, 0.4))
    closed_at: float | None = None

    def close(self) -> None:
        """Have it end: it is told nothing any more."""
        if self.closed_at is None:
            self.closed_at = time.monotonic()
            self.wire.dismiss()


class Hall:
    """All the seats. Every method may be called from any thread."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.closed = False
        self._lock = threading.Lock()
        self._inside: dict[int, int] = {}
        self._openings: dict[int, Bucket] = {}
        self._seats: set[Seat] = set()

    def enter(self, member_id: int) -> bool:
        """Let a socket of this member in, if there is room; `leave` when it ends."""
        with self._lock:
            bucket = self._openings.setdefault(member_id, Bucket(OPENINGS, OPENINGS_A_SECOND))
            here = self._inside.get(member_id, 0)
            full = sum(self._inside.values()) >= self.most or here >= MOST_BY_MEMBER
            if self.closed or full or not bucket.take():
                return False
            self._inside[member_id] = here + 1
            return True

    def leave(self, member_id: int) -> None:
        """A socket of this member has ended."""
        with self._lock:
            left = self._inside.pop(member_id) - 1
            if left:
                self._inside[member_id] = left
            rested = [who for who, bucket in self._openings.items() if bucket.is_full]
            for who in rested:
                del self._openings[who]

    def sit(self, seat: Seat) -> None:
        """A socket is open."""
        with self._lock:
            self._seats.add(seat)

    def rise(self, seat: Seat) -> None:
        """It has ended."""
        with self._lock:
            self._seats.discard(seat)

    def seats(self, chosen: Callable[[Seat], bool] = lambda _seat: True) -> list[Seat]:
        """Those of which this holds, and which are not on their way out."""
        with self._lock:
            return [seat for seat in self._seats if seat.closed_at is None and chosen(seat)]

    @property
    def members(self) -> set[int]:
        """Who has a page open here."""
        return {seat.member_id for seat in self.seats()}

    @property
    def open(self) -> int:
        """How many sockets are open."""
        with self._lock:
            return sum(self._inside.values())

    def close(self) -> None:
        """Let nobody in any more; send everybody home."""
        self.closed = True
        for seat in self.seats():
            seat.close()

    def cut_the_slow(self, after_seconds: float) -> None:
        """End those who were told to go, and did not."""
        late = time.monotonic() - after_seconds
        with self._lock:
            slow = [seat for seat in self._seats if (seat.closed_at or late + 1) <= late]
        for seat in slow:
            seat.wire.cut()
