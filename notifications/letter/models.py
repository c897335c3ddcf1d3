"""The tables of the weekly letter."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, long_text, pk

WEEK_LENGTH = 8
"""« 2026-W47 », as ISO 8601 counts weeks."""


class LetterSettings(Base):
    """When the letter of a network leaves; the default where there is no row."""

    __tablename__ = "letter_settings"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="is_a_day"),
        CheckConstraint("hour BETWEEN 0 AND 23", name="is_an_hour"),
    )
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"), primary_key=True)
    weekday: Mapped[int]
    """0 is Monday."""
    hour: Mapped[int]
    """In France."""


class LetterRun(Base):
    """How far the letters of a network are for a week: written by batches of members."""

    __tablename__ = "letter_run"
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"), primary_key=True)
    week: Mapped[str] = mapped_column(String(WEEK_LENGTH), primary_key=True)
    since: Mapped[datetime]
    """What came after is new: the moment of the letter before."""
    moment: Mapped[datetime]
    after: Mapped[int] = mapped_column(default=0)
    """The last member whose letter was looked at."""
    done_at: Mapped[datetime | None]


class Edition(Base):
    """What the editors of a network add to the letters of a week."""

    __tablename__ = "letter_edition"
    __table_args__ = (UniqueConstraint("network_id", "week"),)
    id: Mapped[pk]
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"))
    week: Mapped[str] = mapped_column(String(WEEK_LENGTH))
    body: Mapped[long_text]
    html: Mapped[long_text]
    """The word, cleaned."""
    picks: Mapped[list[list[Any]]] = mapped_column(JSON)
    """[kind, number] of the contents put forward, in order."""
    changed_at: Mapped[datetime]


class Letter(Base):
    """What the letter of a member held: numbers only, read through the rule each time."""

    __tablename__ = "letter"
    __table_args__ = (
        UniqueConstraint("member_id", "week"),
        Index("ix_letter_mail", "mail_id"),
        Index("ix_letter_created", "created_at"),
    )
    id: Mapped[pk]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"))
    """The network whose day it followed, and which dresses it."""
    week: Mapped[str] = mapped_column(String(WEEK_LENGTH))
    created_at: Mapped[datetime]
    parts: Mapped[dict[str, Any]] = mapped_column(JSON)
    mail_id: Mapped[int | None]
    """The mail that carries it: the journal of mails is erased before it."""
