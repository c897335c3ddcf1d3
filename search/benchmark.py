"""Questions with the document that answers them: how well, and how fast, the search finds it.

The documents go into an index and a database of their own, thrown away at the end; the questions go
through `queries.search`, as those of a member do.
"""

import gzip
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Engine as DatabaseEngine
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session, sessionmaker

from access.models import Audience
from access.viewers import Role, Viewer
from core.db import Base
from core.indexing import Entry, Source
from core.settings import Misconfigured, Settings
from search import acronyms, engines, queries
from search.queries import Ask
from search.writing import Index

KIND = "document"
ENGINES = ("whoosh", "tantivy", "postgresql")
START = datetime(2026, 1, 1, tzinfo=UTC)
AUDIENCE = 1


@dataclass(frozen=True, slots=True)
class Questions:
    """Documents, questions, and the right document of each."""

    entries: Sequence[Entry]
    names: Sequence[str]
    """The name of each entry, whose id is its place plus one."""
    asked: Sequence[tuple[str, str]]
    """Name and words."""
    right: dict[str, set[str]]


def _lines(path: Path) -> Iterator[str]:
    content = path.read_bytes()
    if content[:2] == b"\x1f\x8b":
        content = gzip.decompress(content)
    yield from content.decode().splitlines()


def read(docs: Path, asked: Path, qrels: Path) -> Questions:
    """Read the three files: JSON lines (id, title, text), JSON lines (id, text), TREC qrels.

    Raises ValueError or KeyError when one is not of this form.
    """
    documents = [json.loads(line) for line in _lines(docs) if line.strip()]
    right: dict[str, set[str]] = {}
    for line in _lines(qrels):
        question, _zero, document, relevance = line.split()
        if int(relevance) > 0:
            right.setdefault(question, set()).add(document)
    return Questions(
        [
            Entry(
                kind=KIND,
                id=number,
                audience_id=AUDIENCE,
                title=one["title"],
                body=one["text"],
                at=START + timedelta(minutes=number),
            )
            for number, one in enumerate(documents, 1)
        ],
        [one["id"] for one in documents],
        [(one["id"], one["text"]) for one in map(json.loads, _lines(asked))],
        right,
    )


def source(entries: Sequence[Entry]) -> Source:
    """A room that holds these entries, whose ids are 1, 2, 3…"""

    def read_some(_session: Session, ids: Collection[int]) -> Iterable[Entry]:
        return (entries[number - 1] for number in ids if number <= len(entries))

    def ids(_session: Session, after_id: int, limit: int) -> list[int]:
        return list(range(after_id + 1, min(after_id + limit, len(entries)) + 1))

    return Source(KIND, read_some, ids, lambda _session: len(entries))


@contextmanager
def apart(settings: Settings, name: str) -> Iterator[tuple[engines.Engine, Session]]:
    """An engine and a database of their own, gone at the end.

    For PostgreSQL, a schema of its own in the database of this installation. Raises Misconfigured
    when that is SQLite.
    """
    with tempfile.TemporaryDirectory(prefix="maillage-search-") as folder:
        place = Path(folder)
        opening = _schema(settings) if name == "postgresql" else _file(place / "bench.db")
        with opening as session:
            url = "postgresql:" if name == "postgresql" else f"{name}:{place / 'index'}"
            engine = engines.engine(replace(settings, search_url=url))
            yield engine, session


def _make_tables(database: DatabaseEngine) -> None:
    """Only those that a search reads: the others refer to rooms that this one does not know."""
    names = {"network", "territory", "territory_overlap"}
    prefixes = ("audience", "search_")
    tables = [
        table
        for name, table in Base.metadata.tables.items()
        if name in names or name.startswith(prefixes)
    ]
    Base.metadata.create_all(database, tables=tables)


@contextmanager
def _file(path: Path) -> Iterator[Session]:
    database = create_engine(f"sqlite:///{path}")
    try:
        _make_tables(database)
        with sessionmaker(database, class_=Session)() as session:
            yield session
    finally:
        database.dispose()


@contextmanager
def _schema(settings: Settings) -> Iterator[Session]:
    if settings.on_sqlite:
        raise Misconfigured(
            "SEARCH_URL: postgresql: needs a DATABASE_URL of PostgreSQL; "
            "with SQLite, take whoosh: or tantivy:."
        )
    name = f"bench_{uuid4().hex[:12]}"
    database = create_engine(settings.database, connect_args={"options": f"-csearch_path={name}"})
    try:
        with database.begin() as connection:
            connection.execute(text(f"CREATE SCHEMA {name}"))
        _make_tables(database)
        with sessionmaker(database, class_=Session)() as session:
            yield session
    finally:
        with database.begin() as connection:
            connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
        database.dispose()


def fill(
    session: Session, index: Index, audiences: Iterable[int], progress: Callable[[int], None]
) -> None:
    """Write the audiences and the first acronyms, then build the index."""
    session.add_all(Audience(id=one, key=f"bench {one}") for one in audiences)
    acronyms.seed(session)
    session.commit()
    index.begin(session)
    while (done := index.build(session, 0.0)) is not None:
        progress(done)


def measure(
    settings: Settings, name: str, questions: Questions, progress: Callable[[int], None]
) -> dict[str, float | int | str]:
    """R@1, R@10, R@20, MRR@10, and the milliseconds of a first page, median and 95th percentile."""
    viewer = Viewer(1, Role.USER, (AUDIENCE,))
    ranks: list[int | None] = []
    spent: list[float] = []
    with apart(settings, name) as (engine, session):
        index = Index(engine, [source(questions.entries)])
        fill(session, index, [AUDIENCE], progress)
        for question, words in questions.asked:
            started = time.perf_counter()
            first = queries.search(session, index, viewer, Ask(words))
            spent.append((time.perf_counter() - started) * 1000)
            second = queries.search(session, index, viewer, Ask(words, page=2))
            found = [questions.names[hit.id - 1] for hit in (*first.hits, *second.hits)]
            right = questions.right.get(question, set())
            ranks.append(next((rank for rank, one in enumerate(found, 1) if one in right), None))
            progress(1)
    return {"engine": name, **figures(ranks, spent)}


def figures(ranks: Sequence[int | None], spent: Sequence[float]) -> dict[str, float | int]:
    """From the rank of each right answer (None: not in the first twenty) and the milliseconds."""
    asked = max(len(ranks), 1)
    found = [rank for rank in ranks if rank is not None]
    return {
        "questions": len(ranks),
        "R@1": round(sum(rank == 1 for rank in found) / asked, 4),
        "R@10": round(sum(rank <= 10 for rank in found) / asked, 4),
        "R@20": round(sum(rank <= 20 for rank in found) / asked, 4),
        "MRR@10": round(sum(1 / rank for rank in found if rank <= 10) / asked, 4),
        "p50": round(statistics.median(spent), 2) if spent else 0.0,
        "p95": round(percentile(spent, 95), 2),
    }


def percentile(values: Sequence[float], percent: int) -> float:
    """The value under which so many percent of them lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else 0.0


def tidied(session: Session) -> None:
    """Have PostgreSQL count its rows, as it does by itself on a house that lives."""
    database = session.connection().engine
    session.commit()
    with database.connect().execution_options(isolation_level="AUTOCOMMIT") as apart_one:
        apart_one.execute(text("VACUUM ANALYZE"))


def table_bytes(session: Session) -> int:
    """What the index takes in PostgreSQL, with its own indexes."""
    return int(
        session.scalar(
            text(
                "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c WHERE c.relkind = 'r' "
                "AND c.relnamespace = current_schema()::regnamespace "
                "AND c.relname LIKE 'search\\_%'"
            )
        )
        or 0
    )
