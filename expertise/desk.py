"""Who is at the desk: a plain value, the same for a page, a mail, a file or a count."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import Result, literal, select, union_all
from sqlalchemy.orm import Session

from access.viewers import Role
from accounts.models import Member
from expertise.committees.models import CommitteeSeat
from expertise.companies.models import Representative
from expertise.experts.models import ConductAcceptance, DeskSeat, Expert
from expertise.programmes.models import Institution, TeamMember

CONDUCT = 1
"""The version of the rules of conduct in force."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A member, and what they are at the expertise desk: nothing, until a row says otherwise."""

    member_id: int
    teams: frozenset[int] = frozenset()
    """The programmes that they run."""
    manages: frozenset[int] = frozenset()
    """The institutions that they manage, those that are suspended apart."""
    experts: frozenset[int] = frozenset()
    """The experts, persons or teams, as whom they answer: approved, still there."""
    companies: frozenset[int] = frozenset()
    """The companies that they act for."""
    administers: bool = False
    """Whether they run the house: of the desk they read the figures, and nothing else."""
    committees: frozenset[int] = frozenset()
    """The committees in which they sit,"""
    chairs: frozenset[int] = frozenset()
    """and those that they chair."""
    is_bound: bool = False
    """Whether they accepted the rules of conduct: no need is received before."""

    def runs(self, programme_id: int) -> bool:
        """Whether they belong to its team."""
        return programme_id in self.teams

    @property
    def answers(self) -> bool:
        """Whether they answer needs, for an institution."""
        return bool(self.manages or self.experts)

    @property
    def must_be_bound(self) -> bool:
        """Whether they read the needs of companies that did not choose them."""
        return self.answers or bool(self.committees)


def desk_of(session: Session, member_id: int) -> Desk:
    """What a member is at the desk, at this instant. One query."""
    seats = (
        select(DeskSeat)
        .join(Institution, Institution.id == DeskSeat.institution_id)
        .where(DeskSeat.member_id == member_id, Institution.suspended_at.is_(None))
    )
    sits = select(CommitteeSeat).where(
        CommitteeSeat.member_id == member_id, CommitteeSeat.left_at.is_(None)
    )
    rows: Result[str, int] = session.execute(
        union_all(
            select(literal("teams"), TeamMember.programme_id).where(
                TeamMember.member_id == member_id
            ),
            seats.with_only_columns(literal("manages"), DeskSeat.institution_id).where(
                DeskSeat.expert_id.is_(None)
            ),
            seats.with_only_columns(literal("experts"), DeskSeat.expert_id)
            .join(Expert, Expert.id == DeskSeat.expert_id)
            .where(Expert.approved_at.is_not(None), Expert.left_at.is_(None)),
            select(literal("companies"), Representative.company_id).where(
                Representative.member_id == member_id
            ),
            sits.with_only_columns(literal("committees"), CommitteeSeat.committee_id),
            sits.with_only_columns(literal("chairs"), CommitteeSeat.committee_id).where(
                CommitteeSeat.is_chair
            ),
            select(literal("conduct"), ConductAcceptance.version).where(
                ConductAcceptance.member_id == member_id
            ),
            select(literal("administers"), Member.id).where(
                Member.id == member_id, Member.role == Role.ADMINISTRATOR
            ),
        )
    )
    found: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        found[row[0]].add(row[1])
    return Desk(
        member_id,
        teams=frozenset(found["teams"]),
        manages=frozenset(found["manages"]),
        experts=frozenset(found["experts"]),
        companies=frozenset(found["companies"]),
        administers=bool(found["administers"]),
        committees=frozenset(found["committees"]),
        chairs=frozenset(found["chairs"]),
        is_bound=CONDUCT in found["conduct"],
    )
