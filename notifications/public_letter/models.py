"""The tables of the public letter."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import EMAIL_LENGTH, enum_of
from core.addresses import LONGEST_LINK
from core.db import Base, label, long_text, pk
from notifications.letter.cards import What

WORDS_LENGTH = 600


class PublicSettings(Base):
    """Whether a network has a public letter, and what it says of it to those who may subscribe."""

    __tablename__ = "public_letter_settings"
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"), primary_key=True)
    is_open: Mapped[bool]
    words: Mapped[str] = mapped_column(String(WORDS_LENGTH), default="")


class PublicLetter(Base):
    """A letter that editors write; anybody reads it once it is sent."""

    __tablename__ = "public_letter"
    __table_args__ = (
        CheckConstraint("length(title) > 0", name="is_titled"),
        Index("ix_public_letter_network", "network_id", "sent_at"),
    )
    id: Mapped[pk]
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"))
    title: Mapped[label]
    body: Mapped[long_text]
    html: Mapped[long_text]
    """The body, cleaned."""
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    after: Mapped[int] = mapped_column(default=0)
    """The last subscriber to whom it was written."""
    items: Mapped[list["PublicItem"]] = relationship(
        lazy="raise_on_sql", order_by="PublicItem.position", cascade="all, delete-orphan"
    )


class PublicItem(Base):
    """What a public letter says of a content: words written for it, never those of the content."""

    __tablename__ = "public_letter_item"
    __table_args__ = (
        CheckConstraint("(what IS NULL) = (content_id IS NULL)", name="names_a_content_or_none"),
        CheckConstraint("length(title) > 0", name="is_titled"),
        Index("ix_public_letter_item_letter", "letter_id", "position"),
    )
    id: Mapped[pk]
    letter_id: Mapped[int] = mapped_column(ForeignKey("public_letter.id", ondelete="CASCADE"))
    position: Mapped[int]
    title: Mapped[label]
    words: Mapped[str] = mapped_column(String(WORDS_LENGTH))
    link: Mapped[str | None] = mapped_column(String(LONGEST_LINK))
    """An address that anybody can open."""
    what: Mapped[What | None] = mapped_column(enum_of(What))
    content_id: Mapped[int | None]
    """The content it comes from: hidden or withdrawn, it is no longer told of."""


class Consent(StrEnum):
    """How somebody agreed."""

    MAIL = "mail"
    """They asked on the page of the letter, then confirmed by the link of a mail."""


class Subscriber(Base):
    """An address that asked for the public letter of a network."""

    __tablename__ = "public_subscriber"
    __table_args__ = (
        UniqueConstraint("network_id", "email"),
        Index("ix_public_subscriber_mail", "mail_id"),
    )
    id: Mapped[pk]
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"))
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH))
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    consent: Mapped[Consent | None] = mapped_column(enum_of(Consent))
    ended_at: Mapped[datetime | None]
    letter_id: Mapped[int | None]
    """The last letter that was written to them,"""
    mail_id: Mapped[int | None]
    """and the mail that carries it."""
