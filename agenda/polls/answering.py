"""Answering a poll: which slots suit, all at once, as often as one likes until it is closed."""

from collections.abc import Mapping

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from access.viewers import Viewer
from agenda.polls import actions, policy, queries
from agenda.polls.facts import Replied
from agenda.polls.models import LONGEST_WORD, Choice, Reply, Suits
from core import clock
from core.facts import record
from core.refusals import Refused
from directory.entries import one_line

MOST_REPLIES = 500
"""To one poll."""


def answer(
    session: Session, poll_id: int, suits: Mapping[int, Suits], words: str = "", *, member: Viewer
) -> Reply:
    """Say how slots suit, `suits`: slot → how. Said again, it takes the place of what was.

    A slot that has begun is no longer answered: what was said of it stays. Raises Refused:
    "poll-unseen", "poll-closed", "poll-ended", "nothing-answered", "words-too-long", "poll-full".
    """
    poll = actions.hold(session, poll_id)
    if not policy.may_see(member, poll):
        raise Refused("poll-unseen")
    if refusal := policy.why_not(poll):
        raise Refused(refusal)
    asked = [
        one.id for one in session.scalars(queries.slots(poll.id)) if one.starts_at > clock.now()
    ]
    if not asked:
        raise Refused("poll-ended")
    said = {one: suits[one] for one in asked if one in suits}
    if not said:
        raise Refused("nothing-answered")
    word = one_line(words, "words-too-long", LONGEST_WORD)
    mine = session.scalars(
        select(Reply).where(Reply.poll_id == poll.id, Reply.member_id == member.member_id)
    ).one_or_none()
    if mine is None:
        count = select(func.count()).where(Reply.poll_id == poll.id)
        if (session.scalar(count) or 0) >= MOST_REPLIES:
            raise Refused("poll-full", most=MOST_REPLIES)
        mine = Reply(poll_id=poll.id, member_id=member.member_id)
        session.add(mine)
    mine.words, mine.answered_at = word, clock.now()
    session.flush()
    session.execute(
        delete(Choice)
        .where(Choice.reply_id == mine.id, Choice.slot_id.in_(asked))
        .execution_options(synchronize_session=False)
    )
    session.add_all(
        Choice(reply_id=mine.id, slot_id=slot_id, suits=how) for slot_id, how in said.items()
    )
    record(session, Replied(poll, member.member_id))
    return mine
