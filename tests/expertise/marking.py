"""A mark that is written into each text of the desk that goes, and looked for everywhere."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import JSON, Column, Enum, String, Table, cast, literal, select, update
from sqlalchemy.orm import Session

from core import clock
from core.db import Base
from core.outbox import Mail
from expertise.committees.models import Minutes
from expertise.keeping.columns import DELETED, WRITTEN_OVER

MARK = "zqmarque"
"""What is met nowhere else; cut where a column is shorter."""


def written() -> Iterator[tuple[Table, Column[Any]]]:
    """The columns of text of the desk."""
    for mapper in Base.registry.mappers:
        table = mapper.local_table
        if not mapper.class_.__module__.startswith("expertise.") or not isinstance(table, Table):
            continue
        for column in table.columns:
            kind = column.type
            if isinstance(kind, String | JSON) and not isinstance(kind, Enum):
                yield table, column


def decided() -> dict[str, set[str]]:
    """Table → its columns that are written over."""
    found: dict[str, set[str]] = {}
    for group in WRITTEN_OVER:
        for model, values in group.items():
            found[model.__tablename__] = {one.key for one in values}
    return found


def fill(session: Session) -> set[str]:
    """Write the mark into each text that goes; the tables that had a row."""
    over, gone, filled = decided(), {one.__tablename__ for one in DELETED}, set()
    for table, column in written():
        if table.name == Minutes.__tablename__:
            continue  # guarded: they have a test of their own
        if column.foreign_keys or (
            column.name not in over.get(table.name, ()) and table.name not in gone
        ):
            continue
        said: Any = MARK[: getattr(column.type, "length", None) or len(MARK)]
        if isinstance(column.type, JSON):
            said = [[MARK, MARK, MARK]]
        elif column.name == "uid":
            said = literal(MARK) + cast(table.c.id, String)
        rows = session.execute(update(table).values({column.name: said})).rowcount  # type: ignore[attr-defined]
        if rows:
            filled.add(table.name)
    mails = {"to_address": MARK, "subject": MARK, "text": MARK, "sent_at": clock.now()}
    session.execute(update(Mail).values(mails))
    return filled


def met(session: Session) -> list[str]:
    """Where the mark is met, in the whole house."""
    found = []
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if not isinstance(column.type, String | JSON) or isinstance(column.type, Enum):
                continue
            for value in session.execute(select(column)).scalars():
                words = str(value)
                if MARK[:5] in words:
                    found.append(f"{table.name}.{column.name}")
    return found
