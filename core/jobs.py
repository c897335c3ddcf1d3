"""Work to do later: rows in the same database, leased by a worker, done again after a kill.

A handler's effects on the database and the removal of its row are one transaction, so they happen
once. Effects outside (a mail leaving) may happen twice after a kill; the handler makes that
harmless (a mail keeps its Message-ID).
"""

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Index,
    String,
    Text,
    delete,
    event,
    func,
    select,
    text,
    true,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import clock
from core.db import Base, HouseSession, code, insert_into, pk
from core.refusals import Refused

log = logging.getLogger("maillage.worker")

LEASE = timedelta(seconds=120)
MOST_ATTEMPTS = 20
"""About two days in all: a mail server that is down over a week-end loses nothing."""
LONGEST_WAIT = timedelta(hours=6)
SILENT = timedelta(minutes=1)
"""A worker of which nothing was heard for so long does not work any more."""
LATE = timedelta(minutes=15)
"""Work that is due and has waited longer says that nobody does it."""
SLOW = "slow"


class Job(Base):
    """One thing to do at or after `run_at`."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_due", "failed_at", "run_at"),)
    id: Mapped[pk]
    kind: Mapped[code]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    key: Mapped[str | None] = mapped_column(String(200), unique=True)
    run_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]
    leased_by: Mapped[str | None] = mapped_column(String(120))
    failed_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)


class Heartbeat(Base):
    """When each worker was last seen at work."""

    __tablename__ = "heartbeat"
    worker: Mapped[str] = mapped_column(String(120), primary_key=True)
    at: Mapped[datetime]


Handler = Callable[[Session, dict[str, Any]], None]
NextTime = Callable[[datetime], datetime]


@dataclass(frozen=True, slots=True)
class Plan:
    """What the worker knows how to do, and what comes back by itself."""

    handlers: Mapping[str, Handler]
    periodic: Mapping[str, NextTime]
    slow: frozenset[str] = frozenset()
    """Kinds that take seconds: a lane of their own does them, so that no mail waits behind."""


def enqueue(
    session: Session,
    kind: str,
    payload: dict[str, Any] | None = None,
    *,
    key: str | None = None,
    run_at: datetime | None = None,
) -> None:
    """Add work to this transaction. With a key, work already waiting under it is enough."""
    added = insert_into(session, Job).values(
        kind=kind, payload=payload or {}, key=key, run_at=run_at or clock.now(), attempts=0
    )
    # Rewriting the key holds the waiting row until this commit: no worker may take it for a
    # change that it does not see yet.
    session.execute(
        added.on_conflict_do_update(index_elements=["key"], set_={"key": added.excluded.key})
    )
    session.info["wake"] = True


def take_back(session: Session, key: str) -> bool:
    """Forget the work that waits under a key; whether there was any that nobody had begun."""
    waiting = delete(Job).where(Job.key == key).execution_options(synchronize_session=False)
    return bool(session.execute(waiting).rowcount)  # type: ignore[attr-defined]


def enqueue_all(session: Session, kind: str, payloads: Sequence[dict[str, Any]]) -> None:
    """Add much work of one kind to this transaction at once, without keys, due now."""
    if not payloads:
        return
    present = clock.now()
    rows = [{"kind": kind, "payload": one, "run_at": present, "attempts": 0} for one in payloads]
    session.execute(insert_into(session, Job), rows)
    session.info["wake"] = True


def _on_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


wakes = {"": threading.Event(), SLOW: threading.Event()}
"""Set after a commit that added work: the lanes of a worker in this process then start at once."""


@event.listens_for(HouseSession, "after_commit")
def _wake(session: Session) -> None:
    if session.info.pop("wake", False):
        for wake in wakes.values():
            wake.set()


def worker_name(lane: str = "") -> str:
    """This process and its lane, as written in the leases it takes: host:pid or host:pid:slow."""
    return ":".join(filter(None, (socket.gethostname(), str(os.getpid()), lane)))


EVERY: ColumnElement[bool] = true()


def claim(session: Session, worker: str, lane: ColumnElement[bool] = EVERY) -> Job | None:
    """Lease the oldest work of a lane that is due, and commit the lease. None when there is none.

    The key is released with the lease: a change that comes while the work is being done adds
    new work instead of being taken for done.
    """
    present = clock.now()
    due = (
        select(Job.id)
        .where(
            lane,
            Job.failed_at.is_(None),
            Job.run_at <= present,
            (Job.leased_until.is_(None)) | (Job.leased_until < present),
        )
        .order_by(Job.run_at, Job.id)
        .limit(1)
    )
    if _on_postgresql(session):
        due = due.with_for_update(skip_locked=True)
    job_id = session.scalar(due)
    if job_id is None:
        session.rollback()
        return None
    session.execute(
        update(Job)
        .where(Job.id == job_id)
        .values(leased_until=present + LEASE, leased_by=worker, key=None)
        .execution_options(synchronize_session=False)
    )
    session.commit()
    job = session.get(Job, job_id, populate_existing=True)
    session.rollback()
    return job


def claim_more(session: Session, kind: str, most: int) -> dict[int, dict[str, Any]]:
    """Lease more work of one kind that is due, for a handler that does much of it at once.

    Id → payload. What was tried before is left to be done alone. Commits; the handler ends with
    `done`, or `give_back` when it could not.
    """
    present = clock.now()
    due = (
        select(Job.id, Job.payload)
        .where(
            Job.kind == kind,
            Job.failed_at.is_(None),
            Job.run_at <= present,
            Job.attempts == 0,
            Job.leased_until.is_(None),
        )
        .order_by(Job.run_at, Job.id)
        .limit(most)
    )
    if _on_postgresql(session):
        due = due.with_for_update(skip_locked=True)
    found: dict[int, dict[str, Any]] = dict(session.execute(due).all())
    session.execute(
        update(Job)
        .where(Job.id.in_(found))
        .values(leased_until=present + LEASE, leased_by=worker_name(), key=None)
        .execution_options(synchronize_session=False)
    )
    session.commit()
    return found


def done(session: Session, job_ids: Iterable[int]) -> None:
    """Remove work that was leased with `claim_more`, in the transaction of its effects."""
    session.execute(delete(Job).where(Job.id.in_(list(job_ids))))


def give_back(session: Session, job_ids: Iterable[int]) -> None:
    """Let work that was leased with `claim_more` be done alone. Commits."""
    session.execute(
        update(Job)
        .where(Job.id.in_(list(job_ids)))
        .values(leased_until=None, leased_by=None, attempts=1)
        .execution_options(synchronize_session=False)
    )
    session.commit()


def work_once(session: Session, plan: Plan, worker: str, lane: ColumnElement[bool] = EVERY) -> bool:
    """Do one thing of a lane that is due; whether there was one."""
    job = claim(session, worker, lane)
    if job is None:
        return False
    job_id, kind, payload = job.id, job.kind, dict(job.payload)
    session.expunge_all()
    try:
        plan.handlers[kind](session, payload)
        session.execute(delete(Job).where(Job.id == job_id))
        session.commit()
    except Later as later:
        session.rollback()
        session.expunge_all()
        _wait_until(session, job_id, later.at)
    except Exception as error:
        session.rollback()
        session.expunge_all()
        log.exception("job %s (%s) did not end well", job_id, kind)
        _put_off(session, job_id, error)
    return True


class Permanent(Exception):
    """Trying again will not help: the job fails at once."""


class Later(Exception):
    """Its time has not come: the job waits until then, and nothing went wrong."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self.at = at


def _wait_until(session: Session, job_id: int, moment: datetime) -> None:
    session.execute(
        update(Job)
        .where(Job.id == job_id)
        .values(run_at=moment, leased_until=None, leased_by=None)
        .execution_options(synchronize_session=False)
    )
    session.commit()


def _put_off(session: Session, job_id: int, error: Exception) -> None:
    job = session.get_one(Job, job_id)
    job.attempts += 1
    job.leased_until = job.leased_by = None
    job.last_error = f"{type(error).__name__}: {error}"[:2000]
    if job.attempts >= MOST_ATTEMPTS or isinstance(error, Permanent):
        job.failed_at = clock.now()
    else:
        wait = min(timedelta(seconds=5 * 2**job.attempts), LONGEST_WAIT)
        job.run_at = clock.now() + wait
    session.commit()


def last_beat(session: Session) -> datetime | None:
    """When a worker was last seen at work."""
    return session.scalar(select(func.max(Heartbeat.at)))


def oldest_due(session: Session) -> datetime | None:
    """Since when what waits the longest should have been done."""
    due = select(func.min(Job.run_at)).where(Job.failed_at.is_(None), Job.run_at <= clock.now())
    return session.scalar(due)


def do_now(session: Session, job: Job) -> None:
    """Have work that waits or was given up tried now. Raises Refused("job-running")."""
    if job.leased_until is not None and job.leased_until > clock.now():
        raise Refused("job-running")
    job.failed_at, job.attempts, job.run_at = None, 0, clock.now()
    session.info["wake"] = True


def ping(session: Session) -> None:
    """Raise when the database does not answer."""
    session.connection().execute(text("SELECT 1"))
