"""Removing rows for good, with all that cannot be without them, whichever tables there are."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, delete, select, update
from sqlalchemy.orm import Session

from core.db import Base

GO_TOO = frozenset(
    {
        ("topic", "merged_into_id"),
        ("notification", "post_id"),
        ("notification", "document_id"),
        ("notification", "event_id"),
        ("room", "event_id"),
    }
)
"""Columns that may be empty, whose rows go all the same with what they name."""
AT_ONCE = 500


def referring(table: Table) -> list[tuple[Table, Any]]:
    """The tables and columns that name the rows of this one."""
    (key,) = table.primary_key.columns
    return [
        (other, foreign.parent)
        for other in Base.metadata.sorted_tables
        for foreign in other.foreign_keys
        if foreign.column is key
    ]


def goes_too(table: Table, column: Any) -> bool:
    """Whether a row goes with what this column of it names; otherwise it is only unlinked."""
    return not column.nullable or (table.name, column.name) in GO_TOO


def erase(session: Session, table: Table, ids: Sequence[int]) -> None:
    """Remove these rows, and those that cannot be without them."""
    for start in range(0, len(ids), AT_ONCE):
        _erase(session, table, ids[start : start + AT_ONCE])


def _erase(session: Session, table: Table, ids: Sequence[int]) -> None:
    (key,) = table.primary_key.columns
    for other, column in referring(table):
        named = column.in_(ids)
        if not goes_too(other, column):
            session.execute(update(other).where(named).values({column.name: None}))
        elif len(other.primary_key.columns) == 1 and referring(other):
            (its_key,) = other.primary_key.columns
            erase(session, other, session.scalars(select(its_key).where(named)).all())
        else:
            session.execute(delete(other).where(named))
    session.execute(delete(table).where(key.in_(ids)))
