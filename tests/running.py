"""A Maillage in real processes: what `maillage serve` and `maillage worker` do, and kills."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from random import SystemRandom

from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from core.settings import ROOT

MAILLAGE = (sys.executable, "-c", "import cli; cli.main()")
START_SECONDS = 60
OURS = range(20_000, 30_000)
"""Ports below those that Linux gives to connections going out (32,768 and above)."""


def free_port() -> int:
    """A port that nobody listens on, and that no connection going out is given.

    From the system's own range, the port of a process that was just killed could be taken by any
    connection, even by the one that tries to reach it.
    """
    for port in SystemRandom().sample(OURS, 50):
        with socket.socket() as taken, suppress(OSError):
            taken.bind(("127.0.0.1", port))
            return port
    raise OSError("no free port")


def start(
    command: tuple[str, ...], environment: Mapping[str, str], log: Path
) -> subprocess.Popen[bytes]:
    """A process at the head of its own group, so that a kill takes its children too."""
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=dict(environment),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def kill(process: subprocess.Popen[bytes]) -> None:
    """kill -9 to the whole group, at once."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ask to end, then make sure."""
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        kill(process)


def answers(port: int, path: str = "/sante") -> bool:
    """Whether a server answers there."""
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


@dataclass
class House:
    """An installation in a folder of its own, on this database."""

    folder: Path
    database_url: str
    more: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    secret_key: str = "only of a house made for a test, and pulled down after it"

    @property
    def environment(self) -> dict[str, str]:
        """What the commands are told."""
        return {
            **os.environ,
            "SECRET_KEY": self.secret_key,
            "MAILLAGE_VAR": str(self.folder),
            "DATABASE_URL": self.database_url,
            "STORAGE_URL": f"file:{self.folder}/files",
            "MAIL_URL": f"file:{self.folder}/mail",
            "PORT": str(self.port),
            **self.more,
        }

    @property
    def log(self) -> Path:
        """What its processes say."""
        return self.folder / "processes.log"

    def init(self) -> None:
        """`maillage init`."""
        subprocess.run(
            (*MAILLAGE, "init"), cwd=ROOT, env=self.environment, check=True, capture_output=True
        )

    def serve(self) -> subprocess.Popen[bytes]:
        """`maillage serve`, not waited for."""
        return start((*MAILLAGE, "serve"), self.environment, self.log)

    def worker(self) -> subprocess.Popen[bytes]:
        """`maillage worker`, not waited for."""
        return start((*MAILLAGE, "worker"), self.environment, self.log)

    def wait(self, process: subprocess.Popen[bytes]) -> None:
        """Until the pages answer."""
        wait(self.port, process, self.log)


def wait(port: int, process: subprocess.Popen[bytes], log: Path, path: str = "/sante") -> None:
    """Until the server answers there; its last words when it ends instead."""
    end = time.monotonic() + START_SECONDS
    while not answers(port, path):
        if process.poll() is not None or time.monotonic() > end:
            raise AssertionError(f"the server does not answer: {log.read_text()[-2000:]}")
        time.sleep(0.05)


def cookie(secret_key: str, member_id: int, epoch: int = 0) -> str:
    """The Cookie header of this member, signed in."""
    app = Flask("signer")
    app.secret_key = secret_key
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    return f"maillage={signer.dumps({'_user_id': f'{member_id}:{epoch}', '_fresh': True})}"
