"""Writes of the news: publish, change, tie to a date of the agenda. The words are the forum's."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy.orm import Session

import forum.actions
from access.viewers import Viewer
from core import addresses, clock
from core.facts import record
from core.refusals import Refused
from directory import lists
from directory.entries import one_line
from files.models import StoredFile, Upload
from forum.facts import Published, Reworded
from forum.models import Post, Section, Topic
from news import likeness
from news.likeness import Told
from news.models import Article, ArticleKind, Contract

LONGEST_PLACE = 150
FURTHEST = timedelta(days=366 * 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is said of a piece of news, as it was typed."""

    title: str
    body: str
    kind_id: int | None
    theme_id: int | None
    starts_on: date | None = None
    starts_at: time | None = None
    ends_on: date | None = None
    ends_at: time | None = None
    place: str = ""
    address: str = ""
    town: str = ""
    contract: Contract | None = None
    deadline: date | None = None
    link: str = ""
    picture_id: int | None = None
    """A picture that was drawn for it (news.pictures)."""
    picture_words: str = ""
    expires_on: date | None = None

    @property
    def told(self) -> Told:
        """What is compared with other news."""
        return Told(self.title, self.body, self.starts_on, self.deadline)


def publish(
    session: Session,
    said: Said,
    *,
    author: Viewer,
    networks: Collection[int],
    territories: Collection[int],
    submission: str | None = None,
    uploads: Sequence[Upload] = (),
) -> Article:
    """Publish a piece of news. The same form sent twice publishes one.

    Raises Refused as forum.actions.ask and `describe` do.
    """
    topic = forum.actions.ask(
        session,
        author=author,
        theme_id=said.theme_id or 0,
        title=said.title,
        body=said.body,
        networks=networks,
        territories=territories,
        submission=submission,
        uploads=uploads,
        section=Section.NEWS,
    )
    sent = session.get(Article, topic.id)
    if sent is not None:
        return sent
    article = Article(
        topic_id=topic.id, audience_id=topic.audience_id, published_at=topic.created_at
    )
    describe(session, article, said)
    session.add(article)
    session.flush()
    likeness.note(session, article, said.told)
    return article


def change(
    session: Session,
    article: Article,
    topic: Topic,
    post: Post,
    said: Said,
    *,
    author: Viewer,
    detached: Collection[int] = (),
) -> None:
    """Say otherwise what a piece of news is; what its words were is kept for moderators.

    Raises Refused as forum.actions.edit and `describe` do.
    """
    forum.actions.edit(
        session,
        topic,
        post,
        author=author,
        body=said.body,
        title=said.title,
        theme_id=said.theme_id,
        detached=detached,
    )
    describe(session, article, said)
    session.flush()
    likeness.note(session, article, said.told)
    record(session, Reworded(topic, post))


def describe(session: Session, article: Article, said: Said) -> None:
    """Set what an article says beside its words.

    Raises Refused: "unknown-kind", "article-day-needed", "article-place-needed",
    "dates-crossed", "contract-needed", "deadline-needed", "article-too-far",
    "address-too-long", "link-unknown", "picture-words-needed", "image-unknown".
    """
    kind = lists.chosen(session, ArticleKind, said.kind_id, article.kind_id)
    article.kind_id = kind.id
    _take_place(article, kind, said)
    if kind.hires and said.contract is None:
        raise Refused("contract-needed")
    if kind.closes and said.deadline is None:
        raise Refused("deadline-needed")
    article.contract = said.contract if kind.hires else None
    article.deadline = said.deadline if kind.closes else None
    article.link = addresses.link(said.link.strip()) if said.link.strip() else None
    _show(session, article, said)
    article.expires_on = said.expires_on
    for day in (article.starts_on, article.ends_on, article.deadline, article.expires_on):
        if day is not None and abs(day - clock.today()) > FURTHEST:
            raise Refused("article-too-far")
    article.valid_until = _valid_until(article)


def _take_place(article: Article, kind: ArticleKind, said: Said) -> None:
    if kind.dated and said.starts_on is None:
        raise Refused("article-day-needed")
    if kind.dated and not (said.place.strip() or said.address.strip() or said.town.strip()):
        raise Refused("article-place-needed")
    meets = has_day(kind)
    starts, ends = said.starts_on, said.ends_on
    if meets and ends is not None and (starts is None or ends < starts):
        raise Refused("dates-crossed")
    one_day = starts is not None and (ends or starts) == starts
    if one_day and said.starts_at and said.ends_at and said.ends_at < said.starts_at:
        raise Refused("dates-crossed")
    article.starts_on = starts if meets else None
    article.starts_at = said.starts_at if article.starts_on else None
    article.ends_on = (ends if ends != starts else None) if article.starts_on else None
    article.ends_at = said.ends_at if article.starts_at else None
    for name in ("place", "address", "town"):
        words = getattr(said, name) if meets else ""
        setattr(article, name, one_line(words, "address-too-long", LONGEST_PLACE))


def has_day(kind: ArticleKind) -> bool:
    """Whether a day and a place can be said: of what takes place, and of a job (job dating)."""
    return kind.dated or kind.hires


def _show(session: Session, article: Article, said: Said) -> None:
    if said.picture_id is None:
        article.picture_id, article.picture_words = None, ""
        return
    words = one_line(said.picture_words, "title-too-long")
    if not words:
        raise Refused("picture-words-needed")
    if session.get(StoredFile, said.picture_id) is None:
        raise Refused("image-unknown")
    article.picture_id, article.picture_words = said.picture_id, words


def _valid_until(article: Article) -> datetime | None:
    """The midnight after the last day, as it is in Paris: that chosen, else that of its dates."""
    own = [day for day in (article.ends_on or article.starts_on, article.deadline) if day]
    last = article.expires_on or max(own, default=None)
    if last is None:
        return None
    return datetime.combine(last + timedelta(days=1), time(), clock.PARIS).astimezone(UTC)


def tie(session: Session, article: Article, event_id: int) -> None:
    """Say which date of the agenda was made from an article."""
    article.event_id = event_id
    session.flush()


def on_published(session: Session, fact: Published) -> None:
    """What a moderator let appear is news of that day, not of the day when it was written."""
    if fact.topic.section is not Section.NEWS or fact.post.number:
        return
    article = session.get(Article, fact.topic.id)
    if article is None or fact.topic.created_at == fact.topic.last_activity_at:
        return
    article.published_at = fact.topic.last_activity_at
    likeness.note(session, article, told_by(fact.topic, fact.post, article))


def told_by(topic: Topic, post: Post, article: Article) -> Told:
    """What is compared of an article that is there."""
    return Told(topic.title, post.body, article.starts_on, article.deadline)
