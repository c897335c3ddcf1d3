"""Reads about members, invitations, requests and the charter."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import Session, joinedload

from access import rule
from access.models import MemberNetwork, MemberTerritory, Network, Territory, territory_label
from access.viewers import Viewer
from accounts.models import (
    Acceptance,
    AccessRequest,
    Charter,
    FormerAddress,
    HouseRules,
    Invitation,
    Member,
    RequestState,
)
from accounts.policy import needs_administrator
from core.db import Moment
from core.text import folded

PER_PAGE = 50
T = TypeVar("T")


def _charter_in_force() -> Any:
    return select(func.max(Charter.id)).scalar_subquery()


_SIGNED_IN = select(
    Member,
    exists().where(Acceptance.member_id == Member.id, Acceptance.charter_id == _charter_in_force()),
    exists().where(HouseRules.second_factor_for_staff),
    exists().where(MemberNetwork.member_id == Member.id),
    rule.audience_list(Member.id),
).where(Member.id == bindparam("member_id"))


@dataclass(frozen=True, slots=True)
class SignedInMember:
    """All that a request needs to know of who makes it, in one query."""

    member: Member
    charter_accepted: bool
    staff_need_second_factor: bool
    in_a_network: bool
    """False: an account of the expertise desk alone."""
    viewer: Viewer


def signed_in(session: Session, member_id: int) -> SignedInMember | None:
    """The member of an open session, with what is open to them now."""
    row = session.execute(_SIGNED_IN, {"member_id": member_id}).one_or_none()
    if row is None:
        return None
    member, accepted, second_factor, in_a_network, audiences = row
    viewer = rule.viewer_of(member.id, member.role, audiences)
    return SignedInMember(member, accepted, second_factor, in_a_network, viewer)


def by_email(session: Session, email: str) -> Member | None:
    """The account with this address."""
    return session.scalar(select(Member).where(Member.email == email.strip().lower()))


def is_former(session: Session, email: str) -> bool:
    """Whether this was the address of an account that became one with another."""
    return session.get(FormerAddress, email.strip().lower()) is not None


def charter(session: Session) -> Charter | None:
    """The charter in force."""
    return session.scalar(select(Charter).order_by(Charter.number.desc()).limit(1))


def charters(viewer: Viewer) -> Select[Charter, int]:
    """All versions, newest first, with how many accepted each."""
    needs_administrator(viewer)
    accepted = (
        select(func.count())
        .where(Acceptance.charter_id == Charter.id)
        .correlate(Charter)
        .scalar_subquery()
    )
    return select(Charter, accepted).order_by(Charter.number.desc())


def acceptances(viewer: Viewer) -> Select[int, str, str, str, datetime]:
    """Who accepted which version and when: number, e-mail, first and last name, instant."""
    needs_administrator(viewer)
    return (
        select(
            Charter.number,
            Member.email,
            Member.first_name,
            Member.last_name,
            Acceptance.accepted_at,
        )
        .join(Charter, Charter.id == Acceptance.charter_id)
        .join(Member, Member.id == Acceptance.member_id)
        .order_by(Acceptance.accepted_at, Member.id)
    )


def came_in(session: Session, member_id: int) -> bool:
    """Whether a member has accepted a version of the charter: nothing opens to them before."""
    accepted = exists().where(Acceptance.member_id == member_id)
    return bool(session.scalar(select(accepted)))


def house_rules(session: Session) -> HouseRules:
    """The choices of the administrators (the defaults while nothing was chosen)."""
    return session.get(HouseRules, 1) or HouseRules(
        id=1, second_factor_for_staff=False, newcomer_posts=0
    )


def active(present: datetime) -> Any:
    """The condition: the account is not suspended now."""
    return or_(Member.suspended_at.is_(None), Member.suspended_until <= present)


def suspended(present: datetime) -> Any:
    """The contrary; never NULL, as `~active` would be for who is suspended for good."""
    return and_(
        Member.suspended_at.is_not(None),
        or_(Member.suspended_until.is_(None), Member.suspended_until > present),
    )


def audience_size(
    networks: Collection[int], territories: Collection[int], present: datetime
) -> Select[int]:
    """How many active members would see a content with this reach."""
    return (
        select(func.count())
        .select_from(Member)
        .where(rule.would_be_reached(Member.id, networks, territories), active(present))
    )


def colleagues(
    viewer: Viewer,
    words: str,
    present: datetime,
    *,
    audience_id: int | None = None,
    networks: Collection[int] = (),
    territories: Collection[int] = (),
) -> Select[Member]:
    """Members whose name begins so, among those who see an audience or would see a reach: for @."""
    start = folded(words).replace("%", "").replace("_", "")
    readers = (
        rule.would_be_reached(Member.id, networks, territories)
        if audience_id is None
        else rule.reached(Member.id, audience_id)
    )
    return (
        select(Member)
        .where(
            exists().where(MemberNetwork.member_id == viewer.member_id),
            readers,
            active(present),
            or_(Member.handle.startswith(start), Member.handle.contains("." + start)),
        )
        .order_by(Member.handle)
        .limit(8)
    )


LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""Where those who never came stand among visits."""


@dataclass(frozen=True, slots=True)
class MemberFilters:
    """What the address of the list of members says."""

    words: str = ""
    role: str = ""
    network_id: int | None = None
    never_came: bool = False
    not_since: datetime | None = None
    """Those who have not come since then, or never."""
    suspended_at: datetime | None = None
    """Those whose account is closed at this instant."""
    by_visit: bool = False
    """The longest absent first, rather than by name."""


def _last_visit() -> ColumnElement[datetime]:
    return func.coalesce(Member.last_visit_at, literal(LONG_AGO, Moment()))


def members(
    viewer: Viewer,
    filters: MemberFilters | None = None,
    *,
    after: tuple[str | datetime, int] | None = None,
) -> Select[Member]:
    """A page of the members, by name or by visit, for administrators."""
    filters = filters or MemberFilters()
    found = all_members(viewer, filters).limit(PER_PAGE + 1)
    if after is None:
        return found
    key = _last_visit() if filters.by_visit else Member.name_key
    return found.where(tuple_(key, Member.id) > tuple_(*after))


def all_members(viewer: Viewer, filters: MemberFilters) -> Select[Member]:
    """The members that these filters keep, in order."""
    needs_administrator(viewer)
    order = _last_visit() if filters.by_visit else Member.name_key
    found = select(Member).where(Member.left_at.is_(None)).order_by(order, Member.id)
    for word in filters.words.split()[:5]:
        # SQLite knows the lower case of ASCII only: "élodie" is found by the handle, elodie.martin.
        found = found.where(
            or_(
                Member.handle.contains(folded(word), autoescape=True),
                Member.first_name.icontains(word, autoescape=True),
                Member.last_name.icontains(word, autoescape=True),
                Member.email.icontains(word, autoescape=True),
            )
        )
    if filters.role:
        found = found.where(Member.role == filters.role)
    if filters.network_id:
        belongs = MemberNetwork.network_id == filters.network_id
        found = found.where(exists().where(MemberNetwork.member_id == Member.id, belongs))
    if filters.never_came:
        found = found.where(Member.last_visit_at.is_(None))
    if filters.not_since:
        found = found.where(_last_visit() < filters.not_since)
    if filters.suspended_at:
        until = Member.suspended_until
        found = found.where(
            Member.suspended_at.is_not(None),
            or_(until.is_(None), until > filters.suspended_at),
        )
    return found


def member(viewer: Viewer, member_id: int) -> Select[Member]:
    """One member, for administrators."""
    needs_administrator(viewer)
    return select(Member).where(Member.id == member_id, Member.left_at.is_(None))


def places(session: Session, member_ids: Collection[int]) -> dict[int, tuple[list[str], list[str]]]:
    """For each member, the names of their networks and of their territories."""
    found: dict[int, tuple[list[str], list[str]]] = {mid: ([], []) for mid in member_ids}
    for member_id, name in session.execute(
        select(MemberNetwork.member_id, Network.name)
        .join(Network, Network.id == MemberNetwork.network_id)
        .where(MemberNetwork.member_id.in_(member_ids))
        .order_by(Network.name)
    ):
        found[member_id][0].append(name)
    for member_id, level, name in session.execute(
        select(MemberTerritory.member_id, Territory.level, Territory.name)
        .join(Territory, Territory.id == MemberTerritory.territory_id)
        .where(MemberTerritory.member_id.in_(member_ids))
        .order_by(Territory.name)
    ):
        found[member_id][1].append(territory_label(level, name))
    return found


class InvitationState(StrEnum):
    """Where an invitation stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REVOKED = "revoked"
    OVER = "over"


def _standing(state: InvitationState, present: datetime) -> ColumnElement[bool]:
    still = and_(Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None))
    return {
        InvitationState.OPEN: and_(still, Invitation.expires_at > present),
        InvitationState.ACCEPTED: Invitation.accepted_at.is_not(None),
        InvitationState.REVOKED: Invitation.revoked_at.is_not(None),
        InvitationState.OVER: and_(still, Invitation.expires_at <= present),
    }[state]


def _said(found: Select[T], words: str, *columns: Any) -> Select[T]:
    """Those of which one of these columns holds each word."""
    for word in words.split()[:5]:
        found = found.where(or_(*(column.icontains(word, autoescape=True) for column in columns)))
    return found


def all_invitations(
    viewer: Viewer, present: datetime, words: str = "", state: InvitationState | None = None
) -> Select[Invitation]:
    """The invitations that these filters keep, newest first."""
    needs_administrator(viewer)
    found = select(Invitation).order_by(Invitation.id.desc())
    found = _said(found, words, Invitation.email, Invitation.first_name, Invitation.last_name)
    return found.where(_standing(state, present)) if state else found


def all_access_requests(
    viewer: Viewer, state: RequestState = RequestState.WAITING, words: str = ""
) -> Select[AccessRequest]:
    """The requests for access in that state, oldest first while they wait."""
    needs_administrator(viewer)
    newest_first = AccessRequest.id.desc()
    order = AccessRequest.id if state is RequestState.WAITING else newest_first
    found = (
        select(AccessRequest)
        .options(joinedload(AccessRequest.network))
        .where(AccessRequest.state == state)
        .order_by(order)
    )
    who = (AccessRequest.email, AccessRequest.first_name, AccessRequest.last_name)
    return _said(found, words, *who, AccessRequest.employer)


def access_requests(
    viewer: Viewer,
    state: RequestState = RequestState.WAITING,
    before: int | None = None,
    words: str = "",
) -> Select[AccessRequest]:
    """A page of them."""
    found = all_access_requests(viewer, state, words).limit(PER_PAGE + 1)
    if before and state is not RequestState.WAITING:
        found = found.where(AccessRequest.id < before)
    return found


def waiting_requests() -> Select[int]:
    """How many requests for access wait."""
    return (
        select(func.count())
        .select_from(AccessRequest)
        .where(AccessRequest.state == RequestState.WAITING)
    )


def administrators(present: datetime) -> Select[Member]:
    """Those who run the house, to write to them."""
    return select(Member).where(Member.role == "administrator", active(present)).order_by(Member.id)
