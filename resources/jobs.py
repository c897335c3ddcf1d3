"""What the worker does for the library: remind owners to review."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core import clock
from core.facts import record
from resources.facts import ReviewDue
from resources.models import Document

REVIEW = "resources.review"


def review(session: Session, _payload: dict[str, Any]) -> None:
    """Remind the owner of each document whose review date has come, once for each date."""
    due = select(Document).where(
        Document.review_on <= clock.today(),
        Document.withdrawn_at.is_(None),
        or_(Document.reminded_on.is_(None), Document.reminded_on < Document.review_on),
    )
    for document in session.scalars(due):
        document.reminded_on = document.review_on
        record(session, ReviewDue(document))


def next_morning(present: datetime) -> datetime:
    """When owners are reminded: at four in the morning, UTC, before the mails of the day."""
    morning = present.replace(hour=4, minute=0, second=0, microsecond=0)
    return morning if morning > present else morning + timedelta(days=1)
