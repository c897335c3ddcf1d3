"""Reads of committees: for the team of a programme, for those who sit."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, contains_eager, joinedload, selectinload

from access.models import Level, Territory
from accounts.models import Member
from directory.models import Organisation, Profile
from expertise import rule
from expertise.committees.models import (
    Ballot,
    Committee,
    CommitteeCase,
    CommitteeSeat,
    CommitteeTerritory,
    Minutes,
    Vote,
)
from expertise.companies.models import Company, Representative
from expertise.desk import Desk
from expertise.needs.models import Need
from expertise.programmes.models import Programme

SIREN = 9
"""The digits of a SIRET that name the company, whatever the establishment."""


class Tab(StrEnum):
    """Where a member of a committee finds a need."""

    TO_VOTE = "to_vote"
    VOTED = "voted"
    """Their vote is in; others' are awaited."""
    ARCHIVE = "archive"


# --- for the team ------------------------------------------------------------------------------


def committees(desk: Desk, programme: Programme) -> Select[Committee]:
    """Those of a programme that one runs, by name, the retired ones last."""
    return (
        select(Committee)
        .where(Committee.programme_id == programme.id, Committee.programme_id.in_(desk.teams))
        .options(selectinload(Committee.territories), selectinload(Committee.communes))
        .order_by(Committee.retired, Committee.name, Committee.id)
    )


def of_team(desk: Desk, slug: str, committee_id: int) -> Select[Committee]:
    """One of them, its programme with it; a row for each of its communes: unique()."""
    return (
        select(Committee)
        .join(Committee.programme)
        .where(
            Committee.id == committee_id,
            Programme.slug == slug,
            Programme.id.in_(desk.teams),
        )
        .options(
            contains_eager(Committee.programme),
            selectinload(Committee.territories),
            joinedload(Committee.communes),
        )
    )


def seats(committee: Committee) -> Select[CommitteeSeat]:
    """Those who sit, the chairs first, then by name; those whose invitation waits too."""
    return (
        select(CommitteeSeat)
        .where(CommitteeSeat.committee_id == committee.id, CommitteeSeat.left_at.is_(None))
        .options(joinedload(CommitteeSeat.institution), joinedload(CommitteeSeat.member))
        .order_by(
            CommitteeSeat.is_chair.desc(),
            CommitteeSeat.last_name,
            CommitteeSeat.first_name,
            CommitteeSeat.id,
        )
    )


def territories_for(committee_id: int | None) -> Select[int, Level, str, str, bool]:
    """Every territory (id, level, code, name), and whether this committee selects there."""
    there = (
        select(CommitteeTerritory.committee_id)
        .where(
            CommitteeTerritory.committee_id == committee_id,
            CommitteeTerritory.territory_id == Territory.id,
        )
        .exists()
        if committee_id is not None
        else false()
    )
    return select(Territory.id, Territory.level, Territory.code, Territory.name, there).order_by(
        Territory.name, Territory.id
    )


def latest_case(need: Need) -> Select[CommitteeCase]:
    """What was last put before a committee of a need that was found."""
    return (
        select(CommitteeCase)
        .where(CommitteeCase.need_id == need.id)
        .options(joinedload(CommitteeCase.committee))
        .order_by(CommitteeCase.id.desc())
        .limit(1)
    )


def latest(desk: Desk, committee: Committee) -> Select[CommitteeCase]:
    """What was put before a committee of one's programme, the newest first."""
    return (
        select(CommitteeCase)
        .join(CommitteeCase.need)
        .where(CommitteeCase.committee_id == committee.id, rule.reviewed(desk))
        .options(contains_eager(CommitteeCase.need))
        .order_by(CommitteeCase.id.desc())
    )


# --- for those who sit -------------------------------------------------------------------------


def sat_in(desk: Desk) -> Select[Committee]:
    """The committees in which somebody sits, by name."""
    return (
        select(Committee)
        .where(Committee.id.in_(desk.committees))
        .options(joinedload(Committee.programme))
        .order_by(Committee.name, Committee.id)
    )


def _voted(desk: Desk) -> ColumnElement[bool]:
    return (
        exists()
        .where(
            Ballot.case_id == CommitteeCase.id,
            CommitteeSeat.id == Ballot.seat_id,
            CommitteeSeat.member_id == desk.member_id,
        )
        .correlate(CommitteeCase)
    )


def _in_tab(desk: Desk, which: Tab) -> ColumnElement[bool]:
    if which is Tab.ARCHIVE:
        return CommitteeCase.closed_at.is_not(None)
    done = or_(_voted(desk), _tied_member(desk))
    return and_(
        CommitteeCase.closed_at.is_(None),
        ~done if which is Tab.TO_VOTE else done,
    )


def cases(desk: Desk, which: Tab, before: CommitteeCase | None = None) -> Select[CommitteeCase]:
    """The needs of a tab: what ends first while one votes, the newest first in the archive.

    `before`: the last one that was shown; the page that follows it.
    """
    found = (
        select(CommitteeCase)
        .join(CommitteeCase.need)
        .where(rule.put_before(desk), _in_tab(desk, which))
        .options(
            contains_eager(CommitteeCase.need).selectinload(Need.subjects),
            joinedload(CommitteeCase.committee),
        )
    )
    case = CommitteeCase
    if which is Tab.ARCHIVE:
        if before is not None:
            found = found.where(case.id < before.id)
        return found.order_by(case.id.desc())
    if before is not None:
        same_day = and_(case.due_at == before.due_at, case.id > before.id)
        found = found.where(or_(case.due_at > before.due_at, same_day))
    return found.order_by(case.due_at, case.id)


def to_vote(desk: Desk) -> Select[int]:
    """How many needs wait for somebody's vote."""
    return _counted(desk, Tab.TO_VOTE)


def counts(session: Session, desk: Desk) -> dict[Tab, int]:
    """How many needs are voted on; the archive only grows."""
    waiting, voted = (_counted(desk, which).scalar_subquery() for which in (Tab.TO_VOTE, Tab.VOTED))
    row = session.execute(select(waiting, voted)).one()
    return {Tab.TO_VOTE: row[0], Tab.VOTED: row[1]}


def _counted(desk: Desk, which: Tab) -> Select[int]:
    return (
        select(func.count(CommitteeCase.id))
        .select_from(CommitteeCase)
        .join(CommitteeCase.need)
        .where(rule.put_before(desk), _in_tab(desk, which))
    )


def case(desk: Desk, case_id: int) -> Select[CommitteeCase]:
    """A need before a committee, for who sits in it, or whose programme it is."""
    return (
        select(CommitteeCase)
        .join(CommitteeCase.need)
        .where(
            CommitteeCase.id == case_id,
            or_(rule.put_before(desk), rule.reviewed(desk)),
        )
        .options(
            contains_eager(CommitteeCase.need).joinedload(Need.programme),
            contains_eager(CommitteeCase.need).joinedload(Need.commune),
            contains_eager(CommitteeCase.need).selectinload(Need.subjects),
            joinedload(CommitteeCase.committee),
        )
    )


def case_of_need(desk: Desk, need_id: int) -> Select[int]:
    """Where a member of a committee reads a need: the last time that it was before theirs."""
    return (
        select(CommitteeCase.id)
        .where(CommitteeCase.need_id == need_id, rule.put_before(desk))
        .order_by(CommitteeCase.id.desc())
        .limit(1)
    )


# --- who votes ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Elector:
    """Somebody who votes on a need, or did."""

    seat: CommitteeSeat
    member: Member | None
    ballot: Ballot | None
    is_tied: bool
    """They act for the company: they step aside, whatever they said."""
    may_vote: bool
    """Still there; who was invited may come in time."""

    @property
    def vote(self) -> Vote | None:
        """What counts."""
        return Vote.ASIDE if self.is_tied else self.ballot.vote if self.ballot else None

    @property
    def is_awaited(self) -> bool:
        """Whether their vote may still come."""
        return self.may_vote and self.vote is None


def electors(session: Session, of: CommitteeCase, present: datetime) -> list[Elector]:
    """Those who vote on a need: who sits, and who did when they voted; by name.

    What is hidden from somebody is not voted on by them.
    """
    return [
        Elector(seat, member, ballot, tied, _may_vote(seat, member, present))
        for seat, member, ballot, tied in session.execute(_voters(of))
        if ballot is not None or _may_vote(seat, member, present)
    ]


def _voters(of: CommitteeCase) -> Select[CommitteeSeat, Member | None, Ballot | None, bool]:
    return (
        select(CommitteeSeat, Member, Ballot, _tied())
        .select_from(CommitteeCase)
        .join(CommitteeSeat, CommitteeSeat.committee_id == CommitteeCase.committee_id)
        .join(Need, Need.id == CommitteeCase.need_id)
        .outerjoin(Member, Member.id == CommitteeSeat.member_id)
        .outerjoin(
            Ballot,
            and_(Ballot.seat_id == CommitteeSeat.id, Ballot.case_id == CommitteeCase.id),
        )
        .where(
            CommitteeCase.id == of.id,
            or_(
                Ballot.seat_id.is_not(None),
                and_(CommitteeSeat.left_at.is_(None), ~rule.shut_to_seat()),
            ),
        )
        .order_by(CommitteeSeat.last_name, CommitteeSeat.first_name, CommitteeSeat.id)
    )


def _may_vote(seat: CommitteeSeat, member: Member | None, present: datetime) -> bool:
    if seat.left_at is not None:
        return False
    return member is None or not (member.left_at or member.is_suspended(present))


def _same_company(
    siret: InstrumentedAttribute[str] | InstrumentedAttribute[str | None],
) -> ColumnElement[bool]:
    return func.substr(siret, 1, SIREN) == func.substr(Need.siret, 1, SIREN)


def _tied() -> ColumnElement[bool]:
    """Whether somebody who sits acts for the company of a need, or works there."""
    return _tied_to(CommitteeSeat.member_id)


def _tied_member(desk: Desk) -> ColumnElement[bool]:
    return _tied_to(desk.member_id)


def _tied_to(member_id: object) -> ColumnElement[bool]:
    acts = (
        exists()
        .where(
            Representative.member_id == member_id,
            Company.id == Representative.company_id,
            _same_company(Company.siret),
        )
        .correlate(CommitteeSeat, Need)
    )
    works = (
        exists()
        .where(
            Profile.member_id == member_id,
            Organisation.id == Profile.organisation_id,
            _same_company(Organisation.siret),
        )
        .correlate(CommitteeSeat, Need)
    )
    return or_(acts, works)


# --- minutes -----------------------------------------------------------------------------------


def minutes(desk: Desk, committee_ids: Collection[int]) -> Select[Minutes]:
    """The minutes of these committees that somebody reads, the newest first."""
    return _minutes(desk).where(Minutes.committee_id.in_(committee_ids)).order_by(Minutes.id.desc())


def _minutes(desk: Desk) -> Select[Minutes]:
    """A draft is for who chairs and for the team."""
    return (
        select(Minutes)
        .join(Minutes.committee)
        .where(
            rule.minuted(desk),
            or_(
                Minutes.published_at.is_not(None),
                Committee.id.in_(desk.chairs if desk.is_bound else frozenset()),
                Committee.programme_id.in_(desk.teams),
            ),
        )
        .options(contains_eager(Minutes.committee).joinedload(Committee.programme))
    )


def before(found: Select[Minutes], last_id: int) -> Select[Minutes]:
    """The minutes that follow the last one that was shown."""
    return found.where(Minutes.id < last_id)


def one_of_minutes(desk: Desk, minutes_id: int) -> Select[Minutes]:
    """One of them, with who signed it."""
    return _minutes(desk).where(Minutes.id == minutes_id).options(joinedload(Minutes.signed_by))


def readable(desk: Desk, case_ids: Collection[int]) -> Select[int]:
    """Those of these cases that somebody reads: what is hidden from them is left out of minutes."""
    return (
        select(CommitteeCase.id)
        .join(CommitteeCase.need)
        .where(
            CommitteeCase.id.in_(case_ids),
            or_(rule.put_before(desk), rule.reviewed(desk)),
        )
    )
