"""What was begun with a company and not concluded: the same for a recall and for a basket."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, exists

from expertise.agreements.life import State
from expertise.agreements.models import Agreement, AgreementDay, DayState, Party, Signature
from expertise.positions.life import Act
from expertise.positions.life import State as PositionState
from expertise.positions.models import Position, PositionStep

BEGUN = (PositionState.TAKEN, PositionState.INTRODUCED, PositionState.ENGAGED)
BEGINS = (Act.TAKE, Act.INTRODUCE, Act.ENGAGE)


def unfinished(since: datetime, day: date) -> ColumnElement[bool]:
    """A position that stands where somebody says yes since then at least, and no day that was
    agreed on is still to come: `day` is today.
    """
    lately = exists().where(
        PositionStep.position_id == Position.id,
        PositionStep.act.in_(BEGINS),
        PositionStep.at > since,
    )
    to_come = exists().where(
        Agreement.position_id == Position.id,
        Agreement.state == State.SIGNED,
        AgreementDay.agreement_id == Agreement.id,
        AgreementDay.state == DayState.PLANNED,
        AgreementDay.day >= day,
    )
    return and_(
        Position.state.in_(BEGUN),
        Position.sent_at <= since,
        ~lately.correlate(Position),
        ~to_come.correlate(Position),
    )


def to_sign() -> ColumnElement[bool]:
    """An agreement that was proposed, and that its institution has not signed."""
    signed = exists().where(
        Signature.agreement_id == Agreement.id,
        Signature.version == Agreement.version,
        Signature.party == Party.INSTITUTION,
    )
    return and_(Agreement.state == State.PROPOSED, ~signed.correlate(Agreement))
