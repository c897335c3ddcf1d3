"""How Alembic reaches the database: the application's own engine, SQLite or PostgreSQL."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import current_app
from sqlalchemy import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection

from core.db import Moment, db


def render(kind: str, thing: object, _context: AutogenContext) -> str | Literal[False]:
    """A migration stands by itself: it names no type of ours."""
    if kind == "type" and isinstance(thing, Moment):
        return "sa.DateTime(timezone=True)"
    return False


def options() -> dict[str, Any]:
    """What app.py gave to Flask-Migrate, and what only Alembic needs to know."""
    return {
        **current_app.extensions["migrate"].configure_args,
        "target_metadata": db.metadata,
        "render_item": render,
        "transactional_ddl": True,  # SQLite too: a killed upgrade leaves nothing half made
    }


def run(connection: Connection) -> None:
    """All the migrations that are due, in one transaction."""
    context.configure(connection=connection, **options())
    with context.begin_transaction():
        context.run_migrations()
        if connection.dialect.name == "sqlite":
            orphan = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
            if orphan is not None:
                raise ValueError(f"a row would lose what it refers to: {orphan}")


def online() -> None:
    """On a live database."""
    with db.engine.connect() as connection:
        raw: DBAPIConnection | None = connection.connection.dbapi_connection
        if raw is None or connection.dialect.name != "sqlite":
            run(connection)
            return
        # SQLite alters a table by making it again: the old one, as it goes, must not take along
        # the rows that refer to it. This is heard outside a transaction only.
        raw.cursor().execute("PRAGMA foreign_keys = OFF")
        try:
            run(connection)
        finally:
            raw.cursor().execute("PRAGMA foreign_keys = ON")


def offline() -> None:
    """As SQL to read."""
    context.configure(
        url=db.engine.url.render_as_string(hide_password=False), literal_binds=True, **options()
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    offline()
else:
    online()
