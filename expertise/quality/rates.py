"""How an institution answers, over a rolling year: the share it declines, the share it helps."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Row, Select, case, exists, func, select
from sqlalchemy.orm import Session

from core import clock
from expertise import rule
from expertise.desk import Desk
from expertise.needs.models import Need
from expertise.positions.life import HELPED, Act, Outcome, State
from expertise.positions.models import Position, PositionStep
from expertise.programmes.models import Institution
from expertise.quality.models import Kind, QualityAlert

YEAR = timedelta(days=365)
LEAST = 10
"""Under so many, a share says nothing."""
MOST_REFUSALS = 30
LEAST_HELP = 25
"""Hundredths, reached: from there on one speaks of it."""
STANDS = (
    State.RESERVED,
    State.INTRODUCED,
    State.ENGAGED,
    State.TAKEN,
    State.DECLINED,
    State.DONE,
)
"""Where a position stands once somebody said yes or no."""


@dataclass(frozen=True, slots=True)
class Rates:
    """What an institution did in a programme."""

    answered: int = 0
    declined: int = 0
    """By itself: a company that wished somebody else is no refusal."""
    ended: int = 0
    """Those that came to something, companies that nobody could reach apart."""
    helped: int = 0

    @property
    def refusals(self) -> int | None:
        """The share that was declined, in hundredths; None while it says nothing."""
        return _share(self.declined, self.answered)

    @property
    def help(self) -> int | None:
        """The share that ended with a help."""
        return _share(self.helped, self.ended)

    @property
    def alerts(self) -> frozenset[Kind]:
        """What is not as it should be: exact shares are compared, not those that are shown."""
        found = set()
        if self.answered >= LEAST and 100 * self.declined >= MOST_REFUSALS * self.answered:
            found.add(Kind.REFUSALS)
        if self.ended >= LEAST and 100 * self.helped <= LEAST_HELP * self.ended:
            found.add(Kind.HELP)
        return frozenset(found)


def _share(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole >= LEAST else None


Key = tuple[int, int]
"""Programme, institution."""


def _counted(present: datetime) -> Select[int, int, int, int, int, int]:
    declined = (Position.state == State.DECLINED) & exists().where(
        PositionStep.position_id == Position.id, PositionStep.act == Act.DECLINE
    )
    ended = (Position.state == State.DONE) & (Position.outcome != Outcome.UNREACHABLE)
    return (
        select(
            Need.programme_id,
            Position.institution_id,
            func.count(),
            _sum(declined),
            _sum(ended),
            _sum(ended & Position.outcome.in_(HELPED)),
        )
        .select_from(Position)
        .join(Position.need)
        .where(Position.state.in_(STANDS), Position.answered_at > present - YEAR)
        .group_by(Need.programme_id, Position.institution_id)
    )


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _read(rows: Collection[Row[int, int, int, int, int, int]]) -> dict[Key, Rates]:
    return {(row[0], row[1]): Rates(*row[2:]) for row in rows}


def of_all(session: Session, present: datetime) -> dict[Key, Rates]:
    """Every institution in every programme: for the worker. One query."""
    return _read(session.execute(_counted(present)).all())


def of_institution(session: Session, desk: Desk, institution_id: int) -> dict[int, Rates]:
    """Programme → rates of an institution: for the teams of these, and for who manages it."""
    rows = session.execute(
        _counted(clock.now()).where(rule.rated(desk), Position.institution_id == institution_id)
    ).all()
    return {key[0]: rates for key, rates in _read(rows).items()}


def alerts(
    session: Session, desk: Desk, institutions: Select[Institution], programme_id: int
) -> list[tuple[Institution, list[Kind]]]:
    """Institutions that were found, and what is not as it should be there. One query."""
    rows = session.execute(
        institutions.add_columns(
            *(
                exists().where(
                    rule.warned(desk),
                    QualityAlert.programme_id == programme_id,
                    QualityAlert.institution_id == Institution.id,
                    QualityAlert.kind == kind,
                )
                for kind in Kind
            )
        )
    ).all()
    return [
        (row[0], [kind for kind, warns in zip(Kind, row[1:], strict=True) if warns]) for row in rows
    ]
