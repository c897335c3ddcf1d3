"""Reads of agreements. They take a desk: who has no part in one does not know that it exists."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload

from expertise import rule
from expertise.agreements.models import (
    Agreement,
    AgreementDay,
    AgreementStep,
    DayState,
    Signature,
)
from expertise.desk import Desk
from expertise.needs.life import State as NeedState
from expertise.needs.models import Need
from expertise.positions.life import State as PositionState
from expertise.positions.models import Position
from expertise.positions.queries import MET


def whole() -> Select[Agreement]:
    """Agreements with what their pages show; nobody has been asked whether they may see them."""
    of_position = contains_eager(Agreement.position)
    return (
        select(Agreement)
        .join(Agreement.position)
        .join(Position.need)
        .options(
            of_position.contains_eager(Position.need).joinedload(Need.programme),
            of_position.joinedload(Position.institution),
            of_position.joinedload(Position.expert),
            joinedload(Agreement.file),
            joinedload(Agreement.signed_file),
        )
    )


def agreement(desk: Desk, agreement_id: int) -> Select[Agreement]:
    """One of those that somebody reads."""
    return whole().where(Agreement.id == agreement_id, rule.agreed(desk))


def of_programme(desk: Desk, programme_id: int, before: int | None = None) -> Select[Agreement]:
    """Those of a programme, the last one first; `before`: the last one that was shown."""
    found = whole().where(Agreement.programme_id == programme_id, rule.agreed(desk))
    if before is not None:
        found = found.where(Agreement.id < before)
    return found.order_by(Agreement.id.desc())


def of_position(position: Position) -> Select[Agreement]:
    """That of a position that was found."""
    return select(Agreement).where(Agreement.position_id == position.id)


def of_need(need: Need) -> Select[Agreement]:
    """Those of a need that was found, the last one first."""
    return (
        select(Agreement)
        .join(Agreement.position)
        .where(Position.need_id == need.id)
        .order_by(Agreement.id.desc())
    )


def agreed_on(need: Need) -> Select[Position, Agreement | None]:
    """Who met the company of a need that was found, and what they agree: the last one first.

    One statement, for its team and for its company: those that the company reads have a version.
    """
    return (
        select(Position, Agreement)
        .outerjoin(Agreement, Agreement.position_id == Position.id)
        .where(
            Position.need_id == need.id,
            Position.state.in_(MET) | Agreement.id.is_not(None),
        )
        .options(joinedload(Position.institution), joinedload(Position.expert))
        .order_by(Agreement.id.desc(), Position.id)
    )


def to_prepare(desk: Desk, position_id: int) -> Select[Position]:
    """A position for which somebody writes the agreement: theirs, or one of their programmes."""
    of_need = contains_eager(Position.need)
    return (
        select(Position)
        .join(Position.need)
        .where(
            Position.id == position_id,
            Position.state == PositionState.ENGAGED,
            Need.state == NeedState.OPEN,
            rule.reviewed(desk) | rule.received(desk),
        )
        .options(
            of_need.joinedload(Need.programme),
            joinedload(Position.institution),
            joinedload(Position.expert),
        )
    )


def days(found: Agreement) -> Select[AgreementDay]:
    """The ledger of an agreement that was found, in order."""
    return (
        select(AgreementDay)
        .where(AgreementDay.agreement_id == found.id)
        .order_by(AgreementDay.day, AgreementDay.id)
    )


def signatures(found: Agreement) -> Select[Signature]:
    """Who signed it as it is now."""
    return (
        select(Signature)
        .where(Signature.agreement_id == found.id, Signature.version == found.version)
        .options(joinedload(Signature.file))
        .order_by(Signature.at, Signature.id)
    )


def steps(found: Agreement) -> Select[AgreementStep]:
    """What happened to an agreement that was found, in order."""
    return (
        select(AgreementStep)
        .where(AgreementStep.agreement_id == found.id)
        .order_by(AgreementStep.id)
    )


def half_days(ledger: Iterable[AgreementDay], *states: DayState) -> int:
    """How many half-days of a ledger stand so."""
    return sum(one.half_days for one in ledger if one.state in states)


def left_to_plan(found: Agreement, ledger: Sequence[AgreementDay]) -> int:
    """How many half-days of the contract have no day yet."""
    return found.half_days - half_days(ledger, DayState.PLANNED, DayState.DONE)
