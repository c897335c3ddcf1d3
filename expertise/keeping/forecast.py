"""What would go now, without touching anything: how many of what, programme by programme."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from expertise.keeping import needs
from expertise.needs.life import State
from expertise.needs.models import Need, NeedAnswer, Step
from expertise.positions.models import Note, Position
from expertise.programmes.models import Programme
from expertise.surveys.models import Survey

EXAMPLES = 5
"""Numbers of needs that are shown for each programme."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What would become nobody's in a programme."""

    programme: str
    needs: int
    lapsed: int
    """Those of them that were never closed."""
    oldest: datetime
    steps: int
    answers: int
    positions: int
    notes: int
    surveys: int
    examples: Sequence[int]
    """The numbers of the oldest ones: no name, no title."""


def forecast(session: Session, present: datetime) -> list[Forecast]:
    """Each programme where something would go. Two queries, which change nothing."""
    due = needs.due(present).order_by(None).subquery()
    here = (
        select(
            Need.id,
            Need.programme_id,
            Need.number,
            Need.asked_at,
            Need.state,
            func.row_number()
            .over(partition_by=Need.programme_id, order_by=(Need.asked_at, Need.id))
            .label("place"),
        )
        .where(Need.id.in_(select(due.c.id)))
        .subquery()
    )
    counted = [
        select(func.count())
        .select_from(table)
        .where(table.need_id.in_(select(here.c.id).where(here.c.programme_id == Programme.id)))
        .correlate(Programme)
        .scalar_subquery()
        for table in (Step, NeedAnswer, Position, Note, Survey)
    ]
    rows = session.execute(
        select(
            Programme.id,
            Programme.name,
            func.count(here.c.id),
            func.count().filter(here.c.state != State.CLOSED),
            func.min(here.c.asked_at),
            *counted,
        )
        .join(here, here.c.programme_id == Programme.id)
        .group_by(Programme.id, Programme.name)
        .order_by(Programme.name)
    ).all()
    examples: dict[int, list[int]] = {}
    for programme_id, number in session.execute(
        select(here.c.programme_id, here.c.number)
        .where(here.c.place <= EXAMPLES)
        .order_by(here.c.programme_id, here.c.place)
    ):
        examples.setdefault(programme_id, []).append(number)
    return [
        Forecast(
            programme=row[1],
            needs=row[2],
            lapsed=row[3],
            oldest=row[4],
            steps=row[5],
            answers=row[6],
            positions=row[7],
            notes=row[8],
            surveys=row[9],
            examples=examples[row[0]],
        )
        for row in rows
    ]
