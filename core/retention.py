"""How long things are kept: rules that say what they would touch, and touch just that.

Each room gives its rules; gathering.py joins them. One row of work comes back every night, leaving
one row for each rule, so that one that does not end well holds back no other.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import clock
from core.db import Base, code
from core.jobs import Handler, enqueue

NIGHTLY = "retention.nightly"
CARRY_OUT = "retention.carry_out"


class RetentionRun(Base):
    """When a rule was last carried out, and on how much."""

    __tablename__ = "retention_run"
    rule: Mapped[code] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    touched: Mapped[int]


@dataclass(frozen=True, slots=True)
class Rule:
    """What is kept for so long."""

    name: str
    days: int
    due: Callable[[datetime], Select[Any]]
    """One row for each thing that would go at that instant."""
    carry_out: Callable[[Session, datetime], None]
    at_once: int | None = None
    """How many it touches in one transaction; the worker goes on with the others. None: all."""


def deleting(
    name: str, days: int, model: type[Base], ended: Callable[[datetime], ColumnElement[bool]]
) -> Rule:
    """A rule that deletes the rows of a table that `ended` before an instant, so many days ago."""

    def condition(present: datetime) -> ColumnElement[bool]:
        return ended(present - timedelta(days=days))

    def due(present: datetime) -> Select[Any]:
        return select(*model.__mapper__.primary_key).where(condition(present))

    def carry_out(session: Session, present: datetime) -> None:
        session.execute(
            delete(model).where(condition(present)).execution_options(synchronize_session=False)
        )

    return Rule(name, days, due, carry_out)


class Keeping:
    """The rules of all the rooms, and what the worker does with them."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = {rule.name: rule for rule in rules}

    @property
    def handlers(self) -> dict[str, Handler]:
        """Kind of job → what does it."""
        return {NIGHTLY: self.tonight, CARRY_OUT: self.carry_out}

    def tonight(self, session: Session, _payload: dict[str, Any]) -> None:
        """Have every rule carried out."""
        for name in self.rules:
            soon(session, name)

    def carry_out(self, session: Session, payload: dict[str, Any]) -> None:
        """Carry out one rule, and note on how much. Done again, it finds nothing left.

        What is too much for one transaction goes on in another; killed in between, the night
        takes it up again where it stopped.
        """
        rule = self.rules.get(payload["rule"])
        if rule is None:
            return
        present = clock.now()
        due = session.scalar(_counted(rule, present)) or 0
        rule.carry_out(session, present)
        now = due if rule.at_once is None else min(due, rule.at_once)
        touched = payload.get("touched", 0) + now
        session.merge(RetentionRun(rule=rule.name, at=present, touched=touched))
        if now < due:
            soon(session, rule.name, touched)

    def would_touch(self, session: Session, present: datetime) -> dict[str, int]:
        """Rule → how much it would touch at that instant. One query, which changes nothing."""
        counts = [
            _counted(rule, present).scalar_subquery().label(f"rule_{number}")
            for number, rule in enumerate(self.rules.values())
        ]
        found = session.execute(select(*counts)).one()
        return dict(zip(self.rules, found, strict=True))


def _counted(rule: Rule, present: datetime) -> Select[int]:
    return select(func.count()).select_from(rule.due(present).subquery())


def soon(session: Session, name: str, touched: int = 0) -> None:
    """Have a rule carried out by the worker; `touched`: how much of it was done already."""
    payload = {"rule": name, "touched": touched} if touched else {"rule": name}
    enqueue(session, CARRY_OUT, payload, key=f"{CARRY_OUT}:{name}")


def last_runs(session: Session) -> dict[str, RetentionRun]:
    """Rule → its last run."""
    return {run.rule: run for run in session.scalars(select(RetentionRun))}


def next_night(present: datetime) -> datetime:
    """At two in the morning, UTC: before the files that nothing refers to any more are erased."""
    night = present.replace(hour=2, minute=0, second=0, microsecond=0)
    return night if night > present else night + timedelta(days=1)
