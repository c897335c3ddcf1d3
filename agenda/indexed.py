"""What the agenda gives to the search: one entry an event, whatever the number of its dates."""

from collections.abc import Collection, Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from agenda.facts import Announced, Cancelled, EventWithdrawn, Rearranged
from agenda.models import Event
from core.indexing import Changed, Entry, Source
from core.text import excerpt

EVENT = "event"
LONGEST_SUMMARY = 5_000


def _read(session: Session, ids: Collection[int]) -> Iterator[Entry]:
    """The organisation that invites is not named: not everyone may see it."""
    found = select(Event).options(joinedload(Event.theme))
    for event in session.scalars(found.where(Event.id.in_(ids), Event.withdrawn_at.is_(None))):
        place = ", ".join(filter(None, (event.place, event.town)))
        words = excerpt(event.html, LONGEST_SUMMARY)
        yield Entry(
            kind=EVENT,
            id=event.id,
            audience_id=event.audience_id,
            title=event.title,
            summary=" · ".join(filter(None, (place, words))),
            body="",
            at=event.changed_at,
            theme=event.theme.slug if event.theme else "",
            author_id=event.owner_id,
        )


def _ids(session: Session, after_id: int, limit: int) -> list[int]:
    found = select(Event.id).where(Event.id > after_id).order_by(Event.id).limit(limit)
    return list(session.scalars(found))


def _count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Event)) or 0


events = Source(EVENT, _read, _ids, _count)


class Telling:
    """Turns the agenda's facts into entries that are to be read again."""

    def __init__(self, changed: Changed) -> None:
        self.changed = changed

    def __call__(
        self, session: Session, fact: Announced | Rearranged | Cancelled | EventWithdrawn
    ) -> None:
        """The event of this fact changed."""
        if fact.event is not None:
            self.changed(session, EVENT, fact.event.id)
