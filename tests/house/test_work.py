"""The work that is put off, as administrators see it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from access.viewers import Role
from accounts.models import Member
from blueprints.administration.work import KINDS
from core import clock
from core.jobs import Job
from core.refusals import Refused
from core.worker import beat
from house import work
from tests.house.people import WHO, acts, somebody, status, text
from tests.world import BOTH, World

PATH = "/administration/travaux"


def put_off(world: World, **said: Any) -> int:
    """Work of some kind, as told."""

    def add(session: Session) -> int:
        job = Job(
            **{"kind": "files.read", "payload": {}, "run_at": clock.now(), "attempts": 0, **said}
        )
        session.add(job)
        session.flush()
        return job.id

    return world.act(add)


@WHO
def test_only_administrators_see_the_work(world: World, role: Role, status_: int) -> None:
    who, job_id = somebody(world, role), put_off(world, attempts=1)
    assert status(world, who, PATH) == status_
    answer = world.client(who).post(f"/administration/travaux/{job_id}/reessayer")
    assert answer.status_code == (302 if status_ == 200 else 403)


@BOTH
def test_work_is_counted_by_where_it_stands(world: World) -> None:
    administrator, hour = world.administrator(), timedelta(hours=1)
    world.act(lambda s: s.execute(Job.__table__.delete()))  # type: ignore[attr-defined]
    put_off(world, run_at=clock.now() - hour)
    put_off(world, run_at=clock.now() + hour)
    put_off(world, leased_until=clock.now() + hour, leased_by="here:1")
    put_off(world, attempts=2, run_at=clock.now() + hour)
    put_off(world, attempts=20, failed_at=clock.now(), run_at=clock.now() - 2 * hour)
    (lot,) = world.act_as(administrator, work.lots)
    counts = (lot.waiting, lot.later, lot.running, lot.tried, lot.failed)
    assert (lot.kind, *counts) == ("files.read", 1, 1, 1, 1, 1)
    assert lot.next_at is not None
    assert lot.next_at < clock.now() - hour / 2


@BOTH
def test_work_given_up_is_done_when_tried_again(world: World) -> None:
    administrator, done = world.administrator(), []
    plan = world.app.extensions["maillage.plan"]
    plan.handlers["files.read"] = lambda _session, payload: done.append(payload)
    job_id = put_off(world, attempts=20, failed_at=clock.now(), payload={"n": 1})
    assert world.work() == 0
    world.client(administrator).post(f"/administration/travaux/{job_id}/reessayer")
    world.work()
    assert done == [{"n": 1}]
    assert world.one(select(Job).where(Job.id == job_id)) is None
    assert acts(world, administrator, "work-tried-again") == [("files.read", {})]


def test_work_in_hand_is_left_alone(world: World) -> None:
    administrator = world.administrator()
    later = clock.now() + timedelta(minutes=1)
    job_id = put_off(world, attempts=1, leased_until=later, leased_by="here:1")

    def again(session: Session, viewer: Any) -> None:
        by = session.get_one(Member, administrator.id)
        work.try_now(session, viewer, session.get_one(Job, job_id), by=by)

    with pytest.raises(Refused, match="job-running"):
        world.act_as(administrator, again)


def test_an_error_is_told_without_anybodys_address_nor_what_the_work_holds(world: World) -> None:
    administrator = world.administrator()
    put_off(
        world,
        attempts=1,
        payload={"email": "alice@example.org"},
        last_error="Refused: <b>alice.martin@example.org</b> (550)\nTraceback of bob@example.org",
    )
    page = text(world, administrator, PATH)
    assert "…@example.org" in page
    assert "alice" not in page
    assert "bob" not in page
    assert "<b>…" not in page


def test_a_page_says_when_nobody_works(world: World) -> None:
    administrator = world.administrator()
    assert 'data-state="danger"' in text(world, administrator, PATH)
    world.act(lambda s: beat(s, "here:1"))
    assert 'data-state="danger"' not in text(world, administrator, PATH)
    put_off(world, run_at=clock.now() - timedelta(hours=1))
    assert 'class="notice" data-state="wait"' in text(world, administrator, PATH)


def test_each_kind_of_work_has_its_words(world: World) -> None:
    plan = world.app.extensions["maillage.plan"]
    assert KINDS.keys() == plan.handlers.keys()
    assert plan.periodic.keys() <= KINDS.keys()
