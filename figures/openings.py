"""How often documents are opened: running totals, so that a year costs what a week does.

Each day has a line for each document opened on it; each Sunday, one for each document ever opened.
A total is then that of the last Sunday, and the few days since.
"""

from collections import Counter
from datetime import date, timedelta

from sqlalchemy import Select, and_, delete, func, insert, select, union_all
from sqlalchemy.orm import Session

from figures.counting import Span
from figures.models import DocumentDay
from resources.models import Opening

DAY = timedelta(days=1)

Opened = dict[date, Counter[int]]
"""Day → document → how often."""


def opened(session: Session, span: Span) -> Opened:
    """How often each document was opened on each of these days."""
    found: Opened = {day: Counter() for day in span.days}
    for document_id, day, times in session.execute(
        select(Opening.document_id, Opening.day, func.count())
        .where(Opening.day >= span.first, Opening.day <= span.last)
        .group_by(Opening.day, Opening.document_id)
    ):
        found[day][document_id] = times
    return found


def is_sunday(day: date) -> bool:
    """Whether a day has a line for each document ever opened."""
    return day.isoweekday() == 7


def _until(day: date, sign: int) -> tuple[Select[int, int], Select[int, int]]:
    """What to add up for how often each document had been opened when a day ended."""
    sunday = day - day.isoweekday() % 7 * DAY
    since = and_(DocumentDay.day > sunday, DocumentDay.day <= day)
    return (
        select(DocumentDay.document_id, sign * DocumentDay.total).where(DocumentDay.day == sunday),
        select(DocumentDay.document_id, sign * DocumentDay.openings).where(since),
    )


def openings(first: date, last: date) -> Select[int, int]:
    """How often each document was opened, from a day to another (document_id, openings)."""
    parts = union_all(*_until(last, 1), *_until(first - DAY, -1)).subquery()
    document_id, number = parts.c
    return select(document_id, func.sum(number).label("openings")).group_by(document_id)


def write(session: Session, span: Span, found: Opened) -> None:
    """Put these days in the place of what was counted of them; they stand on those before."""
    parts = union_all(*_until(span.first - DAY, 1)).subquery()
    document_id, number = parts.c
    before = session.execute(select(document_id, func.sum(number)).group_by(document_id))
    total = Counter({row[0]: int(row[1]) for row in before})
    session.execute(
        delete(DocumentDay)
        .where(DocumentDay.day >= span.first, DocumentDay.day <= span.last)
        .execution_options(synchronize_session=False)
    )
    for day in span.days:
        times = found[day]
        total.update(times)
        rows = [
            {"day": day, "document_id": one, "openings": times[one], "total": total[one]}
            for one in (total if is_sunday(day) else times)
        ]
        if rows:
            session.execute(insert(DocumentDay), rows)
