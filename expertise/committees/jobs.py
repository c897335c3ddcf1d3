"""What committees are told, and what the worker does for them each hour."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core import clock, outbox, working_days
from core.jobs import enqueue
from expertise.committees import closing, queries
from expertise.committees.facts import (
    CaseClosed,
    CaseProlonged,
    CasePut,
    MinutesPublished,
    Seated,
)
from expertise.committees.models import CommitteeCase, CommitteeSeat, Minutes, Outcome
from expertise.committees.queries import electors
from expertise.needs.models import Need
from expertise.positions.jobs import next_hour

MEMBER, TEAM = "committee", "committee_team"
"""The kinds of these mails."""
HOURLY = "expertise.committees"
"""The kind of this work."""
AT_ONCE = 100
WEEK = timedelta(days=7)
SEATED, PUT, PROLONGED, REMIND, MINUTES = "seated", "put", "prolonged", "remind", "minutes"
"""What the mails to those who sit say."""
TO_TEAM = frozenset({Outcome.NO_QUORUM, Outcome.TIE, Outcome.SELECTED, Outcome.REFUSED})
"""What the team did not do itself."""


def on_seated(session: Session, fact: Seated) -> None:
    """Who has an account knows that they sit; the others read their invitation."""
    if fact.seat.member_id is not None:
        session.refresh(fact.seat, ["member"])
        _write(session, fact.seat, SEATED, None)


def on_put(session: Session, fact: CasePut) -> None:
    """A need waits for their vote."""
    tell(session, fact.case, PUT)


def on_prolonged(session: Session, fact: CaseProlonged) -> None:
    """Too few voted: those who have not read until when they may."""
    tell(session, fact.case, PROLONGED)


def on_closed(session: Session, fact: CaseClosed) -> None:
    """The team hears how a vote ended; what no committee could decide waits for it."""
    case = fact.case
    if case.outcome not in TO_TEAM:
        return
    programme = case.need.programme
    outbox.post(
        session,
        TEAM,
        to_address=programme.email,
        to_name=programme.name,
        language="fr",
        values={"case": case, "need": case.need},
    )


def on_published(session: Session, fact: MinutesPublished) -> None:
    """Those who sit read the minutes; a mail says nothing of what is in them."""
    committee, present = fact.minutes.committee, clock.now()
    for seat in session.scalars(queries.seats(committee)):
        if seat.member is not None and not seat.member.is_suspended(present):
            seat.committee = committee
            _write(session, seat, MINUTES, None, fact.minutes)


def tell(session: Session, case: CommitteeCase, what: str) -> None:
    """Write to those whose vote is awaited, and who have an account."""
    for one in electors(session, case, clock.now()):
        if one.is_awaited and one.member is not None:
            one.seat.member = one.member
            _write(session, one.seat, what, case)


def _write(
    session: Session,
    seat: CommitteeSeat,
    what: str,
    case: CommitteeCase | None,
    minutes: Minutes | None = None,
) -> None:
    """The link asks to sign in: a vote is somebody's own."""
    assert seat.member is not None  # noqa: S101 - both callers looked
    outbox.post(
        session,
        MEMBER,
        to_address=seat.member.email,
        to_name=seat.member.name,
        language=seat.member.language,
        values={"what": what, "committee": seat.committee, "case": case, "minutes": minutes},
    )


def work(session: Session, _payload: dict[str, Any]) -> None:
    """Each hour: votes whose time is over end, those who have not voted are reminded."""
    present = clock.now()
    if AT_ONCE in (close(session, present), remind(session, present)):
        enqueue(session, HOURLY, key=f"{HOURLY}+")


def close(session: Session, present: datetime) -> int:
    """End the votes whose time is over, or prolong them; how many were looked at."""
    due = session.scalars(
        select(CommitteeCase.id)
        .where(CommitteeCase.closed_at.is_(None), CommitteeCase.due_at <= present)
        .order_by(CommitteeCase.due_at, CommitteeCase.id)
        .limit(AT_ONCE)
    ).all()
    for case_id in due:
        closing.look_at(session, case_id)
    return len(due)


def remind(session: Session, present: datetime) -> int:
    """Once on the last working day, and each week before it; how many votes were told of."""
    running = session.scalars(
        select(CommitteeCase)
        .where(CommitteeCase.closed_at.is_(None), CommitteeCase.due_at > present)
        .options(
            joinedload(CommitteeCase.committee),
            joinedload(CommitteeCase.need).joinedload(Need.programme),
        )
        .order_by(CommitteeCase.due_at, CommitteeCase.id)
    ).all()
    told = 0
    for case in running:
        is_last = case.reminded_at is None and working_days.after(present, 1) >= case.due_at
        if not is_last and case.told_at > present - WEEK:
            continue
        session.refresh(case, ["closed_at", "due_at", "reminded_at"], with_for_update=True)
        if case.closed_at is not None:
            continue
        case.told_at = present
        case.reminded_at = present if is_last else case.reminded_at
        tell(session, case, REMIND)
        told += 1
        if told == AT_ONCE:
            break
    return told


periodic = {HOURLY: next_hour}
