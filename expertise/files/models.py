"""The table of the files of needs."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, pk
from expertise.needs.models import Need
from expertise.positions.models import Note
from files.models import NAME_LENGTH, StoredFile

OF_THE_NEED = text("note_id IS NULL")
OF_THE_THREAD = text("note_id IS NOT NULL")


class NeedFile(Base):
    """A file that came with a need, or with a word of the thread."""

    __tablename__ = "need_file"
    __table_args__ = (
        # The same form sent twice keeps a content once.
        Index(
            "ix_need_file_once",
            "need_id",
            "file_id",
            unique=True,
            sqlite_where=OF_THE_NEED,
            postgresql_where=OF_THE_NEED,
        ),
        Index(
            "ix_need_file_of_note",
            "note_id",
            "file_id",
            unique=True,
            sqlite_where=OF_THE_THREAD,
            postgresql_where=OF_THE_THREAD,
        ),
        Index("ix_need_file", "need_id", "id"),
    )
    id: Mapped[pk]
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id", ondelete="CASCADE"))
    note_id: Mapped[int | None] = mapped_column(ForeignKey("need_note.id", ondelete="CASCADE"))
    """The word of the thread that it came with; None: the company sent it."""
    file_id: Mapped[int] = mapped_column(ForeignKey("file.id"), index=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    member_id: Mapped[int | None] = mapped_column(
        ForeignKey("member.id", ondelete="SET NULL"), index=True
    )
    """Who sent it, when they have an account."""
    reviewed: Mapped[bool]
    """Whether its need was read and validated with it: those who answer see it from then on."""
    sent_at: Mapped[datetime]
    need: Mapped[Need] = relationship(lazy="raise_on_sql")
    note: Mapped[Note | None] = relationship(lazy="raise_on_sql")
    file: Mapped[StoredFile] = relationship(lazy="raise_on_sql")
