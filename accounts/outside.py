"""Accounts that belong to no network: nothing of the networks is open to them.

Companies, and those who answer them, come in so. Who may invite them is settled by the room that
asks: see expertise.
"""

from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import InstrumentedAttribute, Session

from access.models import MemberNetwork
from accounts import queries
from accounts.administration import free_address, write_invitation
from accounts.models import Member
from core import addresses, clock
from core.refusals import Refused


def is_outside(member_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Whether the member of that column belongs to no network."""
    return ~exists().where(MemberNetwork.member_id == member_id)


def welcome(
    session: Session,
    *,
    by: Member,
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
