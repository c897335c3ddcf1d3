"""Reads of those who take part."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager

from access import rule
from access.viewers import Viewer
from accounts.models import Member
from accounts.queries import active
from agenda.attending.models import Answer, Question, Registration, Standing, Terms
from agenda.models import Event, Occurrence
from agenda.papers.models import Minutes
from agenda.queries import seen
from core import clock

MOST_DATES = 200
"""Dates of one member that their page shows."""


def terms(event_id: int) -> Select[Terms]:
    """How one registers for the dates of an event that was found."""
    return select(Terms).where(Terms.event_id == event_id)


def questions(session: Session, event_id: int, *, every: bool = False) -> list[Question]:
    """What is asked of those who register, in order; `every`: also what no longer is."""
    found = select(Question).where(Question.event_id == event_id).order_by(Question.id)
    if not every:
        found = found.where(~Question.retired)
    return list(session.scalars(found))


def registration_of(session: Session, occurrence_id: int, member_id: int) -> Registration | None:
    """What a member said of a date."""
    return session.scalars(
        select(Registration).where(
            Registration.occurrence_id == occurrence_id, Registration.member_id == member_id
        )
    ).one_or_none()


def taken(session: Session, occurrence_id: int) -> int:
    """How many places are taken."""
    return (
        session.scalar(
            select(func.count()).where(
                Registration.occurrence_id == occurrence_id,
                Registration.standing == Standing.COMING,
            )
        )
        or 0
    )


@dataclass(frozen=True, slots=True)
class Stand:
    """How a date stands for one member, in one read."""

    terms: Terms | None
    mine: Registration | None
    taken: int
    asks: bool
    """The organiser asks something."""
    rank: int
    """The place of the member in the waiting list, from 1, when they wait."""
    minutes: Minutes | None
    """What was said there."""
    also: Sequence[int]


def stand(
    session: Session,
    occurrence: Occurrence,
    member_id: int,
    *,
    also: Collection[ScalarSelect[int]] = (),
) -> Stand:
    """The terms of a date, what a member said of it, how many places are taken, its minutes.

    `also`: what another room counts of the same date.
    """
    count = (
        select(func.count())
        .where(
            Registration.occurrence_id == occurrence.id,
            Registration.standing == Standing.COMING,
        )
        .scalar_subquery()
    )
    asks = select(Question.id).where(Question.event_id == Event.id, ~Question.retired).exists()
    row = session.execute(
        select(Terms, Registration, count, asks, _rank(), Minutes, *also)
        .select_from(Event)
        .outerjoin(Terms, Terms.event_id == Event.id)
        .outerjoin(Minutes, Minutes.occurrence_id == occurrence.id)
        .outerjoin(
            Registration,
            and_(Registration.occurrence_id == occurrence.id, Registration.member_id == member_id),
        )
        .where(Event.id == occurrence.event_id)
    ).one()
    return Stand(row[0], row[1], row[2], bool(row[3]), row[4], row[5], row[6:])


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody on the list of a date, as the organiser reads it."""

    registration: Registration
    member: Member
    sees: bool
    """Whether the event is still open to them."""


def people(session: Session, event: Event, occurrence_id: int) -> list[Place]:
    """All who said something of a date: those who come, those who wait in order, the others."""
    sees = and_(rule.reached(Member.id, event.audience_id), active(clock.now()))
    order = {Standing.COMING: 0, Standing.WAITING: 1, Standing.DECLINED: 2}
    rows = session.execute(
        select(Registration, Member, sees.label("sees"))
        .join(Member, Member.id == Registration.member_id)
        .where(Registration.occurrence_id == occurrence_id)
        .order_by(Registration.since, Registration.id)
    ).all()
    places = [Place(registration, member, bool(still)) for registration, member, still in rows]
    return sorted(
        places,
        key=lambda one: (
            order[one.registration.standing],
            one.member.last_name.casefold() if one.registration.standing is Standing.COMING else "",
        ),
    )


def answers(session: Session, registrations: Collection[int]) -> dict[tuple[int, int], str]:
    """(registration, question) → words."""
    rows = session.scalars(select(Answer).where(Answer.registration_id.in_(registrations)))
    return {(one.registration_id, one.question_id): one.words for one in rows}


def answers_of(session: Session, mine: Registration | None) -> dict[int, str]:
    """Question → what somebody answered."""
    if mine is None:
        return {}
    return {question: words for (_one, question), words in answers(session, [mine.id]).items()}


@dataclass(frozen=True, slots=True)
class MyDate:
    """A date that concerns a member: what they said of it, or that they organise it."""

    occurrence: Occurrence
    standing: Standing | None
    """None when they only organise it."""
    came: bool | None
    """As the organiser noted it."""
    rank: int | None
    """Their place in the waiting list, from 1."""


def my_dates(session: Session, viewer: Viewer, *, past: bool = False) -> list[MyDate]:
    """The dates to come that a member registered for, waits for or organises; or those that were.

    Only those that they still see; see `lost` for the others.
    """
    mine = Registration.member_id == viewer.member_id
    found = (
        select(Occurrence, Registration.standing, Registration.came, _rank())
        .join(Occurrence.event)
        .outerjoin(Registration, and_(Registration.occurrence_id == Occurrence.id, mine))
        .options(contains_eager(Occurrence.event))
        .where(
            seen(viewer),
            or_(
                Registration.standing.in_([Standing.COMING, Standing.WAITING]),
                and_(Event.owner_id == viewer.member_id, Occurrence.id == _nearest(past=past)),
            ),
            _over(Occurrence) if past else ~_over(Occurrence),
        )
        .order_by(*_by_time(Occurrence, past=past))
        .limit(MOST_DATES)
    )
    return [
        MyDate(one, standing, came, rank if standing is Standing.WAITING else None)
        for one, standing, came, rank in session.execute(found)
    ]


def _rank() -> ScalarSelect[int]:
    """How many wait at the same date, up to the registration that is read."""
    other = aliased(Registration)
    return (
        select(func.count())
        .where(
            other.occurrence_id == Registration.occurrence_id,
            other.standing == Standing.WAITING,
            _no_later(other, Registration),
        )
        .correlate(Registration)
        .scalar_subquery()
    )


def _no_later(
    one: type[Registration], than: type[Registration] | Registration
) -> ColumnElement[bool]:
    """Those who stand in the waiting list before somebody, and this one."""
    return or_(one.since < than.since, and_(one.since == than.since, one.id <= than.id))


def _over(dates: type[Occurrence]) -> ColumnElement[bool]:
    return dates.ends_at < clock.now()


def _by_time(dates: type[Occurrence], *, past: bool) -> list[ColumnElement[Any]]:
    """The nearest first."""
    by_time = [dates.starts_at, dates.id]
    return [one.desc() for one in by_time] if past else [one.asc() for one in by_time]


def _nearest(*, past: bool) -> ScalarSelect[int]:
    """Of a series that one organises, the date that is next, or was the last."""
    other = aliased(Occurrence)
    return (
        select(other.id)
        .where(other.event_id == Event.id, _over(other) if past else ~_over(other))
        .order_by(*_by_time(other, past=past))
        .limit(1)
        .correlate(Event)
        .scalar_subquery()
    )


def lost(viewer: Viewer) -> Select[Registration]:
    """Places that a member holds at dates that they no longer see: nothing of them is said."""
    return (
        select(Registration)
        .join(Registration.occurrence)
        .join(Occurrence.event)
        .where(
            Registration.member_id == viewer.member_id,
            Registration.standing != Standing.DECLINED,
            Occurrence.ends_at >= clock.now(),
            ~seen(viewer),
        )
        .order_by(Registration.id)
    )


def needed(session: Session, occurrences: Collection[Occurrence]) -> set[int]:
    """Which of these dates somebody registered for: a series that is rewritten keeps them."""
    return set(
        session.scalars(
            select(Registration.occurrence_id).where(
                Registration.occurrence_id.in_([one.id for one in occurrences]),
                Registration.standing != Standing.DECLINED,
            )
        )
    )
