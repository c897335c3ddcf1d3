"""Accounts that belong to no network: nothing of the networks is open to them.

Companies, and those who answer them, come in so. Who may invite them is settled by the room that
asks: see expertise.
"""

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from access.models import MemberNetwork
from accounts import queries
from accounts.administration import free_address, send_again, write_invitation
from accounts.models import Invitation, Member
from core import addresses, clock
from core.refusals import Refused


def is_outside(member_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Whether the member of that column belongs to no network."""
    return ~exists().where(MemberNetwork.member_id == member_id)


def welcome(
    session: Session,
    *,
    by: Member | None,
    email: str,
    first_name: str,
    last_name: str,
    employer: str,
    job: str = "",
    word: str = "",
) -> Member | None:
    """The account of this address, or None: it is invited then, unless it already was.

    Raises Refused: "email-unknown", "former-address", and "member-unknown" for an account that is
    suspended.
    """
    address = addresses.mail(email)
    someone = queries.by_email(session, address)
    if someone is not None:
        if someone.is_suspended(clock.now()):
            raise Refused("member-unknown", email=address)
        return someone
    try:
        free_address(session, address)
    except Refused as refused:
        if refused.code != "already-invited":
            raise
        return None
    write_invitation(
        session,
        by=by,
        address=address,
        first_name=first_name,
        last_name=last_name,
        employer=employer,
        job=job,
        word=word,
    )
    return None


def invite_again(session: Session, address: str) -> bool:
    """The invitation that waits at this address leaves again, with a new link; False without any.

    Raises Refused("invitation-over") when it was taken back: who did so meant it.
    """
    last = session.scalar(
        select(Invitation)
        .where(Invitation.email == address, Invitation.accepted_at.is_(None))
        .order_by(Invitation.id.desc())
        .limit(1)
    )
    if last is None or queries.by_email(session, address):
        return False
    if last.revoked_at is not None:
        raise Refused("invitation-over")
    send_again(session, last, by=None)
    return True


def welcome_to_a_seat(
    session: Session,
    *,
    by: Member | None,
    email: str,
    first_name: str,
    last_name: str,
    employer: str,
    job: str = "",
) -> int | None:
    """Whose seat it is: the number of the member of this address, or None: they are invited.

    Raises what `welcome` raises.
    """
    someone = welcome(
        session,
        by=by,
        email=email,
        first_name=first_name,
        last_name=last_name,
        employer=employer,
        job=job,
    )
    if someone is None:
        # Who accepts an invitation holds its row until they are a member: wait, and look again.
        session.scalars(
            select(Invitation.id).where(Invitation.email == email).with_for_update()
        ).all()
        someone = queries.by_email(session, email)
    return someone.id if someone is not None else None
