"""Fill a database with the demonstration, in one transaction, telling nobody."""

from collections.abc import Callable
from random import Random
from typing import Any

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from access import geography
from accounts import queries
from accounts.models import Member
from accounts.outside import is_outside
from agenda.indexed import EVENT
from agenda.models import Event
from core import clock
from core.jobs import enqueue
from core.storage import Storage
from demo import (
    ACCOUNTS,
    DOMAIN,
    agreements,
    answers,
    circulars,
    committees,
    companies,
    conversations,
    dates,
    documents,
    ended,
    experts,
    news,
    people,
    programmes,
    rooms,
    schemes,
    subscriptions,
    surveys,
    traces,
)
from demo.calendar import Month
from directory import subjects
from directory.indexed import MEMBER, ORGANISATION, SCHEME
from directory.models import Organisation, Scheme, Theme
from expertise.figures.jobs import COUNT as COUNT_CASES
from figures.jobs import COUNT
from forum.indexed import TOPIC
from forum.models import Post, Section, Topic
from news.indexed import ARTICLE
from news.models import Article, ArticleKind
from resources.indexed import DOCUMENT
from resources.models import Document
from rooms.indexed import ROOM
from rooms.models import Room
from search.jobs import changed

LISTED: tuple[tuple[str, Any, Any], ...] = (
    (TOPIC, Topic.id, Topic.section == Section.FORUM),
    (ARTICLE, Article.topic_id, true()),
    (DOCUMENT, Document.id, true()),
    (EVENT, Event.id, true()),
    (ROOM, Room.id, true()),
    (ORGANISATION, Organisation.id, true()),
    (SCHEME, Scheme.id, true()),
    (MEMBER, Member.id, true()),
)
"""What the search finds: its kind, its number, which of them."""
STEPS = 9
SEED = 44
"""The same month for everyone, on any day."""

Progress = Callable[[str], None]
"""Told what was just done; called STEPS times."""


class RealMembers(Exception):
    """The database holds members who are no part of the demonstration."""


class NotPrepared(Exception):
    """Territories, themes or the charter are missing."""


def is_loaded(session: Session) -> bool:
    """Whether the demonstration is there."""
    return all(queries.by_email(session, email) for email in ACCOUNTS)


def load(session: Session, storage: Storage, progress: Progress) -> None:
    """Write everything. Does not commit; records no fact, so no mail is written.

    Raises RealMembers when somebody lives here already, NotPrepared before `maillage init`.
    """
    if session.scalar(select(func.count()).select_from(Member)):
        raise RealMembers
    if not geography.is_loaded(session) or queries.charter(session) is None:
        raise NotPrepared
    if not conversations.themes_needed() <= set(session.scalars(select(Theme.slug))):
        raise NotPrepared
    if not news.kinds_needed() <= set(session.scalars(select(ArticleKind.slug))):
        raise NotPrepared
    _load(session, storage, Month(clock.now()), progress)


def _load(session: Session, storage: Storage, month: Month, progress: Progress) -> None:
    random = Random(SEED)  # noqa: S311 - a believable mix, no secret
    networks = people.networks(session, storage)
    progress("réseaux")
    organisations = people.organisations(session, networks)
    schemes.schemes(session)
    progress("structures")
    members = people.members(session, month, networks, organisations, random)
    progress("membres")
    talks = conversations.talks(session, month, networks, members)
    progress("sujets")
    documents.library(session, storage, month, networks, members, Random(SEED))  # noqa: S311
    news.articles(session, month, networks, members)
    progress("documents")
    dates.agenda(session, month, networks, members)
    rooms.rooms(session, month, networks, members)
    session.flush()
    circulars.circulars(session, storage, month, networks, members)
    programmes.programmes(session, month, members)
    companies.companies(session, month)
    experts.experts(session, month)
    committees.committees(session, month)
    subscriptions.subscriptions(session, month, members)
    answers.answers(session, month)
    agreements.agreements(session, storage, month)
    ended.cases(session, month)
    surveys.surveys(session, month, storage)
    progress("agenda")
    traces.visits(talks, members)
    marks = traces.readings(session, talks, members, random)
    traces.presence(session, talks, members, month, Random(SEED))  # noqa: S311
    progress("lectures")
    traces.notifications(session, talks, members, marks)
    progress("notifications")
    traces.reports(session, talks, members, month)
    territories = people.places(session, [{"territories": ["departement:44"]}])
    traces.waiting(session, month, networks, territories, members[f"administration@{DOMAIN}"])
    session.flush()
    for kind, key, condition in LISTED:
        for entry_id in session.scalars(select(key).where(condition)):
            changed(session, kind, entry_id)
    subjects.read_all(session)
    enqueue(session, COUNT, key=COUNT)
    enqueue(session, COUNT_CASES, key=COUNT_CASES)
    progress("demandes")


def counts(session: Session) -> dict[str, int]:
    """How much there is, in a few words."""
    return {
        name: session.scalar(select(func.count()).select_from(table).where(condition)) or 0
        for name, table, condition in (
            ("membres", Member, ~is_outside(Member.id)),
            ("sujets", Topic, Topic.section == Section.FORUM),
            ("messages", Post, true()),
            ("actualités", Article, true()),
            ("documents", Document, true()),
            ("événements", Event, true()),
            ("salons visio", Room, true()),
        )
    }
