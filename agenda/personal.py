"""What the agenda holds about a member: given to them, and let go with them."""

from sqlalchemy import func, select, update
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
"""Events in which a name is looked for in one transaction."""


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
    """Take the name out of what calls them with @, some events at a time."""
    last = session.scalar(select(func.max(Event.id))) or 0
    end = after + READ_AT_ONCE
    called = Event.description.icontains(f"@{departure.handle}", autoescape=True)
    for event in session.scalars(
        select(Event).where(Event.id > after, Event.id <= end, called)
    ).all():
        for part in ("description", "html"):
            words = getattr(event, part)
            new = text.called_otherwise(words, departure.handle, departure.new_handle)
            setattr(event, part, new)
        record(session, Rearranged(event, matters=False))
    return end if end < last else None


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
