"""The fixtures of every test: a world on SQLite, or on both databases for what must not differ."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from core.db import db
from tests.ground import copy_of, fill
from tests.world import World, open_world

if TYPE_CHECKING:
    from tests.services import PostgreSQL

pytest_plugins = ["tests.services"]
settings.register_profile("no clock", deadline=None)  # a test never depends on one
settings.load_profile("no clock")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A filled SQLite database to copy."""
    path = tmp_path_factory.mktemp("template") / "maillage.db"
    fill(f"sqlite:///{path}")
    return path


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    """Which database: SQLite unless a test asks for both."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture
def database_url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh, filled database."""
    if engine == "sqlite":
        yield copy_of(request.getfixturevalue("sqlite_template"), tmp_path)
        return
    service: PostgreSQL = request.getfixturevalue("postgresql")
    with service.database(service.template("template_world", fill)) as url:
        yield url


@pytest.fixture
def world(tmp_path: Path, database_url: str) -> Iterator[World]:
    """Networks, territories, themes and a charter; no member yet."""
    made = open_world(tmp_path, database_url)
    with made.app.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


def pytest_addoption(parser: pytest.Parser) -> None:
    """`make bench ARGS=--postgresql`."""
    parser.addoption("--postgresql", action="store_true", help="measure on PostgreSQL")
    parser.addoption("--sizes", default="1000,10000", help="how many entries to search in")
    parser.addoption("--engines", default="whoosh,tantivy,postgresql,fts5", help="which to measure")
