"""The audit trail: every sensitive fact leaves a line."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from access.viewers import Viewer
from accounts.facts import Sensitive
from accounts.models import AuditEntry
from core import clock
from core.refusals import Refused

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


def trail(
    viewer: Viewer, *, act: str | None = None, before: int | None = None
) -> Select[AuditEntry]:
    """The latest lines, for administrators only."""
    if not viewer.administers:
        raise Refused("not-administrator")
    entries = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(PER_PAGE + 1)
    if act:
        entries = entries.where(AuditEntry.act == act)
    if before:
        entries = entries.where(AuditEntry.id < before)
    return entries
