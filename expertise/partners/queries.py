"""Reads of partners: by their team, by who comes to their pages, by who holds their key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from accounts.credentials import token_hash
from core import clock
from expertise import rule
from expertise.desk import Desk
from expertise.needs.life import Ending, State
from expertise.needs.models import Need
from expertise.partners.models import Partner
from expertise.programmes.models import Programme


def partners(desk: Desk, programme: Programme) -> Select[Partner]:
    """Those of a programme, by name, for its team."""
    return (
        select(Partner)
        .where(Partner.programme_id == programme.id, Partner.programme_id.in_(desk.teams))
        .order_by(Partner.name, Partner.id)
    )


def at_address(slug: str) -> Select[Partner]:
    """The partner whose pages stand there: it is active, and its programme is open."""
    return (
        select(Partner)
        .join(Partner.programme)
        .where(Partner.slug == slug, Partner.stopped_at.is_(None), Programme.is_open)
        .options(joinedload(Partner.programme))
    )


def holder(key: str) -> Select[Partner]:
    """The partner whose key this is, stopped or not."""
    return (
        select(Partner)
        .where(Partner.key_hash == token_hash(key))
        .options(joinedload(Partner.programme))
    )


def its_need(partner: Partner, number: int) -> Select[Need]:
    """A need that was asked through a partner, by its number; those of others are not there."""
    return (
        select(Need)
        .where(
            Need.programme_id == partner.programme_id,  # numbers are counted in it
            Need.number == number,
            rule.asked_through(partner.id),
        )
        .options(selectinload(Need.subjects))
    )


# --- its statistics ------------------------------------------------------------------------------


class Step(StrEnum):
    """What a line of its table counts."""

    WEEK = "week"
    MONTH = "month"


LINES = 12


@dataclass(frozen=True, slots=True)
class Line:
    """What was asked through a partner in a week or a month, and what became of it."""

    first_day: date
    asked: int = 0
    validated: int = 0
    closed: int = 0


def starts(step: Step, today: date) -> list[date]:
    """The first days of the last twelve weeks or months, the latest first."""
    if step is Step.WEEK:
        monday = today - timedelta(days=today.weekday())
        return [monday - timedelta(weeks=number) for number in range(LINES)]
    first, found = today.replace(day=1), []
    for _number in range(LINES):
        found.append(first)
        first = (first - timedelta(days=1)).replace(day=1)
    return found


def lines(session: Session, desk: Desk, partner: Partner, step: Step) -> list[Line]:
    """Its last twelve weeks or months since it is there, the latest first.

    Needs are counted on the day when they were asked.
    """
    days = starts(step, clock.today())
    which = case(
        *((Need.asked_at >= _midnight(day), place) for place, day in enumerate(days[:-1])),
        else_=LINES - 1,
    ).label("which")
    rows = session.execute(
        select(
            which,
            func.count(),
            func.count(Need.opened_at),
            func.count().filter(Need.state == State.CLOSED),
        )
        .where(
            rule.seen(desk), rule.asked_through(partner.id), Need.asked_at >= _midnight(days[-1])
        )
        .group_by(which)
    ).all()
    counted = {row[0]: row for row in rows}
    began = sum(_midnight(day) > partner.since for day in days)
    shown = max([began, *counted], default=began) + 1
    return [
        Line(day, *counted[place][1:]) if place in counted else Line(day)
        for place, day in enumerate(days[:shown])
    ]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.PARIS)


def endings(session: Session, desk: Desk, partner: Partner) -> list[tuple[Ending, int]]:
    """How the needs that were asked through it ended, the most frequent first."""
    number = func.count()
    rows = session.execute(
        select(Need.ending, number)
        .where(rule.seen(desk), rule.asked_through(partner.id), Need.ending.is_not(None))
        .group_by(Need.ending)
        .order_by(number.desc(), Need.ending)
    ).all()
    return [(row[0], row[1]) for row in rows if row[0] is not None]


def totals(session: Session, desk: Desk, some: Sequence[Partner]) -> dict[int, int]:
    """Partner → how many needs were asked through it."""
    rows = session.execute(
        select(Need.partner_id, func.count())
        .where(rule.seen(desk), Need.partner_id.in_([one.id for one in some]))
        .group_by(Need.partner_id)
    ).all()
    return {row[0]: row[1] for row in rows if row[0] is not None}
