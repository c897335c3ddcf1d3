"""What letters hold about a member: given to them, let go with them, and for how long."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from accounts.facts import MemberLeft
from core.portable import Held, rows_of
from core.retention import deleting
from notifications.letter.models import Edition, Letter, LetterRun


def its_data_of(session: Session, member_id: int) -> Held:
    """The letters they were sent, as numbers; their words are in the journal of mails."""
    return Held({"letter": rows_of(session, Letter, Letter.member_id == member_id)})


def forget(session: Session, fact: MemberLeft) -> None:
    """At once: the letters they could read again."""
    session.execute(
        delete(Letter)
        .where(Letter.member_id == fact.member_id)
        .execution_options(synchronize_session=False)
    )


RULES = (
    deleting("letters", 365, Letter, lambda limit: Letter.created_at < limit),
    deleting("letter-runs", 365, LetterRun, lambda limit: LetterRun.moment < limit),
    deleting("letter-editions", 730, Edition, lambda limit: Edition.changed_at < limit),
)
