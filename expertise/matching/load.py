"""How busy those who answer are."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, select

from core import clock
from expertise.matching.reasons import LOAD_DAYS
from expertise.positions.life import State
from expertise.positions.models import Position


def received_by(expert_id: ColumnElement[int]) -> ScalarSelect[Any]:
    """The needs that an expert of the query around was sent in thirty days.

    What the team took back weighs on nobody.
    """
    return (
        select(func.count())
        .where(
            Position.expert_id == expert_id,
            Position.sent_at >= clock.now() - timedelta(days=LOAD_DAYS),
            Position.state != State.REMOVED,
        )
        .scalar_subquery()
    )
