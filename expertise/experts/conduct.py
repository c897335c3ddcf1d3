"""The rules of conduct: who answers accepts them before any need is received (seeds/003 §6)."""

from sqlalchemy.orm import Session

from core import clock
from core.refusals import Refused
from expertise.desk import CONDUCT, Desk
from expertise.experts.models import ConductAcceptance


def accept(session: Session, desk: Desk) -> None:
    """Accept the version in force. Raises Refused("answers-nothing") for who answers no need."""
    if not desk.must_be_bound:
        raise Refused("answers-nothing")
    if not desk.is_bound:
        session.merge(
            ConductAcceptance(member_id=desk.member_id, version=CONDUCT, accepted_at=clock.now())
        )
