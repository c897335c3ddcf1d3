"""The same news told by several: found by what its words look like, a bounded work each time.

An article leaves a few marks (MinHash, in bands) that another one with about the same words leaves
too. Those of the latest weeks that share one are few; their words are then compared.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import blake2b
from itertools import pairwise

from sqlalchemy import ColumnElement, Row, delete, func, literal, select
from sqlalchemy.orm import Session

from core import text
from core.text import stems
from forum.models import Post, Topic
from news.models import Article, ArticleBand

WITHIN = timedelta(days=30)
BANDS, ROWS = 16, 2
"""Half of the pairs that share a quarter of their words share a band, nearly all above a half."""
LATEST = 400
"""Marks looked at."""
COMPARED = 12
"""Articles whose words are compared, those that share the most marks."""
ALIKE = 0.45
"""Of the pairs of words of the shorter of two articles, how many the other holds too."""
TITLED = 0.9
"""Of the words of one title, how many the other article holds: two jobs have different names."""
SAME_DAY = 0.6
"""The same, of two that take place on the same day."""
_LARGEST = 2**64 - 1


@dataclass(frozen=True, slots=True)
class Told:
    """What is compared of a piece of news."""

    title: str
    body: str
    starts_on: date | None = None
    deadline: date | None = None

    @property
    def words(self) -> list[str]:
        """Stems in their order, the title first."""
        return [*stems(self.title), *stems(text.excerpt(text.clean(self.body), 20_000))]


def _pairs(words: Sequence[str]) -> frozenset[str]:
    """Words two by two: what a template and a list of the same words do not share so easily."""
    return frozenset(f"{one} {two}" for one, two in pairwise(words)) or frozenset(words)


def _hash(words: str, number: int) -> int:
    mark = blake2b(words.encode(), digest_size=8, key=number.to_bytes(2, "big"))
    return int.from_bytes(mark.digest(), "big")


def bands(told: Told) -> list[int]:
    """The marks of an article: numbers that a column holds, one a band."""
    pairs = _pairs(told.words)
    marks = []
    for band in range(BANDS):
        lowest = [
            min((_hash(pair, band * ROWS + row) for pair in pairs), default=_LARGEST)
            for row in range(ROWS)
        ]
        whole = blake2b(repr((band, lowest)).encode(), digest_size=4).digest()
        marks.append(int.from_bytes(whole, "big", signed=True))
    return marks


def same(one: Told, other: Told) -> bool:
    """Whether two articles tell the same news: the same dates, words and subject."""
    for mine, theirs in ((one.starts_on, other.starts_on), (one.deadline, other.deadline)):
        if mine is not None and theirs is not None and mine != theirs:
            return False
    pairs, others = _pairs(one.words), _pairs(other.words)
    shared = len(pairs & others) / max(min(len(pairs), len(others)), 1)
    titled = SAME_DAY if one.starts_on and one.starts_on == other.starts_on else TITLED
    return shared >= ALIKE and max(_named(one, other), _named(other, one)) >= titled


def _named(one: Told, other: Told) -> float:
    """How much of one's title the other says."""
    title = set(stems(one.title))
    return len(title & set(other.words)) / max(len(title), 1)


Likely = Row[Article, str, str]


def _likely(
    session: Session,
    told: Told,
    at: datetime,
    but: int | None,
    conditions: Collection[ColumnElement[bool]],
) -> Iterable[Likely]:
    """The articles of the weeks around that share the most marks: article, title, words."""
    shared = (
        select(ArticleBand.topic_id)
        .where(
            ArticleBand.band.in_(bands(told)),
            ArticleBand.published_at >= at - WITHIN,
            ArticleBand.published_at <= at + WITHIN,
            ArticleBand.topic_id != (but or 0),
        )
        .order_by(ArticleBand.published_at.desc())
        .limit(LATEST)
        .subquery()
    )
    most = (
        select(shared.c.topic_id, func.count().label("marks"))
        .group_by(shared.c.topic_id)
        .order_by(func.count().desc(), shared.c.topic_id.desc())
        .limit(COMPARED if not conditions else LATEST)
        .subquery()
    )
    return session.execute(
        select(Article, Topic.title, Post.body)
        .join(Topic, Topic.id == Article.topic_id)
        .join(most, most.c.topic_id == Article.topic_id)
        .join(Post, (Post.topic_id == Topic.id) & (Post.number == literal(0)))
        .where(*conditions)
        .order_by(most.c.marks.desc(), Article.topic_id)
        .limit(COMPARED)
    )


def alike(
    session: Session,
    told: Told,
    at: datetime,
    *,
    but: int | None = None,
    conditions: Collection[ColumnElement[bool]] = (),
) -> list[Article]:
    """The articles of the same weeks that tell the same news, the most alike first.

    `conditions`: those that a viewer sees, say; without any, all of them.
    """
    return [
        article
        for article, title, body in _likely(session, told, at, but, conditions)
        if same(told, Told(title, body, article.starts_on, article.deadline))
    ]


def note(session: Session, article: Article, told: Told) -> None:
    """Keep the marks of an article, and say whose news it tells again."""
    session.execute(delete(ArticleBand).where(ArticleBand.topic_id == article.topic_id))
    session.flush()
    session.add_all(
        ArticleBand(band=band, published_at=article.published_at, topic_id=article.topic_id)
        for band in sorted(set(bands(told)))
    )
    found = alike(session, told, article.published_at, but=article.topic_id)
    first = next((one for one in found if one.story_id is not None), None)
    if first is None and found:
        first = min(found, key=lambda one: one.topic_id)
        first.story_id = first.topic_id
    article.story_id = first.story_id if first else None
