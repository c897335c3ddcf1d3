"""Somebody who sits votes on a need."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock, text
from core.refusals import Refused
from expertise import rule
from expertise.committees import closing, queries
from expertise.committees.models import LONGEST_REASON, Ballot, CommitteeCase, Vote
from expertise.desk import Desk


def cast(session: Session, desk: Desk, case_id: int, vote: Vote, words: str = "") -> CommitteeCase:
    """Vote, or vote otherwise; the last vote ends it.

    Raises Refused: "not-of-the-committee", "vote-closed", "tied-to-the-company" but to step aside,
    "words-missing" against it without saying why, "body-too-long".
    """
    words = text.plain(words).strip()
    if len(words) > LONGEST_REASON:
        raise Refused("body-too-long", longest=LONGEST_REASON)
    case, present = closing.held(session, case_id), clock.now()
    sees = session.scalar(
        select(CommitteeCase.id).where(CommitteeCase.id == case_id, rule.put_before(desk))
    )
    mine = next(
        (
            one
            for one in queries.electors(session, case, present)
            if one.may_vote and one.seat.member_id == desk.member_id
        ),
        None,
    )
    if sees is None or mine is None:
        raise Refused("not-of-the-committee")
    if case.closed_at is not None or case.due_at <= present:
        raise Refused("vote-closed")
    if mine.is_tied and vote is not Vote.ASIDE:
        raise Refused("tied-to-the-company")
    if vote is Vote.UNFAVOURABLE and not words:
        raise Refused("words-missing")
    if mine.ballot is None:
        session.add(
            Ballot(case_id=case.id, seat_id=mine.seat.id, vote=vote, words=words, cast_at=present)
        )
    else:
        mine.ballot.vote, mine.ballot.words, mine.ballot.cast_at = vote, words, present
    session.flush()
    closing.settle(session, case, present)
    return case
