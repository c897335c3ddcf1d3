"""Reads about what lets someone in: an invitation, a request, the charter."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from access.viewers import Viewer
from accounts.models import Acceptance, AccessRequest, Charter, Invitation
from accounts.policy import needs_administrator


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a member is with the charter."""

    charter: Charter
    """The one in force."""
    accepted_at: datetime | None
    news: tuple[str, ...]
    """What changed since the version that the member accepted, oldest first."""


def standing(session: Session, member_id: int) -> Standing | None:
    """The charter in force and what a member still has to accept; None before the first version."""
    rows = session.execute(
        select(Charter.id, Charter.number, Charter.changes, Acceptance.accepted_at)
        .outerjoin(
            Acceptance,
            (Acceptance.charter_id == Charter.id) & (Acceptance.member_id == member_id),
        )
        .order_by(Charter.number.desc())
    ).all()
    if not rows:
        return None
    last_accepted = max((row.number for row in rows if row.accepted_at), default=None)
    news = [
        row.changes
        for row in reversed(rows)
        if row.changes and last_accepted is not None and row.number > last_accepted
    ]
    return Standing(session.get_one(Charter, rows[0].id), rows[0].accepted_at, tuple(news))


def charter_version(viewer: Viewer, number: int) -> Select[Charter]:
    """One version of the charter."""
    needs_administrator(viewer)
    return select(Charter).where(Charter.number == number)


def invitation(viewer: Viewer, invitation_id: int) -> Select[Invitation]:
    """One invitation, for administrators."""
    needs_administrator(viewer)
    return select(Invitation).where(Invitation.id == invitation_id)


def access_request(viewer: Viewer, request_id: int) -> Select[AccessRequest]:
    """One request for access, for administrators."""
    needs_administrator(viewer)
    return (
        select(AccessRequest)
        .options(joinedload(AccessRequest.network))
        .where(AccessRequest.id == request_id)
    )
