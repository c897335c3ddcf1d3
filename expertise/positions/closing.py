"""A need that was answered is closed, whoever of those who were asked moves last."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.util import AliasedClass

from core import clock, working_days
from core.db import looked_up
from expertise.needs import actions as needs
from expertise.needs.life import Act as NeedAct
from expertise.needs.life import State as NeedState
from expertise.needs.models import By as NeedBy
from expertise.needs.models import Need
from expertise.positions.facts import PositionMoved
from expertise.positions.life import HELD, HELPED, Act, Outcome, State
from expertise.positions.models import Position, PositionStep
from expertise.programmes.models import Programme, Way

AT_ONCE = 100
OVER = (State.DECLINED, State.REMOVED, State.DONE)
"""Where a position waits for nothing more: it may have been the last one."""
WEEK = 5
"""Working days that a mail of the week may take to leave."""
TAKING = (State.QUEUED, *HELD, State.TAKEN)

Positions = type[Position] | AliasedClass[Position]


def answered(of: Positions = Position) -> ColumnElement[bool]:
    """A position that came to something since its need was opened, which must be in the query
    around: what was answered before it was opened again is not an answer any more.
    """
    return and_(
        of.state == State.DONE,
        exists()
        .where(
            PositionStep.position_id == of.id,
            PositionStep.act == Act.FINISH,
            PositionStep.at >= Need.opened_at,
        )
        .correlate(of, Need),
    )


def taken_up(of: Positions = Position) -> ColumnElement[bool]:
    """Whether somebody took a need up, which must be in the query around."""
    return looked_up(
        of.need_id == Need.id, of.answered_at.is_not(None), or_(of.state.in_(TAKING), answered(of))
    )


def on_moved(session: Session, fact: PositionMoved) -> None:
    """The last one may decline, or be taken back, as well as finish."""
    need = fact.position.need
    if need.state is NeedState.OPEN and fact.position.state in OVER:
        close(session, need)


def look(session: Session, present: datetime) -> int:
    """Close the needs that were answered, and that silence alone held open; how many, of one go."""
    found = [
        need
        for days in session.scalars(select(Programme.position_days).distinct()).all()
        for need in session.scalars(
            select(Need)
            .join(Need.programme)
            .where(
                Programme.position_days == days,
                Need.state == NeedState.OPEN,
                looked_up(Position.need_id == Need.id, answered()),
                ~looked_up(Position.need_id == Need.id, _holds_open(present, days)),
            )
            .options(joinedload(Need.programme))
            .order_by(Need.id)
            .limit(AT_ONCE)
        ).all()
    ]
    for need in found:
        needs.hold(session, need)
        if need.state is NeedState.OPEN:
            close(session, need)
    return min(len(found), AT_ONCE)


def close(session: Session, need: Need) -> None:
    """Close a need that is held and was answered, in the best of the ways that it was.

    One that somebody is still at, or has still time to answer where several take charge, stays
    open.
    """
    session.flush()
    of_need = select(Position.outcome).join(Position.need).where(Need.id == need.id)
    holds_open = _holds_open(clock.now(), need.programme.position_days)
    if session.scalar(select(of_need.where(holds_open).exists())):
        return
    outcomes = set(session.scalars(of_need.where(answered())))
    if not outcomes:
        return
    if outcomes & HELPED:
        act = NeedAct.HELP
    elif Outcome.NOT_HELPED in outcomes:
        act = NeedAct.NOT_HELP
    else:
        act = NeedAct.LOSE_TOUCH
    needs.move(session, need, act, NeedBy.HOUSE, "")


def _holds_open(present: datetime, days: int) -> ColumnElement[bool]:
    """Whether a position holds its need open, though another one was answered.

    Needs must be in the query around. Their time begins with their mail, and anew when the need
    is opened again; it ends too for who could not be written to.
    """
    since = working_days.before(present, days)
    has_time = or_(
        func.coalesce(Position.told_at, Position.sent_at) > since,
        Need.opened_at > since,
        and_(
            Position.told_at.is_(None),
            Position.sent_at > working_days.before(present, days + WEEK),
        ),
    )
    return or_(
        Position.state.in_((*HELD, State.TAKEN)),
        and_(Position.state == State.WAITING, has_time, Need.way == Way.COOPERATIVE),
    )
