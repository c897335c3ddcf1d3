"""What the agenda holds about a member: given to them, and let go with them."""

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from accounts.facts import MemberLeft
from agenda.facts import Rearranged
from agenda.models import Event, Occurrence
from core import text
from core.facts import record
from core.portable import Held, rows_of

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
    """Their events stay without their name, or go with them."""
    for event in session.scalars(select(Event).where(_calling(fact, Event, OF_EVENT))).all():
        _call_otherwise(fact, event, OF_EVENT)
        record(session, Rearranged(event, matters=False))
    for one in session.scalars(select(Occurrence).where(_calling(fact, Occurrence, OF_DATE))):
        _call_otherwise(fact, one, OF_DATE)
    if not fact.erases:
        return
    for event in session.scalars(select(Event).where(Event.owner_id == fact.member_id)).all():
        record(session, Rearranged(event, matters=False))  # the search finds it gone
        session.delete(event)
    session.flush()


def _calling(
    fact: MemberLeft, table: type[Event | Occurrence], parts: tuple[str, ...]
) -> ColumnElement[bool]:
    """The rows whose words call them."""
    called = f"@{fact.handle}"
    return or_(*(getattr(table, one).icontains(called, autoescape=True) for one in parts))


def _call_otherwise(fact: MemberLeft, row: Event | Occurrence, parts: tuple[str, ...]) -> None:
    for part in parts:
        if words := getattr(row, part):
            setattr(row, part, text.called_otherwise(words, fact.handle, fact.new_handle))
