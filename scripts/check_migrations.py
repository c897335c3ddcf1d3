"""The migrations make exactly the tables of the models: nothing to add, nothing to drop."""

import os
import sys
import tempfile
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import upgrade
from sqlalchemy import create_engine

from app import create_app, with_migrations
from core.db import db
from core.settings import Settings


def differences(folder: Path) -> list[object]:
    """Upgrade an empty database in this folder, and compare it with the models."""
    url = f"sqlite:///{folder}/empty.db"
    settings = Settings(
        secret_key="only-for-this-check-" * 2,
        var=folder,
        database_url=url,
        storage_url=f"file:{folder}/files",
        mail_url=f"file:{folder}/mail",
        embedded_worker=False,
    )
    with with_migrations(create_app(settings)).app_context():
        upgrade()
    engine = create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        found = list(compare_metadata(context, db.metadata))
    engine.dispose()
    return found


def main() -> int:
    """0 when they agree."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.pop("DATABASE_URL", None)
        found = differences(Path(folder))
    for difference in found:
        print(f"migrations and models differ: {difference}")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
