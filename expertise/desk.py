"""Who is at the desk: a plain value, the same for a page, a mail, a file or a count."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from expertise.programmes.models import TeamMember


@dataclass(frozen=True, slots=True)
class Desk:
    """A member, and what they are at the expertise desk: nothing, until a row says otherwise."""

    member_id: int
    teams: frozenset[int]
    """The programmes that they run."""

    def runs(self, programme_id: int) -> bool:
        """Whether they belong to its team."""
        return programme_id in self.teams


def desk_of(session: Session, member_id: int) -> Desk:
    """What a member is at the desk, at this instant."""
    teams = select(TeamMember.programme_id).where(TeamMember.member_id == member_id)
    return Desk(member_id, frozenset(session.scalars(teams)))
