"""`make bench`: 10,000 letters, of 100,000 contents, by one worker; how long, how much memory."""

import time
from pathlib import Path

import psutil
import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from core import jobs
from core.outbox import SEND
from notifications.letter.models import Letter, LetterRun
from tests.letters import crowd
from tests.running import House, kill
from tests.world import BOTH, World

MEMBERS, CONTENTS, TOLD = 10_000, 100_000, 30
MOST_SECONDS = 300
MOST_GROWTH = 60 * 2**20
"""Bytes between the first tenth of the letters and the last."""


@pytest.mark.bench
@BOTH
def test_ten_thousand_letters_are_written_in_minutes_with_flat_memory(
    world: World, tmp_path: Path, database_url: str, engine: str
) -> None:
    crowd.fill(database_url, MEMBERS, CONTENTS, TOLD)
    world.act(crowd.begin)
    crowd.stamp(database_url)
    house = House(tmp_path, database_url)
    worker, started = house.worker(), time.monotonic()
    process, first = psutil.Process(worker.pid), 0.0
    seen: list[tuple[int, int]] = []
    try:
        while (state := looked_at(database_url))[1]:
            assert worker.poll() is None, house.log.read_text()[-2000:]
            assert time.monotonic() - started < 2 * MOST_SECONDS
            if state[0]:
                first = first or time.monotonic()
                seen.append((state[0], process.memory_info().rss))
            time.sleep(0.5)
        seconds = time.monotonic() - started
        cpu = sum(process.cpu_times()[:2])
    finally:
        kill(worker)
    number, _left, reaches, unsent = looked_at(database_url)
    early = max(rss for done, rss in seen if done <= MEMBERS // 5)
    late = max(rss for done, rss in seen)
    print(
        f"\n{engine}: {number:,} letters of {CONTENTS:,} contents in {seconds:.0f} s, the start of "
        f"the worker included ({1000 * seconds / number:.1f} ms each), "
        f"{cpu:.0f} s of one processor for all that the worker did; meanwhile "
        f"{number - unsent:,} had left; memory {early / 2**20:.0f} MB after a fifth, "
        f"{late / 2**20:.0f} MB at most; {reaches} networks"
    )
    assert number == MEMBERS
    assert seconds < MOST_SECONDS
    assert late - early < MOST_GROWTH


def looked_at(url: str) -> tuple[int, int, int, int]:
    """Letters written, runs that go on, runs, and mails that wait."""
    engine = create_engine(url)
    wanted = (
        select(func.count()).select_from(Letter),
        select(func.count()).where(LetterRun.done_at.is_(None)),
        select(func.count()).select_from(LetterRun),
        select(func.count()).where(jobs.Job.kind == SEND),
    )
    with Session(engine) as session:
        letters, runs, reaches, unsent = (session.scalar(one) or 0 for one in wanted)
    engine.dispose()
    return letters, runs, reaches, unsent
