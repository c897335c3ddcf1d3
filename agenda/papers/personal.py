"""What the minutes of dates hold about a member."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.departures import Departure
from agenda.models import Event, Occurrence
from agenda.papers.models import Minutes
from core import text
from core.portable import Held, rows_of

READ_AT_ONCE = 5_000
"""Rows in which a name is looked for in one transaction."""


def its_data_of(session: Session, member_id: int) -> Held:
    """The minutes of the dates that they announced."""
    theirs = (
        select(Occurrence.id)
        .join(Event, Event.id == Occurrence.event_id)
        .where(Event.owner_id == member_id)
    )
    mine = Minutes.occurrence_id.in_(theirs)
    return Held({"event_minutes": rows_of(session, Minutes, mine, without=("html",))})


def unname(session: Session, departure: Departure, after: int) -> int | None:
    """Take the name out of what calls them with @ in minutes, some at a time."""
    last = session.scalar(select(func.max(Minutes.occurrence_id))) or 0
    end = after + READ_AT_ONCE
    called = Minutes.words.icontains(f"@{departure.handle}", autoescape=True)
    some = Minutes.occurrence_id.between(after + 1, end)
    for minutes in session.scalars(select(Minutes).where(some, called)):
        for part in ("words", "html"):
            words = text.called_otherwise(
                getattr(minutes, part), departure.handle, departure.new_handle
            )
            setattr(minutes, part, words)
    return end if end < last else None
