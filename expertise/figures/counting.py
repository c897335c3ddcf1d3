"""What happened at the desk of one programme, read from where it is kept."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from access.models import Commune, Level, Overlap, Territory
from core import working_days
from core.clock import day_of
from expertise.figures import outcomes
from expertise.figures.measures import Measure, Seen
from expertise.needs.life import Act, Ending
from expertise.needs.models import Hiding, Need, NeedSubject, Step
from expertise.positions.life import HELPED, Outcome, State
from expertise.positions.life import Act as PositionAct
from expertise.positions.models import By, Position, PositionStep

ENDINGS = {
    Ending.HELPED: Measure.HELPED,
    Ending.NOT_HELPED: Measure.NOT_HELPED,
    Ending.UNREACHABLE: Measure.UNREACHABLE,
    Ending.NO_TAKER: Measure.NO_TAKER,
    Ending.ORIENTED: Measure.ORIENTED,
    Ending.REFUSED: Measure.REFUSED,
    Ending.WITHDRAWN: Measure.WITHDRAWN,
}
ANSWERS = (
    PositionAct.RESERVE,
    PositionAct.QUEUE,
    PositionAct.TAKE,
    PositionAct.DECLINE,
)
"""What is a first answer, be it a no."""
CALLS = (PositionAct.INTRODUCE, PositionAct.TAKE)
"""From there on the company knows who calls."""


@dataclass(frozen=True, slots=True)
class Known:
    """What each need says of itself."""

    company: str
    """Its SIRET; one of its own when that was erased."""
    subjects: tuple[int, ...]
    """0 for what is in no list."""
    territories: tuple[int, ...]
    """The région and the département."""


@dataclass(slots=True)
class Sent:
    """What happened to a need at an institution, all its positions together."""

    sent_at: datetime | None = None
    answered_at: datetime | None = None
    called_at: datetime | None = None
    ended_at: datetime | None = None
    outcomes: set[Outcome | None] = field(default_factory=set)
    taken_back: bool = True
    hidden: bool = False


def needs(session: Session, programme_id: int) -> dict[int, Known]:
    """The needs of a programme: who asks, about what, where."""
    places = _places(session)
    subjects: dict[int, list[int]] = {}
    for need_id, subject_id in session.execute(
        select(NeedSubject.need_id, NeedSubject.subject_id)
        .join(Need, Need.id == NeedSubject.need_id)
        .where(Need.programme_id == programme_id)
    ):
        subjects.setdefault(need_id, []).append(subject_id)
    return {
        need_id: Known(
            siret or f"need {need_id}", tuple(subjects.get(need_id, (0,))), places.get(commune, ())
        )
        for need_id, siret, commune in session.execute(
            select(Need.id, Need.siret, Need.commune_code).where(Need.programme_id == programme_id)
        )
    }


def _places(session: Session) -> dict[str, tuple[int, ...]]:
    regions = {
        row[1]: row[0]
        for row in session.execute(
            select(Overlap.territory_id, Overlap.other_id)
            .join(Territory, Territory.id == Overlap.territory_id)
            .where(Overlap.contains, Territory.level == Level.REGION)
        )
    }
    used = select(Need.commune_code).distinct()
    return {
        row[0]: tuple(one for one in (regions.get(row[1]), row[1]) if one is not None)
        for row in session.execute(
            select(Commune.code, Commune.departement_id).where(Commune.code.in_(used))
        )
    }


def happened(session: Session, programme_id: int) -> Iterator[Seen]:
    """All that is counted of a programme, from its beginning."""
    validated = _validated(session, programme_id)
    for need_id, at in validated.items():
        yield Seen(Measure.VALIDATED, day_of(at), need_id)
    yield from _asked_and_ended(session, programme_id)
    yield from _positions(session, programme_id, validated)
    yield from _expired(session, programme_id)
    yield from outcomes.near(session, programme_id)
    yield from outcomes.said(session, programme_id)
    yield from outcomes.days(session, programme_id)


def _validated(session: Session, programme_id: int) -> dict[int, datetime]:
    """When each was, for the first time; a programme that reviews nothing does so at once."""
    steps = session.execute(
        select(Step.need_id, func.min(Step.at))
        .join(Need, Need.id == Step.need_id)
        .where(Need.programme_id == programme_id, Step.act == Act.VALIDATE)
        .group_by(Step.need_id)
    )
    opened = session.execute(
        select(Need.id, Need.opened_at).where(
            Need.programme_id == programme_id, Need.opened_at.is_not(None)
        )
    )
    found = {row[0]: row[1] for row in opened if row[1] is not None}
    return found | {row[0]: row[1] for row in steps}


def _asked_and_ended(session: Session, programme_id: int) -> Iterator[Seen]:
    for need_id, asked_at, ending, closed_at in session.execute(
        select(Need.id, Need.asked_at, Need.ending, Need.closed_at).where(
            Need.programme_id == programme_id
        )
    ):
        yield Seen(Measure.NEEDS, day_of(asked_at), need_id)
        if ending is not None and closed_at is not None:
            yield Seen(ENDINGS[ending], day_of(closed_at), need_id)


def _positions(
    session: Session, programme_id: int, validated: dict[int, datetime]
) -> Iterator[Seen]:
    """What institutions did, each on its own and all together."""
    calls = {
        row[0]: row[1]
        for row in session.execute(
            select(Step.need_id, func.min(Step.at))
            .join(Need, Need.id == Step.need_id)
            .where(Need.programme_id == programme_id, Step.act == Act.CALL)
            .group_by(Step.need_id)
        )
    }
    for need_id, houses in _by_need(session, programme_id):
        everywhere = Sent(
            _first(one.sent_at for one in houses.values()),
            _first(one.answered_at for one in houses.values()),
        )
        yield from _sent(need_id, None, everywhere)
        if need_id in calls:
            since, at = validated.get(need_id, calls[need_id]), calls[need_id]
            yield _delay(Measure.CALLED, need_id, None, since, at)
        for institution_id, one in houses.items():
            # What it no longer reads, or must not, is in none of its figures.
            if not one.hidden and not one.taken_back:
                yield from _sent(need_id, institution_id, one)
                yield from _ended(need_id, institution_id, one)


def _by_need(session: Session, programme_id: int) -> Iterator[tuple[int, dict[int, Sent]]]:
    """The needs that were sent, and what happened to each at each institution."""
    step = PositionStep
    by_expert = step.by == By.EXPERT
    hidden = exists().where(
        Hiding.need_id == Position.need_id, Hiding.institution_id == Position.institution_id
    )
    rows = session.execute(
        select(
            Position.need_id,
            Position.institution_id,
            Position.state,
            Position.outcome,
            hidden,
            func.min(step.at).filter(step.act == PositionAct.SEND),
            func.min(step.at).filter(step.act.in_(ANSWERS), by_expert),
            func.min(step.at).filter(step.act.in_(CALLS)),
            func.max(step.at).filter(step.act == PositionAct.FINISH),
        )
        .join(Need, Need.id == Position.need_id)
        .join(step, step.position_id == Position.id)
        .where(Need.programme_id == programme_id)
        .group_by(
            Position.id,
            Position.need_id,
            Position.institution_id,
            Position.state,
            Position.outcome,
        )
        .order_by(Position.need_id)
    )
    need_id, houses = 0, dict[int, Sent]()
    for row in rows:
        if row[0] != need_id and houses:
            yield need_id, houses
            houses = {}
        need_id = row[0]
        one = houses.setdefault(row[1], Sent())
        one.hidden = bool(row[4])
        one.taken_back = one.taken_back and row[2] is State.REMOVED
        one.sent_at = _first((one.sent_at, row[5]))
        one.answered_at = _first((one.answered_at, row[6]))
        one.called_at = _first((one.called_at, row[7]))
        if row[2] is State.DONE and row[8] is not None:
            one.ended_at = max(filter(None, (one.ended_at, row[8])))
            one.outcomes.add(row[3])
    if houses:
        yield need_id, houses


def _first(moments: "Iterator[datetime | None] | tuple[datetime | None, ...]") -> datetime | None:
    return min((one for one in moments if one is not None), default=None)


def _sent(need_id: int, institution_id: int | None, one: Sent) -> Iterator[Seen]:
    if one.sent_at is None:
        return
    yield Seen(Measure.SENT, day_of(one.sent_at), need_id, institution_id)
    if one.answered_at is not None:
        yield _delay(Measure.ANSWERED, need_id, institution_id, one.sent_at, one.answered_at)
    if one.called_at is not None:
        yield _delay(Measure.CALLED, need_id, institution_id, one.sent_at, one.called_at)


def _delay(
    measure: Measure, need_id: int, institution_id: int | None, since: datetime, at: datetime
) -> Seen:
    waited = working_days.between(day_of(since), day_of(at))
    return Seen(measure, day_of(at), need_id, institution_id, waited, waited)


def _ended(need_id: int, institution_id: int, one: Sent) -> Iterator[Seen]:
    if one.ended_at is None:
        return
    if one.outcomes & HELPED:
        measure = Measure.HELPED
    elif Outcome.NOT_HELPED in one.outcomes:
        measure = Measure.NOT_HELPED
    else:
        measure = Measure.UNREACHABLE
    yield Seen(measure, day_of(one.ended_at), need_id, institution_id)


def _expired(session: Session, programme_id: int) -> Iterator[Seen]:
    hidden = exists().where(
        Hiding.need_id == Position.need_id, Hiding.institution_id == Position.institution_id
    )
    for need_id, institution_id, state, is_hidden, at in session.execute(
        select(Position.need_id, Position.institution_id, Position.state, hidden, PositionStep.at)
        .join(PositionStep, PositionStep.position_id == Position.id)
        .join(Need, Need.id == Position.need_id)
        .where(Need.programme_id == programme_id, PositionStep.act == PositionAct.EXPIRE)
    ):
        yield Seen(Measure.EXPIRED, day_of(at), need_id)
        if not is_hidden and state is not State.REMOVED:
            yield Seen(Measure.EXPIRED, day_of(at), need_id, institution_id)
