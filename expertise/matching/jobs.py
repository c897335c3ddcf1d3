"""The sheets of experts are read again each night: a copy that missed something is mended."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.jobs import enqueue
from expertise.experts.models import Expert
from expertise.matching.keeping import AT_ONCE, refresh_all

REBUILD = "expertise.rebuild"
THREE = 3


def rebuild(session: Session, payload: dict[str, Any]) -> None:
    """Read a few hundred of them again, then the next ones: the others may write in between."""
    after = payload.get("after", 0)
    ids = list(
        session.scalars(
            select(Expert.id).where(Expert.id > after).order_by(Expert.id).limit(AT_ONCE)
        )
    )
    refresh_all(session, ids)
    if len(ids) == AT_ONCE:
        enqueue(session, REBUILD, {"after": ids[-1]}, key=f"{REBUILD}+")


def next_night(present: datetime) -> datetime:
    """When it is done: at three in the morning, UTC."""
    night = present.replace(hour=THREE, minute=0, second=0, microsecond=0)
    return night if night > present else night + timedelta(days=1)


periodic = {REBUILD: next_night}
