"""Reads of the news. Each takes a viewer and starts from what they may see."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    exists,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from access import audiences
from access.models import MemberNetwork, Network
from access.prepared import prepared
from access.viewers import Viewer
from accounts.models import Member
from core import clock
from directory.models import Theme
from files.models import StoredFile
from forum.models import Reading, Section, State, Topic
from forum.queries import reading_of, unread
from forum.queries import seen as topic_seen
from news import likeness
from news.likeness import Told
from news.models import Article, ArticleKind

PER_PAGE = 20
PINNED = 3
UNREAD = "unread"
PINNED_ONES = "pinned"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address of the feed says."""

    kind: str = ""
    theme: str = ""
    network_id: int | None = None
    territory_id: int | None = None
    valid: bool = False
    """Only what can still be answered or attended."""
    unread: bool = False


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page starts: after this one."""

    at: datetime
    topic_id: int


def seen(viewer: Viewer) -> ColumnElement[bool]:
    """The articles that exist for this viewer, joined with their topics."""
    return and_(Article.visible_to(viewer), topic_seen(viewer))


ArticleList = Select[Topic, Article, bool, str, str, str, str | None]
ArticleRow = Row[Topic, Article, bool, str, str, str, str | None]
"""Topic, article, whether it is unread, its kind's name, who wrote it: first and last name; the
thumbnail of its picture."""


def feed(
    session: Session,
    viewer: Viewer,
    filters: Filters = Filters(),
    after: Cursor | None = None,
    *,
    most: int = PER_PAGE + 1,
) -> Sequence[ArticleRow]:
    """Articles, newest first, each news once; one more than a page."""
    return _run(session, viewer, filters, after, UNREAD if filters.unread else "", most)


def pinned(session: Session, viewer: Viewer) -> Sequence[ArticleRow]:
    """The articles that moderators keep on top."""
    return _run(session, viewer, Filters(), None, PINNED_ONES, PINNED)


def _run(
    session: Session,
    viewer: Viewer,
    filters: Filters,
    after: Cursor | None,
    show: str,
    most: int,
) -> Sequence[ArticleRow]:
    values = (
        filters.kind or None,
        filters.theme or None,
        filters.network_id,
        filters.territory_id,
        clock.now() if filters.valid else None,
        after.at if after else None,
        after.topic_id if after else None,
    )
    return _feed.run(session, viewer, *values, show=show, most=most).all()


@prepared
def _feed(
    viewer: Viewer,
    kind: str | None,
    theme: str | None,
    network_id: int | None,
    territory_id: int | None,
    present: datetime | None,
    before: datetime | None,
    before_id: int | None,
    *,
    show: str,
    most: int,
) -> ArticleList:
    told, its_topic = aliased(Article), aliased(Topic)
    wanted = (kind, theme, network_id, territory_id, present)
    found = (
        select(
            Topic,
            Article,
            unread(viewer, Section.NEWS).label("unread"),
            ArticleKind.name.label("kind"),
            Member.first_name,
            Member.last_name,
            StoredFile.thumbnail,
        )
        .join(Topic, Topic.id == Article.topic_id)
        .join(ArticleKind, ArticleKind.id == Article.kind_id)
        .join(Member, Member.id == Topic.author_id)
        .outerjoin(StoredFile, StoredFile.id == Article.picture_id)
        .outerjoin(Reading, reading_of(viewer))
        .where(seen(viewer), *_wanted(Article, Topic, *wanted))
        .order_by(Article.published_at.desc(), Article.topic_id.desc())
        .limit(most)
    )
    if show == UNREAD:
        found = found.where(_unread(viewer))
    if show == PINNED_ONES:
        found = found.where(Topic.pinned.is_(True))
    if before is not None and before_id is not None:
        place = tuple_(Article.published_at, Article.topic_id)
        found = found.where(place < tuple_(before, before_id))
    # The same news is shown once: by the first whom this viewer sees and these filters keep.
    first = exists().where(
        told.story_id == Article.story_id,
        told.topic_id != Article.topic_id,
        _stands_before(told, its_topic),
        its_topic.id == told.topic_id,
        told.audience_id.in_(viewer.audiences),
        its_topic.audience_id.in_(viewer.audiences),
        its_topic.state == State.VISIBLE,
        *_wanted(told, its_topic, *wanted),
    )
    return found.where(or_(Article.story_id.is_(None), ~first))


def _unread(viewer: Viewer) -> ColumnElement[bool]:
    """Asked of each article in the order of the feed, so that a page stops at its last one.

    As a condition of the join, PostgreSQL takes it for rarer than it is, and reads all the news.
    """
    asked: Any = (
        select(unread(viewer, Section.NEWS))
        .select_from(Topic)
        .outerjoin(Reading, reading_of(viewer))
        .where(Topic.id == Article.topic_id)
        .correlate(Article)
        .scalar_subquery()
    )
    return cast("ColumnElement[bool]", asked)


def _stands_before(told: type[Article], its_topic: type[Topic]) -> ColumnElement[bool]:
    """Pinned ones first, then in the order in which they were published."""
    earlier = tuple_(told.published_at, told.topic_id) < tuple_(
        Article.published_at, Article.topic_id
    )
    return or_(
        and_(its_topic.pinned, ~Topic.pinned), and_(its_topic.pinned == Topic.pinned, earlier)
    )


def _wanted(
    article: type[Article],
    topic: type[Topic],
    kind: str | None,
    theme: str | None,
    network_id: int | None,
    territory_id: int | None,
    present: datetime | None,
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if kind is not None:
        chosen: Any = select(ArticleKind.id).where(ArticleKind.slug == kind).scalar_subquery()
        conditions.append(article.kind_id == chosen)
    if theme is not None:
        filed: Any = select(Theme.id).where(Theme.slug == theme).scalar_subquery()
        conditions.append(topic.theme_id == filed)
    if network_id is not None:
        conditions.append(article.audience_id.in_(audiences.naming(network_id)))
    if territory_id is not None:
        conditions.append(article.audience_id.in_(audiences.addressed_to(territory_id)))
    if present is not None:
        conditions.append(or_(article.valid_until.is_(None), article.valid_until > present))
    return conditions


@dataclass(frozen=True, slots=True)
class Telling:
    """Somebody else's article on the same news."""

    topic_id: int
    name: str
    networks: tuple[str, ...]


def tellings(
    session: Session, viewer: Viewer, articles: Collection[Article]
) -> dict[int, list[Telling]]:
    """Who else published the news of each article, of what the viewer sees. A query at most."""
    stories = {one.story_id for one in articles if one.story_id is not None}
    if not stories:
        return {}
    rows = session.execute(
        select(
            Article.story_id, Article.topic_id, Member.first_name, Member.last_name, Network.name
        )
        .join(Topic, Topic.id == Article.topic_id)
        .join(Member, Member.id == Topic.author_id)
        .outerjoin(MemberNetwork, MemberNetwork.member_id == Member.id)
        .outerjoin(Network, Network.id == MemberNetwork.network_id)
        .where(Article.story_id.in_(stories), seen(viewer), Topic.state == State.VISIBLE)
        .order_by(Article.published_at, Article.topic_id, Network.name)
    )
    told: dict[int, dict[int, Telling]] = {}
    for story_id, topic_id, first, last, network in rows:
        of_story = told.setdefault(story_id or 0, {})
        known = of_story.get(topic_id)
        networks = (*(known.networks if known else ()), *([network] if network else []))
        of_story[topic_id] = Telling(topic_id, f"{first} {last}", networks)
    return {
        one.topic_id: [
            telling
            for topic_id, telling in told.get(one.story_id or 0, {}).items()
            if topic_id != one.topic_id
        ]
        for one in articles
    }


def article(viewer: Viewer, topic_id: int) -> Select[Article]:
    """One article, with its kind, its picture, its topic and the topic's theme."""
    return (
        select(Article)
        .join(Article.topic)
        .options(
            contains_eager(Article.topic).joinedload(Topic.theme),
            joinedload(Article.kind),
            joinedload(Article.picture),
        )
        .where(Article.topic_id == topic_id, seen(viewer))
    )


def alike(
    session: Session, viewer: Viewer, told: Told, *, but: int | None = None
) -> list[tuple[Topic, str]]:
    """What this viewer sees that tells the same news already, and who wrote it."""
    visible = (seen(viewer), Topic.state == State.VISIBLE)
    found = likeness.alike(session, told, clock.now(), but=but, conditions=visible)
    ids = [one.topic_id for one in found]
    if not ids:
        return []
    rows = session.execute(
        select(Topic, Member.first_name, Member.last_name)
        .join(Member, Member.id == Topic.author_id)
        .where(Topic.id.in_(ids))
    )
    named = {topic.id: (topic, f"{first} {last}") for topic, first, last in rows}
    return [named[topic_id] for topic_id in ids]
