"""What the database says it will do, and how much it did."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, event

QUIET = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SELECT 1")
EVERY = 100
"""Instructions between two counts: fine enough, and cheap."""
SORT = re.compile(r"USE TEMP B-TREE FOR ORDER BY|Sort Key:")
"""Rows put in order after they were all found: a page of a long list stops at its last one."""
FULL_SCAN = {
    "sqlite": re.compile(r"SCAN (topic|post|article)\b(?! USING)"),
    "postgresql": re.compile(r"Seq Scan on (topic|post|article)\b"),
}


@dataclass
class Statements:
    """The statements of a page, with their values."""

    all: list[tuple[str, Any]] = field(default_factory=list)
    ticks: int = 0

    @property
    def steps(self) -> int:
        """Thousands of instructions of SQLite's machine; 0 elsewhere."""
        return self.ticks * EVERY // 1000


class Watch:
    """Notes what goes to a database."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @contextmanager
    def page(self) -> Iterator[Statements]:
        """What is said meanwhile."""
        seen = Statements()
        counted: list[Any] = []

        def note(
            connection: Connection, cursor: Any, statement: str, values: Any, *_rest: Any
        ) -> None:
            if statement.startswith(QUIET):
                return
            seen.all.append((statement, values))
            if self.engine.dialect.name == "sqlite":
                cursor.connection.set_progress_handler(tick, EVERY)
                counted.append(cursor.connection)

        def tick() -> int:
            seen.ticks += 1
            return 0

        event.listen(self.engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(self.engine, "before_cursor_execute", note)
            for one in counted:  # what is timed afterwards is not counted too
                one.set_progress_handler(None, 0)

    def plans(self, statements: Statements) -> list[str]:
        """How each statement that reads or changes rows would find them."""
        explain = "EXPLAIN QUERY PLAN " if self.engine.dialect.name == "sqlite" else "EXPLAIN "
        found = []
        with self.engine.connect() as connection:
            for statement, values in statements.all:
                if not statement.startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
                    continue
                rows = connection.exec_driver_sql(explain + statement, values).all()
                found.append(statement + "\n" + "\n".join(str(row[-1]) for row in rows))
            connection.rollback()
        return found

    def full_scans(self, plans: list[str]) -> list[str]:
        """The plans that read a whole table of topics, posts or articles."""
        pattern = FULL_SCAN[self.engine.dialect.name]
        return [plan for plan in plans if pattern.search(plan)]


def settle(engine: Engine) -> None:
    """What PostgreSQL does of itself after a while. SQLite has no such habit."""
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql(
                "VACUUM ANALYZE"
            )


def pace() -> float:
    """Milliseconds that this machine takes, now, for a million additions in Python.

    The same machine, shared with others, may take three times as long from one hour to the next.
    """
    started, total = time.perf_counter(), 0
    for number in range(1_000_000):
        total += number
    return (time.perf_counter() - started) * 1000
