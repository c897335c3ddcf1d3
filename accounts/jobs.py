"""Mails about accounts, written by the worker or with the change that causes them."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from accounts import credentials, queries
from accounts.facts import (
    AccessAsked,
    AccessDeclined,
    ClosingAsked,
    ClosingReminded,
    Invited,
    Suspended,
)
from accounts.models import Member, OneTimeLink, Purpose
from core import clock, outbox

SEND_LINK = "accounts.send_link"
LASTS = {Purpose.SIGN_IN: timedelta(minutes=15), Purpose.PASSWORD: timedelta(hours=1)}


def send_link(session: Session, payload: dict[str, Any]) -> None:
    """Send a single-use link to an account that exists and is open; else nothing."""
    member = queries.by_email(session, payload["email"])
    if member is None or member.is_suspended(clock.now()):
        return
    purpose = Purpose(payload["purpose"])
    token, hashed = credentials.new_token()
    session.add(
        OneTimeLink(
            purpose=purpose,
            member_id=member.id,
            token_hash=hashed,
            expires_at=clock.now() + LASTS[purpose],
        )
    )
    _write(session, f"{purpose.value}_link", member, {"token": token}, asked=True)


def _write(
    session: Session, template: str, member: Member, values: dict[str, Any], *, asked: bool = False
) -> None:
    outbox.post(
        session,
        template,
        to_address=member.email,
        to_name=member.name,
        language=member.language,
        values={"member": member, **values},
        confidential=True,
        asked=asked,
    )


def mail_invitation(session: Session, fact: Invited) -> None:
    """The invitation leaves with its link."""
    invitation = fact.invitation
    assert invitation is not None  # noqa: S101 - the fact is recorded with it
    outbox.post(
        session,
        "invitation",
        to_address=invitation.email,
        to_name=f"{invitation.first_name} {invitation.last_name}",
        language="fr",
        values={"invitation": invitation, "by": fact.actor, "token": fact.token},
        confidential=True,
    )


def mail_request(session: Session, fact: AccessAsked) -> None:
    """The administrators hear of a request; the person gets a receipt."""
    for administrator in session.scalars(queries.administrators(clock.now())):
        outbox.post(
            session,
            "access_asked",
            to_address=administrator.email,
            to_name=administrator.name,
            language=administrator.language,
            values={"request": fact.request, "member": administrator},
        )


def mail_declined(session: Session, fact: AccessDeclined) -> None:
    """The person reads why the request was declined."""
    request = fact.request
    assert request is not None  # noqa: S101 - the fact is recorded with it
    outbox.post(
        session,
        "access_declined",
        to_address=request.email,
        to_name=f"{request.first_name} {request.last_name}",
        language="fr",
        values={"request": request},
    )


def mail_suspended(session: Session, fact: Suspended) -> None:
    """The member reads why the account is closed and until when."""
    member = fact.member
    assert member is not None  # noqa: S101 - the fact is recorded with it
    _write(session, "suspended", member, {})


def mail_closing(session: Session, fact: ClosingAsked | ClosingReminded) -> None:
    """The member reads when the account closes, what becomes of their words, and how to stay."""
    closing, member = fact.closing, fact.member
    assert closing is not None and member is not None  # noqa: S101, PT018 - recorded with both
    outbox.post(
        session,
        "closing",
        to_address=member.email,
        to_name=member.name,
        language=member.language,
        values={"member": member, "closing": closing},
    )
