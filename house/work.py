"""The work that is put off: what waits, what goes wrong, what comes back by itself."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from access.viewers import Viewer
from accounts.models import Member
from accounts.policy import needs_administrator
from core import clock, jobs
from core.facts import record
from core.jobs import Job, Plan
from house.facts import WorkTriedAgain

MOST = 100
"""Of the work that goes wrong, what a page shows."""
_ADDRESS = re.compile(r"[^\s<>'\"()]+@([\w.-]+)")
LONGEST_ERROR = 300


@dataclass(frozen=True, slots=True)
class Lot:
    """The work of one kind."""

    kind: str
    waiting: int
    """Due now, and not being done."""
    later: int
    """To be done at its hour."""
    running: int
    tried: int
    """That went wrong and will be tried again."""
    failed: int
    """That was given up."""
    next_at: datetime | None
    """When the first of it is to be done."""

    @property
    def pressing(self) -> bool:
        """Whether some of it does not merely wait for its hour."""
        return any((self.waiting, self.running, self.tried, self.failed))


def lots(session: Session, viewer: Viewer) -> list[Lot]:
    """All the work there is, by kind."""
    needs_administrator(viewer)
    present = clock.now()
    alive = Job.failed_at.is_(None)
    running = and_(alive, Job.leased_until.is_not(None), Job.leased_until >= present)
    idle = and_(alive, or_(Job.leased_until.is_(None), Job.leased_until < present))
    counted = (
        func.sum(case((condition, 1), else_=0))
        for condition in (
            and_(idle, Job.run_at <= present, Job.attempts == 0),
            and_(idle, Job.run_at > present, Job.attempts == 0),
            running,
            and_(idle, Job.attempts > 0),
            Job.failed_at.is_not(None),
        )
    )
    first = func.min(case((alive, Job.run_at)))
    rows = session.execute(select(Job.kind, *counted, first).group_by(Job.kind).order_by(Job.kind))
    return [Lot(*row) for row in rows]


def going_wrong(viewer: Viewer) -> Select[Job]:
    """What was given up, then what went wrong and is tried again; the latest first."""
    needs_administrator(viewer)
    return (
        select(Job)
        .where(or_(Job.failed_at.is_not(None), Job.attempts > 0))
        .order_by(Job.failed_at.is_(None), Job.id.desc())
        .limit(MOST)
    )


def job(viewer: Viewer, job_id: int) -> Select[Job]:
    """One piece of work."""
    needs_administrator(viewer)
    return select(Job).where(Job.id == job_id)


def upcoming(plan: Plan, present: datetime) -> Mapping[str, datetime]:
    """When each work that comes back by itself comes next."""
    return {kind: next_time(present) for kind, next_time in plan.periodic.items()}


def try_now(session: Session, viewer: Viewer, one: Job, *, by: Member) -> None:
    """Have it done now. Raises Refused("job-running")."""
    needs_administrator(viewer)
    jobs.do_now(session, one)
    record(session, WorkTriedAgain(by, one.kind))


def error(one: Job) -> str:
    """What went wrong, without anybody's address."""
    said = (one.last_error or "").splitlines()
    return _ADDRESS.sub(r"…@\1", said[0])[:LONGEST_ERROR] if said else ""
