"""Who those who come first are, and how busy."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import clock
from expertise.experts.models import Expert
from expertise.matching.reasons import LOAD_DAYS
from expertise.positions.life import State
from expertise.positions.models import Position
from expertise.programmes.models import Institution


@dataclass(frozen=True, slots=True)
class Known:
    """An expert: their names, and the needs that they were sent in thirty days."""

    name: str
    institution: str
    received: int


def known(session: Session, expert_ids: Collection[int]) -> dict[int, Known]:
    """These experts. What the team took back weighs on nobody. One query."""
    received = (
        select(func.count())
        .where(
            Position.expert_id == Expert.id,
            Position.sent_at >= clock.now() - timedelta(days=LOAD_DAYS),
            Position.state != State.REMOVED,
        )
        .scalar_subquery()
    )
    rows = session.execute(
        select(Expert.id, Expert.name, Institution.name, received)
        .join(Institution, Institution.id == Expert.institution_id)
        .where(Expert.id.in_(expert_ids))
    )
    return {row[0]: Known(row[1], row[2], row[3]) for row in rows}
