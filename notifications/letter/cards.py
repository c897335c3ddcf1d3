"""What the letter says of a content, read through the rule: the same for all who see as much."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

import agenda.queries
import forum.queries
import news.queries
import resources.queries
from access.viewers import Role, Viewer
from accounts.models import Member
from agenda.models import Event, EventKind, Occurrence
from core import clock
from directory.models import MemberSkill, Side, Skill, SkillContent, Theme
from directory.practice import TOPIC
from forum.models import Section, State, Topic
from news.models import Article, ArticleKind
from resources.models import Document, DocumentKind


class What(StrEnum):
    """A kind of content that the letter speaks of."""

    TOPIC = "topic"
    ARTICLE = "article"
    DOCUMENT = "document"
    EVENT = "event"


Key = tuple[What, int]

MOST = 300
"""Contents of a kind that are weighed for one letter."""
UNANSWERED = timedelta(days=30)
"""How old a question without an answer may be, for those who can help."""
NEAR = timedelta(days=10)
"""How near a date is that the letter reminds of."""
STILL_VALID = timedelta(days=60)
"""How old an article may be that the letter reminds of, while it is valid."""


@dataclass(frozen=True, slots=True)
class Card:
    """A content in a line. What is None is not said of its kind."""

    what: What
    id: int
    title: str
    shelf: str
    """The theme of a question, the kind of the others."""
    author_id: int
    name: str
    at: datetime
    """When it came."""
    last_post_id: int = 0
    answers: int = 0
    until: datetime | None = None
    """When it is no longer valid."""
    story_id: int | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    all_day: bool = False
    zone: str = ""
    place: str = ""

    @property
    def key(self) -> Key:
        """What it is known by."""
        return self.what, self.id


def reader(viewer: Viewer) -> Viewer:
    """Somebody who sees as much and wrote nothing: what moderators alone see stays out."""
    return Viewer(0, Role.USER, viewer.audiences)


def _topics(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    return (
        select(Topic, Theme.name, Member.first_name, Member.last_name)
        .join(Theme, Theme.id == Topic.theme_id)
        .join(Member, Member.id == Topic.author_id)
        .where(
            Topic.section == Section.FORUM,
            forum.queries.seen(viewer),
            Topic.state == State.VISIBLE,
            Topic.merged_into_id.is_(None),
        )
    )


def _topic(row: Any) -> Card:
    topic, theme, first, last = row
    return Card(
        What.TOPIC,
        topic.id,
        topic.title,
        theme,
        topic.author_id,
        f"{first} {last}",
        topic.created_at,
        last_post_id=topic.last_post_id or 0,
        answers=topic.answers,
    )


def _articles(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    return (
        select(Article, Topic, ArticleKind.name, Member.first_name, Member.last_name)
        .join(Topic, Topic.id == Article.topic_id)
        .join(ArticleKind, ArticleKind.id == Article.kind_id)
        .join(Member, Member.id == Topic.author_id)
        .where(news.queries.seen(viewer), Topic.state == State.VISIBLE)
    )


def _article(row: Any) -> Card:
    article, topic, kind, first, last = row
    return Card(
        What.ARTICLE,
        topic.id,
        topic.title,
        kind,
        topic.author_id,
        f"{first} {last}",
        article.published_at,
        last_post_id=topic.last_post_id or 0,
        until=article.valid_until,
        story_id=article.story_id,
        place=article.town,
    )


def _documents(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    return (
        select(Document, DocumentKind.name, Member.first_name, Member.last_name)
        .join(DocumentKind, DocumentKind.id == Document.kind_id)
        .join(Member, Member.id == Document.owner_id)
        .where(resources.queries.seen(viewer), Document.replaced_by_id.is_(None))
    )


def _document(row: Any) -> Card:
    document, kind, first, last = row
    return Card(
        What.DOCUMENT,
        document.id,
        document.title,
        kind,
        document.owner_id,
        f"{first} {last}",
        document.renewed_at,
    )


def _events(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    coming = (
        select(Occurrence.id)
        .where(
            Occurrence.event_id == Event.id,
            Occurrence.last_day >= clock.today(),
            Occurrence.cancelled_at.is_(None),
        )
        .order_by(Occurrence.starts_at, Occurrence.id)
        .limit(1)
        .correlate(Event)
        .scalar_subquery()
    )
    return (
        select(Event, Occurrence, EventKind.name, Member.first_name, Member.last_name)
        .join(EventKind, EventKind.id == Event.kind_id)
        .join(Member, Member.id == Event.owner_id)
        .outerjoin(Occurrence, Occurrence.id == coming)
        .where(agenda.queries.seen(viewer), Event.cancelled_at.is_(None))
    )


def _event(row: Any) -> Card:
    event, date, kind, first, last = row
    shown = date or event
    return Card(
        What.EVENT,
        event.id,
        (date and date.title) or event.title,
        kind,
        event.owner_id,
        f"{first} {last}",
        event.created_at,
        starts_at=shown.starts_at,
        ends_at=shown.ends_at,
        all_day=event.all_day,
        zone=event.zone,
        place=(date and date.place) or event.town or event.place,
    )


_READS: dict[
    What,
    tuple[Callable[[Viewer], Select[*tuple[Any, ...]]], Callable[[Any], Card], ColumnElement[int]],
] = {
    What.TOPIC: (_topics, _topic, Topic.id.expression),
    What.ARTICLE: (_articles, _article, Article.topic_id.expression),
    What.DOCUMENT: (_documents, _document, Document.id.expression),
    What.EVENT: (_events, _event, Event.id.expression),
}


def cards(session: Session, viewer: Viewer, keys: Collection[Key]) -> dict[Key, Card]:
    """What this viewer may read of these contents; those they may not are left out."""
    found = {}
    for what, (build, make, number) in _READS.items():
        ids = {one for kind, one in keys if kind is what}
        if ids:
            rows = session.execute(build(reader(viewer)).where(number.in_(ids)))
            found.update({(card := make(row)).key: card for row in rows})
    return found


@dataclass(frozen=True, slots=True)
class Pool:
    """What a week brings to those who see the same audiences, newest first; dates in order."""

    cards: dict[What, list[Card]]
    skills: dict[int, dict[int, str]]
    """Topic → the skills that it speaks of, by number."""
    added: dict[Key, Card]
    """What was asked for by its key, and is open."""


def _wanted(since: datetime, present: datetime) -> dict[What, tuple[Any, Any]]:
    """What is weighed of each kind, and in which order."""
    today = clock.today()
    near = select(Occurrence.event_id).where(
        Occurrence.starts_at <= present + NEAR,
        Occurrence.starts_at >= present - NEAR,
        Occurrence.last_day >= today,
    )
    return {
        What.TOPIC: (
            and_(
                Topic.created_at >= min(since, present - UNANSWERED),
                or_(Topic.created_at >= since, and_(Topic.answers == 0, ~Topic.locked)),
            ),
            Topic.created_at.desc(),
        ),
        What.ARTICLE: (
            and_(
                Article.published_at >= min(since, present - STILL_VALID),
                or_(Article.valid_until.is_(None), Article.valid_until > present),
                or_(Article.published_at >= since, Article.valid_until.is_not(None)),
            ),
            Article.published_at.desc(),
        ),
        What.DOCUMENT: (Document.renewed_at >= since, Document.renewed_at.desc()),
        What.EVENT: (
            and_(
                Occurrence.id.is_not(None),
                or_(Event.created_at >= since, Event.id.in_(near)),
            ),
            Occurrence.starts_at,
        ),
    }


def pool(
    session: Session,
    viewer: Viewer,
    since: datetime,
    present: datetime,
    *,
    also: Collection[Key] = (),
    of_member: int | None = None,
) -> Pool:
    """What came since then, and what still waits, for all who see what this viewer sees.

    `also`: these too, whenever they came; `of_member`: only the skills that this member offers.
    """
    found, added = {}, {}
    for what, (condition, order) in _wanted(since, present).items():
        build, make, number = _READS[what]
        ids = {one for kind, one in also if kind is what}
        named = number.in_(ids)
        rows = session.execute(
            build(reader(viewer))
            .add_columns(condition)
            .where(or_(condition, named) if ids else condition)
            .order_by(*([named.desc()] if ids else []), order, number.desc())
            .limit(MOST)
        )
        read = [(make(row[:-1]), row[-1]) for row in rows]
        added.update({card.key: card for card, _comes in read if card.id in ids})
        found[what] = [card for card, comes in read if comes]
    return Pool(found, _skills(session, [*found[What.TOPIC], *added.values()], of_member), added)


def _skills(
    session: Session, found: Iterable[Card], of_member: int | None
) -> dict[int, dict[int, str]]:
    told: dict[int, dict[int, str]] = {}
    ids = [card.id for card in found if card.what is What.TOPIC]
    spoken = (
        select(SkillContent.content_id, Skill.id, Skill.name)
        .join(Skill, Skill.id == SkillContent.skill_id)
        .where(SkillContent.kind == TOPIC, SkillContent.content_id.in_(ids), ~Skill.retired)
    )
    if of_member is not None:
        spoken = spoken.join(MemberSkill, MemberSkill.skill_id == Skill.id).where(
            MemberSkill.member_id == of_member, MemberSkill.side == Side.OFFERS
        )
    for topic_id, skill_id, name in session.execute(spoken):
        told.setdefault(topic_id, {})[skill_id] = name
    return told


def once(articles: Iterable[Card]) -> list[Card]:
    """Articles that tell the same news are one: the first that was published."""
    kept: dict[object, Card] = {}
    for card in articles:
        key = ("story", card.story_id) if card.story_id else card.key
        known = kept.get(key)
        kept[key] = known if known and known.at <= card.at else card
    return list(kept.values())
