"""The tables of the forum."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from access.models import Restricted
from accounts.models import Member, enum_of
from core.db import Base, label, long_text, pk
from directory.models import Theme
from files.models import NAME_LENGTH, StoredFile


class State(StrEnum):
    """Whether readers see a post."""

    VISIBLE = "visible"
    HELD = "held"
    HIDDEN = "hidden"


class Section(StrEnum):
    """Where a topic is read."""

    FORUM = "forum"
    NEWS = "news"
    """It is an article, of which `news/` says more."""


class Topic(Restricted, Base):
    """A question or a subject opened by a member; its words are its post number 0."""

    __tablename__ = "topic"
    __table_args__ = (
        Index(
            "ix_topic_latest",
            *("section", "last_activity_at", "id", "audience_id", "state", "theme_id"),
        ),
        Index("ix_topic_author", "author_id", "section", "last_activity_at"),
        Index(
            "ix_topic_theme",
            *("theme_id", "section", "last_activity_at", "id", "audience_id", "state"),
        ),
        Index(
            "ix_topic_unanswered",
            *("answers", "section", "last_activity_at", "id", "audience_id", "state"),
        ),
        Index("ix_topic_pinned", "pinned", "section", "last_activity_at"),
        Index("ix_topic_created", "created_at"),
        # No index begins with the audience: lists follow the latest activity, and stop early.
        CheckConstraint("length(title) > 0", name="is_titled"),
        CheckConstraint("answers >= 0", name="answers_are_counted"),
    )
    id: Mapped[pk]
    section: Mapped[Section] = mapped_column(
        enum_of(Section), default=Section.FORUM, server_default=Section.FORUM.value
    )
    title: Mapped[label]
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    state: Mapped[State] = mapped_column(enum_of(State), default=State.VISIBLE)
    """That of its question."""
    pinned: Mapped[bool] = mapped_column(Boolean, default=False)
    locked: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[datetime]
    excerpt: Mapped[label]
    answers: Mapped[int] = mapped_column(default=0)
    """How many visible replies."""
    last_number: Mapped[int] = mapped_column(default=0)
    """The highest number given to a reply."""
    last_post_id: Mapped[int | None]
    """The last visible post: what unread marks compare with."""
    last_author_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    last_activity_at: Mapped[datetime]
    useful_id: Mapped[int | None]
    """The post that answers the question."""
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    theme: Mapped[Theme] = relationship(lazy="raise_on_sql")
    author: Mapped[Member] = relationship(lazy="raise_on_sql", foreign_keys=[author_id])


class Post(Base):
    """One message in a topic: 0 is the question, then the answers."""

    __tablename__ = "post"
    __table_args__ = (
        UniqueConstraint("topic_id", "number"),
        UniqueConstraint("author_id", "submission"),
        Index("ix_post_author", "author_id", "id"),
        Index("ix_post_held", "state", "id"),
        Index("ix_post_created", "created_at"),
        CheckConstraint("length(body) > 0", name="is_written"),
    )
    id: Mapped[pk]
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"))
    number: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    body: Mapped[long_text]
    html: Mapped[long_text]
    state: Mapped[State] = mapped_column(enum_of(State), default=State.VISIBLE)
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    hidden_reason: Mapped[str | None] = mapped_column(String(500))
    submission: Mapped[str | None] = mapped_column(String(36))
    """The form it came from: the same form sent twice makes one post."""
    files: Mapped[int] = mapped_column(default=0)
    """How many are attached."""
    topic: Mapped[Topic] = relationship(lazy="raise_on_sql")
    author: Mapped[Member] = relationship(lazy="raise_on_sql")


class Attachment(Base):
    """A file attached to a post: who sees the words sees it, and nobody else."""

    __tablename__ = "attachment"
    __table_args__ = (
        Index("ix_attachment_post", "post_id"),
        Index("ix_attachment_file", "file_id"),
    )
    id: Mapped[pk]
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("file.id"))
    upload_id: Mapped[str | None] = mapped_column(
        ForeignKey("upload.id", ondelete="SET NULL"), unique=True
    )
    """A file that was sent is attached once."""
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    file: Mapped[StoredFile] = relationship(lazy="raise_on_sql")


class Revision(Base):
    """The words of a post before they were changed."""

    __tablename__ = "post_revision"
    id: Mapped[pk]
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), index=True)
    title: Mapped[str | None] = mapped_column(String(200))
    body: Mapped[long_text]
    replaced_at: Mapped[datetime]
    replaced_by_id: Mapped[int] = mapped_column(ForeignKey("member.id"))


class Following(Base):
    """A member wants to know what is answered in a topic, or no longer does."""

    __tablename__ = "following"
    __table_args__ = (Index("ix_following_topic", "topic_id", "active", "member_id"),)
    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), primary_key=True)
    active: Mapped[bool] = mapped_column(default=True)
    """False is kept: an unfollowed topic is not followed again by answering."""


class Reading(Base):
    """How far a member has read a topic."""

    __tablename__ = "reading"
    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), primary_key=True)
    post_id: Mapped[int]


class ReadingStart(Base):
    """What came before counts as read for this member."""

    __tablename__ = "reading_start"
    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    post_id: Mapped[int] = mapped_column(default=0)
    """In the forum."""
    news_post_id: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """In the news."""


class Thank(Base):
    """A member thanks the author of a post."""

    __tablename__ = "thank"
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    at: Mapped[datetime]


class ReportReason(StrEnum):
    """Why a post is brought to the moderators."""

    PERSONAL = "personal"
    """It names or lets guess a person who is accompanied."""
    DISRESPECT = "disrespect"
    OFF_TOPIC = "off_topic"
    WRONG = "wrong"
    OTHER = "other"


class Report(Base):
    """A member brings a post to the moderators (signalement)."""

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("post_id", "reporter_id"),
        Index("ix_report_open", "closed_at", "id"),
    )
    id: Mapped[pk]
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    reporter_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    reason: Mapped[ReportReason] = mapped_column(enum_of(ReportReason))
    words: Mapped[str] = mapped_column(String(1000))
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    post: Mapped[Post] = relationship(lazy="raise_on_sql")
    reporter: Mapped[Member] = relationship(lazy="raise_on_sql", foreign_keys=[reporter_id])


class Act(StrEnum):
    """What a moderator can decide."""

    HIDE = "hide"
    RESTORE = "restore"
    APPROVE = "approve"
    KEEP = "keep"
    """A report is closed and the post stays."""
    MOVE = "move"
    LOCK = "lock"
    UNLOCK = "unlock"
    PIN = "pin"
    UNPIN = "unpin"
    MERGE = "merge"


class Decision(Base):
    """A line of the moderators' register."""

    __tablename__ = "decision"
    __table_args__ = (Index("ix_decision_topic", "topic_id"),)
    id: Mapped[pk]
    act: Mapped[Act] = mapped_column(enum_of(Act))
    at: Mapped[datetime]
    moderator_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"))
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    reason: Mapped[str] = mapped_column(String(500))
    topic: Mapped[Topic] = relationship(lazy="raise_on_sql")
    moderator: Mapped[Member] = relationship(lazy="raise_on_sql")


class TopicTerm(Base):
    """A French stem in a topic's title or words: finds similar topics."""

    __tablename__ = "topic_term"
    __table_args__ = (Index("ix_topic_term_topic_id", "topic_id"),)
    term: Mapped[str] = mapped_column(String(40), primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), primary_key=True)
    in_title: Mapped[bool]
