"""Lists of topics. Each takes a viewer and starts from what they may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, Select, select, tuple_
from sqlalchemy.orm import Session, aliased

from access import audiences
from access.prepared import prepared
from access.viewers import Viewer
from accounts.models import Member
from core import text
from directory.models import Theme
from forum.models import Following, Reading, Section, State, Topic, TopicTerm
from forum.queries import reading_of, seen, unread

TOPICS_PER_PAGE = 20
PINNED = 5


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address of a list says."""

    theme: str = ""
    territory_id: int | None = None
    show: str = ""
    """unanswered, followed, mine, unread or nothing."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page of topics starts: after this one."""

    at: datetime
    topic_id: int


TopicList = Select[Topic, bool, str, str, str, str]

TopicRow = Row[Topic, bool, str, str, str, str]
"""Topic, whether it is unread, theme, the last author's first and last name, the theme's slug."""


def latest_topics(
    session: Session,
    viewer: Viewer,
    filters: Filters = Filters(),
    after: Cursor | None = None,
    *,
    most: int = TOPICS_PER_PAGE + 1,
) -> Sequence[TopicRow]:
    """Topics by latest activity; one more than a page, to know whether there is another."""
    values = (
        filters.theme or None,
        filters.territory_id,
        after.at if after else None,
        after.topic_id if after else None,
    )
    return _latest_topics.run(session, viewer, *values, show=filters.show, most=most).all()


def pinned_topics(session: Session, viewer: Viewer) -> Sequence[TopicRow]:
    """The topics that moderators keep on top."""
    return _latest_topics.run(
        session, viewer, None, None, None, None, show="pinned", most=PINNED
    ).all()


@prepared
def _latest_topics(
    viewer: Viewer,
    theme: str | None,
    territory_id: int | None,
    before: datetime | None,
    before_id: int | None,
    *,
    show: str,
    most: int,
) -> TopicList:
    last = aliased(Member)
    found = (
        select(
            Topic,
            unread(viewer).label("unread"),
            Theme.name.label("theme"),
            last.first_name,
            last.last_name,
            Theme.slug,
        )
        .join(Theme, Theme.id == Topic.theme_id)
        .join(last, last.id == Topic.last_author_id)
        .outerjoin(Reading, reading_of(viewer))
        .where(
            Topic.section == Section.FORUM,
            seen(viewer),
            Topic.merged_into_id.is_(None),
            *_shown(viewer, show),
        )
        .order_by(Topic.last_activity_at.desc(), Topic.id.desc())
        .limit(most)
    )
    if theme is not None:
        chosen = select(Theme.id).where(Theme.slug == theme).scalar_subquery()
        found = found.where(Topic.theme_id == chosen)
    if territory_id is not None:
        found = found.where(Topic.audience_id.in_(audiences.addressed_to(territory_id)))
    if before is not None and before_id is not None:
        found = found.where(tuple_(Topic.last_activity_at, Topic.id) < tuple_(before, before_id))
    return found


def _shown(viewer: Viewer, show: str) -> list[ColumnElement[bool]]:
    followed = select(Following.topic_id).where(
        Following.member_id == viewer.member_id, Following.active
    )
    conditions: dict[str, list[ColumnElement[bool]]] = {
        "unanswered": [Topic.answers == 0, Topic.state == State.VISIBLE, ~Topic.locked],
        "mine": [Topic.author_id == viewer.member_id],
        "followed": [Topic.id.in_(followed)],
        "unread": [unread(viewer)],
        "pinned": [Topic.pinned.is_(True)],
        "": [],
    }
    return conditions[show]


def similar_topics(
    session: Session, viewer: Viewer, title: str, *, but: int | None = None
) -> list[Topic]:
    """Up to five topics that share the rarest words of a title, best first.

    Bounded work whatever the size of the forum: the latest 200 topics of each of the words.
    """
    scores: dict[int, float] = {}
    for term in sorted(text.terms(title), key=len, reverse=True)[:8]:
        ids = session.scalars(
            select(TopicTerm.topic_id)
            .join(Topic, Topic.id == TopicTerm.topic_id)
            .where(
                TopicTerm.term == term,
                TopicTerm.in_title,
                Topic.section == Section.FORUM,
                Topic.visible_to(viewer),
                Topic.state == State.VISIBLE,
                Topic.merged_into_id.is_(None),
            )
            .order_by(TopicTerm.topic_id.desc())
            .limit(200)
        ).all()
        for topic_id in ids:
            scores[topic_id] = scores.get(topic_id, 0.0) + 1.0 / (3 + len(ids))
    scores.pop(but or 0, None)
    best = sorted(scores, key=lambda topic_id: (-scores[topic_id], -topic_id))[:5]
    found = {topic.id: topic for topic in session.scalars(select(Topic).where(Topic.id.in_(best)))}
    return [found[topic_id] for topic_id in best]
