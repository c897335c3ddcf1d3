"""`maillage serve` and `maillage worker`, in processes of their own."""

import os
import re
import signal
import sqlite3
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from accounts import administration
from app import create_app
from cli.serve import LAST_WORDS_SECONDS
from core.db import db
from core.settings import from_environment
from tests.browser.served import House
from tests.installation import Installation, eventually, taken_port
from tests.live.wire import opened
from tests.world import World

ADDRESS = re.compile(r"Maillage est ouvert\u00a0: (http://\S+)")


@contextmanager
def served(
    installation: Installation, *options: str
) -> Iterator[tuple["subprocess.Popen[str]", str, list[str]]]:
    """The site, open on a free port: process, address, what it said."""
    server = installation.start("serve", "--port", "0", *options)
    said: list[str] = []
    try:
        assert server.stdout is not None
        for line in server.stdout:
            said.append(line)
            if "Ctrl+C" in line:
                break
        found = ADDRESS.search("".join(said))
        assert found, [*said, server.stderr.read() if server.stderr else ""]
        yield server, found[1], said
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGKILL)
        server.communicate()


def get(address: str) -> int:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return int(answer.status)


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_it_is_told_to_stop(prepared: Installation, end: signal.Signals) -> None:
    with served(prepared) as (server, address, _):
        assert get(f"{address}/sante") == 200
        assert get(f"{address}/connexion") == 200
        server.send_signal(end)
        out, err = server.communicate(timeout=20)
        assert server.returncode == 0
        assert "Maillage est fermé." in out
        assert err == ""


def test_open_pages_do_not_hold_it_when_it_stops(prepared: Installation) -> None:
    assert prepared.run("network", "coorace", "COORACE").status == 0
    settings = {**prepared.environment, "LIVE_SOCKETS": "0"}
    with served(prepared) as (server, address, _), ExitStack() as stack:
        world = World(create_app(from_environment(settings)))
        with world.app.app_context():
            house = House(world, address, prepared.folder / "mail")
            member = world.member()
            wires = [stack.enter_context(opened(house, member)) for _time in range(3)]
            start = time.monotonic()
            server.send_signal(signal.SIGTERM)
            _out, err = server.communicate(timeout=20)
            assert time.monotonic() - start < LAST_WORDS_SECONDS
            assert all(wire.is_closed() for wire in wires)
            db.session.remove()
            db.engine.dispose()
        assert server.returncode == 0
        assert err == ""


def test_it_says_how_to_come_in_on_a_demonstration_only(
    prepared: Installation, tmp_path: Path
) -> None:
    with served(prepared) as (_, _, said):
        assert "maillage-demo" not in "".join(said)
    (prepared.folder / "demonstration").touch()
    with served(prepared) as (_, _, said):
        assert "membre@maillage.example" in "".join(said)


def test_several_processes_without_redis_are_told_of_limits(prepared: Installation) -> None:
    with served(prepared, "--processes", "2") as (_, address, said):
        assert "REDIS_URL" in "".join(said)
        assert get(f"{address}/sante") == 200


def test_a_taken_port_is_named_with_another(prepared: Installation) -> None:
    with taken_port() as port:
        said = prepared.run("serve", "--port", str(port))
    assert said.status == 1
    assert f"Le port {port} est déjà pris" in said.err
    assert f"--port {port + 1}" in said.err


def test_an_address_that_is_not_ours(prepared: Installation) -> None:
    said = prepared.run("serve", "--host", "203.0.113.9", "--port", "0")
    assert said.status == 1
    assert "203.0.113.9" in said.err


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_before_init_it_says_so(bare: Installation, command: str) -> None:
    bare.folder.joinpath("secret-key").write_text("k" * 64)
    said = bare.run(command)
    assert said.status == 2
    assert "n’existe pas encore" in said.err


MAILS = 40


def invite_many(installation: Installation) -> None:
    """Mails that wait: nobody works yet."""
    assert installation.run("network", "coorace", "COORACE").status == 0
    with installation.opened() as session:
        for number in range(MAILS):
            administration.invite(
                session,
                by=None,
                email=f"p{number}@exemple.fr",
                first_name="P",
                last_name="N",
                networks=[1],
                territories=[],
            )
        session.commit()


def arrived(installation: Installation) -> int:
    return len(list((installation.folder / "mail").glob("*.eml")))


def unsent(installation: Installation) -> int:
    with sqlite3.connect(installation.folder / "maillage.db") as connection:
        return int(
            connection.execute("SELECT count(*) FROM mail WHERE sent_at IS NULL").fetchone()[0]
        )


def test_killed_while_mails_wait_it_loses_none(prepared: Installation) -> None:
    invite_many(prepared)
    with served(prepared) as (server, _, _):
        eventually(lambda: arrived(prepared) > 2)
        os.killpg(server.pid, signal.SIGKILL)
    assert arrived(prepared) < MAILS, "it was too quick to be killed half-way"
    with served(prepared):
        eventually(lambda: unsent(prepared) == 0)
    assert arrived(prepared) == MAILS


def test_a_separate_worker_does_what_the_site_leaves_to_it(prepared: Installation) -> None:
    invite_many(prepared)
    apart = Installation(prepared.folder, {"EMBEDDED_WORKER": "no"})
    with served(apart) as (_, _, said):
        assert "maillage worker" in "".join(said)
        worker = prepared.start("worker")
        eventually(lambda: arrived(prepared) > 0)
        worker.terminate()
        out, err = worker.communicate(timeout=20)
    assert worker.returncode == 0
    assert "Fin du travail en cours" in out
    assert err == ""
    assert arrived(prepared) == MAILS - unsent(prepared), "the mail in hand was finished"


def test_a_process_that_dies_is_replaced(prepared: Installation) -> None:
    with served(prepared) as (server, address, _):
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children")
        [child] = children.read_text().split()
        os.kill(int(child), signal.SIGKILL)
        eventually(lambda: children.read_text().split() not in ([], [child]))
        assert get(f"{address}/sante") == 200
