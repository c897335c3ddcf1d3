"""The tables of circulars: the address of each network, the drafts that were made of what came."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from access.models import Network
from accounts.models import enum_of
from core.db import Base, label, long_text, pk
from files.models import Upload


class CircularAddress(Base):
    """Which address of a network is the good one, once it was renewed."""

    __tablename__ = "circular_address"
    network_id: Mapped[int] = mapped_column(
        ForeignKey("network.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    number: Mapped[int]
    """How many times it was renewed."""
    renewed_at: Mapped[datetime]


class Sort(StrEnum):
    """What a part of a draft may become."""

    ARTICLE = "article"
    EVENT = "event"
    DOCUMENT = "document"


class Draft(Base):
    """What came of one circular. Nothing of it is published without a yes."""

    __tablename__ = "circular_draft"
    __table_args__ = (
        UniqueConstraint("member_id", "content"),
        Index("ix_circular_draft_message", "member_id", "message"),
        Index("ix_circular_draft_received_at", "received_at"),
        Index("ix_circular_draft_network_id", "network_id"),
    )
    id: Mapped[pk]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    """Its author, who alone sees it."""
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id", ondelete="CASCADE"))
    received_at: Mapped[datetime]
    message: Mapped[str] = mapped_column(String(64))
    """The SHA-256 of the number of its mail."""
    content: Mapped[str] = mapped_column(String(64))
    """The SHA-256 of its words, however they are laid out: it comes once."""
    title: Mapped[label]
    note: Mapped[long_text]
    """What its author wrote above what they forward: it is not published."""
    doubtful: Mapped[bool] = mapped_column(default=False)
    """The mail server says that the sender's address may be borrowed."""
    left_out: Mapped[list[Any]] = mapped_column(JSON)
    """The files that were refused: {name, code, values}."""
    network: Mapped[Network] = relationship(lazy="raise_on_sql")
    pieces: Mapped[list["Piece"]] = relationship(
        lazy="raise_on_sql", order_by="Piece.id", cascade="all, delete-orphan", passive_deletes=True
    )


class Piece(Base):
    """A part of a draft: the article, a date, a document."""

    __tablename__ = "circular_piece"
    __table_args__ = (
        Index("ix_circular_piece_draft", "draft_id", "id"),
        Index("ix_circular_piece_upload_id", "upload_id"),
        Index("ix_circular_piece_file_id", "file_id"),
    )
    id: Mapped[pk]
    draft_id: Mapped[int] = mapped_column(ForeignKey("circular_draft.id", ondelete="CASCADE"))
    sort: Mapped[Sort] = mapped_column(enum_of(Sort))
    said: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What its form is filled with."""
    upload_id: Mapped[str | None] = mapped_column(ForeignKey("upload.id", ondelete="SET NULL"))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("file.id", ondelete="SET NULL"))
    """Of a document, or the picture of the article: as long as the draft waits, it is kept."""
    done_at: Mapped[datetime | None]
    """When it was published."""
    draft: Mapped[Draft] = relationship(lazy="raise_on_sql", back_populates="pieces")
    upload: Mapped[Upload | None] = relationship(lazy="raise_on_sql")
