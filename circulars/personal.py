"""What drafts hold about a member: given to them, let go with them, and for how long."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from accounts.facts import MemberLeft
from circulars.models import Draft, Piece
from core.portable import Held, rows_of
from core.retention import deleting


def its_data_of(session: Session, member_id: int) -> Held:
    """Their drafts; the files that came with them are among those that they sent."""
    mine = Draft.member_id == member_id
    pieces = Piece.draft_id.in_(select(Draft.id).where(mine))
    return Held(
        {
            "circular_draft": rows_of(session, Draft, mine, without=("message", "content")),
            "circular_piece": rows_of(session, Piece, pieces),
        }
    )


def forget(session: Session, fact: MemberLeft) -> None:
    """At once: nobody else has ever seen them."""
    mine = select(Draft.id).where(Draft.member_id == fact.member_id)
    for gone in (
        delete(Piece).where(Piece.draft_id.in_(mine)),
        delete(Draft).where(Draft.member_id == fact.member_id),
    ):
        session.execute(gone.execution_options(synchronize_session=False))


RULES = (deleting("circular-drafts", 90, Draft, lambda limit: Draft.received_at < limit),)
