"""The audit trail: every sensitive fact leaves a line.

A line that names a content keeps its audience: what it names is read by those who see the content.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from access.viewers import Viewer
from accounts.facts import Sensitive
from accounts.models import AuditEntry
from accounts.policy import needs_administrator
from core import clock

PER_PAGE = 50
CONTENT = frozenset(
    {
        *("moderated", "document-withdrawn", "event-withdrawn", "room-withdrawn"),
        "poll-withdrawn",
        *("directory-changed", "content-deleted", "content-restored", "content-erased"),
    }
)
"""Acts that name a content. Lines written before the audience was kept name nothing to anybody."""


def keep(session: Session, fact: Sensitive) -> None:
    """Write the line of a sensitive fact."""
    session.add(
        AuditEntry(
            at=clock.now(),
            actor_id=fact.actor.id if fact.actor else None,
            actor_name=fact.actor.name if fact.actor else "",
            act=fact.act,
            about=fact.about[:200],
            details=fact.details | ({} if fact.reach is None else {"reach": fact.reach}),
        )
    )


def _named(viewer: Viewer) -> ColumnElement[bool]:
    """Whether the viewer reads what each line names."""
    details = AuditEntry.details
    return or_(
        AuditEntry.act.not_in(CONTENT),
        details["import"].as_string().is_not(None),  # the name of a file
        details["reach"].as_integer().in_(viewer.audiences),
    )


def names(viewer: Viewer, entry: AuditEntry) -> bool:
    """Whether the viewer reads what this line names."""
    details = entry.details
    return (
        entry.act not in CONTENT or "import" in details or details.get("reach") in viewer.audiences
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
                and_(AuditEntry.about.icontains(word, autoescape=True), _named(viewer)),
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
