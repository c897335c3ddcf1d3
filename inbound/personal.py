"""What is kept of the mails of a member: given to them, let go with them, and for how long."""

from sqlalchemy.orm import Session

from accounts.facts import MemberLeft
from core.portable import Held, rows_of
from core.retention import deleting
from inbound.actions import forget_member
from inbound.models import Outcome, Received


def its_data_of(session: Session, member_id: int) -> Held:
    """That they answered by mail, when, and what became of it: the words are in the forum."""
    theirs = Received.member_id == member_id
    return Held({"received_mail": rows_of(session, Received, theirs, without=("raw", "digest"))})


def forget(session: Session, fact: MemberLeft) -> None:
    """At once."""
    forget_member(session, fact.member_id)


RULES = (
    deleting(
        "received-mails",
        90,
        Received,
        lambda limit: (Received.received_at < limit) & (Received.outcome != Outcome.WAITING),
    ),
)
