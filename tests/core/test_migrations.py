"""The migrations with rows in the tables: up from an older house, down, and up again."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Engine,
    MetaData,
    String,
    Table,
    insert,
    inspect,
    select,
    text,
)

from app import create_app, with_migrations
from core.db import db
from tests.ground import settings
from tests.services import PostgreSQL

OLDER = "0005"
"""The first release that was given to a network."""
ROWS = (1, 2, 3)
SAID: Mapping[str, tuple[Any, ...]] = {
    "audience.key": ("networks ; territories ", "a", "b"),
    "document.link": (None,) * 3,
    "notification.document_id": (None,) * 3,
    "notification.post_id": ROWS,
    # Kinds that differ by a capital or an accent, a point with no longitude, a name at its longest.
    "organisation.kind": ("ACI", "aci", "Épicerie"),
    "organisation.name": ("Les Jardins", "Œ" * 200, "L’Épicerie"),
    "organisation.latitude": (47.2, 47.3, None),
    "organisation.longitude": (-1.5, None, None),
    "profile.organisation_id": (1, 2, None),
    "commune.folded_name": ("saint herblain", "laval", "nantes"),
}
"""What cannot be told from the kind of a column."""
MENDED = {"organisation.latitude", "organisation.longitude"}
"""A point that was half known is no point."""
Rows = dict[str, list[dict[str, Any]]]


def value(column: Column[Any], number: int) -> Any:
    """Something that this column may hold, another for each row."""
    name = f"{column.table.name}.{column.name}"
    if name in SAID:
        return SAID[name][number - 1]
    if column.foreign_keys and column.nullable:
        return None
    if isinstance(column.type, String):
        return f"{number}{column.name}"[: column.type.length]
    if isinstance(column.type, Date):
        return date(2026, 1, number)
    if isinstance(column.type, DateTime):
        return datetime(2026, 1, number, tzinfo=UTC if column.type.timezone else None)
    if isinstance(column.type, Boolean):
        return number % 2 == 0
    return {"row": number} if isinstance(column.type, JSON) else number


def fill(connection: Connection, tables: MetaData) -> None:
    """Three rows in each table; one where only one may be."""
    for table in tables.sorted_tables:
        if table.name != "alembic_version":
            for number in ROWS[:1] if table.name == "house_rules" else ROWS:
                row = {one.name: value(one, number) for one in table.columns}
                connection.execute(insert(table).values(row))
    if connection.dialect.name == "postgresql":
        for table in tables.sorted_tables:  # what was numbered by hand is counted from there
            if sequence := _sequence(connection, table):
                connection.execute(text(f"SELECT setval('{sequence}', 10)"))


def _sequence(connection: Connection, table: Table) -> str | None:
    if "id" not in table.columns:
        return None
    asked = text("SELECT pg_get_serial_sequence(:name, 'id')")
    found: str | None = connection.scalar(asked, {"name": f'"{table.name}"'})
    return found


def reflected(engine: Engine) -> MetaData:
    found = MetaData()
    found.reflect(engine)
    return found


def rows(engine: Engine, only: Rows | None = None) -> Rows:
    """All the rows, or those of the tables and columns of `only`, in the order of their keys."""
    found: Rows = {}
    tables = reflected(engine)
    with engine.connect() as connection:
        for table in tables.sorted_tables:
            if table.name == "alembic_version" or (only is not None and table.name not in only):
                continue
            wanted = [
                one
                for one in table.columns
                if f"{table.name}.{one.name}" not in MENDED
                and (only is None or one.name in only[table.name][0])
            ]
            asked = select(*wanted).order_by(*table.primary_key.columns)
            found[table.name] = [dict(row._mapping) for row in connection.execute(asked)]
    return {name: held for name, held in found.items() if held}


@pytest.fixture
def older_url(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """An empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/older.db"
        return
    service: PostgreSQL = request.getfixturevalue("postgresql")
    with service.database() as url:
        yield url


@pytest.mark.parametrize("older_url", ["sqlite", "postgresql"], indirect=True)
def test_an_older_house_goes_up_down_and_up_again(older_url: str, tmp_path: Path) -> None:
    app = with_migrations(create_app(settings(tmp_path, older_url)))
    with app.app_context():
        upgrade(revision=OLDER)
        tables = reflected(db.engine)
        with db.engine.begin() as connection:
            fill(connection, tables)
        before = rows(db.engine)
        assert len(before) == len(inspect(db.engine).get_table_names()) - 1

        upgrade()
        above = rows(db.engine)
        kinds = {one["id"]: one for one in above["organisation_kind"]}
        held = [kinds[one["kind_id"]]["name"] for one in above["organisation"]]
        assert held == ["ACI", "aci", "Épicerie"]
        assert len({one["slug"] for one in kinds.values()}) == 3
        _grow(db.engine)

        downgrade(revision=OLDER)
        assert _shrunk(rows(db.engine, before)) == before

        upgrade()
        assert rows(db.engine, {"member": above["member"], "post": above["post"]}) == {
            "member": above["member"],
            "post": above["post"],
        }
        db.session.remove()
        db.engine.dispose()


LONG = "https://example.org/" + "x" * 400


def _grow(engine: Engine) -> None:
    """What could not be said before: no reference, a longer link, a longer kind."""
    with engine.begin() as connection:
        connection.execute(text("UPDATE organisation SET reference = NULL WHERE id = 1"))
        connection.execute(
            text("UPDATE organisation SET website = :link WHERE id = 2"), {"link": LONG}
        )
        connection.execute(
            text("UPDATE organisation_kind SET name = :name WHERE name = 'ACI'"),
            {"name": "Atelier " * 20},
        )


def _shrunk(found: Rows) -> Rows:
    """The same, those three said as before once they were seen."""
    first, second, _third = found["organisation"]
    assert first.pop("reference") == "organisation-1"
    assert first.pop("kind") == "Atelier " * 20
    assert second.pop("website") == LONG
    first |= {"reference": "1reference", "kind": "ACI"}
    second |= {"website": "2website"}
    return found
