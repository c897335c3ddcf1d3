"""An installation in a folder of its own, commanded as an administrator does."""

import contextlib
import io
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app import create_app
from cli import main
from core.db import db
from core.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
COMMAND = [sys.executable, "-c", "from cli import main; main()"]
SETTINGS = (
    "SECRET_KEY",
    "SECRET_KEY_FILE",
    "MAILLAGE_VAR",
    "DATABASE_URL",
    "STORAGE_URL",
    "MAIL_URL",
    "SEARCH_URL",
    "BASE_URL",
    "LIVE_SOCKETS",
    "REDIS_URL",
    "PORT",
    "EMBEDDED_WORKER",
    "RATE_LIMITS",
    "DEVELOPMENT",
)


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended and what it said."""

    status: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Installation:
    """A folder with everything, and the settings that lead there."""

    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """The environment of its commands: nothing of the machine's own settings."""
        mine = {
            "SECRET_KEY_FILE": str(self.folder / "secret-key"),
            "MAILLAGE_VAR": str(self.folder),
            "DATABASE_URL": f"sqlite:///{self.folder}/maillage.db",
            "STORAGE_URL": f"file:{self.folder}/files",
            "MAIL_URL": f"file:{self.folder}/mail",
            **self.settings,
        }
        rest = {name: value for name, value in os.environ.items() if name not in SETTINGS}
        return {**rest, **mine}

    def run(self, *arguments: str) -> Said:
        """Run a command here, in this process."""
        out, err = io.StringIO(), io.StringIO()
        before, mask = dict(os.environ), os.umask(0o022)
        os.environ.clear()
        os.environ.update(self.environment)
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                main(arguments)
        except SystemExit as end:
            return Said(int(end.code or 0), out.getvalue(), err.getvalue())
        finally:
            os.umask(mask)
            os.environ.clear()
            os.environ.update(before)
        raise AssertionError("a command ends by itself")

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start a command in a process and a group of its own."""
        return subprocess.Popen(
            [*COMMAND, *arguments],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    @contextmanager
    def opened(self) -> Iterator[Session]:
        """Its database, through an application of its own that serves nobody."""
        url = self.environment["DATABASE_URL"]
        application = create_app(
            Settings(
                secret_key="k" * 40,
                var=self.folder,
                database_url=url,
                storage_url=f"file:{self.folder}/files",
                mail_url=f"file:{self.folder}/mail",
                embedded_worker=False,
            )
        )
        with application.app_context():
            yield db.session()
            db.session.remove()
            db.engine.dispose()

    def copy(self, folder: Path) -> "Installation":
        """The same, in another folder."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return Installation(folder, self.settings)


@contextmanager
def taken_port() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield int(listener.getsockname()[1])


def eventually(holds: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)


@pytest.fixture(scope="session")
def _prepared(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    installation = Installation(tmp_path_factory.mktemp("prepared"))
    said = installation.run("init")
    assert said.status == 0, said
    return installation


@pytest.fixture(scope="session")
def _demonstration(
    _prepared: Installation, tmp_path_factory: pytest.TempPathFactory
) -> Installation:
    installation = _prepared.copy(tmp_path_factory.mktemp("demonstration"))
    said = installation.run("demo")
    assert said.status == 0, said
    return installation


@pytest.fixture
def bare(tmp_path: Path) -> Installation:
    """An installation where nothing was done yet."""
    return Installation(tmp_path)


@pytest.fixture
def prepared(_prepared: Installation, tmp_path: Path) -> Installation:
    """An installation after `maillage init`."""
    return _prepared.copy(tmp_path)


@pytest.fixture
def demonstration(_demonstration: Installation, tmp_path: Path) -> Installation:
    """An installation after `maillage demo`."""
    return _demonstration.copy(tmp_path)
