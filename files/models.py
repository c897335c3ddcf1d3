"""The tables of files."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, pk
from core.storage import KEPT

NAME_LENGTH = 255


class StoredFile(Base):
    """A content that is kept once, however many times it was sent, and what was read in it."""

    __tablename__ = "file"
    __table_args__ = (CheckConstraint("size >= 0", name="size_is_counted"),)
    id: Mapped[pk]
    sha256: Mapped[str] = mapped_column(String(64), unique=True, info=KEPT)
    """Its name in the storage."""
    size: Mapped[int] = mapped_column(BigInteger)
    """Bytes."""
    mime: Mapped[str] = mapped_column(String(100))
    """What its content shows, whatever its name says."""
    kept_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    """None: the worker has not tried to read it yet."""
    refused: Mapped[str | None] = mapped_column(String(30))
    """Why it has no text: a word of core.extraction."""
    pages: Mapped[int | None]
    words: Mapped[int] = mapped_column(default=0)
    text: Mapped[str] = mapped_column(Text, default="", deferred=True, deferred_raiseload=True)
    """Pages are parted by a form feed."""
    text_size: Mapped[int] = mapped_column(default=0)
    """Bytes of the text."""
    cut: Mapped[bool] = mapped_column(default=False)
    """The text was longer than what is kept."""
    thumbnail: Mapped[str | None] = mapped_column(String(64), info=KEPT)
    """The storage's name of a WebP."""

    @property
    def searchable(self) -> bool:
        """Whether its words can be found."""
        return self.read_at is not None and self.refused is None


class Upload(Base):
    """A file on its way, or arrived: who sent it, under which name."""

    __tablename__ = "upload"
    __table_args__ = (
        Index("ix_upload_member", "member_id", "started_at"),
        Index("ix_upload_started", "file_id", "started_at"),
        CheckConstraint("received >= 0 AND received <= size", name="received_is_within"),
    )
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    """Cannot be guessed; good for its sender only."""
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    size: Mapped[int] = mapped_column(BigInteger)
    """Bytes announced."""
    received: Mapped[int] = mapped_column(BigInteger, default=0)
    """Bytes that need not be sent again."""
    started_at: Mapped[datetime]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"))
    """None while it is on its way."""
    file: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql")
