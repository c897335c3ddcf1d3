"""Writes about one's own account: coming in, proving who one is, accepting the charter."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from access.models import MemberNetwork, MemberTerritory
from access.viewers import Role
from accounts import credentials, jobs, queries, visits
from accounts.facts import (
    AccessAsked,
    CharterAccepted,
    Joined,
    PasswordChanged,
    SignedIn,
    SignedOutEverywhere,
    SignInFailed,
)
from accounts.models import (
    Acceptance,
    AccessRequest,
    Closing,
    FormerAddress,
    Invitation,
    Member,
    OneTimeLink,
    Purpose,
    RequestState,
    WhyClosing,
)
from core import clock, text
from core.facts import record
from core.jobs import enqueue
from core.refusals import Refused

VISIT_PAUSE = timedelta(hours=4)
BY_MAIL = frozenset({"link", "invitation"})
"""The ways in that a mail of ours opens."""


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


def come_in(session: Session, member: Member, by: str) -> None:
    """Note that a member is in. `by`: password, link, invitation."""
    note_visit(session, member, by_mail=by in BY_MAIL)
    record(session, SignedIn(member, member.email, {"by": by}))


def note_visit(session: Session, member: Member, *, by_mail: bool = False) -> None:
    """Remember when the member was last here, and the time before that."""
    visits.note_presence(session, member.id, by_mail=by_mail)
    present = clock.now()
    if member.last_visit_at is None or present - member.last_visit_at > VISIT_PAUSE:
        member.previous_visit_at = member.last_visit_at
        # An account that was to close because nobody came stays open: somebody came.
        session.execute(
            delete(Closing).where(Closing.member_id == member.id, Closing.why == WhyClosing.UNUSED)
        )
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


# --- invitations and requests ----------------------------------------------------------------


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
        id=_fresh_id(session),
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
    settle(session, member.id, networks, territories)
    return member


def _fresh_id(session: Session) -> int | None:
    """A number that no account ever had; None: the database sees to it.

    SQLite gives the highest number again once its row is gone, and an open session, or a link of
    an old mail, would then be somebody else's.
    """
    highest = select(func.max(Member.id)).scalar_subquery()
    former, present = session.execute(select(func.max(FormerAddress.former_id), highest)).one()
    return former + 1 if former is not None and former > (present or 0) else None


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


def settle(
    session: Session, member_id: int, networks: Collection[int], territories: Collection[int]
) -> None:
    """Write the networks and territories of a member, in place of what they were."""
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


def accept_charter(session: Session, member: Member, charter_id: int) -> None:
    """Accept the charter in force. Raises Refused("charter-changed") for another version."""
    charter = queries.charter(session)
    if charter is None or charter.id != charter_id:
        raise Refused("charter-changed")
    if session.get(Acceptance, (member.id, charter.id)) is None:
        session.add(Acceptance(member_id=member.id, charter_id=charter.id, accepted_at=clock.now()))
        record(session, CharterAccepted(member, f"version {charter.number}"))
