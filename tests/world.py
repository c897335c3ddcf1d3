"""A small world to tell stories in: networks, members, topics, on a real database."""

import io
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from unicodedata import normalize

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Select, event, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from access import audiences, geography, rule
from access.models import Network
from access.viewers import Role, Viewer
from accounts import actions as accounts
from accounts import queries as account_queries
from accounts.models import Acceptance, Member
from agenda import actions as agenda
from agenda.models import Event, EventKind
from app import create_app
from core import clock, jobs
from core.db import db
from core.outbox import Mail
from directory import tending, tending_schemes
from directory.models import Activity, Organisation, OrganisationKind, Profile, Scheme, Theme
from files import actions as files
from files.policy import limits
from forum import actions as forum
from forum.models import Post, Topic
from notifications.models import Notification
from resources import actions as resources
from resources.actions import Description
from resources.models import Document, DocumentKind
from search.queries import Ask, Hit, search
from tests.ground import NETWORKS, settings
from tests.haste import hasten

BOTH = pytest.mark.parametrize("engine", ["sqlite", "postgresql"], indirect=True)
"""Run a test on SQLite and on PostgreSQL."""

PASSWORD = "un mot de passe bien long"
T = TypeVar("T")


class Browser(FlaskClient):
    """A client whose every request has a context of its own, as on a real server."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request."""
        with self.application.app_context():
            return super().open(*args, **kwargs)


@dataclass
class World:
    """What a test does and asks, in the words of the domain."""

    app: Flask
    names: Iterator[int] = field(default_factory=lambda: iter(range(1, 10_000)))

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A database session, committed at the end."""
        session = db.session()
        try:
            yield session
            session.commit()
        finally:
            session.rollback()
            db.session.remove()

    def all(self, statement: Select[T]) -> list[T]:
        """The rows of a query."""
        with self.session() as session:
            return list(session.scalars(statement))

    def one(self, statement: Select[T]) -> T | None:
        """The row of a query, or None."""
        with self.session() as session:
            return session.scalars(statement).one_or_none()

    def network(self, slug: str) -> int:
        """A network's id."""
        found = self.one(select(Network.id).where(Network.slug == slug))
        assert found is not None, slug
        return found

    def territory(self, reference: str) -> int:
        """The id of "departement:44"."""
        with self.session() as session:
            found = geography.by_code(session, reference)
            assert found is not None, reference
            return found.id

    def organisation(
        self,
        name: str = "Les Ateliers",
        kind: str = "aci",
        *,
        networks: Collection[str] = ("coorace",),
        activities: Collection[str] = (),
        for_networks: Collection[str] = (),
        **said: Any,
    ) -> Organisation:
        """An organisation of these networks, for everyone unless told otherwise."""
        network_ids = [self.network(slug) for slug in networks]
        for_ids = [self.network(slug) for slug in for_networks]
        with self.session() as session:
            kind_id = session.scalars(
                select(OrganisationKind.id).where(OrganisationKind.slug == kind)
            ).one()
            activity_ids = session.scalars(select(Activity.id).where(Activity.slug.in_(activities)))
            described = tending.Description(
                name=name,
                kind_id=kind_id,
                networks=network_ids,
                activities=activity_ids.all(),
                **said,
            )
            made = tending.add(session, described)
            if for_ids:
                made.audience_id = audiences.audience(session, for_ids, ())
            return made

    def scheme(
        self,
        name: str = "Permis pour l’emploi",
        *,
        territories: Collection[str] = (),
        for_networks: Collection[str] = (),
        **said: Any,
    ) -> Scheme:
        """A scheme offered on these territories, for everyone unless told otherwise."""
        offered_on = [self.territory(code) for code in territories]
        for_ids = [self.network(slug) for slug in for_networks]
        with self.session() as session:
            described = tending_schemes.Description(name=name, offered_on=offered_on, **said)
            made = tending_schemes.add(session, described)
            if for_ids:
                made.audience_id = audiences.audience(session, for_ids, ())
            return made

    def theme(self, slug: str = "formation") -> int:
        """A theme's id."""
        found = self.one(select(Theme.id).where(Theme.slug == slug))
        assert found is not None, slug
        return found

    def member(
        self,
        first_name: str = "Alice",
        *,
        networks: Collection[str] = ("coorace",),
        territories: Collection[str] = ("departement:44",),
        role: Role = Role.USER,
        charter: bool = True,
        email: str = "",
        password: str | None = None,
    ) -> Member:
        """A member, who has accepted the charter unless told otherwise."""
        number = next(self.names)
        mailbox = normalize("NFKD", first_name.lower()).encode("ascii", "ignore").decode()
        network_ids = [self.network(slug) for slug in networks]
        territory_ids = [self.territory(code) for code in territories]
        with self.session() as session:
            made = accounts.new_member(
                session,
                email=email or f"{mailbox}{number}@example.org",
                first_name=first_name,
                last_name=f"Essai{number}",
                role=role,
                networks=network_ids,
                territories=territory_ids,
                password=password,
            )
            session.add(Profile(member_id=made.id, job="CIP", employer="Les Ateliers"))
            in_force = account_queries.charter(session)
            if charter and in_force:
                session.add(
                    Acceptance(member_id=made.id, charter_id=in_force.id, accepted_at=clock.now())
                )
        return made

    def moderator(self, first_name: str = "Modeste", **more: Collection[str]) -> Member:
        """A moderator of every network in the whole region, unless told otherwise."""
        places: dict[str, Collection[str]] = {
            "networks": tuple(NETWORKS),
            "territories": ("region:52",),
        }
        return self.member(first_name, role=Role.MODERATOR, **{**places, **more})  # type: ignore[arg-type]

    def administrator(self, first_name: str = "Adèle") -> Member:
        """An administrator of every network in the whole region."""
        return self.member(
            first_name,
            role=Role.ADMINISTRATOR,
            networks=tuple(NETWORKS),
            territories=("region:52",),
        )

    def viewer(self, member: Member) -> Viewer:
        """The member as the rule sees them now."""
        with self.session() as session:
            return rule.viewer(session, member.id, member.role)

    def topic(
        self,
        author: Member,
        title: str = "Qui signe la PMSMP en ETTI ?",
        body: str = "Je cherche une réponse précise.",
        *,
        networks: Collection[str] = (),
        territories: Collection[str] = (),
        theme: str = "formation",
    ) -> Topic:
        """A topic, asked as the page does."""
        theme_id = self.theme(theme)
        network_ids = [self.network(slug) for slug in networks]
        territory_ids = [self.territory(code) for code in territories]
        viewer = self.viewer(author)
        with self.session() as session:
            return forum.ask(
                session,
                author=viewer,
                theme_id=theme_id,
                title=title,
                body=body,
                networks=network_ids,
                territories=territory_ids,
            )

    def reply(self, topic: Topic, author: Member, body: str = "Voici ce que je sais.") -> Post:
        """An answer, given as the page does."""
        viewer = self.viewer(author)
        with self.session() as session:
            return forum.reply(session, session.get_one(Topic, topic.id), author=viewer, body=body)

    def upload(self, member: Member, name: str = "guide.txt", content: bytes = b"Bonjour.") -> str:
        """A file that has arrived; its id."""
        of_house, kept = (self.app.extensions[f"maillage.{one}"] for one in ("settings", "storage"))
        with self.session() as session:
            return files.receive(
                session,
                kept,
                member_id=member.id,
                name=name,
                file=io.BytesIO(content),
                limits=limits(of_house),
            ).id

    def document(
        self,
        owner: Member,
        title: str = "Guide de la PMSMP",
        content: bytes = b"La convention se signe avant le premier jour.",
        *,
        name: str = "guide.txt",
        networks: Collection[str] = (),
        territories: Collection[str] = (),
        theme: str | None = "formation",
        kind: str = "outil",
        link: str | None = None,
    ) -> Document:
        """A document, deposited as the page does."""
        network_ids = [self.network(slug) for slug in networks]
        territory_ids = [self.territory(code) for code in territories]
        said = Description(title, self.kind(kind), self.theme(theme) if theme else None)
        upload_id = None if link else self.upload(owner, name, content)
        viewer = self.viewer(owner)
        reach: dict[str, Any] = {
            "owner": viewer,
            "networks": network_ids,
            "territories": territory_ids,
        }
        with self.session() as session:
            if link:
                return resources.deposit_link(session, link, said, **reach)
            upload = files.mine(session, owner.id, upload_id or "")
            assert upload is not None
            return resources.deposit(session, upload, said, **reach)

    def kind(self, slug: str = "outil") -> int:
        """A kind of document's id."""
        found = self.one(select(DocumentKind.id).where(DocumentKind.slug == slug))
        assert found is not None, slug
        return found

    def event(
        self,
        owner: Member,
        title: str = "Réunion du réseau",
        starts: datetime = datetime(2027, 3, 1, 9, 30),  # noqa: DTZ001 - on the clock of its zone
        ends: datetime | None = None,
        *,
        networks: Collection[str] = (),
        territories: Collection[str] = (),
        kind: str = "reunion",
        **said: Any,
    ) -> Event:
        """An event of two hours unless told otherwise, announced as the page does."""
        kind_id = self.one(select(EventKind.id).where(EventKind.slug == kind))
        network_ids = [self.network(slug) for slug in networks]
        territory_ids = [self.territory(code) for code in territories]
        viewer = self.viewer(owner)
        ends = ends or starts + timedelta(hours=2)
        with self.session() as session:
            return agenda.announce(
                session,
                agenda.Said(title=title, kind_id=kind_id, starts=starts, ends=ends, **said),
                owner=viewer,
                networks=network_ids,
                territories=territory_ids,
            )

    def ask_access(
        self,
        *,
        email: str = "dora@example.org",
        first_name: str = "Dora",
        last_name: str = "Mande",
        employer: str = "Les Ateliers",
        job: str = "CIP",
        network: str | None = None,
        reason: str = "Pour échanger.",
    ) -> None:
        """Ask for an account, as the page does."""
        network_id = self.network(network) if network else None
        with self.session() as session:
            accounts.ask_access(
                session,
                email=email,
                first_name=first_name,
                last_name=last_name,
                employer=employer,
                job=job,
                network_id=network_id,
                reason=reason,
            )

    def act(self, action: Callable[[Session], T]) -> T:
        """Do something in a transaction of its own."""
        with self.session() as session:
            return action(session)

    def act_as(self, member: Member, action: Callable[[Session, Viewer], T]) -> T:
        """Do something as a member, in a transaction of its own."""
        viewer = self.viewer(member)
        return self.act(lambda session: action(session, viewer))

    def audience(self, networks: Collection[str], territories: Collection[str]) -> int:
        """The audience with this reach."""
        network_ids = [self.network(slug) for slug in networks]
        territory_ids = [self.territory(code) for code in territories]
        return self.act(lambda session: audiences.audience(session, network_ids, territory_ids))

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
