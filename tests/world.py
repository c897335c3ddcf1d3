"""A small world to tell stories in: networks, members, topics, on a real database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from accounts.models import Member
from app import create_app
from core import jobs
from core.db import db
from core.outbox import Mail
from notifications.models import Notification
from search.queries import Ask, Hit, search
from tests.ground import settings
from tests.haste import hasten
from tests.held import Held

BOTH = pytest.mark.parametrize("engine", ["sqlite", "postgresql"], indirect=True)
"""Run a test on SQLite and on PostgreSQL."""

PASSWORD = "un mot de passe bien long"


class Browser(FlaskClient):
    """A client whose every request has a context of its own, as on a real server."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request."""
        with self.application.app_context():
            return super().open(*args, **kwargs)


@dataclass
class World(Held):
    """What a test does and asks, in the words of the domain."""

    def client(self, member: Member | None = None) -> FlaskClient:
        """A browser, signed in as this member or as nobody."""
        client = self.app.test_client()
        if member is not None:
            epoch = self.one(select(Member.epoch).where(Member.id == member.id))
            with client.session_transaction() as cookies:
                cookies["_user_id"] = f"{member.id}:{epoch}"
                cookies["_fresh"] = True
        return client

    def work(self) -> int:
        """Let the worker do all that is due; how much it was."""
        plan = self.app.extensions["maillage.plan"]
        done = 0
        with self.session() as session:
            while jobs.work_once(session, plan, "test:0"):
                done += 1
        return done

    def sought(self, member: Member, words: str) -> tuple[Hit, ...]:
        """What a search finds for a member, once the worker has read what is new."""
        self.work()
        index, viewer = self.app.extensions["maillage.search"], self.viewer(member)
        return self.act(lambda s: search(s, index, viewer, Ask(words)).hits)

    def mails(self, to: Member | None = None) -> list[Mail]:
        """The mails written so far, in order."""
        wanted = select(Mail).order_by(Mail.id)
        return self.all(wanted.where(Mail.to_address == to.email) if to else wanted)

    def told(self, member: Member) -> list[Notification]:
        """What a member was told, in order."""
        return self.all(
            select(Notification)
            .where(Notification.member_id == member.id)
            .order_by(Notification.id)
        )

    @contextmanager
    def counted(self) -> Iterator[list[str]]:
        """The statements sent to the database meanwhile, BEGIN and the like apart."""
        statements: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SELECT 1")):
                statements.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            event.remove(db.engine, "before_cursor_execute", note)


def open_world(folder: Path, database_url: str, **more: Any) -> World:
    """A world over this database; `more` are other settings."""
    app = create_app(replace(settings(folder, database_url), **more))
    hasten(app)
    app.test_client_class = Browser
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return World(app)
