"""What a world holds: members, organisations, topics, documents, on a real database."""

import io
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar
from unicodedata import normalize

from flask import Flask
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from access import audiences, geography, rule
from access.models import Network
from access.viewers import Role, Viewer
from accounts import actions as accounts
from accounts import queries as account_queries
from accounts.models import Acceptance, Member
from agenda import actions as agenda
from agenda.models import Event, EventKind
from core import clock
from core.db import db
from directory import tending, tending_schemes
from directory.models import Activity, Organisation, OrganisationKind, Profile, Scheme, Theme
from files import actions as files
from files.policy import limits
from forum import actions as forum
from forum.models import Post, Topic
from news import actions as news
from news.models import Article, ArticleKind
from resources import actions as resources
from resources.actions import Description
from resources.models import Document, DocumentKind
from rooms import actions as rooms
from rooms.models import Room
from tests.ground import NETWORKS

T = TypeVar("T")


@dataclass
class Held:
    """What the world holds: each is made as a page would make it."""

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
            return tending.add(session, described, audiences.audience(session, for_ids, ()))

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
            reach = audiences.audience(session, for_ids, ())
            return tending_schemes.add(session, described, reach)

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

    def room(
        self,
        owner: Member,
        title: str = "Salle du réseau",
        *,
        networks: Collection[str] = (),
        territories: Collection[str] = (),
        **said: Any,
    ) -> Room:
        """A video room that stays, opened as the page does."""
        network_ids = [self.network(slug) for slug in networks]
        territory_ids = [self.territory(code) for code in territories]
        viewer = self.viewer(owner)
        with self.session() as session:
            return rooms.open_room(
                session,
                rooms.Said(title=title, **said),
                owner=viewer,
                networks=network_ids,
                territories=territory_ids,
            )

    def article(
        self,
        author: Member,
        title: str = "Le réseau accueille une nouvelle structure",
        body: str = "Elle vient de signer sa convention et cherche des partenaires.",
        *,
        networks: Collection[str] = (),
        territories: Collection[str] = (),
        kind: str = "vie-du-reseau",
        theme: str = "formation",
        **said: Any,
    ) -> Article:
        """A piece of news, published as the page does."""
        kind_id = self.one(select(ArticleKind.id).where(ArticleKind.slug == kind))
        theme_id = self.theme(theme)
        network_ids = [self.network(slug) for slug in networks]
        territory_ids = [self.territory(code) for code in territories]
        viewer = self.viewer(author)
        with self.session() as session:
            return news.publish(
                session,
                news.Said(title=title, body=body, kind_id=kind_id, theme_id=theme_id, **said),
                author=viewer,
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
