"""How busy those who answer are."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import clock
from expertise.matching.reasons import LOAD_DAYS
from expertise.positions.life import State
from expertise.positions.models import Position


def received(session: Session, expert_ids: Collection[int]) -> dict[int, int]:
    """The needs that each of these experts was sent in thirty days; who is not there, none.

    What the team took back weighs on nobody.
    """
    rows = session.execute(
        select(Position.expert_id, func.count())
        .where(
            Position.expert_id.in_(expert_ids),
            Position.sent_at >= clock.now() - timedelta(days=LOAD_DAYS),
            Position.state != State.REMOVED,
        )
        .group_by(Position.expert_id)
    )
    return {expert_id: number for expert_id, number in rows if expert_id is not None}
