"""Reads of surveys. They take a desk, but for what everybody may read."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import Session, joinedload

from core import clock
from expertise import rule
from expertise.desk import Desk
from expertise.positions.models import Position
from expertise.programmes.models import Programme
from expertise.surveys.actions import UNHAPPY
from expertise.surveys.models import Survey

MASKED_UNDER = 5
"""Of fewer answers no mean is told: it would tell who said what."""
MOST_PUBLISHED = 6


class Which(StrEnum):
    """What the team reads."""

    ALL = "all"
    UNHAPPY = "unhappy"
    TO_APPROVE = "to_approve"


COUNTED = timedelta(days=365)
"""What stands above the answers tells of the surveys sent since then: it costs what a year does."""
_UNHAPPY = Survey.satisfaction <= UNHAPPY
_TO_APPROVE = and_(Survey.consented_at.is_not(None), Survey.approved_at.is_(None))
_IN: dict[Which, ColumnElement[bool]] = {
    Which.ALL: true(),
    Which.UNHAPPY: _UNHAPPY,
    Which.TO_APPROVE: _TO_APPROVE,
}


def answers(
    desk: Desk, programme_id: int, which: Which, before: Survey | None = None
) -> Select[Survey]:
    """What was answered, the last first; `before`: the last one that was shown."""
    found = _read(desk).where(
        Survey.programme_id == programme_id, Survey.answered_at.is_not(None), _IN[which]
    )
    if before is not None:
        found = found.where(
            Survey.answered_at <= before.answered_at,
            or_(Survey.answered_at < before.answered_at, Survey.id < before.id),
        )
    return found.order_by(Survey.answered_at.desc(), Survey.id.desc())


def of_need(desk: Desk, need_id: int) -> Select[Survey]:
    """What both sides answered about a need, for its team, in order."""
    return (
        _read(desk)
        .where(Survey.need_id == need_id, Survey.answered_at.is_not(None))
        .order_by(Survey.answered_at, Survey.id)
    )


def survey(desk: Desk, programme_id: int, survey_id: int) -> Select[Survey]:
    """One of them, answered."""
    return _read(desk).where(
        Survey.id == survey_id,
        Survey.programme_id == programme_id,
        Survey.answered_at.is_not(None),
    )


def _read(desk: Desk) -> Select[Survey]:
    return (
        select(Survey)
        .where(rule.surveyed(desk))
        .options(
            joinedload(Survey.need),
            joinedload(Survey.position).joinedload(Position.institution),
        )
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """What stands above the answers."""

    sent: int
    answered: int
    mean: float | None
    """Of the satisfaction, from 1 to 5; None under MASKED_UNDER answers."""
    to_approve: int
    """Testimonials that wait for the team, however old."""


def counts(session: Session, desk: Desk, programme_id: int) -> Counts:
    """How many were asked in a year and answered, how satisfied they are. One query."""
    theirs = (rule.surveyed(desk), Survey.programme_id == programme_id)
    waiting = select(func.count()).select_from(Survey).where(*theirs, _TO_APPROVE)
    sent, answered, given, mean, to_approve = session.execute(
        select(
            func.count(),
            func.count(Survey.answered_at),
            func.count(Survey.satisfaction),
            func.avg(Survey.satisfaction),
            waiting.scalar_subquery(),
        ).where(*theirs, Survey.sent_at > clock.now() - COUNTED)
    ).one()
    shown = float(mean) if mean is not None and given >= MASKED_UNDER else None
    return Counts(sent, answered, shown, to_approve)


def published(programme: Programme) -> Select[Survey]:
    """The testimonials that everybody reads, the last approved first."""
    return (
        select(Survey)
        .where(
            Survey.programme_id == programme.id,
            Survey.approved_at.is_not(None),
            Survey.consented_at.is_not(None),
        )
        .order_by(Survey.approved_at.desc(), Survey.id.desc())
        .limit(MOST_PUBLISHED)
    )
