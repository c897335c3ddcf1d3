"""The house as the commands find it: its settings, its database, its application."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path

from flask import Flask

from core.settings import ROOT, Settings

MIGRATIONS = ROOT / "migrations"


class Failure(Exception):
    """A command cannot go on; the sentence says why and what to do."""

    status = 1


class NotReady(Failure):
    """The installation is not in a state where the command makes sense."""

    status = 2


class Tables(Enum):
    """Where the database stands beside the migrations."""

    READY = "à jour"
    ABSENT = "absente"
    BEHIND = "en retard"
    UNKNOWN = "d’une autre version"


def one_line(error: object) -> str:
    """What a library said, on one line."""
    return " ".join(str(error).split())


def database_file(settings: Settings) -> Path | None:
    """The file of the embedded database; None for a server."""
    return Path(settings.database.removeprefix("sqlite:///")) if settings.on_sqlite else None


def tables(settings: Settings) -> Tables:
    """Look at the database without making it. Raises Failure when it does not answer."""
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory
    from sqlalchemy import create_engine
    from sqlalchemy.exc import SQLAlchemyError
    from sqlalchemy.pool import NullPool

    file = database_file(settings)
    if file is not None and not file.exists():
        return Tables.ABSENT
    try:
        with create_engine(settings.database, poolclass=NullPool).connect() as connection:
            found = MigrationContext.configure(connection).get_current_heads()
    except SQLAlchemyError as error:
        cause = one_line(error.__cause__ or error)
        raise Failure(f"La base de données ne répond pas : {cause}") from error
    if not found:
        return Tables.ABSENT
    scripts = ScriptDirectory(str(MIGRATIONS))
    if set(found) == set(scripts.get_heads()):
        return Tables.READY
    known = {script.revision for script in scripts.walk_revisions()}
    return Tables.BEHIND if set(found) <= known else Tables.UNKNOWN


def require_tables(settings: Settings) -> None:
    """Raise NotReady unless the database is there and up to date."""
    require(tables(settings))


def require(state: Tables, *also: Tables) -> None:
    """Raise NotReady unless the tables are ready, or in a state that will do as well."""
    sentences = {
        Tables.ABSENT: (
            "La base de données n’existe pas encore. Lancez d’abord « maillage init »."
        ),
        Tables.BEHIND: (
            "La base de données est d’une version plus ancienne. "
            "Lancez « maillage init », qui la met à jour."
        ),
        Tables.UNKNOWN: (
            "La base de données est d’une version plus récente que ce programme. "
            "Mettez le programme à jour."
        ),
    }
    if state in sentences and state not in also:
        raise NotReady(sentences[state])


def require_folder(settings: Settings) -> None:
    """Make the folder of the files. Raises OSError when that cannot be."""
    if settings.storage_url.startswith("file:"):
        folder = settings.under_root(settings.storage_url.removeprefix("file:"))
        folder.mkdir(parents=True, exist_ok=True)


@contextmanager
def opened(settings: Settings) -> Iterator[Flask]:
    """The application, with its context."""
    from sqlalchemy.exc import DBAPIError

    from app import create_app
    from core.db import db

    require_folder(settings)
    application = create_app(settings)
    with application.app_context():
        try:
            yield application
        except DBAPIError as error:
            raise Failure(f"La base de données refuse : {one_line(error.orig)}") from error
        finally:
            db.session.remove()
            db.engine.dispose()
