"""The database: column types, the session that refuses to write on a read, the engines."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import (
    ColumnElement,
    DateTime,
    Dialect,
    Engine,
    Exists,
    MetaData,
    String,
    Text,
    event,
    literal_column,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, registry
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

BUSY_TIMEOUT_MS = 15_000


class Moment(TypeDecorator[datetime]):
    """An instant, always aware and in UTC, on databases that forget the zone too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times; SQLite stores UTC without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


pk = Annotated[int, mapped_column(primary_key=True)]
label = Annotated[str, mapped_column(String(200))]
code = Annotated[str, mapped_column(String(60))]
long_text = Annotated[str, mapped_column(Text)]

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The parent of every table."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMES), type_annotation_map={datetime: Moment()}
    )


def looked_up(*conditions: ColumnElement[bool]) -> Exists:
    """EXISTS, looked up for each row of the query around: for few rows, beside a table that grows.

    PostgreSQL makes a join of a plain EXISTS, and may read the whole table for it; it leaves one
    that has an OFFSET as it is (convert_EXISTS_sublink_to_join, in its planner).
    """
    return select(literal_column("1")).where(*conditions).offset(0).exists()


class ReadOnly(Exception):
    """Something tried to write while a page was only being read."""


class HouseSession(FlaskSession):
    """A session that can be told to refuse every write (as during a GET).

    Reads take a plain transaction; the others start with BEGIN IMMEDIATE on SQLite, so that two
    writers wait for each other at the start instead of failing half-way.
    """

    @property
    def read_only(self) -> bool:
        """Whether this session refuses to write."""
        return bool(self.info.get("read_only", False))

    @read_only.setter
    def read_only(self, refuse: bool) -> None:
        self.info["read_only"] = refuse

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        """The engine, marked for reading when the session only reads."""
        bind = super().get_bind(*args, **kwargs)
        if not self.read_only or not isinstance(bind, Engine):
            return bind
        # The same object each time: a session opens one connection for each engine it meets.
        if "reader" not in self.info:
            self.info["reader"] = bind.execution_options(read_only=True)
        reader: Engine = self.info["reader"]
        return reader


@contextmanager
def reading(session: Session) -> Iterator[None]:
    """Read for a while without holding back those who write."""
    if not isinstance(session, HouseSession):
        yield
        return
    session.rollback()  # whatever was begun to take this work may hold others back
    session.read_only = True
    try:
        yield
    finally:
        session.rollback()
        session.read_only = False


db = SQLAlchemy(
    model_class=Base,
    disable_autonaming=True,
    session_options={"class_": HouseSession, "expire_on_commit": False},
)


def insert_into(session: Session, model: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that can say what happens when the row is there already (`on_conflict_…`)."""
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    return postgresql.insert(model) if on_postgresql else sqlite.insert(model)


@event.listens_for(HouseSession, "before_flush")
def _refuse_to_flush(session: HouseSession, _context: object, _instances: object) -> None:
    if session.read_only and (session.new or session.dirty or session.deleted):
        raise ReadOnly("a page that is only read may not write")


_READS = ("SELECT", "WITH", "EXPLAIN", "BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT")
"""How what may be said on a read begins."""


def _interpret(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    """PostgreSQL compiles a query that it believes long: our pages wait for less than it takes."""
    cursor = connection.cursor()
    cursor.execute("SET jit = off")
    cursor.close()
    connection.commit()


def prepare(engine: Engine) -> None:
    """Give an engine the manners that Maillage counts on; SQLite needs more of them."""

    @event.listens_for(engine, "before_cursor_execute")
    def _refuse_to_write(connection: Connection, _cursor: object, said: str, *_: object) -> None:
        reading = connection.get_execution_options().get("read_only", False)
        if reading and not said.lstrip().upper().startswith(_READS):
            raise ReadOnly("a page that is only read may not write")

    if engine.dialect.name != "sqlite":
        event.listen(engine, "connect", _interpret)
        return

    @event.listens_for(engine, "connect")
    def _connect(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")  # acknowledged means on the disk
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA secure_delete = ON")  # what is deleted is written over
        cursor.execute("PRAGMA cache_size = -32000")
        cursor.execute("PRAGMA mmap_size = 268435456")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("read_only", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
