"""Whom a survey goes to, and when."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, true
from sqlalchemy.orm import Session, contains_eager, joinedload

from core import clock, working_days
from expertise import rule
from expertise.needs.life import Ending
from expertise.needs.life import State as NeedState
from expertise.needs.models import Need
from expertise.positions.life import HELPED, State
from expertise.positions.models import Position
from expertise.programmes.models import Programme
from expertise.surveys.models import Kind, Survey

SENT_AT = 9
"""In the morning, in France."""
REMIND_AFTER = 10
"""Working days."""
MONTHS = {Kind.THREE_MONTHS: 3, Kind.SIX_MONTHS: 6}
SHORT = frozenset({Ending.REFUSED, Ending.ORIENTED, Ending.WITHDRAWN})
"""The company is only asked how its need was received; who was to call it, how it went."""
CALLED = (State.INTRODUCED, State.ENGAGED, State.TAKEN, State.DONE)


def planned(ending: Ending, closed_at: datetime) -> dict[Kind, datetime]:
    """What is asked after a closing, and when."""
    first = (Kind.RECEPTION, Kind.CLOSING) if ending in SHORT else (Kind.CLOSING,)
    found = dict.fromkeys(first, _morning(working_days.after(closed_at, 1)))
    if ending is Ending.HELPED:
        found |= {
            kind: _morning(working_days.after(months_later(closed_at, count), 0))
            for kind, count in MONTHS.items()
        }
    return found


def _asks(programme: Programme, kind: Kind) -> bool:
    return programme.follows_up if kind in MONTHS else programme.surveys


def _morning(moment: datetime) -> datetime:
    local = moment.astimezone(clock.PARIS).replace(hour=SENT_AT, minute=0, second=0, microsecond=0)
    return local.astimezone(moment.tzinfo)


def months_later(moment: datetime, count: int) -> datetime:
    """The same day so many months later, or the last of that month."""
    local = moment.astimezone(clock.PARIS)
    years, month = divmod(local.month - 1 + count, 12)
    first = local.replace(year=local.year + years, month=month + 1, day=1)
    there = first + timedelta(days=local.day - 1)
    while there.month != first.month:
        there -= timedelta(days=1)
    return there.astimezone(moment.tzinfo)


def open_surveys(session: Session, need_id: int, closed_at: datetime, kind: Kind) -> list[Survey]:
    """Write down who is asked; none when the need was opened again, or is there no more."""
    need = session.scalar(
        select(Need)
        .where(Need.id == need_id, Need.state == NeedState.CLOSED, Need.closed_at == closed_at)
        .options(joinedload(Need.programme))
        .with_for_update(of=Need)
    )
    if need is None or need.ending is None or not _asks(need.programme, kind):
        return []
    known = set(
        session.scalars(
            select(Survey.position_id).where(
                Survey.need_id == need_id, Survey.kind == kind, Survey.closed_at == closed_at
            )
        )
    )
    is_short = need.ending in SHORT
    sides: list[Position | None] = [] if is_short and kind is Kind.CLOSING else [None]
    if kind is not Kind.RECEPTION:
        sides += session.scalars(_called(need, kind)).all()
    made = [
        Survey(
            programme_id=need.programme_id,
            need=need,
            position=side,
            kind=kind,
            ending=need.ending,
            closed_at=closed_at,
            sent_at=clock.now(),
        )
        for side in sides
        if (side.id if side else None) not in known
    ]
    session.add_all(made)
    session.flush()
    return made


def _called(need: Need, kind: Kind) -> Select[Position]:
    """Who called the company, or was to; later on, who helped. What is hidden stays so."""
    helped = and_(Position.state == State.DONE, Position.outcome.in_(HELPED))
    return (
        select(Position)
        .join(Position.need)
        .where(
            Position.need_id == need.id,
            helped if kind in MONTHS else _was_to_call(),
            _was_not_asked() if need.ending in SHORT else true(),
            rule.open_to(),
        )
        .options(
            contains_eager(Position.need).joinedload(Need.programme),
            joinedload(Position.institution),
            joinedload(Position.expert),
        )
        .order_by(Position.id)
    )


def _was_to_call() -> ColumnElement[bool]:
    """One of both said that it was not the right person: they are asked too."""
    parted = and_(Position.state == State.DECLINED, Position.named != "")
    return or_(Position.state.in_(CALLED), parted)


def _was_not_asked() -> ColumnElement[bool]:
    """What was over at an earlier closing was asked about then."""
    asked = exists().where(Survey.position_id == Position.id, Survey.kind == Kind.CLOSING)
    return or_(Position.state.not_in((State.DONE, State.DECLINED)), ~asked.correlate(Position))


def waiting(survey_id: int) -> Select[Survey]:
    """A survey that nobody answered, whose need is still closed: to remind of it once."""
    return (
        select(Survey)
        .join(Survey.need)
        .where(
            Survey.id == survey_id,
            Survey.answered_at.is_(None),
            Survey.reminded_at.is_(None),
            Need.state == NeedState.CLOSED,
            Need.closed_at == Survey.closed_at,
        )
        .options(
            contains_eager(Survey.need).joinedload(Need.programme),
            joinedload(Survey.position).joinedload(Position.institution),
            joinedload(Survey.position).joinedload(Position.expert),
            joinedload(Survey.position).joinedload(Position.need),
        )
        .with_for_update(of=Survey)
    )
