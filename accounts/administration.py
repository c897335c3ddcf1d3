"""What administrators do: invitations, requests, members' places, suspensions, the charter."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from access.models import Network, Territory
from access.viewers import Role, Viewer
from accounts import actions, credentials, queries
from accounts.facts import (
    AccessDeclined,
    CharterPublished,
    Exported,
    HouseChanged,
    InvitationRevoked,
    Invited,
    MemberChanged,
    Reinstated,
    Suspended,
)
from accounts.models import (
    AccessRequest,
    Charter,
    HouseRules,
    Invitation,
    Member,
    RequestState,
)
from accounts.policy import needs_administrator
from core import clock, text
from core.facts import record
from core.refusals import Refused

INVITATION_LASTS = timedelta(days=14)


def invite(
    session: Session,
    *,
    by: Member | None,
    email: str,
    first_name: str,
    last_name: str,
    role: Role = Role.USER,
    networks: Collection[int],
    territories: Collection[int],
    job: str = "",
    employer: str = "",
    word: str = "",
) -> tuple[Invitation, str]:
    """Invite a person; the invitation and its token. `by` None: from the command line.

    Raises Refused: "not-administrator", "already-member", "already-invited", "former-address",
    "no-network", "unknown-network", "unknown-territory".
    """
    if by is not None and by.role is not Role.ADMINISTRATOR:
        raise Refused("not-administrator")
    address = free_address(session, email)
    _known(session, networks, territories)
    return write_invitation(
        session,
        by=by,
        address=address,
        first_name=first_name,
        last_name=last_name,
        role=role,
        networks=networks,
        territories=territories,
        job=job,
        employer=employer,
        word=word,
    )


def free_address(session: Session, email: str) -> str:
    """The address, in lower case, when somebody may be invited there.

    Raises Refused: "already-member", "former-address", "already-invited".
    """
    address = email.strip().lower()
    if queries.by_email(session, address):
        raise Refused("already-member", email=address)
    if queries.is_former(session, address):
        raise Refused("former-address", email=address)
    waiting = session.scalars(select(Invitation).where(Invitation.email == address))
    if any(invitation.is_open(clock.now()) for invitation in waiting):
        raise Refused("already-invited", email=address)
    return address


def write_invitation(
    session: Session,
    *,
    by: Member | None,
    address: str,
    first_name: str,
    last_name: str,
    role: Role = Role.USER,
    networks: Collection[int] = (),
    territories: Collection[int] = (),
    job: str = "",
    employer: str = "",
    word: str = "",
) -> tuple[Invitation, str]:
    """Write it, once it is settled that one may, and to a free address."""
    token, hashed = credentials.new_token()
    invitation = Invitation(
        email=address,
        first_name=first_name.strip(),
        last_name=last_name.strip(),
        role=role,
        network_ids=sorted(set(networks)),
        territory_ids=sorted(set(territories)),
        job=job.strip(),
        employer=employer.strip(),
        word=word.strip(),
        token_hash=hashed,
        invited_by_id=by.id if by else None,
        created_at=clock.now(),
        expires_at=clock.now() + INVITATION_LASTS,
    )
    session.add(invitation)
    record(session, Invited(by, address, {"role": role.value}, invitation, token))
    return invitation, token


def _known(session: Session, networks: Collection[int], territories: Collection[int]) -> None:
    if not networks:
        raise Refused("no-network")
    known = session.scalar(select(func.count(Network.id)).where(Network.id.in_(networks)))
    if known != len(set(networks)):
        raise Refused("unknown-network")
    known = session.scalar(select(func.count(Territory.id)).where(Territory.id.in_(territories)))
    if known != len(set(territories)):
        raise Refused("unknown-territory")


def resend(session: Session, invitation: Invitation, *, by: Member) -> str:
    """Send again, with a new link and fourteen new days; the old link is dead."""
    if by.role is not Role.ADMINISTRATOR:
        raise Refused("not-administrator")
    if invitation.accepted_at or invitation.revoked_at:
        raise Refused("invitation-over")
    return send_again(session, invitation, by=by)


def send_again(session: Session, invitation: Invitation, *, by: Member | None) -> str:
    """The same, once it is settled that one may: an invitation that was neither accepted nor
    taken back.
    """
    token, invitation.token_hash = credentials.new_token()
    invitation.expires_at = clock.now() + INVITATION_LASTS
    record(session, Invited(by, invitation.email, {"again": True}, invitation, token))
    return token


def revoke(session: Session, invitation: Invitation, *, by: Member) -> None:
    """Take an invitation back."""
    if by.role is not Role.ADMINISTRATOR:
        raise Refused("not-administrator")
    if invitation.accepted_at or invitation.revoked_at:
        raise Refused("invitation-over")
    invitation.revoked_at = clock.now()
    record(session, InvitationRevoked(by, invitation.email))


def accept_request(
    session: Session,
    request: AccessRequest,
    *,
    by: Member,
    networks: Collection[int],
    territories: Collection[int],
    answer: str,
) -> None:
    """Accept: the person is invited, with a word."""
    _waiting(request, by)
    invite(
        session,
        by=by,
        email=request.email,
        first_name=request.first_name,
        last_name=request.last_name,
        networks=networks,
        territories=territories,
        job=request.job,
        employer=request.employer,
        word=answer,
    )
    _decide(request, RequestState.ACCEPTED, by, answer)


def decline_request(session: Session, request: AccessRequest, *, by: Member, answer: str) -> None:
    """Decline, with a message. Raises Refused("message-needed") when there is none."""
    _waiting(request, by)
    if not answer.strip():
        raise Refused("message-needed")
    _decide(request, RequestState.DECLINED, by, answer)
    record(session, AccessDeclined(by, request.email, {}, request))


def _waiting(request: AccessRequest, by: Member) -> None:
    if by.role is not Role.ADMINISTRATOR:
        raise Refused("not-administrator")
    if request.state is not RequestState.WAITING:
        raise Refused("request-decided")


def _decide(request: AccessRequest, state: RequestState, by: Member, answer: str) -> None:
    request.state, request.decided_at = state, clock.now()
    request.decided_by_id, request.answer = by.id, answer.strip()


def place(
    session: Session,
    member: Member,
    *,
    by: Member,
    role: Role,
    networks: Collection[int],
    territories: Collection[int],
) -> None:
    """Give a member a role, networks and territories; in force at their next request.

    Raises Refused("last-administrator") when nobody would be left to run the house.
    """
    if by.role is not Role.ADMINISTRATOR:
        raise Refused("not-administrator")
    _known(session, networks, territories)
    if member.role is Role.ADMINISTRATOR and role is not Role.ADMINISTRATOR:
        check_another_administrator(session, member)
    before = member.role
    member.role = role
    actions.settle(session, member.id, networks, territories)
    record(
        session,
        MemberChanged(
            by,
            member.email,
            {
                "role": [before.value, role.value],
                "networks": sorted(networks),
                "territories": sorted(territories),
            },
            member,
        ),
    )


def check_another_administrator(session: Session, member: Member) -> None:
    """Raise Refused("last-administrator") when nobody but this member runs the house."""
    others = session.scalars(queries.administrators(clock.now()))
    if not any(other.id != member.id for other in others):
        raise Refused("last-administrator")


def suspend(
    session: Session, member: Member, *, by: Member, reason: str, until: datetime | None
) -> None:
    """Close an account, at once and in every open session, until a date or until lifted."""
    if by.role is not Role.ADMINISTRATOR:
        raise Refused("not-administrator")
    if member.id == by.id:
        raise Refused("not-yourself")
    if not reason.strip():
        raise Refused("reason-needed")
    if until is not None and until <= clock.now():
        raise Refused("end-in-the-past")
    if member.role is Role.ADMINISTRATOR:
        check_another_administrator(session, member)
    member.suspended_at, member.suspended_until = clock.now(), until
    member.suspension_reason = reason.strip()
    member.epoch += 1
    record(
        session,
        Suspended(
            by,
            member.email,
            {"reason": reason.strip(), "until": until.isoformat() if until else None},
            member,
        ),
    )


def reinstate(session: Session, member: Member, *, by: Member) -> None:
    """Lift a suspension."""
    if by.role is not Role.ADMINISTRATOR:
        raise Refused("not-administrator")
    if member.left_at is not None:
        raise Refused("account-closed")
    member.suspended_at = member.suspended_until = member.suspension_reason = None
    record(session, Reinstated(by, member.email, {}, member))


def publish_charter(session: Session, *, by: Member | None, body: str, changes: str) -> Charter:
    """Put a new version in force: every member accepts it before anything else opens."""
    if by is not None and by.role is not Role.ADMINISTRATOR:
        raise Refused("not-administrator")
    if not body.strip():
        raise Refused("charter-empty")
    latest = queries.charter(session)
    charter = Charter(
        number=latest.number + 1 if latest else 1,
        body=text.plain(body).strip(),
        html=text.clean(body),
        changes=changes.strip(),
        published_at=clock.now(),
        published_by_id=by.id if by else None,
    )
    session.add(charter)
    record(session, CharterPublished(by, f"version {charter.number}"))
    return charter


def change_house(
    session: Session,
    viewer: Viewer,
    *,
    by: Member,
    second_factor_for_staff: bool,
    newcomer_posts: int,
) -> None:
    """Set the choices of the administrators."""
    needs_administrator(viewer)
    rules = session.get(HouseRules, 1) or HouseRules(id=1)
    session.add(rules)
    rules.second_factor_for_staff = second_factor_for_staff
    rules.newcomer_posts = newcomer_posts
    record(
        session,
        HouseChanged(
            by,
            "house rules",
            {"second_factor_for_staff": second_factor_for_staff, "newcomer_posts": newcomer_posts},
        ),
    )


def note_export(
    session: Session, viewer: Viewer, *, by: Member, what: str, lines: int, narrowed: str
) -> None:
    """Keep in the trail that a list left as a file: which, how many lines, which filters."""
    needs_administrator(viewer)
    record(session, Exported(by, what, {"lines": lines, "narrowed": narrowed[:200]}))
