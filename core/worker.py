"""Who does what the rows say: a loop with lanes, that takes back what the dead held."""

import logging
import os
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core import clock
from core.jobs import SLOW, Heartbeat, Job, Plan, enqueue, wakes, work_once, worker_name

log = logging.getLogger("maillage.worker")

POLL_SECONDS = 1.0
BEAT = timedelta(seconds=10)


def reclaim(session: Session, worker: str) -> None:
    """Take back at once what workers of this machine held when they died."""
    host = worker.split(":")[0]
    holders = session.scalars(
        select(Job.leased_by).where(Job.leased_by.startswith(host + ":")).distinct()
    )
    dead = [holder for holder in holders if holder and not _works(holder, worker)]
    if dead:
        session.execute(
            update(Job).where(Job.leased_by.in_(dead)).values(leased_until=None, leased_by=None)
        )
    session.commit()


def _works(holder: str, worker: str) -> bool:
    """Whether the holder of a lease may still be at it, seen by a worker between two jobs."""
    if holder == worker:
        return False  # a lease under our own name is from a former life
    pid = int(holder.split(":")[1])
    if pid == os.getpid():
        return True  # the other lane of this process
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def schedule(session: Session, plan: Plan) -> None:
    """See that the next turn of each periodic work has its row; the key keeps it single."""
    present = clock.now()
    for kind, next_time in plan.periodic.items():
        moment = next_time(present)
        enqueue(session, kind, key=f"{kind}:{moment.isoformat()}", run_at=moment)
    session.commit()


def beat(session: Session, worker: str) -> None:
    """Say that this worker is alive; forget those silent for a day."""
    present = clock.now()
    session.merge(Heartbeat(worker=worker, at=present))
    session.execute(delete(Heartbeat).where(Heartbeat.at < present - timedelta(days=1)))
    session.commit()


class Worker:
    """A loop that does what is due until it is told to stop."""

    def __init__(
        self,
        open_session: Callable[[], AbstractContextManager[Session]],
        plan: Plan,
        lane: str = "",
    ) -> None:
        self.open_session = open_session
        self.plan = plan
        self.name = worker_name(lane)
        slow = Job.kind.in_(plan.slow)
        self.lane = slow if lane else ~slow
        self.wake = wakes[lane]
        self.stopping = threading.Event()
        self.beside = Worker(open_session, plan, SLOW) if plan.slow and not lane else None

    def run(self) -> None:
        """Work until `stop`. Errors of the database itself wait for better days."""
        slow = self.beside.start() if self.beside else None
        self._loop()
        if slow is not None:
            slow.join()

    def _loop(self) -> None:
        next_beat = clock.now()
        while not self.stopping.is_set():
            self.wake.clear()
            try:
                with self.open_session() as session:
                    if clock.now() >= next_beat:
                        reclaim(session, self.name)
                        beat(session, self.name)
                        schedule(session, self.plan)
                        next_beat = clock.now() + BEAT
                    while not self.stopping.is_set() and work_once(
                        session, self.plan, self.name, self.lane
                    ):
                        if clock.now() >= next_beat:
                            break
            except Exception:
                log.exception("the worker could not reach its rows")
                self.stopping.wait(POLL_SECONDS * 5)
            self.wake.wait(POLL_SECONDS)

    def stop(self) -> None:
        """End after the work in hand."""
        self.stopping.set()
        self.wake.set()
        if self.beside:
            self.beside.stop()

    def start(self) -> threading.Thread:
        """Run beside the web pages, in a thread of this process."""
        thread = threading.Thread(target=self.run, name="maillage-worker", daemon=True)
        thread.start()
        return thread
