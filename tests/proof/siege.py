"""Members who write and deposit, mails that leave, and processes killed meanwhile."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from aiosmtpd.controller import Controller
from sqlalchemy import func, insert, select, update

from access.models import Network
from accounts.models import Member
from app import create_app
from core import clock
from core.db import db
from core.jobs import Job, Plan
from core.settings import from_environment
from files.actions import READ
from forum.models import Following
from search.jobs import CHANGED
from tests.ground import NETWORKS
from tests.proof import contents
from tests.proof.contents import Drawer
from tests.proof.forum_holds import Forum
from tests.proof.library_holds import Library, the_database_is_whole
from tests.proof.mailbox import Mailbox
from tests.proof.members import Depositor, Shelf, Writer
from tests.proof.search_holds import Searching
from tests.proof.striking import Processes, Striking
from tests.running import House, free_port, kill
from tests.world import World

WRITERS, LISTENERS, TOPICS, DEPOSITORS = 6, 3, 12, 3
DRAIN_SECONDS = 420
BETWEEN_KILLS = (0.05, 1.5)
"""Seconds, from when the pages answer: processes die in the middle of their work."""
STILLBORN = 0.2
"""How often that is not waited for: some processes die before they have opened."""


@dataclass
class Siege:
    """A house with its processes, its mailbox and its members."""

    house: House
    world: World
    mailbox: Mailbox
    draw: Random
    striking: Striking
    writers: list[Writer] = field(default_factory=list)
    depositors: list[Depositor] = field(default_factory=list)
    listeners: list[int] = field(default_factory=list)
    topics: list[int] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def plan(self) -> Plan:
        """What the worker does."""
        plan: Plan = self.world.app.extensions["maillage.plan"]
        return plan

    def people(self) -> None:
        """Writers and depositors, listeners who follow everything that stands, a few topics."""
        with self.world.session() as session:
            for slug, (name, colour, accent) in NETWORKS.items():
                session.add(
                    Network(slug=slug, name=name, full_name=name, colour=colour, accent=accent)
                )
        writers = [self.world.member(f"Plume{number}") for number in range(WRITERS)]
        listeners = [self.world.member(f"Oreille{number}") for number in range(LISTENERS)]
        depositors = [self.world.member(f"Rayon{number}") for number in range(DEPOSITORS)]
        topics = [self.world.topic(writers[number % WRITERS]) for number in range(TOPICS)]
        self.topics = [topic.id for topic in topics]
        self.listeners = [member.id for member in listeners]
        self._listen()
        theme_id = self.world.theme()
        for member in writers:
            writer = Writer(self.house, member.id, self.over, Random(self.draw.random()))
            writer.topics, writer.theme_id = list(self.topics), theme_id
            self.writers.append(writer)
        shelf, shared = Shelf(), contents.shared(self.draw)
        for member in depositors:
            draw = Random(self.draw.random())
            drawer = Drawer(draw, shared)
            self.depositors.append(
                Depositor(self.house, member.id, self.over, draw, drawer=drawer, shelf=shelf)
            )

    def _listen(self) -> None:
        with self.world.session() as session:
            session.execute(update(Member).values(language="en"))
            session.execute(
                insert(Following),
                [
                    {"member_id": member, "topic_id": topic, "active": True}
                    for member in self.listeners
                    for topic in self.topics
                ],
            )

    def hold(self, kills: int) -> None:
        """Act, kill so many times, then let the work that is left be done."""
        processes: Processes = {"web": self.house.serve(), "worker": self.house.worker()}
        threads = [threading.Thread(target=one.run) for one in (*self.writers, *self.depositors)]
        try:
            self.house.wait(processes["web"])
            for thread in threads:
                thread.start()
            for _ in range(kills):
                if self.draw.random() > STILLBORN:
                    self.house.wait(processes["web"])
                time.sleep(self.draw.uniform(*BETWEEN_KILLS))
                self.striking.strike(processes)
            self.over.set()
            for thread in threads:
                thread.join(120)
            self._drain()
        finally:
            self.over.set()
            for process in processes.values():
                kill(process)

    def _drain(self) -> None:
        end = time.monotonic() + DRAIN_SECONDS
        waiting = (
            select(func.count())
            .select_from(Job)
            .where(Job.kind.not_in(self.plan.periodic), Job.failed_at.is_(None))
        )
        while left := self.world.one(waiting):
            assert time.monotonic() < end, f"{left} jobs were not done: {self._jobs()}"
            time.sleep(0.3)

    def _jobs(self) -> list[str]:
        return [
            f"{job.kind} {job.payload} attempts={job.attempts} run_at={job.run_at:%T} "
            f"leased={job.leased_by} {job.last_error}"
            for job in self.world.all(select(Job).limit(10))
        ]

    def verify(self) -> str:
        """Raise when anything was lost or done twice; an account of what was seen."""
        members = (*self.writers, *self.depositors)
        failures = [member.failed for member in members if member.failed]
        assert not failures, failures
        index = self.world.app.extensions["maillage.search"]
        reader = self.world.all(select(Member).where(Member.id == self.listeners[0]))[0]
        viewer = self.world.viewer(reader)
        parts: list[Forum | Library | Searching] = [
            Forum(self.writers, self.listeners, self.topics, self.mailbox),
            Library(self.depositors, self.writers, self.house.folder, self.plan),
            Searching(index, viewer, self.depositors, self.writers),
        ]
        with self.world.session() as session:
            seen = [part.verify(session) for part in parts]
            the_database_is_whole(session)
        kills, during = self.striking.kills, self.striking.during
        again = sum(member.again for member in members)
        return "; ".join(
            [
                f"{kills.total()} kills ({dict(kills)}), {during[READ]} while a file was read, "
                f"{during[CHANGED]} while the index was written",
                *seen,
                f"{again} forms and pages asked for again",
            ]
        )


@contextmanager
def besieged(
    folder: Path, database_url: str, seed: int, more: Mapping[str, str] | None = None
) -> Iterator[Siege]:
    """A house ready to be attacked, with a real SMTP server beside it."""
    mailbox = Mailbox()
    server = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    server.start()
    told = {
        "MAIL_URL": f"smtp://127.0.0.1:{server.port}",
        "MAIL_DELAY_SECONDS": "0",
        "RATE_LIMITS": "no",
        **(more or {}),
    }
    try:
        house = House(folder, database_url, told)
        house.init()
        app = create_app(from_environment({**house.environment, "EMBEDDED_WORKER": "no"}))
        with app.app_context():
            draw = Random(seed)
            siege = Siege(house, World(app), mailbox, draw, Striking(house, draw))
            siege.people()
            yield siege
            db.session.remove()
            db.engine.dispose()
    finally:
        server.stop()


def account(siege: Siege, kills: int) -> str:
    """Hold so many kills and verify: the account, with its duration."""
    started = clock.now()
    siege.hold(kills)
    held = (clock.now() - started).total_seconds()
    seen = siege.verify()
    return f"{seen}; {held:.0f} s, verified in {(clock.now() - started).total_seconds() - held:.0f}"
