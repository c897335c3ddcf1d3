"""The audit trail: every sensitive fact leaves a line."""

from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from access.viewers import Viewer
from accounts.facts import Sensitive
from accounts.models import AuditEntry
from accounts.policy import needs_administrator
from core import clock

PER_PAGE = 50


def keep(session: Session, fact: Sensitive) -> None:
    """Write the line of a sensitive fact."""
    session.add(
        AuditEntry(
            at=clock.now(),
            actor_id=fact.actor.id if fact.actor else None,
            actor_name=fact.actor.name if fact.actor else "",
            act=fact.act,
            about=fact.about[:200],
            details=fact.details,
        )
    )


def every(
    viewer: Viewer, *, act: str | None = None, words: str = "", since: datetime | None = None
) -> Select[AuditEntry]:
    """The lines that these filters keep, the latest first, for administrators only."""
    needs_administrator(viewer)
    entries = select(AuditEntry).order_by(AuditEntry.id.desc())
    if act:
        entries = entries.where(AuditEntry.act == act)
    for word in words.split()[:5]:
        entries = entries.where(
            or_(
                AuditEntry.actor_name.icontains(word, autoescape=True),
                AuditEntry.about.icontains(word, autoescape=True),
            )
        )
    return entries.where(AuditEntry.at >= since) if since else entries


def trail(
    viewer: Viewer,
    *,
    act: str | None = None,
    words: str = "",
    since: datetime | None = None,
    before: int | None = None,
) -> Select[AuditEntry]:
    """A page of them."""
    entries = every(viewer, act=act, words=words, since=since).limit(PER_PAGE + 1)
    return entries.where(AuditEntry.id < before) if before else entries
