"""What a dead worker held is done by another, soon; nothing is taken before it can be seen."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from core import clock, jobs
from core.db import db
from core.jobs import Job, Plan, claim, enqueue, worker_name
from core.worker import Worker, reclaim
from tests.world import BOTH, World


def _dead() -> str:
    """The name of a worker whose process is over."""
    over = subprocess.Popen(["true"])
    over.wait()
    return f"{worker_name().rsplit(':', 1)[0]}:{over.pid}"


def _leased(world: World, worker: str) -> None:
    with world.session() as session:
        session.execute(
            insert(Job).values(
                kind="test.work",
                payload={},
                run_at=clock.now(),
                attempts=0,
                leased_by=worker,
                leased_until=clock.now() + jobs.LEASE,
            )
        )


@BOTH
def test_a_running_worker_takes_over_from_one_that_was_killed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.worker.BEAT", timedelta(seconds=0.2))
    done: list[dict[str, Any]] = []

    @contextmanager
    def open_session() -> Iterator[Session]:
        with world.app.app_context(), db.session.session_factory() as session:
            yield session

    plan = Plan({"test.work": lambda _session, payload: done.append(payload)}, {})
    worker = Worker(open_session, plan)
    thread = worker.start()
    try:
        time.sleep(0.5)
        _leased(world, _dead())
        end = time.monotonic() + 20
        while not done and time.monotonic() < end:
            time.sleep(0.05)
    finally:
        worker.stop()
        thread.join()
    assert done == [{}]


@BOTH
def test_what_a_living_worker_holds_is_left_alone(world: World) -> None:
    alive = subprocess.Popen(["sleep", "60"])
    try:
        _leased(world, f"{worker_name().rsplit(':', 1)[0]}:{alive.pid}")
        world.act(lambda session: reclaim(session, worker_name()))
        assert world.act(lambda session: claim(session, worker_name())) is None
    finally:
        alive.kill()
        alive.wait()


@pytest.mark.postgresql
@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_work_is_not_taken_before_the_change_that_asked_for_it_again(world: World) -> None:
    """Otherwise it would be done without that change, and never again."""
    world.act(lambda session: enqueue(session, "test.work", key="one"))
    with db.session.session_factory() as change, db.session.session_factory() as other:
        enqueue(change, "test.work", key="one")
        assert claim(other, "elsewhere:1") is None
        change.commit()
        assert claim(other, "elsewhere:1") is not None
    assert len(world.all(select(Job).where(Job.kind == "test.work"))) == 1
