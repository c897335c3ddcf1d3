"""What a team watches over, beside where its needs stand: held long, at risk, unhappy."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from core import clock, working_days
from core.db import looked_up
from expertise import rule
from expertise.agreements.unfinished import unfinished
from expertise.desk import Desk
from expertise.needs.life import Act as NeedAct
from expertise.needs.life import State as NeedState
from expertise.needs.models import Need, Step
from expertise.positions.closing import taken_up
from expertise.positions.life import Act, State
from expertise.positions.models import Position, PositionStep
from expertise.positions.queries import MET
from expertise.programmes.models import Programme
from expertise.surveys.actions import UNHAPPY as LEAST_HAPPY
from expertise.surveys.models import Survey

NEAR = timedelta(days=14)
"""A wished start that is nearer, and that nobody has taken up, is at risk."""
MANY = 100
"""A basket is counted up to so many: what it holds more tells a team nothing more."""
RECENT = timedelta(days=90)
"""How long an unhappy answer stays in the basket; it is always on the sheet of its need."""


class Watched(StrEnum):
    """Why a team looks at a need."""

    HELD = "held"
    """ "Réservés trop longtemps"."""
    RISK = "risk"
    """ "À risque"."""
    UNHAPPY = "unhappy"
    """ "Insatisfaits"."""


def _held(programme: Programme, present: datetime) -> ColumnElement[bool]:
    """Reserved in vain, or by the same ones for longer than a reservation lasts; or at somebody
    for longer than one is expected to need there.
    """
    of_need = (Position.need_id == Need.id, Position.answered_at.is_not(None))
    return and_(
        Need.programme_id == programme.id,
        Need.state == NeedState.OPEN,
        or_(
            looked_up(*of_need, _held_long(programme, present)),
            and_(
                looked_up(
                    *of_need,
                    PositionStep.position_id == Position.id,
                    PositionStep.act == Act.EXPIRE,
                    PositionStep.at >= Need.opened_at,
                ),
                ~looked_up(*of_need, Position.state.in_(MET)),
            ),
        ),
    )


def _held_long(programme: Programme, present: datetime) -> ColumnElement[bool]:
    """Prolonged, or reserved again; introduced with no agreement for longer than one answers; or
    begun for twice as long, and not concluded.
    """
    began = exists().where(
        PositionStep.position_id == Position.id,
        PositionStep.act.in_((Act.RESERVE, Act.PROMOTE)),
        PositionStep.at <= working_days.before(present, programme.reservation_days),
        PositionStep.at >= Position.sent_at,
    )
    lately = exists().where(
        PositionStep.position_id == Position.id,
        PositionStep.act == Act.INTRODUCE,
        PositionStep.at > working_days.before(present, programme.position_days),
    )
    return or_(
        and_(Position.state == State.RESERVED, began),
        and_(Position.state == State.INTRODUCED, ~lately),
        unfinished(
            working_days.before(present, 2 * programme.position_days),
            present.astimezone(clock.PARIS).date(),
        ),
    )


def _at_risk(programme: Programme, present: datetime) -> ColumnElement[bool]:
    """Nobody took it up in the delay of the programme, or its wished start is near."""
    since = working_days.before(present, programme.position_days)
    soon = present.astimezone(clock.PARIS).date() + NEAR
    return and_(
        Need.programme_id == programme.id,
        Need.state == NeedState.OPEN,
        or_(Need.opened_at <= since, Need.starts_on <= soon),
        ~taken_up(),
    )


def _unhappy(programme: Programme, present: datetime) -> ColumnElement[bool]:
    """A side said so lately, or the company contests a closing and waits to be read."""
    said = select(Survey.need_id).where(
        Survey.programme_id == programme.id,
        Survey.satisfaction <= LEAST_HAPPY,
        Survey.answered_at > present - RECENT,
    )
    asked = aliased(Need)
    contested = select(asked.id).where(
        asked.programme_id == programme.id,
        asked.state == NeedState.ASKED,
        looked_up(Step.need_id == asked.id, Step.act == NeedAct.CONTEST),
    )
    return Need.id.in_(said.union_all(contested))


_IN = {Watched.HELD: _held, Watched.RISK: _at_risk, Watched.UNHAPPY: _unhappy}


def _of(
    desk: Desk, programme: Programme, which: Watched, present: datetime
) -> Sequence[ColumnElement[bool]]:
    return (
        rule.reviewed_of(desk, programme),
        _IN[which](programme, present),
    )


def basket(
    desk: Desk, programme: Programme, which: Watched, before: Need | None = None
) -> Select[Need]:
    """The needs of a basket, the oldest first; `before`: the last one that was shown."""
    # An unhappy answer is of late: in the order of an index, PostgreSQL would read every need
    # that was asked before it.
    number = Need.id + 0 if which is Watched.UNHAPPY else Need.id
    found = (
        select(Need)
        .where(*_of(desk, programme, which, clock.now()))
        .options(selectinload(Need.subjects), joinedload(Need.commune))
        .order_by(number)
    )
    return found if before is None else found.where(Need.id > before.id)


def counts(session: Session, desk: Desk, programme: Programme) -> dict[Watched, int]:
    """How many each holds, up to MANY. One query."""
    present = clock.now()
    found = (
        select(Need.id).where(*_of(desk, programme, one, present)).limit(MANY).subquery()
        for one in Watched
    )
    row = session.execute(
        select(*(select(func.count()).select_from(one).scalar_subquery() for one in found))
    ).one()
    return dict(zip(Watched, row, strict=True))
