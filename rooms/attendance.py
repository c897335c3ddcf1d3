"""Who was in a meeting, each person once, for the minutes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from rooms.models import Presence


@dataclass(frozen=True, slots=True)
class Stay:
    """Somebody in a meeting, from the first time that they came in to the last that they left."""

    name: str
    guest: bool
    since: datetime
    until: datetime
    minutes: int
    """Inside, absences taken off; a minute begun counts."""


def stays(presences: Iterable[Presence]) -> list[Stay]:
    """In the order in which they came. Two devices at the same time count once."""
    theirs: dict[tuple[int | None, int | None], list[Presence]] = {}
    for one in presences:
        if one.entered_at is not None:
            theirs.setdefault((one.member_id, one.guest_id), []).append(one)
    found = []
    for several in theirs.values():
        spans = sorted((one.entered_at or one.came_at, one.until_at) for one in several)
        inside = -(-_joined(spans) // timedelta(minutes=1))
        last = max(until for _since, until in spans)
        first = several[0]
        found.append(
            Stay(first.name, first.guest_id is not None, spans[0][0], last, max(inside, 1))
        )
    return sorted(found, key=lambda stay: (stay.since, stay.name))


def _joined(spans: list[tuple[datetime, datetime]]) -> timedelta:
    """How long they cover, what overlaps counted once."""
    total = timedelta()
    end = spans[0][0]
    for since, until in spans:
        total += max(until - max(since, end), timedelta())
        end = max(end, until)
    return total
