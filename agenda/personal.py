"""What the agenda holds about a member: given to them, and let go with them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.facts import MemberLeft
from agenda.facts import Rearranged
from agenda.models import Event, Occurrence
from core import text
from core.facts import record
from core.portable import Held, rows_of


def its_data_of(session: Session, member_id: int) -> Held:
    """What they announced."""
    theirs = select(Event.id).where(Event.owner_id == member_id)
    tables = {
        "event": rows_of(session, Event, Event.owner_id == member_id, without=("html",)),
        "occurrence": rows_of(session, Occurrence, Occurrence.event_id.in_(theirs)),
    }
    return Held(tables)


def forget(session: Session, fact: MemberLeft) -> None:
    """Their events stay without their name, or go with them."""
    called = Event.description.icontains(f"@{fact.handle}", autoescape=True)
    for event in session.scalars(select(Event).where(called)).all():
        for part in ("description", "html"):
            words = getattr(event, part)
            setattr(event, part, text.called_otherwise(words, fact.handle, fact.new_handle))
        record(session, Rearranged(event, matters=False))
    if not fact.erases:
        return
    for event in session.scalars(select(Event).where(Event.owner_id == fact.member_id)).all():
        record(session, Rearranged(event, matters=False))  # the search finds it gone
        session.delete(event)
    session.flush()
