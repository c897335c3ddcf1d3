"""Members who post, mails that leave, and processes killed at random instants meanwhile."""

import itertools
import re
import subprocess
import threading
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from random import Random
from typing import cast
from urllib.parse import urlencode

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as Exchange
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.orm import Session

from access.models import Network
from accounts.models import Member
from app import create_app
from core import clock
from core.db import db
from core.jobs import Job
from core.outbox import Mail
from core.settings import from_environment
from forum.models import Following, Post, Topic
from notifications.models import Kind, Notification
from tests.running import House, cookie, free_port, kill
from tests.world import NETWORKS, World

WRITERS, LISTENERS, TOPICS = 6, 3, 12
DRAIN_SECONDS = 420
PAUSE = (0.1, 0.6)
"""Seconds between two posts of a member."""
BETWEEN_KILLS = (0.05, 1.5)
"""Seconds, from when the pages answer: processes die in the middle of their work."""
STILLBORN = 0.2
"""How often that is not waited for: some processes die before they have opened."""
MORE = re.compile(r"^and (\d+) more message", re.MULTILINE)
WORD = re.compile(r"mot[0-9a-f]{32}")
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
OPENS_A_TOPIC = 0.08


class Mailbox:
    """What a real SMTP server received."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Exchange, envelope: Envelope
    ) -> str:
        """Keep it."""
        parsed = BytesParser(policy=default).parsebytes(cast("bytes", envelope.content))
        self.received.append(parsed)
        return "250 OK"


@dataclass
class Writer:
    """A member at a browser, who sends the same form again until it is answered."""

    house: House
    member_id: int
    topics: list[int]
    theme_id: int
    over: threading.Event
    draw: Random
    sent: list[str] = field(default_factory=list)
    """The submissions of the forms sent, answered or not."""
    acknowledged: list[str] = field(default_factory=list)
    again: int = 0
    failed: str = ""

    def run(self) -> None:
        """Post until it is over; the form in hand is always brought to its end."""
        try:
            while not self.over.is_set():
                if self.draw.random() < OPENS_A_TOPIC:
                    self._ask()
                else:
                    topic_id = self.draw.choice(self.topics)
                    self._send(f"/forum/sujets/{topic_id}", f"/forum/sujets/{topic_id}/reponses")
                time.sleep(self.draw.uniform(*PAUSE))
        except Exception as error:
            self.failed = f"{type(error).__name__}: {error}"

    def _ask(self) -> None:
        more = {
            "title": "Qui signe la convention ?",
            "theme": str(self.theme_id),
            "reach": "everyone",
        }
        topic = re.search(
            r"/forum/sujets/(\d+)", self._send("/forum/nouveau", "/forum/nouveau", more)
        )
        assert topic, "a question without an address"
        self.topics.append(int(topic.group(1)))

    def _send(self, form: str, action: str, more: dict[str, str] | None = None) -> str:
        submission = str(uuid.UUID(int=self.draw.getrandbits(128)))
        self.sent.append(submission)
        words = f"mot{submission.replace('-', '')} Le même cas s’est présenté ici."
        for attempt in itertools.count():
            self.again += bool(attempt)
            try:
                values = {"body": words, "submission": submission, **(more or {})}
                location = self._try(form, action, values)
            except (OSError, HTTPException):
                time.sleep(0.1)
            else:
                self.acknowledged.append(submission)
                return location
        raise AssertionError

    def _try(self, form: str, action: str, values: dict[str, str]) -> str:
        connection = HTTPConnection("127.0.0.1", self.house.port, timeout=30)
        try:
            signed_in = cookie(self.house.secret_key, self.member_id)
            connection.request("GET", form, headers={"Cookie": signed_in})
            page = connection.getresponse()
            html = page.read().decode()
            assert page.status == 200, f"{form}: {page.status}"
            token = TOKEN.search(html)
            assert token, f"{form}: no form in {html[-2000:]}"
            headers = {
                "Cookie": (page.getheader("Set-Cookie") or signed_in).partition(";")[0],
                "Content-Type": "application/x-www-form-urlencoded",
            }
            body = urlencode({**values, "csrf_token": token.group(1)})
            connection.request("POST", action, body, headers)
            answer = connection.getresponse()
            answer.read()
            location = answer.getheader("Location") or ""
            assert answer.status == 302, f"{action}: {answer.status}"
            assert location.startswith("/forum/sujets/"), location
            return location
        finally:
            connection.close()


@dataclass
class Siege:
    """A house with its processes, its mailbox and its members."""

    house: House
    world: World
    mailbox: Mailbox
    draw: Random
    writers: list[Writer] = field(default_factory=list)
    listeners: list[int] = field(default_factory=list)
    topics: list[int] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    kills: Counter[str] = field(default_factory=Counter)

    def people(self) -> None:
        """Writers, listeners who follow everything that stands, and a few topics."""
        with self.world.session() as session:
            for slug, (name, colour, accent) in NETWORKS.items():
                session.add(
                    Network(slug=slug, name=name, full_name=name, colour=colour, accent=accent)
                )
        writers = [self.world.member(f"Plume{number}") for number in range(WRITERS)]
        listeners = [self.world.member(f"Oreille{number}") for number in range(LISTENERS)]
        topics = [self.world.topic(writers[number % WRITERS]) for number in range(TOPICS)]
        self.topics = [topic.id for topic in topics]
        self.listeners = [member.id for member in listeners]
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
        theme_id = self.world.theme()
        for member in writers:
            draw = Random(self.draw.random())
            self.writers.append(
                Writer(self.house, member.id, list(self.topics), theme_id, self.over, draw)
            )

    def hold(self, kills: int) -> None:
        """Post, kill so many times, then let the work that is left be done."""
        processes = {"web": self.house.serve(), "worker": self.house.worker()}
        threads = [threading.Thread(target=writer.run) for writer in self.writers]
        try:
            self.house.wait(processes["web"])
            for thread in threads:
                thread.start()
            for _ in range(kills):
                if self.draw.random() > STILLBORN:
                    self.house.wait(processes["web"])
                time.sleep(self.draw.uniform(*BETWEEN_KILLS))
                self._kill_one(processes)
            self.over.set()
            for thread in threads:
                thread.join(120)
            self._drain()
        finally:
            self.over.set()
            for process in processes.values():
                kill(process)

    def _kill_one(self, processes: dict[str, subprocess.Popen[bytes]]) -> None:
        which = self.draw.choice(["web", "worker"])
        kill(processes[which])
        processes[which] = self.house.serve() if which == "web" else self.house.worker()
        self.kills[which] += 1

    def _drain(self) -> None:
        end = time.monotonic() + DRAIN_SECONDS
        waiting = (
            select(func.count())
            .select_from(Job)
            .where(
                Job.kind.not_in(self.world.app.extensions["maillage.plan"].periodic),
                Job.failed_at.is_(None),
            )
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

    # --- what must hold --------------------------------------------------------------------------

    def verify(self) -> str:
        """Raise when anything was lost or done twice; an account of what was seen."""
        failures = [writer.failed for writer in self.writers if writer.failed]
        assert not failures, failures
        with self.world.session() as session:
            self._posts_are_there_once(session)
            told = self._everyone_was_told(session)
            self._all_has_left(session)
            self._the_database_is_whole(session)
            posts = session.scalar(select(func.count()).select_from(Post))
        again = sum(writer.again for writer in self.writers)
        ids = Counter(str(mail["Message-ID"]) for mail in self.mailbox.received)
        return (
            f"{sum(self.kills.values())} kills ({dict(self.kills)}); {posts} posts, "
            f"{sum(len(writer.acknowledged) for writer in self.writers)} acknowledged over HTTP, "
            f"{again} forms sent again; {told} notifications checked, {len(ids)} mails, "
            f"{len(self.mailbox.received) - len(ids)} received twice"
        )

    def _posts_are_there_once(self, session: Session) -> None:
        there = Counter(
            session.scalars(select(Post.submission).where(Post.submission.is_not(None)))
        )
        acknowledged = {one for writer in self.writers for one in writer.acknowledged}
        sent = {one for writer in self.writers for one in writer.sent}
        assert acknowledged - there.keys() == set()
        assert there.keys() - sent == set()
        assert [one for one, times in there.items() if times > 1] == []
        words = Counter(
            match for body in session.scalars(select(Post.body)) for match in WORD.findall(body)
        )
        assert [one for one, times in words.items() if times > 1] == []
        mixed = [
            post_id
            for post_id, body, html in session.execute(select(Post.id, Post.body, Post.html))
            if WORD.findall(body) != WORD.findall(html)
        ]
        assert mixed == [], f"shown with the words of another: {mixed}"
        counted = select(func.count()).where(Post.topic_id == Topic.id, Post.number > 0)
        wrong = select(Topic.id).where(Topic.answers != counted.scalar_subquery())
        assert session.scalars(wrong).all() == []

    def _expected(self, session: Session) -> dict[int, set[int]]:
        """For each member, the replies of which they were surely to be told.

        A writer who answers again has read what stood there: they may be told of it or not.
        """
        listening = {topic: set(self.listeners) for topic in self.topics}
        replies: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for topic_id, number, post_id, author_id in session.execute(
            select(Post.topic_id, Post.number, Post.id, Post.author_id).order_by(Post.number)
        ):
            replies[topic_id].append((number, post_id, author_id))
        expected: dict[int, set[int]] = defaultdict(set)
        for topic_id, thread in replies.items():
            last_by = {author_id: post_id for _number, post_id, author_id in thread}
            following: set[int] = set()
            for number, post_id, author_id in thread:
                if number:
                    for member_id in following | listening.get(topic_id, set()):
                        if last_by.get(member_id, 0) < post_id:
                            expected[member_id].add(post_id)
                following.add(author_id)
        return expected

    def _everyone_was_told(self, session: Session) -> int:
        word_of = {
            post_id: found.group()
            for post_id, body in session.execute(select(Post.id, Post.body))
            if (found := WORD.search(body))
        }
        address = {member.id: member.email for member in session.scalars(select(Member))}
        mails = {str(mail["Message-ID"]): mail for mail in self.mailbox.received}
        words: dict[str, set[str]] = defaultdict(set)
        uncounted: Counter[str] = Counter()
        for mail in mails.values():
            part = mail.get_body(("plain",))
            assert part is not None
            said = part.get_content()
            reader = mail["To"].addresses[0].addr_spec
            found_here = set(WORD.findall(said))
            assert not words[reader] & found_here, f"{reader} was told twice"
            words[reader] |= found_here
            uncounted[reader] += sum(map(int, MORE.findall(said)))
        expected = self._expected(session)
        for member_id, posts in expected.items():
            told = set(
                session.scalars(
                    select(Notification.post_id).where(
                        Notification.member_id == member_id, Notification.kind == Kind.ANSWER
                    )
                )
            )
            assert posts - told == set(), f"{member_id} was not told"
            unmailed = {post for post in posts if word_of[post] not in words[address[member_id]]}
            # A mail quotes five answers of a topic, and says how many more there are.
            assert len(unmailed) <= uncounted[address[member_id]], f"{member_id}: {unmailed}"
        return sum(map(len, expected.values()))

    def _all_has_left(self, session: Session) -> None:
        assert session.scalars(select(Mail.id).where(Mail.sent_at.is_(None))).all() == []
        assert session.scalars(select(Job.id).where(Job.failed_at.is_not(None))).all() == []
        unmailed = select(func.count()).where(
            Notification.kind == Kind.ANSWER, Notification.mailed_at.is_(None)
        )
        assert session.scalar(unmailed) == 0
        received = Counter(str(mail["Message-ID"]) for mail in self.mailbox.received)
        rows = session.scalars(select(Mail.message_id)).all()
        assert {one.strip("<>").partition("@")[0] for one in received} == set(rows)
        # A mail seen twice is the same mail, with the same identity and the same words.
        letters: dict[str, set[str]] = defaultdict(set)
        for mail in self.mailbox.received:
            part = mail.get_body(("plain",))
            letters[str(mail["Message-ID"])].add(part.get_content() if part else "")
        assert [one for one, texts in letters.items() if len(texts) > 1] == []

    def _the_database_is_whole(self, session: Session) -> None:
        if self.house.database_url.startswith("sqlite"):
            assert session.execute(text("PRAGMA integrity_check")).scalars().all() == ["ok"]
            assert session.execute(text("PRAGMA foreign_key_check")).all() == []


@contextmanager
def besieged(folder: Path, database_url: str, seed: int) -> Iterator[Siege]:
    """A house ready to be attacked, with a real SMTP server beside it."""
    mailbox = Mailbox()
    server = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    server.start()
    more = {
        "MAIL_URL": f"smtp://127.0.0.1:{server.port}",
        "MAIL_DELAY_SECONDS": "0",
        "RATE_LIMITS": "no",
    }
    try:
        house = House(folder, database_url, more)
        house.init()
        app = create_app(from_environment({**house.environment, "EMBEDDED_WORKER": "no"}))
        with app.app_context():
            siege = Siege(house, World(app), mailbox, Random(seed))
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
    return f"{siege.verify()}; {(clock.now() - started).total_seconds():.0f} s"
