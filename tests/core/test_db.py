"""Instants keep their zone, and the databases their manners."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, StatementError

from app import create_app
from core.db import db
from core.jobs import Heartbeat
from directory.models import Theme
from forum.models import Topic
from tests.ground import settings
from tests.world import BOTH, World


@BOTH
def test_an_instant_comes_back_in_utc(world: World) -> None:
    paris = timezone(timedelta(hours=2))
    typed = datetime(2026, 7, 14, 14, 20, tzinfo=paris)
    world.act(lambda session: session.add(Heartbeat(worker="w", at=typed)))
    found = world.one(select(Heartbeat.at))
    assert found == typed
    assert found.tzinfo is UTC
    assert found.hour == 12


@BOTH
def test_an_instant_without_a_zone_is_refused(world: World) -> None:
    naive = datetime(2026, 7, 14, 14, 20)  # noqa: DTZ001 - what is refused
    with pytest.raises(StatementError, match="a moment needs a time zone"):
        world.act(lambda session: session.add(Heartbeat(worker="w", at=naive)))
    with pytest.raises(StatementError, match="a moment needs a time zone"):
        world.all(select(Heartbeat).where(Heartbeat.at < naive))


@BOTH
def test_instants_compare_as_instants(world: World) -> None:
    noon = datetime(2026, 7, 14, 12, tzinfo=UTC)
    world.act(lambda session: session.add(Heartbeat(worker="w", at=noon)))
    later = datetime(2026, 7, 14, 12, 30, tzinfo=timezone(timedelta(hours=2)))  # 10:30 in UTC
    assert world.all(select(Heartbeat).where(Heartbeat.at < later)) == []
    assert len(world.all(select(Heartbeat).where(Heartbeat.at > later))) == 1


@BOTH
def test_the_database_itself_refuses_nonsense(world: World) -> None:
    topic = world.topic(world.member())
    for change in (
        text("UPDATE topic SET answers = -1"),
        text("UPDATE topic SET title = ''"),
        text("UPDATE topic SET theme_id = 999"),
        text("UPDATE topic SET state = NULL"),
        text("INSERT INTO theme (slug, name, position, retired) VALUES ('droit', 'x', 1, false)"),
    ):
        with pytest.raises(IntegrityError), world.session() as session:
            session.execute(change)
    assert world.one(select(Topic.answers).where(Topic.id == topic.id)) == 0
    assert len(world.all(select(Theme))) == 3


def test_sqlite_keeps_what_it_acknowledged(tmp_path: Path) -> None:
    app = create_app(settings(tmp_path, f"sqlite:///{tmp_path}/served.db"))
    with app.app_context(), db.engine.connect() as connection:

        def pragma(name: str) -> object:
            return connection.exec_driver_sql(f"PRAGMA {name}").scalar()

        assert pragma("journal_mode") == "wal"
        assert pragma("synchronous") == 2
        assert pragma("foreign_keys") == 1
        assert pragma("busy_timeout") == 15_000


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
@pytest.mark.postgresql
def test_postgresql_compiles_no_query(world: World, engine: str) -> None:
    """A setting that is made in a transaction goes with it."""
    for _connection in range(2):
        with db.engine.connect() as connection:
            assert connection.scalar(text("SHOW jit")) == "off"
            connection.rollback()
            assert connection.scalar(text("SHOW jit")) == "off"
