"""What is put off is done: once, in its time, by one worker, whatever dies meanwhile."""

import threading
from datetime import timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core import clock, jobs
from core.jobs import Job, Plan
from directory.models import Theme
from tests.world import BOTH, World

ME = "here:0"


def nothing(_session: Session, _payload: dict[str, Any]) -> None:
    """Do nothing, well."""


def plan(**handlers: jobs.Handler) -> Plan:
    return Plan(handlers=handlers, periodic={})


def add(world: World, kind: str = "work", **more: Any) -> None:
    world.act(lambda session: jobs.enqueue(session, kind, **more))


def waiting(world: World) -> list[Job]:
    return world.all(select(Job).order_by(Job.id))


def make_due(world: World) -> None:
    """Let the time that work waits go by."""
    world.act(lambda session: session.execute(update(Job).values(run_at=clock.now())))


def once(world: World, todo: Plan, worker: str = ME) -> bool:
    with world.session() as session:
        return jobs.work_once(session, todo, worker)


@BOTH
def test_work_is_done_once_and_forgotten(world: World) -> None:
    done: list[dict[str, Any]] = []
    todo = plan(work=lambda _session, payload: done.append(payload))
    add(world, payload={"number": 1})
    assert once(world, todo)
    assert not once(world, todo)
    assert done == [{"number": 1}]
    assert waiting(world) == []


@BOTH
def test_the_oldest_work_comes_first_and_what_is_not_due_waits(world: World) -> None:
    done: list[int] = []
    todo = plan(work=lambda _session, payload: done.append(payload["number"]))
    present = clock.now()
    add(world, payload={"number": 2}, run_at=present - timedelta(minutes=1))
    add(world, payload={"number": 1}, run_at=present - timedelta(minutes=2))
    add(world, payload={"number": 3}, run_at=present + timedelta(hours=1))
    while once(world, todo):
        pass
    assert done == [1, 2]
    assert len(waiting(world)) == 1


@BOTH
def test_work_leaves_with_the_change_that_asks_for_it(world: World) -> None:
    with world.session() as session:
        jobs.enqueue(session, "work")
        session.rollback()
    assert waiting(world) == []


@BOTH
def test_work_already_waiting_under_its_key_is_enough(world: World) -> None:
    add(world, key="index:7", payload={"number": 1})
    add(world, key="index:7", payload={"number": 2})
    assert [job.payload for job in waiting(world)] == [{"number": 1}]
    add(world)
    add(world)
    assert len(waiting(world)) == 3


@BOTH
def test_a_change_that_comes_during_the_work_is_not_taken_for_done(world: World) -> None:
    """The key is released with the lease: the same key asks for new work."""

    def slow(session: Session, _payload: dict[str, Any]) -> None:
        jobs.enqueue(session, "work", key="index:7")

    add(world, key="index:7")
    assert once(world, plan(work=slow))
    assert [job.key for job in waiting(world)] == ["index:7"]


@BOTH
def test_a_lease_keeps_the_others_away_until_it_ends(world: World) -> None:
    add(world, key="a")
    with world.session() as session:
        held = jobs.claim(session, "here:1")
        assert held is not None
        assert held.leased_by == "here:1"
        assert held.key is None
    with world.session() as session:
        assert jobs.claim(session, "here:2") is None
    world.act(
        lambda s: s.execute(update(Job).values(leased_until=clock.now() - timedelta(seconds=1)))
    )
    with world.session() as session:
        again = jobs.claim(session, "here:2")
        assert again is not None
        assert (again.id, again.leased_by) == (held.id, "here:2")


@BOTH
def test_the_effects_and_the_end_of_the_work_are_one(world: World) -> None:
    """A handler that fails half-way leaves nothing behind, and is tried again later."""
    attempts = iter([RuntimeError("not yet"), None])

    def half_way(session: Session, _payload: dict[str, Any]) -> None:
        session.add(Theme(slug="essai", name="Essai", position=9))
        session.flush()
        if error := next(attempts):
            raise error

    add(world)
    todo, before = plan(work=half_way), clock.now()
    assert once(world, todo)
    (job,) = waiting(world)
    assert world.one(select(Theme).where(Theme.slug == "essai")) is None
    assert (job.attempts, job.leased_by, job.failed_at) == (1, None, None)
    assert job.last_error == "RuntimeError: not yet"
    assert job.run_at >= before + timedelta(seconds=10)
    assert not once(world, todo)
    make_due(world)
    assert once(world, todo)
    assert world.one(select(Theme).where(Theme.slug == "essai")) is not None
    assert waiting(world) == []


def test_work_that_fails_waits_longer_each_time_then_gives_up(world: World) -> None:
    def broken(_session: Session, _payload: dict[str, Any]) -> None:
        raise RuntimeError("always")

    add(world)
    waits = []
    for _attempt in range(jobs.MOST_ATTEMPTS):
        make_due(world)
        assert once(world, plan(work=broken))
        (job,) = waiting(world)
        waits.append(job.run_at - clock.now())
    a_moment = timedelta(seconds=5)
    assert all(after > before - a_moment for before, after in pairwise(waits[:-1]))
    assert waits[1] > waits[0] + a_moment
    assert max(waits) <= jobs.LONGEST_WAIT
    assert job.failed_at is not None
    make_due(world)
    assert not once(world, plan(work=broken))


@BOTH
def test_what_cannot_succeed_is_not_tried_again(world: World) -> None:
    def refused(_session: Session, _payload: dict[str, Any]) -> None:
        raise jobs.Permanent("550 no such person")

    add(world)
    assert once(world, plan(work=refused))
    (job,) = waiting(world)
    assert job.failed_at is not None
    assert job.last_error == "Permanent: 550 no such person"


def test_work_that_nobody_knows_is_kept_for_a_later_version(world: World) -> None:
    add(world, "of-tomorrow")
    assert once(world, plan())
    (job,) = waiting(world)
    assert job.failed_at is None
    assert job.attempts == 1


@BOTH
def test_many_workers_never_do_the_same_thing(world: World) -> None:
    wanted, workers = 40, 4
    with world.session() as session:
        for number in range(wanted):
            jobs.enqueue(session, "work", {"number": number})
    done: list[tuple[int, str]] = []
    errors: list[BaseException] = []
    start = threading.Barrier(workers)

    def work(name: str) -> None:
        todo = plan(work=lambda _session, payload: done.append((payload["number"], name)))
        try:
            with world.app.app_context():
                start.wait()
                while once(world, todo, name):
                    pass
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(f"here:{one}",)) for one in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert sorted(number for number, _name in done) == list(range(wanted))
    assert len({name for _number, name in done}) > 1
    assert waiting(world) == []
