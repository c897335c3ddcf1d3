"""What the agenda gives to the search: one entry an event, with the minutes of its dates."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, joinedload

from agenda.facts import Announced, Cancelled, EventWithdrawn, Rearranged
from agenda.models import Event, Occurrence
from agenda.papers.facts import MinutesWritten
from agenda.papers.models import Minutes
from core.indexing import Changed, Entry, Source
from core.text import excerpt

EVENT = "event"
LONGEST_SUMMARY = 5_000
LONGEST_MINUTES = 200_000
"""Characters read of the minutes of an event, those of its last dates first."""


def _read(session: Session, ids: Collection[int]) -> Iterator[Entry]:
    """Who sees an event reads its minutes; not who invites: an organisation has its own readers."""
    found: dict[int, Event] = {}
    said: dict[int, list[str]] = defaultdict(list)
    told = Occurrence.id.in_(select(Minutes.occurrence_id))
    for event, html in session.execute(
        select(Event, Minutes.html)
        .select_from(Event)
        .options(joinedload(Event.theme))
        .outerjoin(Occurrence, and_(Occurrence.event_id == Event.id, told))
        .outerjoin(Minutes, Minutes.occurrence_id == Occurrence.id)
        .where(Event.id.in_(ids), Event.withdrawn_at.is_(None))
        .order_by(Occurrence.starts_at.desc(), Occurrence.id)
    ):
        found[event.id] = event
        if html is not None:
            said[event.id].append(excerpt(html, LONGEST_MINUTES))
    for event in found.values():
        place = ", ".join(filter(None, (event.place, event.town)))
        words = excerpt(event.html, LONGEST_SUMMARY)
        yield Entry(
            kind=EVENT,
            id=event.id,
            audience_id=event.audience_id,
            title=event.title,
            summary=" · ".join(filter(None, (place, words))),
            body="\n".join(said[event.id])[:LONGEST_MINUTES],
            at=event.changed_at,
            theme=event.theme.slug if event.theme else "",
            author_id=event.owner_id,
        )


def _ids(session: Session, after_id: int, limit: int) -> list[int]:
    found = select(Event.id).where(Event.id > after_id).order_by(Event.id).limit(limit)
    return list(session.scalars(found))


def _count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Event)) or 0


def standing(session: Session, ids: Collection[int]) -> set[int]:
    """Those of these events that can be found by who sees them."""
    found = select(Event.id).where(Event.id.in_(ids), Event.withdrawn_at.is_(None))
    return set(session.scalars(found))


events = Source(EVENT, _read, _ids, _count)


class Telling:
    """Turns the agenda's facts into entries that are to be read again."""

    def __init__(self, changed: Changed, withdrawn: Callable[[Session, int], None]) -> None:
        """`withdrawn`: told of an event that can no longer be found, or can again."""
        self.changed, self.withdrawn = changed, withdrawn

    def __call__(
        self, session: Session, fact: Announced | Rearranged | Cancelled | EventWithdrawn
    ) -> None:
        """The event of this fact changed."""
        if fact.event is not None:
            self.changed(session, EVENT, fact.event.id)
            if isinstance(fact, EventWithdrawn):
                self.withdrawn(session, fact.event.id)

    def minutes(self, session: Session, fact: MinutesWritten) -> None:
        """What was said at one of its dates changed."""
        self.changed(session, EVENT, fact.event_id)
