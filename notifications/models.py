"""The tables of notifications."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Member, enum_of
from agenda.models import Event
from agenda.polls.models import Poll
from core.db import Base, pk
from forum.models import Post
from resources.models import Document


class Kind(StrEnum):
    """What a member can be told of, each with its own frequency."""

    ANSWER = "answer"
    """A reply in a topic that I follow."""
    MENTION = "mention"
    """Somebody calls me with @."""
    USEFUL = "useful"
    """My reply was marked as the answer."""
    PROPOSED = "proposed"
    """A question that nobody answered, and on which I said that I can help."""
    NEW_TOPIC = "new_topic"
    """A new topic that I can see."""
    NEW_ARTICLE = "new_article"
    """A piece of news that I can see."""
    NEW_DOCUMENT = "new_document"
    """A new document that I can see."""
    NEW_EVENT = "new_event"
    """A new date that I can see."""
    DOCUMENT = "document"
    """A new version of a document that I have; one of mine to be reviewed."""
    DATE = "date"
    """A reminder of a date that I come to."""
    POLL = "poll"
    """What becomes of a poll that I answered; a reminder to answer one."""
    POLL_ANSWER = "poll_answer"
    """Answers to a poll of mine, gathered."""
    LETTER = "letter"
    """The weekly letter, which tells what was chosen once a week."""
    MODERATION = "moderation"
    """A decision about what I wrote or reported; for moderators, what waits for them."""


HELD, REPORTED = "held", "reported"
"""What waits for moderators."""
REPORT_HIDDEN, REPORT_KEPT = "report-hide", "report-keep"
"""What those who reported are told at the end."""

RENEWED, REPLACED, TO_REVIEW = "renewed", "replaced", "review"
"""What is told of a document."""

NEW_POLL, POLL_SLOTS, POLL_REMINDER = "poll", "poll-slots", "poll-reminder"
"""What asks for an answer to a poll."""
POLL_REPLIED, POLL_CLOSED, POLL_DATED = "poll-replied", "poll-closed", "poll-dated"
POLL_OPENED = "poll-opened"
"""What is told of a poll; the last two, of the date that it became."""

FOR_ALL = frozenset({Kind.NEW_TOPIC, Kind.NEW_ARTICLE, Kind.NEW_DOCUMENT, Kind.NEW_EVENT})
PERSONAL = tuple(kind for kind in Kind if kind not in FOR_ALL and kind is not Kind.LETTER)
"""What the bell counts: what is new for everyone is no business of the bell."""


ABOUT_ONE_THING = (
    "(CASE WHEN post_id IS NULL THEN 0 ELSE 1 END) + "
    "(CASE WHEN document_id IS NULL THEN 0 ELSE 1 END) + "
    "(CASE WHEN event_id IS NULL THEN 0 ELSE 1 END) + "
    "(CASE WHEN poll_id IS NULL THEN 0 ELSE 1 END) = 1"
)


class Frequency(StrEnum):
    """How a kind reaches the mailbox."""

    IMMEDIATELY = "immediately"
    DAILY = "daily"
    WEEKLY = "weekly"
    """In the weekly letter."""
    NEVER = "never"


DEFAULTS = {
    Kind.ANSWER: Frequency.IMMEDIATELY,
    Kind.MENTION: Frequency.IMMEDIATELY,
    Kind.USEFUL: Frequency.DAILY,
    Kind.PROPOSED: Frequency.IMMEDIATELY,
    Kind.NEW_TOPIC: Frequency.WEEKLY,
    Kind.NEW_ARTICLE: Frequency.WEEKLY,
    Kind.NEW_DOCUMENT: Frequency.WEEKLY,
    Kind.NEW_EVENT: Frequency.WEEKLY,
    Kind.DOCUMENT: Frequency.DAILY,
    Kind.DATE: Frequency.IMMEDIATELY,
    Kind.POLL: Frequency.IMMEDIATELY,
    Kind.POLL_ANSWER: Frequency.DAILY,
    Kind.LETTER: Frequency.WEEKLY,
    Kind.MODERATION: Frequency.IMMEDIATELY,
}


class Preference(Base):
    """A member chose a frequency other than the default."""

    __tablename__ = "notification_preference"
    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[Kind] = mapped_column(enum_of(Kind), primary_key=True)
    frequency: Mapped[Frequency] = mapped_column(enum_of(Frequency))


class Notification(Base):
    """Something to tell a member, once. Shown only while they may see what it is about."""

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("member_id", "kind", "post_id", "what"),
        UniqueConstraint("member_id", "kind", "document_id", "what"),
        UniqueConstraint("member_id", "kind", "event_id", "what"),
        UniqueConstraint("member_id", "kind", "poll_id", "what"),
        Index("ix_notification_unseen", "member_id", "seen_at"),
        Index("ix_notification_unmailed", "mailed_at", "seen_at", "member_id"),
        Index("ix_notification_post", "post_id"),
        Index("ix_notification_document", "document_id"),
        Index("ix_notification_event", "event_id"),
        Index("ix_notification_poll", "poll_id"),
        CheckConstraint(ABOUT_ONE_THING, name="is_about_one_thing"),
    )
    id: Mapped[pk]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    kind: Mapped[Kind] = mapped_column(enum_of(Kind))
    what: Mapped[str] = mapped_column(String(20), default="")
    """What precisely, within the kind: hidden, restored, reported…"""
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    poll_id: Mapped[int | None] = mapped_column(ForeignKey("date_poll.id", ondelete="CASCADE"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    reason: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]
    """When a mail took it, or when it was decided that none would."""
    post: Mapped[Post | None] = relationship(lazy="raise_on_sql")
    document: Mapped[Document | None] = relationship(lazy="raise_on_sql")
    event: Mapped[Event | None] = relationship(lazy="raise_on_sql")
    poll: Mapped[Poll | None] = relationship(lazy="raise_on_sql")
    actor: Mapped[Member | None] = relationship(lazy="raise_on_sql", foreign_keys=[actor_id])
