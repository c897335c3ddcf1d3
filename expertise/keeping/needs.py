"""Needs become nobody's three years after the last thing that happened to them."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from core import clock
from core.db import Base
from core.facts import record
from core.outbox import Mail
from expertise.agreements.models import Agreement, AgreementStep
from expertise.committees.models import Ballot, CommitteeCase
from expertise.files import actions as files
from expertise.keeping.columns import OF_NEEDS
from expertise.keeping.facts import NeedsLapsing
from expertise.needs.life import LAPSED, Act, State
from expertise.needs.models import By, Need, NeedAnswer, Step
from expertise.positions.models import Note, Position, PositionStep
from expertise.programmes.models import Programme
from expertise.surveys.models import Survey

DAYS = 3 * 365
NOTICE = 45
"""Days before, its team reads that a need which nobody touches will be closed."""
AT_ONCE = 200


def untouched_since(limit: datetime) -> ColumnElement[bool]:
    """Whether nothing happened to a need from an instant on: nobody decided, answered or noted."""
    of_need = Position.need_id == Need.id
    return and_(
        Need.anonymised_at.is_(None),
        Need.asked_at < limit,
        or_(Need.closed_at.is_(None), Need.closed_at < limit),
        ~exists().where(Step.need_id == Need.id, Step.at >= limit),
        ~exists().where(of_need, PositionStep.position_id == Position.id, PositionStep.at >= limit),
        ~exists().where(
            of_need,
            Agreement.position_id == Position.id,
            AgreementStep.agreement_id == Agreement.id,
            AgreementStep.at >= limit,
        ),
        ~exists().where(Note.need_id == Need.id, Note.at >= limit),
        ~exists().where(Survey.need_id == Need.id, Survey.answered_at >= limit),
    )


def due(present: datetime) -> Select[int]:
    """The needs that become nobody's at that instant, the oldest first.

    One that was never closed does once its team had been told for six weeks.
    """
    told = and_(
        Need.lapse_told_at <= present - timedelta(days=NOTICE),
        Need.lapse_told_at > present - timedelta(days=DAYS),
    )
    return (
        select(Need.id)
        .where(
            untouched_since(present - timedelta(days=DAYS)),
            or_(Need.state == State.CLOSED, told),
        )
        .order_by(Need.asked_at, Need.id)
    )


def lapsing(present: datetime) -> Select[int]:
    """The needs that stand open, that nobody touches, and whose team is to be told so."""
    return (
        select(Need.id)
        .where(
            untouched_since(present - timedelta(days=DAYS - NOTICE)),
            Need.state != State.CLOSED,
            or_(
                Need.lapse_told_at.is_(None),
                Need.lapse_told_at <= present - timedelta(days=DAYS),
            ),
        )
        .order_by(Need.programme_id, Need.id)
    )


def tell(session: Session, present: datetime) -> None:
    """Each team is told once of its needs that will lapse."""
    ids = list(session.scalars(lapsing(present).limit(AT_ONCE)))
    needs = session.scalars(select(Need).where(Need.id.in_(ids)).order_by(Need.id)).all()
    for programme in session.scalars(
        select(Programme)
        .where(Programme.id.in_({one.programme_id for one in needs}))
        .order_by(Programme.id)
    ).all():
        theirs = [one for one in needs if one.programme_id == programme.id]
        record(session, NeedsLapsing(programme, theirs))
    for one in needs:
        one.lapse_told_at = present


def anonymise(session: Session, present: datetime) -> None:
    """Some of the needs that are due become nobody's. Done again, it takes the following ones."""
    ids = list(session.scalars(due(present).limit(AT_ONCE).with_for_update(of=Need)))
    if not ids:
        return
    addresses = select(Need.email).where(Need.id.in_(ids), Need.email != "")
    _run(
        session,
        delete(Mail).where(
            Mail.to_address.in_(addresses), Mail.created_at < present - timedelta(days=DAYS)
        ),
    )
    _run(session, delete(NeedAnswer).where(NeedAnswer.need_id.in_(ids)))
    positions = select(Position.id).where(Position.need_id.in_(ids))
    _run(session, delete(Agreement).where(Agreement.position_id.in_(positions)))
    files.let_go(session, ids)
    _close(session, ids, present)
    for table, values in OF_NEEDS.items():
        _run(session, update(table).where(_of(table, ids)).values(dict(values)))
    _run(session, update(Need).where(Need.id.in_(ids)).values(anonymised_at=clock.now()))
    session.expire_all()


def _close(session: Session, ids: Collection[int], present: datetime) -> None:
    """Those that still stood open end here; nobody is written to or asked how it went."""
    standing = (Need.id.in_(ids), Need.state != State.CLOSED)
    session.add_all(
        Step(need_id=one, act=Act.NO_TAKER, by=By.HOUSE, words="", at=present)
        for one in session.scalars(select(Need.id).where(*standing)).all()
    )
    session.flush()
    over = {"state": State.CLOSED, "ending": LAPSED, "closed_at": present}
    _run(session, update(Need).where(*standing).values(over))


def _of(table: type[Base], ids: Collection[int]) -> ColumnElement[bool]:
    """The rows of a table that are those of some needs."""
    if table is Need:
        return Need.id.in_(ids)
    if table is PositionStep:
        return PositionStep.position_id.in_(select(Position.id).where(Position.need_id.in_(ids)))
    if table is Ballot:
        cases = select(CommitteeCase.id).where(CommitteeCase.need_id.in_(ids))
        return Ballot.case_id.in_(cases)
    column: ColumnElement[int] = table.__table__.c["need_id"]
    return column.in_(ids)


def _run(session: Session, statement: object) -> None:
    session.execute(statement.execution_options(synchronize_session=False))  # type: ignore[attr-defined]
