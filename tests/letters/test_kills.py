"""The worker is killed while letters are written and leave: each member gets one, and no more."""

import time
from collections import Counter
from email.parser import BytesHeaderParser
from email.policy import default
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from core.outbox import Mail
from notifications.letter.models import Letter, LetterRun
from tests.letters import crowd
from tests.running import House, kill
from tests.world import BOTH, World

MEMBERS = 300
MOST_SECONDS = 300


@BOTH
def test_kills_lose_no_letter_and_send_none_twice(
    world: World, tmp_path: Path, database_url: str, engine: str
) -> None:
    del engine
    crowd.fill(database_url, MEMBERS, 8_000)
    world.act(crowd.begin)
    crowd.stamp(database_url)
    house = House(tmp_path, database_url)
    draw, kills, half_way = Random(7), 0, 0
    end = time.monotonic() + MOST_SECONDS
    while left(database_url) and time.monotonic() < end:
        worker, before = house.worker(), written(database_url)
        while written(database_url) == before and left(database_url) and time.monotonic() < end:
            assert worker.poll() is None, house.log.read_text()[-2000:]
            time.sleep(0.05)
        time.sleep(draw.uniform(0, 0.3))
        kill(worker)
        kills += 1
        half_way += 0 < written(database_url) < MEMBERS
    assert left(database_url) == 0
    assert kills > 2
    assert half_way > 1, "some kills fell while letters were being written"
    assert written(database_url) == MEMBERS
    parser = BytesHeaderParser(policy=default)
    heads = [parser.parsebytes(file.read_bytes()) for file in (tmp_path / "mail").glob("*.eml")]
    received = Counter(str(head["To"]) for head in heads)
    assert len(received) == MEMBERS
    assert set(received.values()) == {1}


def written(url: str) -> int:
    """How many letters there are."""
    return count(url, select(func.count()).select_from(Letter))


def left(url: str) -> int:
    """The runs that are not done, and the mails that have not left."""
    runs = select(func.count()).where(LetterRun.done_at.is_(None))
    mails = select(func.count()).where(Mail.sent_at.is_(None))
    return count(url, runs) + count(url, mails)


def count(url: str, wanted: object) -> int:
    """One number."""
    engine = create_engine(url)
    with Session(engine) as session:
        found = session.scalar(wanted)  # type: ignore[call-overload]
    engine.dispose()
    return int(found or 0)


pytestmark = pytest.mark.timeout(400)
