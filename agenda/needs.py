"""Which dates cannot simply go: somebody takes part in them, or left something there.

The agenda does not know who takes part: the rooms that do say so in wiring.py.
"""

from collections.abc import Callable, Collection, Iterable

from sqlalchemy.orm import Session

from agenda.models import Occurrence

Asked = Callable[[Session, Collection[Occurrence]], Collection[int]]
"""Told some dates, gives the ids of those that it needs."""

_rooms: list[Asked] = []


def wire(rooms: Iterable[Asked]) -> None:
    """Set who is asked before a date goes."""
    _rooms[:] = rooms


def needed(session: Session, occurrences: Collection[Occurrence]) -> set[int]:
    """The ids of the dates that must stay, were it as cancelled ones."""
    if not occurrences:
        return set()
    return {one for room in _rooms for one in room(session, occurrences)}
