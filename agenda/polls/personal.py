"""What polls hold about a member: given to them, let go with them, and for how long."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from accounts.departures import Departure
from accounts.facts import MemberLeft
from agenda.polls.models import Choice, Poll, Reply, Slot
from core import clock, text
from core.portable import Held, rows_of
from core.retention import deleting

AT_ONCE = 5_000
"""Rows gone through in one transaction."""
KEPT_DAYS = 182
"""Answers are kept so long after a poll is closed, or after its last slot when nobody closed it."""
OF_POLL = ("title", "place", "description", "html")
OF_REPLY = ("words",)


def its_data_of(session: Session, member_id: int) -> Held:
    """What they proposed, with its slots, and what they answered."""
    theirs = select(Poll.id).where(Poll.owner_id == member_id)
    mine = Reply.member_id == member_id
    replies = select(Reply.id).where(mine)
    return Held(
        {
            "date_poll": rows_of(session, Poll, Poll.owner_id == member_id, without=("html",)),
            "date_poll_slot": rows_of(session, Slot, Slot.poll_id.in_(theirs)),
            "date_poll_reply": rows_of(session, Reply, mine),
            "date_poll_choice": rows_of(session, Choice, Choice.reply_id.in_(replies)),
        }
    )


def forget(session: Session, fact: MemberLeft) -> None:
    """What they answered goes at once; their polls too when they are to go with them."""
    session.execute(
        delete(Reply)
        .where(Reply.member_id == fact.member_id)
        .execution_options(synchronize_session=False)
    )
    if fact.erases:
        session.execute(
            update(Poll)
            .where(Poll.owner_id == fact.member_id, Poll.withdrawn_at.is_(None))
            .values(withdrawn_at=clock.now())
            .execution_options(synchronize_session=False)
        )


def erase(session: Session, departure: Departure, _after: int) -> int | None:
    """Take their polls away when they wish so, with what was answered."""
    if departure.erases:
        session.execute(
            delete(Poll)
            .where(Poll.owner_id == departure.member_id)
            .execution_options(synchronize_session=False)
        )
    return None


def unname(session: Session, departure: Departure, after: int) -> int | None:
    """Take the name out of what calls them with @ in polls, some at a time."""
    return _unname(session, departure, after, Poll, OF_POLL)


def unname_replies(session: Session, departure: Departure, after: int) -> int | None:
    """Likewise in what others said when they answered."""
    return _unname(session, departure, after, Reply, OF_REPLY)


def _unname(
    session: Session, departure: Departure, after: int, table: Any, parts: tuple[str, ...]
) -> int | None:
    last = session.scalar(select(func.max(table.id))) or 0
    end = after + AT_ONCE
    called = f"@{departure.handle}"
    calling = or_(*(getattr(table, part).icontains(called, autoescape=True) for part in parts))
    for row in session.scalars(select(table).where(table.id.between(after + 1, end), calling)):
        for part in parts:
            words = getattr(row, part)
            setattr(row, part, text.called_otherwise(words, departure.handle, departure.new_handle))
    return end if end < last else None


def _over(limit: datetime) -> ColumnElement[bool]:
    last = select(func.max(Slot.ends_at)).where(Slot.poll_id == Poll.id).scalar_subquery()
    over = select(Poll.id).where(or_(Poll.closed_at < limit, last < limit))
    return Reply.poll_id.in_(over)


RULES = (deleting("poll-answers", KEPT_DAYS, Reply, _over),)


def answers_are_gone(poll: Poll) -> bool:
    """Whether what was answered is no longer kept."""
    kept = timedelta(days=KEPT_DAYS)
    return poll.closed_at is not None and poll.closed_at < clock.now() - kept
