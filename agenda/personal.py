"""What the agenda holds about a member: given to them, and let go with them."""

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from accounts.departures import Departure
from accounts.facts import MemberLeft
from agenda.facts import Rearranged
from agenda.models import Event, Occurrence
from core import clock, text
from core.facts import record
from core.portable import Held, rows_of

ERASED_AT_ONCE = 50
"""Events erased in one transaction, with their dates."""
READ_AT_ONCE = 5_000
"""Rows in which a name is looked for in one transaction."""
OF_EVENT = ("title", "place", "description", "html", "cancelled_why")
OF_DATE = ("title", "place", "words")
"""Where words may call a member."""


def its_data_of(session: Session, member_id: int) -> Held:
    """What they announced."""
    theirs = select(Event.id).where(Event.owner_id == member_id)
    tables = {
        "event": rows_of(session, Event, Event.owner_id == member_id, without=("html",)),
        "occurrence": rows_of(session, Occurrence, Occurrence.event_id.in_(theirs)),
    }
    return Held(tables)


def forget(session: Session, fact: MemberLeft) -> None:
    """Nobody finds their events any more when they are to go with them."""
    if fact.erases:
        session.execute(
            update(Event)
            .where(Event.owner_id == fact.member_id, Event.withdrawn_at.is_(None))
            .values(withdrawn_at=clock.now())
            .execution_options(synchronize_session=False)
        )


def unname(session: Session, departure: Departure, after: int) -> int | None:
    """Take the name out of what calls them with @ in events, some at a time."""
    last = session.scalar(select(func.max(Event.id))) or 0
    end = after + READ_AT_ONCE
    some = Event.id.between(after + 1, end)
    for event in session.scalars(select(Event).where(some, _calling(departure, Event, OF_EVENT))):
        _call_otherwise(departure, event, OF_EVENT)
        record(session, Rearranged(event, matters=False))
    return end if end < last else None


def unname_dates(session: Session, departure: Departure, after: int) -> int | None:
    """Likewise in what is said of one date."""
    last = session.scalar(select(func.max(Occurrence.id))) or 0
    end = after + READ_AT_ONCE
    some = Occurrence.id.between(after + 1, end)
    for one in session.scalars(
        select(Occurrence).where(some, _calling(departure, Occurrence, OF_DATE))
    ):
        _call_otherwise(departure, one, OF_DATE)
    return end if end < last else None


def _calling(
    departure: Departure, table: type[Event | Occurrence], parts: tuple[str, ...]
) -> ColumnElement[bool]:
    """The rows whose words call them."""
    called = f"@{departure.handle}"
    return or_(*(getattr(table, one).icontains(called, autoescape=True) for one in parts))


def _call_otherwise(departure: Departure, row: Event | Occurrence, parts: tuple[str, ...]) -> None:
    for part in parts:
        if words := getattr(row, part):
            new = text.called_otherwise(words, departure.handle, departure.new_handle)
            setattr(row, part, new)


def erase(session: Session, departure: Departure, after: int) -> int | None:
    """Take their events away when they wish so, some at a time, dates and all."""
    if not departure.erases:
        return None
    events = session.scalars(
        select(Event)
        .where(Event.owner_id == departure.member_id, Event.id > after)
        .order_by(Event.id)
        .limit(ERASED_AT_ONCE)
    ).all()
    for event in events:
        record(session, Rearranged(event, matters=False))  # the search finds it gone
        session.delete(event)
    session.flush()
    return events[-1].id if len(events) == ERASED_AT_ONCE else None
