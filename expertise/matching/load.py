"""How busy those who answer are."""

from datetime import timedelta

from sqlalchemy import CTE, func, select

from core import clock
from expertise.matching.reasons import LOAD_DAYS
from expertise.positions.life import State
from expertise.positions.models import Position


def received() -> CTE:
    """The needs that each expert was sent in thirty days: `expert_id`, `received`.

    What the team took back weighs on nobody.
    """
    return (
        select(Position.expert_id, func.count().label("received"))
        .where(
            Position.sent_at >= clock.now() - timedelta(days=LOAD_DAYS),
            Position.expert_id.is_not(None),
            Position.state != State.REMOVED,
        )
        .group_by(Position.expert_id)
        .cte("load")
    )
