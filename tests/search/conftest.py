"""A world with a search: each test of it runs on the three engines."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from accounts.models import Member
from core.db import db
from search import acronyms, queries
from search.queries import Ask, Results, Suggestion
from search.writing import Index
from tests.world import World, open_world

ENGINES = ("whoosh", "tantivy", "postgresql")


@dataclass
class Searched:
    """A world and its index."""

    world: World
    index: Index

    def build(self) -> None:
        """Build the index from what is there."""
        with self.world.session() as session:
            self.index.begin(session)
            while self.index.build(session, 10.0) is not None:
                pass

    def search(self, who: Member, typed: str, **more: object) -> Results:
        """What a member finds, once the worker has done its work."""
        self.world.work()
        viewer = self.world.viewer(who)
        with self.world.session() as session:
            return queries.search(session, self.index, viewer, Ask(typed, **more))  # type: ignore[arg-type]

    def titles(self, who: Member, typed: str, **more: object) -> list[str]:
        """The titles found, in order."""
        return [
            "".join(part.text for part in hit.title) for hit in self.search(who, typed, **more).hits
        ]

    def suggest(self, who: Member, typed: str) -> list[Suggestion]:
        """What is proposed as a member types."""
        self.world.work()
        viewer = self.world.viewer(who)
        with self.world.session() as session:
            return queries.suggest(session, self.index, viewer, typed)


@pytest.fixture(params=ENGINES)
def search_engine(request: pytest.FixtureRequest) -> str:
    """The engine of this test."""
    return str(request.param)


@pytest.fixture
def engine(search_engine: str) -> str:
    """The database that goes with it."""
    return "postgresql" if search_engine == "postgresql" else "sqlite"


@pytest.fixture
def searched(search_engine: str, tmp_path: Path, database_url: str) -> Iterator[Searched]:
    """An empty world with its first index and its acronyms."""
    url = "postgresql:" if search_engine == "postgresql" else f"{search_engine}:{tmp_path}/index"
    world = open_world(tmp_path, database_url, search_url=url)
    with world.app.app_context():
        made = Searched(world, world.app.extensions["maillage.search"])
        assert made.index.engine.name == search_engine
        with world.session() as session:
            acronyms.seed(session)
        made.build()
        yield made
        db.session.remove()
        db.engine.dispose()
