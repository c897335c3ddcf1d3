"""The tables of the news: what an article says beside its topic."""

from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from access.models import Restricted
from accounts.models import enum_of
from core.addresses import LONGEST_LINK
from core.db import Base, label, pk
from directory.models import Listed
from files.models import StoredFile
from forum.models import Topic


class ArticleKind(Listed, Base):
    """What a piece of news is: portes ouvertes, offre d'emploi, appel à projets… (seeds/004)."""

    __tablename__ = "article_kind"
    listed = "article_kind"
    dated: Mapped[bool] = mapped_column(default=False)
    """It takes place: a day and a place are asked."""
    hires: Mapped[bool] = mapped_column(default=False)
    """It offers a job: a contract is asked."""
    closes: Mapped[bool] = mapped_column(default=False)
    """One answers it in time: a deadline is asked."""


class Contract(StrEnum):
    """What a job is offered under."""

    PERMANENT = "cdi"
    FIXED_TERM = "cdd"
    INSERTION = "cddi"
    TEMPORARY = "interim"
    APPRENTICESHIP = "alternance"
    INTERNSHIP = "stage"
    CIVIC_SERVICE = "service-civique"
    OTHER = "autre"


class Article(Restricted, Base):
    """A topic that announces something. Its words, its author and its comments are the topic's.

    Its audience is the topic's too, repeated so that the feed reads one index; whatever shows an
    article applies the rule to the topic as well (`queries.seen`).
    """

    __tablename__ = "article"
    __table_args__ = (
        Index("ix_article_feed", "published_at", "topic_id", "audience_id", "valid_until"),
        Index("ix_article_kind", "kind_id", "published_at", "topic_id", "audience_id"),
        Index("ix_article_story", "story_id", "published_at", "topic_id"),
        Index("ix_article_picture", "picture_id"),
        Index("ix_article_event", "event_id"),
        CheckConstraint("starts_on <= ends_on", name="starts_before_it_ends"),
        CheckConstraint("(picture_id IS NULL) = (picture_words = '')", name="picture_is_described"),
    )
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), primary_key=True)
    kind_id: Mapped[int] = mapped_column(ForeignKey("article_kind.id"))
    published_at: Mapped[datetime]
    starts_on: Mapped[date | None]
    starts_at: Mapped[time | None]
    """On the clock of the place, as it was typed."""
    ends_on: Mapped[date | None]
    ends_at: Mapped[time | None]
    place: Mapped[label] = mapped_column(default="")
    """The name of the place: « Salle des fêtes »."""
    address: Mapped[label] = mapped_column(default="")
    town: Mapped[label] = mapped_column(default="")
    contract: Mapped[Contract | None] = mapped_column(enum_of(Contract))
    deadline: Mapped[date | None]
    link: Mapped[str | None] = mapped_column(String(LONGEST_LINK))
    picture_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"))
    """Drawn again from what was sent: nothing else of the photograph remains."""
    picture_words: Mapped[label] = mapped_column(default="")
    """What it shows, for those who do not see it."""
    expires_on: Mapped[date | None]
    """The last day on which it is of use, when its author chose one."""
    valid_until: Mapped[datetime | None]
    """The midnight after its last day, chosen or that of its dates; None: it stays valid."""
    story_id: Mapped[int | None]
    """Articles that tell the same news have the same one: the topic of the first of them."""
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="SET NULL"))
    """The date of the agenda that was made from it."""
    topic: Mapped[Topic] = relationship(lazy="raise_on_sql")
    kind: Mapped[ArticleKind] = relationship(lazy="raise_on_sql")
    picture: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql")


class ArticleBand(Base):
    """A piece of what an article's words look like: articles that share some may be one news."""

    __tablename__ = "article_band"
    __table_args__ = (
        Index("ix_article_band_topic", "topic_id"),
        {"sqlite_with_rowid": False},
    )
    band: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    published_at: Mapped[datetime] = mapped_column(primary_key=True)
    """The article's: only the latest are looked at."""
    topic_id: Mapped[int] = mapped_column(ForeignKey("article.topic_id"), primary_key=True)


class ArticleFeed(Base):
    """A secret address at which a member's news program reads the news. Only its mark is kept."""

    __tablename__ = "article_feed"
    id: Mapped[pk]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the secret."""
    created_at: Mapped[datetime]
