"""The ledger: which days are planned, done, called off, moved."""

import uuid
from datetime import date

from sqlalchemy.orm import Session

from core import clock
from core.facts import record
from core.refusals import Refused
from expertise.agreements import policy, queries
from expertise.agreements.facts import DayPlanned
from expertise.agreements.life import Act, State
from expertise.agreements.models import Agreement, AgreementDay, By, DayState
from expertise.agreements.preparing import hold, needs_act, step
from expertise.desk import Desk

OPEN = frozenset({State.DRAFT, State.CORRECTION})
"""Where the plan is still being written."""
HALVES = (1, 2)


def plan(session: Session, desk: Desk, agreement: Agreement, day: date, half_days: int) -> None:
    """Add a day: while it is prepared, or once it is signed in place of one that was called off.

    Raises Refused: "not-asked", "agreement-elsewhere", "agreement-day-outside",
    "agreement-day-twice", "agreement-too-many-days".
    """
    by = _keeper(desk, agreement)
    hold(session, agreement)
    signed = agreement.state is State.SIGNED
    if signed:
        needs_act(agreement, Act.DAY_ADDED)
    elif agreement.state not in OPEN or not policy.is_engaged(agreement.position):
        raise Refused("agreement-elsewhere")
    ledger = session.scalars(queries.days(agreement)).all()
    _check_day(agreement, list(ledger), day)
    if half_days not in HALVES or queries.left_to_plan(agreement, ledger) < half_days:
        raise Refused("agreement-too-many-days")
    one = AgreementDay(
        agreement_id=agreement.id,
        day=day,
        half_days=half_days,
        state=DayState.PLANNED,
        uid=f"agreement-{uuid.uuid4()}@maillage",
        sequence=0,
    )
    session.add(one)
    session.flush()
    if signed:
        step(session, agreement, Act.DAY_ADDED, by, _written(day))
        record(session, DayPlanned(agreement, one, cancels=False))


def drop(session: Session, desk: Desk, agreement: Agreement, day: AgreementDay) -> None:
    """Take a day off a plan that is still being written.

    Raises Refused: "not-asked", "agreement-elsewhere".
    """
    _keeper(desk, agreement)
    hold(session, agreement)
    if agreement.state not in OPEN:
        raise Refused("agreement-elsewhere")
    session.delete(day)
    session.flush()


def settle(session: Session, desk: Desk, agreement: Agreement, day: AgreementDay, act: Act) -> None:
    """Say that a day of a signed agreement was done, is called off, or neither after all.

    Raises Refused: "not-asked", "agreement-elsewhere", "agreement-day-to-come" for a day that is
    said to be done before it came, "agreement-too-many-days".
    """
    by = _keeper(desk, agreement)
    hold(session, agreement)
    needs_act(agreement, act)
    session.refresh(day)
    state = _BECOMES[act]
    if (day.state is DayState.PLANNED) is (state is DayState.PLANNED):
        raise Refused("agreement-elsewhere")
    if state is DayState.DONE and day.day > clock.today():
        raise Refused("agreement-day-to-come")
    was_off = day.state is DayState.CANCELLED
    ledger = session.scalars(queries.days(agreement)).all()
    if was_off and queries.left_to_plan(agreement, ledger) < day.half_days:
        raise Refused("agreement-too-many-days")
    day.state = state
    day.settled_at = None if state is DayState.PLANNED else clock.now()
    step(session, agreement, act, by, _written(day.day))
    if state is DayState.CANCELLED or was_off:
        day.sequence += 1
        record(session, DayPlanned(agreement, day, cancels=state is DayState.CANCELLED))


def move(session: Session, desk: Desk, agreement: Agreement, day: AgreementDay, to: date) -> None:
    """Put a planned day of a signed agreement on another date.

    Raises Refused: "not-asked", "agreement-elsewhere", "agreement-day-outside",
    "agreement-day-twice".
    """
    by = _keeper(desk, agreement)
    hold(session, agreement)
    needs_act(agreement, Act.DAY_MOVED)
    session.refresh(day)
    if day.state is not DayState.PLANNED:
        raise Refused("agreement-elsewhere")
    others = [one for one in session.scalars(queries.days(agreement)) if one.id != day.id]
    _check_day(agreement, others, to)
    words = f"{_written(day.day)} → {_written(to)}"
    day.day = to
    day.sequence += 1
    step(session, agreement, Act.DAY_MOVED, by, words)
    record(session, DayPlanned(agreement, day, cancels=False))


def call_off(session: Session, agreement: Agreement) -> None:
    """The case went another way once it was signed: what was still planned is off."""
    for day in session.scalars(queries.days(agreement)):
        if day.state is DayState.PLANNED:
            day.state, day.settled_at = DayState.CANCELLED, clock.now()
            day.sequence += 1
            step(session, agreement, Act.DAY_CANCELLED, By.HOUSE, _written(day.day))
            record(session, DayPlanned(agreement, day, cancels=True))


_BECOMES = {
    Act.DAY_DONE: DayState.DONE,
    Act.DAY_CANCELLED: DayState.CANCELLED,
    Act.DAY_AGAIN: DayState.PLANNED,
}


def _keeper(desk: Desk, agreement: Agreement) -> By:
    by = policy.by_of(desk, agreement.position)
    if by not in {By.INSTITUTION, By.TEAM}:
        raise Refused("not-asked")
    return by


def _check_day(agreement: Agreement, others: list[AgreementDay], day: date) -> None:
    if not agreement.starts_on <= day <= agreement.ends_on:
        raise Refused("agreement-day-outside")
    if any(one.day == day for one in others):
        raise Refused("agreement-day-twice")


def _written(day: date) -> str:
    return f"{day:%d/%m/%Y}"
