"""The figures of the desk are counted each night: this calendar year and the one before.

Older years stay as they were counted last: what companies said of themselves is erased after three
years, and what was reported to a funder does not move. Counting replaces what was counted: done
twice, or again after a kill, it comes to the same.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zlib import crc32

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from core import clock
from core.db import reading
from core.jobs import Handler, NextTime, enqueue
from core.masking import FEWEST
from expertise.figures.counting import Known, happened, needs
from expertise.figures.measures import Measure, Seen
from expertise.figures.models import BY_YEAR, DeskCount, DeskMonth, Side
from expertise.programmes.models import Programme

COUNT = "expertise.figures"
NUMBERS = 0xFFFF
"""Companies have one of so many numbers: too few to name one, enough to tell five apart."""
ROWS = 2_000
NIGHT = (2, 15)
"""When it is done, in France: once the figures of the house are counted."""
DAY = timedelta(days=1)

Key = tuple[Side, int, date, Measure]


@dataclass(slots=True)
class Line:
    """A row, being counted."""

    times: int = 0
    amount: int = 0
    companies: set[int] = field(default_factory=set)
    spread: Counter[int] = field(default_factory=Counter)

    def add(self, company: str, amount: int, waited: int | None) -> None:
        """Once more."""
        self.times += 1
        self.amount += amount
        if len(self.companies) < FEWEST:
            self.companies.add(crc32(company.encode()) & NUMBERS)
        if waited is not None:
            self.spread[waited] += 1


class Ledger:
    """What is counted of one programme."""

    def __init__(self, known: dict[int, Known], first: date, last: date) -> None:
        self.known = known
        self.first, self.last = first, last
        self.lines: dict[Key, Line] = {}
        self.helped: list[tuple[date, Side, int, str]] = []

    def add(self, seen: Seen) -> None:
        """Something happened; what is outside of the days that are counted is left out."""
        if not self.first <= seen.day <= self.last:
            return
        one = self.known.get(seen.need_id)
        if one is None:  # it was asked while we count
            return
        for side, of_id in self._groups(one, seen.institution_id):
            self._line(side, of_id, seen.day, seen.measure).add(
                one.company, seen.amount, seen.waited
            )
            if seen.measure is Measure.HELPED:
                self.helped.append((seen.day, side, of_id, one.company))

    def _groups(self, one: Known, institution_id: int | None) -> Iterator[tuple[Side, int]]:
        if institution_id is not None:
            yield Side.INSTITUTION, institution_id
            return
        yield Side.ALL, 0
        for subject_id in one.subjects:
            yield Side.SUBJECT, subject_id
        for territory_id in one.territories:
            yield Side.TERRITORY, territory_id

    def _line(self, side: Side, of_id: int, day: date, measure: Measure) -> Line:
        month = date(day.year, 1 if side in BY_YEAR else day.month, 1)
        return self.lines.setdefault((side, of_id, month, measure), Line())

    def close(self) -> None:
        """Companies count once a year, in the month when they were helped first."""
        known: set[tuple[int, Side, int, str]] = set()
        for day, side, of_id, company in sorted(self.helped):
            if (day.year, side, of_id, company) not in known:
                known.add((day.year, side, of_id, company))
                self._line(side, of_id, day, Measure.COMPANIES).add(company, 0, None)


def count(session: Session, payload: dict[str, Any]) -> None:
    """Count one programme and come back for the next."""
    done = count_next(session, payload.get("after", 0))
    if done is not None:
        enqueue(session, COUNT, {"after": done}, key=f"{COUNT}:{done}")


def count_all(session: Session) -> None:
    """All of them at once. Commits."""
    done = count_next(session, 0)
    session.commit()
    while done is not None:
        done = count_next(session, done)
        session.commit()


def count_next(session: Session, after: int) -> int | None:
    """Count the programme that follows; its number, None when there is none."""
    with reading(session):
        programme_id = session.scalar(select(func.min(Programme.id)).where(Programme.id > after))
        if programme_id is None:
            return None
        first = _first_day(session, programme_id)
        ledger = Ledger(needs(session, programme_id), first, clock.today() - DAY)
        for seen in happened(session, programme_id):
            ledger.add(seen)
        ledger.close()
    _write(session, programme_id, ledger)
    return programme_id


def _first_day(session: Session, programme_id: int) -> date:
    """The first of January of last year; of all years, the first time."""
    counted = session.get(DeskCount, programme_id)
    return date((clock.today() - DAY).year - 1, 1, 1) if counted else date.min


def _write(session: Session, programme_id: int, ledger: Ledger) -> None:
    """Put what was counted in the place of what these months had."""
    session.execute(
        delete(DeskMonth)
        .where(DeskMonth.programme_id == programme_id, DeskMonth.month >= ledger.first)
        .execution_options(synchronize_session=False)
    )
    rows = [_row(programme_id, key, line) for key, line in ledger.lines.items()]
    for begin in range(0, len(rows), ROWS):
        session.execute(insert(DeskMonth), rows[begin : begin + ROWS])
    session.merge(DeskCount(programme_id=programme_id, counted_to=ledger.last))


def _row(programme_id: int, key: Key, line: Line) -> dict[str, Any]:
    side, of_id, month, measure = key
    return {
        "programme_id": programme_id,
        "side": side,
        "of_id": of_id,
        "month": month,
        "measure": measure,
        "times": line.times,
        "amount": line.amount,
        "companies": " ".join(map(str, sorted(line.companies))),
        "spread": {str(days): times for days, times in sorted(line.spread.items())} or None,
    }


def next_night(present: datetime) -> datetime:
    """When the day that ends is counted."""
    return clock.next_at(present, *NIGHT)


handlers: dict[str, Handler] = {COUNT: count}
periodic: dict[str, NextTime] = {COUNT: next_night}
