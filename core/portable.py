"""What a room gives of a member's own data: plain rows by table, and files."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from core.db import Base

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stored file that the member sent."""

    name: str
    sha256: str
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True)
class Held:
    """All that a room holds about a member: table → rows, empty ones too."""

    tables: dict[str, Rows]
    files: list[Piece] = field(default_factory=list)


Giver = Callable[[Session, int], Held]
"""(session, member_id) → what one room holds about them."""


def everything(session: Session, member_id: int, givers: Iterable[Giver]) -> Held:
    """What all the rooms hold, joined. Each table is given by one room."""
    tables: dict[str, Rows] = {}
    files: dict[tuple[str, str], Piece] = {}
    for give in givers:
        held = give(session, member_id)
        if twice := tables.keys() & held.tables.keys():
            raise ValueError(f"given twice: {twice}")
        tables |= held.tables
        files |= {(piece.name, piece.sha256): piece for piece in held.files}
    return Held(tables, list(files.values()))


def rows_of(
    session: Session,
    model: type[Base],
    condition: ColumnElement[bool],
    *,
    without: Iterable[str] = (),
) -> Rows:
    """The rows of a table that meet a condition, in the order of their key, ready for JSON.

    `without`: columns that are secrets, or that only repeat another one.
    """
    table = model.__table__
    columns = [column for column in table.columns if column.name not in set(without)]
    found = session.execute(
        select(*columns).where(condition).order_by(*model.__mapper__.primary_key)
    ).mappings()
    return [{name: plain(value) for name, value in row.items()} for row in found]


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value
