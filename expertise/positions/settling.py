"""What the house does when nobody does: reservations run out, silence is told."""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased, joinedload

from core import clock, working_days
from core.facts import record
from expertise.experts.models import Expert
from expertise.needs.life import State as NeedState
from expertise.needs.models import Need
from expertise.positions import answering, life
from expertise.positions.closing import TAKING, taken_up
from expertise.positions.facts import Deserted, PositionMoved
from expertise.positions.life import Act, State
from expertise.positions.models import By, Position
from expertise.positions.sending import tell
from expertise.programmes.models import Programme

AT_ONCE = 100
STILL_POSSIBLE = (
    State.WAITING,
    State.QUEUED,
    State.RESERVED,
    State.INTRODUCED,
    State.ENGAGED,
    State.TAKEN,
)
"""While a position stands there, somebody may still answer the need, or does."""
ALERT_AFTER = 2
"""How many times the delay of its programme a need waits before its team is told."""


def expire(session: Session, present: datetime) -> int:
    """Let go of the reservations whose time ran out; how many were looked at."""
    due = session.scalars(
        select(Position)
        .join(Position.need)
        .where(Position.due_at <= present, Need.state == NeedState.OPEN)
        .options(joinedload(Position.need).joinedload(Need.programme))
        .order_by(Position.due_at, Position.id)
        .limit(AT_ONCE)
    ).all()
    for position in due:
        answering.hold(session, position)
        due_at = position.due_at
        if due_at is None or due_at > present or position.need.state is not NeedState.OPEN:
            continue
        answering.settle(position, Act.EXPIRE, present)
        tell(session, position, Act.EXPIRE, By.HOUSE)
        session.flush()
        answering.promote(session, position.need)
    return len(due)


def let_go(session: Session) -> int:
    """Take back what waits for experts who answer no more; how many."""
    left = session.scalars(
        select(Position)
        .join(Position.need)
        .join(Position.expert)
        .where(
            Expert.left_at.is_not(None),
            Position.state.in_((State.WAITING, State.TAKEN)),
            Need.state == NeedState.OPEN,
        )
        .options(joinedload(Position.need).joinedload(Need.programme))
        .order_by(Position.id)
        .limit(AT_ONCE)
    ).all()
    for position in left:
        answering.hold(session, position)
        if life.may(position.state, Act.REMOVE):
            answering.settle(position, Act.REMOVE, clock.now())
            tell(session, position, Act.REMOVE, By.HOUSE)
            session.flush()
    return len(left)


def remind(session: Session, present: datetime) -> int:
    """Say again to those who have not answered in time, once; how many were looked at."""
    other = aliased(Position)
    waiting = session.scalars(
        select(Position)
        .join(Position.need)
        .where(
            Need.state == NeedState.OPEN,
            Position.state == State.WAITING,
            Position.told_at.is_not(None),
            Position.reminded_at.is_(None),
            Need.programme.has(Programme.reminds),
            ~taken_up(other),
        )
        .options(joinedload(Position.need).joinedload(Need.programme))
        .order_by(Position.told_at, Position.id)
        .limit(AT_ONCE)
    ).all()
    late = [one for one in waiting if one.told_at and _is_over(one.told_at, one.need, 1, present)]
    for one in late:
        one.reminded_at = present
        tell(session, one, Act.REMIND, By.HOUSE)
    return len(late)


def alert(session: Session, present: datetime) -> int:
    """Tell teams of the needs that nobody took up in time; how many."""
    needs = session.scalars(
        select(Need)
        .where(
            Need.state == NeedState.OPEN,
            Need.alerted_at.is_(None),
            ~taken_up(),
        )
        .options(joinedload(Need.programme))
        .order_by(Need.opened_at, Need.id)
        .limit(AT_ONCE)
    ).all()
    late = [
        one for one in needs if one.opened_at and _is_over(one.opened_at, one, ALERT_AFTER, present)
    ]
    for one in late:
        _tell_team(session, one, present)
    return len(late)


def _is_over(since: datetime, need: Need, times: int, present: datetime) -> bool:
    return working_days.after(since, times * need.programme.position_days) <= present


def on_moved(session: Session, fact: PositionMoved) -> None:
    """When the last one declines, the team is told at once; who takes up makes it forget."""
    need = fact.position.need
    if fact.position.state in {*TAKING, State.DONE} or fact.act is Act.SEND:
        need.alerted_at = None
    elif need.state is NeedState.OPEN and need.alerted_at is None:
        session.flush()
        if not session.scalar(
            select(exists().where(Position.need_id == need.id, Position.state.in_(STILL_POSSIBLE)))
        ):
            _tell_team(session, need, clock.now())


def _tell_team(session: Session, need: Need, present: datetime) -> None:
    need.alerted_at = present
    record(session, Deserted(need))
