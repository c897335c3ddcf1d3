"""Writes about members: coming in, being invited, the charter, suspension."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from access.models import MemberNetwork, MemberTerritory, Network, Territory
from access.viewers import Role, Viewer
from accounts import credentials, jobs, queries
from accounts.facts import (
    AccessAsked,
    AccessDeclined,
    CharterAccepted,
    CharterPublished,
    HouseChanged,
    InvitationRevoked,
    Invited,
    Joined,
    MemberChanged,
    PasswordChanged,
    Reinstated,
    SecondFactorChanged,
    SignedIn,
    SignedOutEverywhere,
    SignInFailed,
    Suspended,
)
from accounts.models import (
    Acceptance,
    AccessRequest,
    Charter,
    HouseRules,
    Invitation,
    Member,
    OneTimeLink,
    Purpose,
    RecoveryCode,
    RequestState,
)
from accounts.policy import needs_administrator
from core import clock, text
from core.facts import record
from core.jobs import enqueue
from core.refusals import Refused

INVITATION_LASTS = timedelta(days=14)
VISIT_PAUSE = timedelta(hours=4)


# --- coming in -------------------------------------------------------------------------------


def check_password(session: Session, email: str, password: str) -> Member:
    """The member whose address and password these are.

    Raises Refused("wrong-credentials"), in the same time whether or not the account exists, and
    Refused("suspended") for the right password of a closed account.
    """
    address = email.strip().lower()
    hashed = session.scalar(select(Member.password_hash).where(Member.email == address))
    session.rollback()  # nothing was written yet: others may write while the hash is computed
    right = credentials.password_matches(hashed, password)
    member = queries.by_email(session, address)
    if not right:
        # The same line is written for an address that has no account: the same work, the same time.
        record(session, SignInFailed(member, address[:200], {"by": "password"}))
        raise Refused("wrong-credentials")
    assert member is not None  # noqa: S101 - a match needs a member
    return _not_suspended(member)


def _not_suspended(member: Member) -> Member:
    if member.is_suspended(clock.now()):
        raise Refused(
            "suspended", until=member.suspended_until, reason=member.suspension_reason or ""
        )
    return member


def check_second_factor(session: Session, member: Member, typed: str) -> None:
    """Accept a code of the application or a recovery code. Raises Refused("wrong-code")."""
    step = credentials.totp_step(
        member.totp_secret or "", typed, clock.now(), after=member.totp_last_step
    )
    if step is not None and _first_use(session, member, step):
        return
    used = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.member_id == member.id,
            RecoveryCode.code_hash == credentials.token_hash(typed.strip().lower()),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=clock.now())
        .returning(RecoveryCode.id)
    ).first()
    if used is None:
        record(session, SignInFailed(member, member.email, {"by": "code"}))
        raise Refused("wrong-code")


def _first_use(session: Session, member: Member, step: int) -> bool:
    """Whether this code opens now: of two that arrive together, one does."""
    taken = session.execute(
        update(Member)
        .where(Member.id == member.id, Member.totp_last_step < step)
        .values(totp_last_step=step)
        .returning(Member.id)
    ).first()
    return taken is not None


def come_in(session: Session, member: Member, by: str) -> None:
    """Note that a member is in. `by`: password, link, invitation."""
    note_visit(session, member)
    record(session, SignedIn(member, member.email, {"by": by}))


def note_visit(session: Session, member: Member) -> None:
    """Remember when the member was last here, and the time before that."""
    present = clock.now()
    if member.last_visit_at is None or present - member.last_visit_at > VISIT_PAUSE:
        member.previous_visit_at = member.last_visit_at
    member.last_visit_at = present


def away_since(member: Member) -> datetime | None:
    """Since when a member was away: what is newer is new to them. None at the first visit."""
    last = member.last_visit_at
    if last is not None and clock.now() - last <= VISIT_PAUSE:
        return member.previous_visit_at
    return last


def ask_link(session: Session, email: str, purpose: Purpose) -> None:
    """Have a single-use link sent; the same row is written whether or not the account exists."""
    enqueue(session, jobs.SEND_LINK, {"email": email.strip().lower(), "purpose": purpose.value})


def open_link(session: Session, token: str, purpose: Purpose) -> OneTimeLink:
    """The link of that token, still good. Raises Refused("link-over")."""
    link = session.scalar(
        select(OneTimeLink).where(
            OneTimeLink.token_hash == credentials.token_hash(token),
            OneTimeLink.purpose == purpose,
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > clock.now(),
        )
    )
    if link is None:
        raise Refused("link-over")
    return link


def use_link(session: Session, token: str, purpose: Purpose) -> Member:
    """Spend a link, once. Raises Refused("link-over") or Refused("suspended")."""
    link = open_link(session, token, purpose)
    spent = session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.id == link.id, OneTimeLink.used_at.is_(None))
        .values(used_at=clock.now())
        .returning(OneTimeLink.id)
    ).first()
    if spent is None:
        raise Refused("link-over")
    return _not_suspended(session.get_one(Member, link.member_id))


def sign_out_everywhere(session: Session, member: Member, *, by: Member) -> None:
    """End every open session of this member: asked by them, or by an administrator."""
    if by.id != member.id and by.role is not Role.ADMINISTRATOR:
        raise Refused("not-administrator")
    member.epoch += 1
    record(session, SignedOutEverywhere(by, member.email))


def set_password(session: Session, member: Member, password: str) -> None:
    """Choose a new password; sessions open elsewhere end.

    Raises Refused with the weakness: "password-too-short", "password-too-simple"…
    """
    if weakness := credentials.weakness(password, member.email):
        raise Refused(weakness, shortest=credentials.SHORTEST_PASSWORD)
    member.password_hash = credentials.password_hash(password)
    member.epoch += 1
    session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.member_id == member.id, OneTimeLink.used_at.is_(None))
        .values(used_at=clock.now())
    )
    record(session, PasswordChanged(member, member.email))


# --- second factor ---------------------------------------------------------------------------


def begin_second_factor(member: Member) -> str:
    """Draw a secret for an application to scan; nothing changes until a code confirms it."""
    if member.totp_on:
        raise Refused("second-factor-on")
    member.totp_secret = credentials.new_totp_secret()
    member.totp_last_step = 0
    return member.totp_secret


def confirm_second_factor(session: Session, member: Member, typed: str) -> list[str]:
    """Turn it on once the application gives the right code; the recovery codes, shown once."""
    if member.totp_on or member.totp_secret is None:
        raise Refused("second-factor-on" if member.totp_on else "second-factor-not-begun")
    step = credentials.totp_step(member.totp_secret, typed, clock.now(), after=0)
    if step is None:
        raise Refused("wrong-code")
    member.totp_last_step = step
    member.totp_on = True
    return renew_recovery_codes(session, member)


def renew_recovery_codes(session: Session, member: Member) -> list[str]:
    """New recovery codes; the old ones no longer work."""
    codes = credentials.new_recovery_codes()
    session.execute(delete(RecoveryCode).where(RecoveryCode.member_id == member.id))
    session.add_all(
        RecoveryCode(member_id=member.id, code_hash=credentials.token_hash(code)) for code in codes
    )
    record(session, SecondFactorChanged(member, member.email, {"on": True}))
    return codes


def drop_second_factor(session: Session, member: Member, *, by: Member) -> None:
    """Turn the second factor off: by the member, or by an administrator after a lost telephone."""
    if by.id != member.id and by.role is not Role.ADMINISTRATOR:
        raise Refused("not-administrator")
    member.totp_on, member.totp_secret = False, None
    session.execute(delete(RecoveryCode).where(RecoveryCode.member_id == member.id))
    record(session, SecondFactorChanged(by, member.email, {"on": False}))


# --- invitations and requests ----------------------------------------------------------------


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

    Raises Refused("already-member"), Refused("already-invited"), Refused("no-network").
    """
    if by is not None and by.role is not Role.ADMINISTRATOR:
        raise Refused("not-administrator")
    address = email.strip().lower()
    if queries.by_email(session, address):
        raise Refused("already-member", email=address)
    waiting = session.scalars(select(Invitation).where(Invitation.email == address))
    if any(invitation.is_open(clock.now()) for invitation in waiting):
        raise Refused("already-invited", email=address)
    _known(session, networks, territories)
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


def open_invitation(session: Session, token: str, *, to_accept: bool = False) -> Invitation:
    """The invitation of that token, still open. Raises Refused("invitation-over").

    To accept it, its row is held: of two who accept at once, the second finds it accepted.
    """
    wanted = select(Invitation).where(Invitation.token_hash == credentials.token_hash(token))
    if to_accept:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    invitation = session.scalar(wanted)
    if invitation is None or not invitation.is_open(clock.now()):
        raise Refused("invitation-over")
    return invitation


def accept_invitation(
    session: Session, token: str, *, first_name: str, last_name: str, password: str, language: str
) -> Member:
    """Become a member. Raises Refused("invitation-over"), or the weakness of the password."""
    invitation = open_invitation(session, token, to_accept=True)
    if queries.by_email(session, invitation.email):
        raise Refused("invitation-over")
    if weakness := credentials.weakness(password, invitation.email):
        raise Refused(weakness, shortest=credentials.SHORTEST_PASSWORD)
    member = new_member(
        session,
        email=invitation.email,
        first_name=first_name,
        last_name=last_name,
        role=invitation.role,
        networks=invitation.network_ids,
        territories=invitation.territory_ids,
        password=password,
        language=language,
    )
    invitation.accepted_at, invitation.member_id = clock.now(), member.id
    record(
        session,
        Joined(
            member,
            member.email,
            {},
            member,
            job=invitation.job,
            employer=invitation.employer,
        ),
    )
    return member


def new_member(
    session: Session,
    *,
    email: str,
    first_name: str,
    last_name: str,
    role: Role,
    networks: Collection[int],
    territories: Collection[int],
    password: str | None = None,
    hashed: str | None = None,
    language: str = "fr",
    created_at: datetime | None = None,
) -> Member:
    """Write a member and their places."""
    member = Member(
        email=email.strip().lower(),
        first_name=first_name.strip(),
        last_name=last_name.strip(),
        handle=free_handle(session, first_name, last_name),
        role=role,
        language=language,
        password_hash=hashed or (credentials.password_hash(password) if password else None),
        created_at=created_at or clock.now(),
    )
    session.add(member)
    session.flush()
    _place(session, member.id, networks, territories)
    return member


def free_handle(session: Session, first_name: str, last_name: str) -> str:
    """A handle nobody has: anne.martin, then anne.martin2…"""

    def part(name: str) -> str:
        return "".join(c if c.isascii() and c.isalnum() else "-" for c in text.folded(name)).strip(
            "-"
        )

    stem = ".".join(filter(None, (part(first_name), part(last_name))))[:70] or "membre"
    stem = "-".join(filter(None, stem.split("-")))
    taken = set(session.scalars(select(Member.handle).where(Member.handle.startswith(stem))))
    return next(
        candidate
        for candidate in (stem, *(f"{stem}{number}" for number in range(2, len(taken) + 3)))
        if candidate not in taken
    )


def _place(
    session: Session, member_id: int, networks: Collection[int], territories: Collection[int]
) -> None:
    session.execute(delete(MemberNetwork).where(MemberNetwork.member_id == member_id))
    session.execute(delete(MemberTerritory).where(MemberTerritory.member_id == member_id))
    session.add_all(
        MemberNetwork(member_id=member_id, network_id=network_id) for network_id in set(networks)
    )
    session.add_all(
        MemberTerritory(member_id=member_id, territory_id=territory_id)
        for territory_id in set(territories)
    )
    session.flush()


def ask_access(
    session: Session,
    *,
    email: str,
    first_name: str,
    last_name: str,
    employer: str,
    job: str,
    network_id: int | None,
    reason: str,
) -> None:
    """Ask for an account. A second request from the same address replaces the waiting one."""
    address = email.strip().lower()
    session.execute(
        delete(AccessRequest).where(
            AccessRequest.email == address, AccessRequest.state == RequestState.WAITING
        )
    )
    request = AccessRequest(
        email=address,
        first_name=first_name.strip(),
        last_name=last_name.strip(),
        employer=employer.strip(),
        job=job.strip(),
        network_id=network_id,
        reason=reason.strip(),
        created_at=clock.now(),
    )
    session.add(request)
    record(session, AccessAsked(request))


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


# --- members ---------------------------------------------------------------------------------


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
        _another_administrator(session, member)
    before = member.role
    member.role = role
    _place(session, member.id, networks, territories)
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
        ),
    )


def _another_administrator(session: Session, member: Member) -> None:
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
        _another_administrator(session, member)
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
    member.suspended_at = member.suspended_until = member.suspension_reason = None
    record(session, Reinstated(by, member.email))


# --- the charter and the house ---------------------------------------------------------------


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


def accept_charter(session: Session, member: Member, charter_id: int) -> None:
    """Accept the charter in force. Raises Refused("charter-changed") for another version."""
    charter = queries.charter(session)
    if charter is None or charter.id != charter_id:
        raise Refused("charter-changed")
    if session.get(Acceptance, (member.id, charter.id)) is None:
        session.add(Acceptance(member_id=member.id, charter_id=charter.id, accepted_at=clock.now()))
        record(session, CharterAccepted(member, f"version {charter.number}"))


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
