"""A worker takes what is due, says that it lives, and takes back what the dead held."""

import os
import subprocess
import threading
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock, jobs
from core.db import db
from core.jobs import Heartbeat, Plan
from core.worker import Worker, beat, reclaim, schedule
from tests.core.test_jobs import ME, add, nothing, plan, waiting
from tests.world import BOTH, World


@BOTH
def test_what_a_dead_worker_held_is_taken_back_at_once(world: World) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    holders = [f"here:{gone.pid}", f"here:{os.getpid()}", "here:1", f"elsewhere:{gone.pid}"]
    for holder in holders:
        add(world, payload={"held by": holder})
        with world.session() as session:
            assert jobs.claim(session, holder)
    world.act(lambda session: reclaim(session, f"here:{os.getpid()}"))
    kept = {job.payload["held by"]: job.leased_by for job in waiting(world)}
    assert kept == {
        f"here:{gone.pid}": None,
        f"here:{os.getpid()}": None,  # a former life of ours
        "here:1": "here:1",
        f"elsewhere:{gone.pid}": f"elsewhere:{gone.pid}",
    }


@BOTH
def test_periodic_work_has_one_row_a_turn(world: World) -> None:
    turn = clock.now() + timedelta(hours=1)
    todo = Plan(handlers={"daily": nothing}, periodic={"daily": lambda _present: turn})
    for _time in range(3):
        world.act(lambda session: schedule(session, todo))
    (job,) = waiting(world)
    assert (job.kind, job.run_at) == ("daily", turn)
    turn += timedelta(days=1)
    world.act(lambda session: schedule(session, todo))
    assert [one.run_at for one in waiting(world)] == [turn - timedelta(days=1), turn]


@BOTH
def test_a_worker_says_that_it_is_alive(world: World) -> None:
    old = clock.now() - timedelta(days=2)
    world.act(lambda session: session.add(Heartbeat(worker="gone:1", at=old)))
    for _time in range(2):
        world.act(lambda session: beat(session, ME))
    (heard,) = world.all(select(Heartbeat))
    assert heard.worker == ME
    assert clock.now() - heard.at < timedelta(seconds=5)


def test_a_worker_starts_at_once_and_stops_after_the_work_in_hand(world: World) -> None:
    done = threading.Event()

    def note(_session: Session, _payload: dict[str, Any]) -> None:
        done.set()

    class Opened:
        """A session of the worker's own thread."""

        def __enter__(self) -> Session:
            self.context = world.app.app_context()
            self.context.push()
            return db.session()

        def __exit__(self, *_error: object) -> None:
            db.session.remove()
            self.context.pop()

    worker = Worker(Opened, plan(work=note))
    thread = worker.start()
    add(world)
    assert done.wait(5)
    worker.stop()
    thread.join(5)
    assert not thread.is_alive()
    assert world.one(select(Heartbeat.worker)) == jobs.worker_name()


def test_slow_work_has_a_lane_of_its_own(world: World) -> None:
    """What takes seconds keeps nothing else waiting."""
    done: list[str] = []
    todo = Plan(
        handlers={
            "read": lambda _session, _payload: done.append("read"),
            "mail": lambda _session, _payload: done.append("mail"),
        },
        periodic={},
        slow=frozenset({"read"}),
    )
    for kind in ("read", "read", "mail"):
        world.act(lambda s, kind=kind: jobs.enqueue(s, kind))  # type: ignore[misc]
    quick = Worker(world.session, todo)
    with world.session() as session:
        while jobs.work_once(session, todo, quick.name, quick.lane):
            pass
    assert done == ["mail"]
    slow = quick.beside
    assert slow is not None
    with world.session() as session:
        while jobs.work_once(session, todo, slow.name, slow.lane):
            pass
    assert done == ["mail", "read", "read"]


def test_one_lane_does_not_take_back_what_the_other_holds(world: World) -> None:
    world.act(lambda s: jobs.enqueue(s, "read"))
    mine, other = jobs.worker_name(), jobs.worker_name(jobs.SLOW)
    with world.session() as session:
        assert jobs.claim(session, other)
    world.act(lambda s: reclaim(s, mine))
    with world.session() as session:
        assert jobs.claim(session, mine) is None
    world.act(lambda s: reclaim(s, other))
    with world.session() as session:
        assert jobs.claim(session, mine) is not None, "left from a former life"
