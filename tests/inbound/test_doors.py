"""The two doors by which mails come in: a mailbox read by IMAP, a command given one mail."""

import socketserver
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from core.settings import Misconfigured, from_environment
from inbound import mailbox, reading
from inbound.actions import receive
from inbound.mailbox import Reader
from inbound.models import Received
from tests.inbound.letters import answer_address, letter
from tests.running import MAILLAGE, House
from tests.world import World


class Box(socketserver.ThreadingTCPServer):
    """A mailbox that answers the few words of IMAP that are said to it."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, mails: list[bytes]) -> None:
        super().__init__(("127.0.0.1", 0), Speaker)
        self.mails, self.seen = mails, set[int]()
        self.dies_before_seen = False
        self.withholds = set[int]()
        """Mails that it does not give today."""


class Speaker(socketserver.StreamRequestHandler):
    """One connection."""

    server: Box

    def handle(self) -> None:
        self.say(b"* OK [CAPABILITY IMAP4rev1] ready")
        while line := self.rfile.readline():
            tag, _, command = line.strip().partition(b" ")
            if not self.answer(command):
                return
            self.say(tag + b" OK done")

    def say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")

    def answer(self, command: bytes) -> bool:
        words = command.upper().split()
        if words[0] == b"CAPABILITY":
            self.say(b"* CAPABILITY IMAP4rev1")
        elif words[0] == b"SELECT":
            self.say(b"* %d EXISTS" % len(self.server.mails))
        elif words[:2] == [b"UID", b"SEARCH"]:
            new = [n for n in range(len(self.server.mails)) if n not in self.server.seen]
            self.say(b"* SEARCH " + b" ".join(b"%d" % (n + 1) for n in new))
        elif words[:2] == [b"UID", b"FETCH"]:
            mail = self.server.mails[int(words[2]) - 1]
            if b"SIZE" in command.upper():
                self.say(b"* 1 FETCH (UID %s RFC822.SIZE %d)" % (words[2], len(mail)))
            elif int(words[2]) - 1 not in self.server.withholds:
                part = mail[: reading.HEADERS_KEPT] if b"<0." in command else mail
                self.wfile.write(b"* 1 FETCH (BODY[] {%d}\r\n" % len(part) + part + b")\r\n")
        elif words[:2] == [b"UID", b"STORE"]:
            if self.server.dies_before_seen:
                return False
            self.server.seen.add(int(words[2]) - 1)
        return True


@contextmanager
def box(mails: list[bytes]) -> Iterator[tuple[Box, str]]:
    with Box(mails) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server, f"imap://moi:secret%40@127.0.0.1:{server.server_address[1]}/INBOX"
        server.shutdown()


def reader(url: str) -> Reader:
    from core.settings import Settings

    return Reader(Settings(secret_key="x" * 40, imap_url=url))


def test_what_is_new_in_the_mailbox_comes_in_once(world: World) -> None:
    asker = world.member("Alice")
    topic = world.topic(asker)
    mails = [
        bytes(letter(answer_address(world, asker, topic), f"Mot {n}.", Number=f"<{n}@x>"))
        for n in range(3)
    ]
    with box([*mails, mails[0] + b"a" * (reading.LARGEST + 1)]) as (server, url):
        server.dies_before_seen = True
        world.act(lambda s: reader(url).poll(s, {}))
        assert len(world.all(select(Received))) == 1, "kept before it is marked as read"
        server.dies_before_seen = False
        for _twice in range(2):
            world.act(lambda s: reader(url).poll(s, {}))
        received = world.all(select(Received).order_by(Received.id))
        assert [one.size > reading.LARGEST for one in received] == [False] * 3 + [True]
        assert server.seen == {0, 1, 2, 3}


def test_a_mail_that_the_mailbox_does_not_give_today_is_asked_for_again(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    asker = world.member("Alice")
    to = answer_address(world, asker, world.topic(asker))
    mails = [bytes(letter(to, f"Mot {n}.", Number=f"<{n}@x>")) for n in range(2)]
    with box(mails) as (server, url):
        server.withholds = {0}
        world.act(lambda s: reader(url).poll(s, {}))
        assert server.seen == {1}
        assert "is not given" in caplog.text
        server.withholds = set()
        world.act(lambda s: reader(url).poll(s, {}))
        assert server.seen == {0, 1}
    assert len(world.all(select(Received))) == 2


def test_a_mailbox_that_does_not_answer_is_asked_again(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.act(lambda s: reader("imap://moi:secret@127.0.0.1:1/INBOX").poll(s, {}))
    assert "cannot be read" in caplog.text
    assert "secret" not in caplog.text
    assert mailbox.POLL not in world.app.extensions["maillage.plan"].periodic


def test_the_command_keeps_the_mail_it_is_given(tmp_path: Path) -> None:
    house = House(tmp_path, f"sqlite:///{tmp_path}/maillage.db")
    raw = bytes(letter("reponses+aaaa@example.org"))

    def given() -> int:
        command = (*MAILLAGE, "receive", "--to", "reponses+aaaa@example.org")
        return subprocess.run(
            command, input=raw, env=house.environment, capture_output=True, check=False
        ).returncode

    assert given() == 75, "no database yet: the mail server comes back"
    house.init()
    assert given() == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAIL_ANSWERS", "reponses@example.org"),
        ("MAIL_ANSWERS", "{token}"),
        ("MAIL_ANSWERS", "x" * 40 + "{token}@example.org"),
        ("MAIL_BOUNCES", "rebonds+{token}@exa mple.org"),
        ("IMAP_URL", "https://example.org"),
        ("IMAP_URL", "imaps://example.org/INBOX"),
    ],
)
def test_a_setting_that_makes_no_sense_is_said(name: str, value: str) -> None:
    with pytest.raises(Misconfigured, match=name):
        from_environment({"SECRET_KEY": "x" * 32, name: value})


def test_each_way_in_has_its_own_address() -> None:
    given = {"MAIL_ANSWERS": "a+{token}@x.fr", "MAIL_CIRCULARS": "A+{token}@x.fr"}
    with pytest.raises(Misconfigured, match="MAIL_CIRCULARS"):
        from_environment({"SECRET_KEY": "x" * 32, **given})


def test_an_empty_mail_is_kept_too(world: World) -> None:
    assert world.act(lambda s: receive(s, b""))
    assert not world.act(lambda s: receive(s, b""))
    world.work()
