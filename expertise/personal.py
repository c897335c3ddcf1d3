"""What the desk holds about a member: given to them, let go with them."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from accounts.facts import MemberLeft
from core.portable import Held, rows_of
from expertise.needs.models import Step
from expertise.programmes.models import TeamMember


def its_data_of(session: Session, member_id: int) -> Held:
    """The programmes that they run, what they decided there."""
    return Held(
        {
            "programme_team": rows_of(session, TeamMember, TeamMember.member_id == member_id),
            "need_step": rows_of(session, Step, Step.member_id == member_id),
        }
    )


def forget(session: Session, fact: MemberLeft) -> None:
    """They run nothing any more; what they decided stays with the need, without their name."""
    session.execute(
        delete(TeamMember)
        .where(TeamMember.member_id == fact.member_id)
        .execution_options(synchronize_session=False)
    )
