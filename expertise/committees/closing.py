"""The end of a vote, whoever brings it about: the last one who votes, the team, the clock."""

from collections import Counter
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core import clock, working_days
from core.facts import record
from expertise.committees.deciding import Tally, Verdict, verdict
from expertise.committees.facts import CaseClosed, CaseProlonged
from expertise.committees.models import Ballot, CommitteeCase, Outcome, Vote
from expertise.committees.queries import Elector, electors
from expertise.needs import actions as needs
from expertise.needs.facts import NeedMoved
from expertise.needs.life import Act
from expertise.needs.models import By, Need

ENDS: dict[Verdict, tuple[Outcome, Act, By]] = {
    Verdict.SELECT: (Outcome.SELECTED, Act.VALIDATE, By.COMMITTEE),
    Verdict.REFUSE: (Outcome.REFUSED, Act.REFUSE, By.COMMITTEE),
    Verdict.NO_QUORUM: (Outcome.NO_QUORUM, Act.HAND_BACK, By.HOUSE),
    Verdict.TIE: (Outcome.TIE, Act.HAND_BACK, By.HOUSE),
}
"""What becomes of the vote, and of the need."""
WITHOUT_IT = {
    Act.VALIDATE: Outcome.OUTSIDE,
    Act.REFUSE: Outcome.OUTSIDE,
    Act.WITHDRAW: Outcome.WITHDRAWN,
}
"""What ends a vote from elsewhere."""


def held(session: Session, case_id: int) -> CommitteeCase:
    """A case, its need held first, then itself: two who close it at once wait for each other."""
    case = session.scalars(
        select(CommitteeCase)
        .where(CommitteeCase.id == case_id)
        .options(
            joinedload(CommitteeCase.committee),
            joinedload(CommitteeCase.need).joinedload(Need.programme),
            joinedload(CommitteeCase.need).selectinload(Need.subjects),
        )
    ).one()
    needs.hold(session, case.need)
    session.refresh(case, ["closed_at", "outcome", "due_at", "prolonged_at"], with_for_update=True)
    session.refresh(case, ["if_selected", "if_refused", "told_at", "reminded_at"])
    return case


def look_at(session: Session, case_id: int) -> None:
    """End a vote if it is time, or prolong it."""
    case = held(session, case_id)
    if case.closed_at is None:
        settle(session, case, clock.now())


def settle(session: Session, case: CommitteeCase, present: datetime) -> None:
    """The same for a case that is held, and runs."""
    voters = electors(session, case, present)
    said = verdict(
        tally_of(voters),
        quorum=case.quorum,
        is_over=case.due_at <= present,
        prolonged=case.prolonged_at is not None,
    )
    if said is Verdict.WAIT:
        return
    if said is Verdict.PROLONG:
        case.due_at = working_days.after(present, case.committee.vote_days)
        case.prolonged_at = case.told_at = present
        case.reminded_at = None
        record(session, CaseProlonged(case))
        return
    outcome, act, by = ENDS[said]
    reasons = {Act.VALIDATE: case.if_selected, Act.REFUSE: case.if_refused}
    _end(session, case, outcome, reasons.get(act, ""), voters, present)
    needs.move(session, case.need, act, by, case.reason)


def tally_of(voters: list[Elector]) -> Tally:
    """How many said what, so far."""
    said = Counter(one.vote for one in voters)
    chairs = Counter(one.vote for one in voters if one.seat.is_chair)
    return Tally(
        favourable=said[Vote.FAVOURABLE],
        unfavourable=said[Vote.UNFAVOURABLE],
        abstained=said[Vote.ABSTENTION],
        aside=said[Vote.ASIDE],
        waiting=sum(one.is_awaited for one in voters),
        chairs_favourable=chairs[Vote.FAVOURABLE],
        chairs_unfavourable=chairs[Vote.UNFAVOURABLE],
    )


def _end(
    session: Session,
    case: CommitteeCase,
    outcome: Outcome,
    reason: str,
    voters: list[Elector],
    present: datetime,
) -> None:
    """Write down how it ended, as it was counted; a tie to the company is written down too."""
    said = tally_of(voters)
    case.outcome, case.closed_at, case.reason = outcome, present, reason
    case.favourable, case.unfavourable = said.favourable, said.unfavourable
    case.abstained, case.aside = said.abstained, said.aside
    for one in voters:
        if one.is_tied and one.ballot is None:
            session.add(
                Ballot(case_id=case.id, seat_id=one.seat.id, vote=Vote.ASIDE, cast_at=present)
            )
        elif one.is_tied and one.ballot is not None:
            one.ballot.vote, one.ballot.words = Vote.ASIDE, ""
    session.flush()
    record(session, CaseClosed(case))


def on_need_moved(session: Session, fact: NeedMoved) -> None:
    """The team decides outside the committee, the company withdraws: nobody votes any more."""
    outcome = WITHOUT_IT.get(fact.act)
    if outcome is None or fact.by is By.COMMITTEE:
        return
    case_id = session.scalar(
        select(CommitteeCase.id).where(
            CommitteeCase.need_id == fact.need.id, CommitteeCase.closed_at.is_(None)
        )
    )
    if case_id is not None:
        case, present = held(session, case_id), clock.now()
        _end(session, case, outcome, fact.words, electors(session, case, present), present)
