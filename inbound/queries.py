"""The journal of the mails that came in. What they say is never read there."""

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from access.viewers import Viewer
from accounts.policy import needs_administrator
from inbound.models import Outcome, Received

PER_PAGE = 50


def journal(
    viewer: Viewer, outcome: Outcome | None = None, before: int | None = None
) -> Select[Received]:
    """A page of them, newest first."""
    needs_administrator(viewer)
    page = (
        select(Received)
        .options(joinedload(Received.member))
        .order_by(Received.id.desc())
        .limit(PER_PAGE + 1)
    )
    if outcome is not None:
        page = page.where(Received.outcome == outcome)
    return page.where(Received.id < before) if before else page
