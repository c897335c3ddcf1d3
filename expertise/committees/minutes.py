"""The minutes of a committee: drafted from what it decided, worded and published by its chair."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager

from core import clock, text
from core.facts import record
from core.refusals import Refused
from expertise.committees import queries, seats
from expertise.committees.facts import MinutesPublished
from expertise.committees.models import (
    Ballot,
    Committee,
    CommitteeCase,
    CommitteeSeat,
    Minutes,
    Outcome,
    Vote,
)
from expertise.committees.policy import may_publish, may_word
from expertise.desk import Desk

LONGEST_WORDS = 10_000
MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Line:
    """A decision, as minutes tell it."""

    case: int
    number: int
    """Of the need, in its programme."""
    title: str
    company: str
    town: str
    outcome: Outcome
    on: date
    favourable: int
    unfavourable: int
    abstained: int
    aside: int
    reason: str
    present: tuple[int, ...]
    """The seats of those who voted: their names are read where they are kept, and go with them."""


@dataclass(frozen=True, slots=True)
class Told:
    """The minutes as somebody reads them."""

    lines: list[Line]
    present: list[CommitteeSeat]
    """Those who voted on one of these needs."""


def draft(
    session: Session, desk: Desk, committee: Committee, *, first_day: date, last_day: date
) -> Minutes:
    """Begin the minutes of these days, both included: the chair, or the team.

    Raises Refused: "not-of-the-committee", "period-backwards", "period-too-long",
    "period-in-the-future", "minutes-drafted" while others wait.
    """
    if not may_word(desk, committee):
        raise Refused("not-of-the-committee")
    if last_day < first_day:
        raise Refused("period-backwards")
    if (last_day - first_day).days >= MOST_DAYS:
        raise Refused("period-too-long")
    if last_day > clock.today():
        raise Refused("period-in-the-future")
    seats.hold(session, committee.id)
    waiting = select(Minutes.id).where(
        Minutes.committee_id == committee.id, Minutes.published_at.is_(None)
    )
    if session.scalar(waiting) is not None:
        raise Refused("minutes-drafted")
    made = Minutes(
        committee=committee, first_day=first_day, last_day=last_day, drafted_at=clock.now()
    )
    session.add(made)
    session.flush()
    return made


def say(session: Session, desk: Desk, one: Minutes, words: str) -> None:
    """What the chair adds.

    Raises Refused: "not-of-the-committee", "minutes-published", "body-too-long".
    """
    words = text.plain(words).strip()
    if len(words) > LONGEST_WORDS:
        raise Refused("body-too-long", longest=LONGEST_WORDS)
    _held(session, desk, one)
    one.words = words


def discard(session: Session, desk: Desk, one: Minutes) -> None:
    """Drop a draft. Raises Refused: "not-of-the-committee", "minutes-published"."""
    if not may_word(desk, one.committee):
        raise Refused("not-of-the-committee")
    seats.hold(session, one.committee_id)
    session.refresh(one, ["published_at"])
    if one.published_at is not None:
        raise Refused("minutes-published")
    session.delete(one)


def publish(session: Session, desk: Desk, one: Minutes, words: str) -> None:
    """Give them the words of the chair and their number: nobody changes them any more.

    Raises Refused: "not-of-the-committee", "minutes-published", "minutes-empty", "body-too-long".
    """
    say(session, desk, one, words)
    lines = _drafted(session, one)
    if not lines:
        raise Refused("minutes-empty")
    last = session.scalar(
        select(func.max(Minutes.number)).where(Minutes.committee_id == one.committee_id)
    )
    signed_by_id = session.scalar(
        select(CommitteeSeat.id).where(
            CommitteeSeat.committee_id == one.committee_id,
            CommitteeSeat.member_id == desk.member_id,
            CommitteeSeat.left_at.is_(None),
        )
    )
    # In one go: what is published is refused a second one.
    one.number, one.published_at = (last or 0) + 1, clock.now()
    one.content, one.signed_by_id = [_kept(line) for line in lines], signed_by_id
    session.flush()
    for case in session.scalars(
        select(CommitteeCase).where(CommitteeCase.id.in_([line.case for line in lines]))
    ):
        case.minutes_id = one.id
    record(session, MinutesPublished(one))


def _held(session: Session, desk: Desk, one: Minutes) -> None:
    """Two who publish at once: the second one reads what the first did."""
    seats.hold(session, one.committee_id)
    session.refresh(one, ["published_at", "words"])
    if one.published_at is not None:
        raise Refused("minutes-published")
    if not may_publish(desk, one):
        raise Refused("not-of-the-committee")


def read(session: Session, desk: Desk, one: Minutes) -> Told:
    """What somebody reads of them: what is hidden from them is not there."""
    lines = (
        [_given(line) for line in one.content]
        if one.content is not None
        else _drafted(session, one)
    )
    open_to = set(session.scalars(queries.readable(desk, [line.case for line in lines])))
    lines = [line for line in lines if line.case in open_to]
    present = {seat for line in lines for seat in line.present}
    return Told(lines, _named(session, present))


def _named(session: Session, seat_ids: Collection[int]) -> list[CommitteeSeat]:
    return list(
        session.scalars(
            select(CommitteeSeat)
            .where(CommitteeSeat.id.in_(seat_ids))
            .order_by(CommitteeSeat.last_name, CommitteeSeat.first_name, CommitteeSeat.id)
        )
    )


def _drafted(session: Session, one: Minutes) -> list[Line]:
    """The decisions of these days that no minutes tell yet, in order."""
    first, last = _midnight(one.first_day), _midnight(one.last_day + timedelta(days=1))
    cases = session.scalars(
        select(CommitteeCase)
        .join(CommitteeCase.need)
        .where(
            CommitteeCase.committee_id == one.committee_id,
            CommitteeCase.closed_at >= first,
            CommitteeCase.closed_at < last,
            CommitteeCase.minutes_id.is_(None),
        )
        .options(contains_eager(CommitteeCase.need))
        .order_by(CommitteeCase.closed_at, CommitteeCase.id)
    ).all()
    voted = session.execute(
        select(Ballot.case_id, Ballot.seat_id)
        .where(Ballot.case_id.in_([case.id for case in cases]), Ballot.vote != Vote.ASIDE)
        .order_by(Ballot.seat_id)
    ).all()
    return [
        replace(line, present=tuple(seat for case, seat in voted if case == line.case))
        for line in map(_line, cases)
    ]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.PARIS)


def _line(case: CommitteeCase) -> Line:
    assert case.outcome is not None  # noqa: S101 - what is closed has one: the database says so
    assert case.closed_at is not None  # noqa: S101
    return Line(
        case=case.id,
        number=case.need.number,
        title=case.need.title,
        company=case.need.company,
        town=case.need.town,
        outcome=case.outcome,
        on=case.closed_at.astimezone(clock.PARIS).date(),
        favourable=case.favourable,
        unfavourable=case.unfavourable,
        abstained=case.abstained,
        aside=case.aside,
        reason=case.reason,
        present=(),
    )


def _kept(line: Line) -> dict[str, Any]:
    return asdict(line) | {"on": line.on.isoformat(), "present": list(line.present)}


def _given(kept: dict[str, Any]) -> Line:
    return Line(
        **kept
        | {
            "on": date.fromisoformat(kept["on"]),
            "outcome": Outcome(kept["outcome"]),
            "present": tuple(kept["present"]),
        }
    )
