"""The worker is killed while mails leave: each arrives once in the end, and none is lost."""

import time
from collections import Counter
from pathlib import Path

from aiosmtpd.controller import Controller
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, func, select, text, update
from sqlalchemy.orm import Session

from accounts.models import Member
from cli.house import MIGRATIONS
from core import clock, jobs
from core.outbox import SEND, Mail
from tests.running import House, free_port, kill
from tests.smtp import Mailbox
from tests.world import World

MAILS = 24
STEPS = ("250 OK", "451 4.3.0 later", "drop", "250 OK")


def test_kills_refusals_and_drops_lose_no_mail(
    world: World, tmp_path: Path, database_url: str
) -> None:
    box, port = Mailbox(), free_port()
    box.to_data = lambda times: STEPS[times % len(STEPS)]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    world.act(_write_all)
    _stamp(database_url)
    house = House(
        tmp_path,
        database_url,
        {
            "MAIL_URL": f"smtp://127.0.0.1:{port}",
            "MAIL_RATES": "*=20/s",
            "MAIL_BOUNCES": "rebonds+{token}@example.org",
        },
    )
    try:
        kills = 0
        end = time.monotonic() + 150
        while _left(database_url) and time.monotonic() < end:
            worker, before = house.worker(), len(box.received)
            while len(box.received) < before + 12 and _left(database_url):
                assert worker.poll() is None, house.log.read_text()[-2000:]
                _forward(database_url)
                time.sleep(0.1)
            kill(worker)
            kills += 1
        assert _left(database_url) == 0
        assert kills > 1
    finally:
        server.stop()
    accepted = Counter(str(mail["To"]) for mail in box.received)
    assert len(accepted) == MAILS
    numbers = {str(mail["To"]): set[str]() for mail in box.received}
    for mail in box.received:
        numbers[str(mail["To"])].add(str(mail["Message-ID"]))
    assert all(len(one) == 1 for one in numbers.values()), "a mail in flight keeps its number"


def _stamp(url: str) -> None:
    """The worker starts on a database that says which version it is of."""
    engine = create_engine(url)
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": head})
    engine.dispose()


def _write_all(session: Session) -> None:
    from core import outbox

    for number in range(MAILS):
        outbox.post(
            session,
            "test",
            to_address=f"membre{number}@example.org",
            to_name="",
            language="fr",
            values={"by": Member(first_name="Adèle", last_name="Essai")},
        )


def _left(url: str) -> int:
    engine = create_engine(url)
    with Session(engine) as session:
        left = session.scalar(select(func.count()).where(Mail.sent_at.is_(None)))
    engine.dispose()
    return left or 0


def _forward(url: str) -> None:
    """What was put off after a refusal is due at once: a test waits for no backoff."""
    engine = create_engine(url)
    with Session(engine) as session:
        put_off = update(jobs.Job).where(jobs.Job.kind == SEND, jobs.Job.attempts > 0)
        session.execute(put_off.values(run_at=clock.now()))
        session.commit()
    engine.dispose()
