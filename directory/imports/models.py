"""The tables of imports: the file's lines wait here until somebody says yes."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models import EMAIL_LENGTH, enum_of
from core.db import Base, label, pk


class Subject(StrEnum):
    """What the lines of a file are."""

    ORGANISATIONS = "organisations"
    SCHEMES = "schemes"
    MEMBERS = "members"


class State(StrEnum):
    """How far an import is."""

    READING = "reading"
    READ = "read"
    """Its lines wait for a yes."""
    REFUSED = "refused"
    WRITING = "writing"
    DONE = "done"


class Fate(StrEnum):
    """What will be, or was, done with a line."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    LEFT = "left"
    """Somebody who has no account, when nobody is to be invited."""
    REFUSED = "refused"


WRITTEN = (Fate.NEW, Fate.CHANGED)
"""The lines that change something."""


class Import(Base):
    """A file that an administrator sent."""

    __tablename__ = "directory_import"
    __table_args__ = (Index("ix_directory_import_by", "by_id", "id"),)
    id: Mapped[pk]
    subject: Mapped[Subject] = mapped_column(enum_of(Subject))
    state: Mapped[State] = mapped_column(enum_of(State))
    by_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    name: Mapped[label]
    """Of the file."""
    pieces: Mapped[str] = mapped_column(String(60))
    """Where the storage holds it, until it is read."""
    options: Mapped[dict[str, Any]] = mapped_column(JSON)
    refused: Mapped[str | None] = mapped_column(String(60))
    """Why nothing of it can be read."""
    about: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What goes with the refusal; the titles that were not understood."""
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ImportLine(Base):
    """A line of the file, what it says, and what becomes of it."""

    __tablename__ = "directory_import_line"
    __table_args__ = (Index("ix_directory_import_line_fate", "import_id", "fate", "number"),)
    import_id: Mapped[int] = mapped_column(
        ForeignKey("directory_import.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Its place in the file: the titles are line 1."""
    fate: Mapped[Fate] = mapped_column(enum_of(Fate))
    name: Mapped[label]
    email: Mapped[str | None] = mapped_column(String(EMAIL_LENGTH))
    """Of a person: their line goes with them."""
    problems: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """[title of the column, refusal's code, its values]"""
    changes: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """[title of the column, before, after]"""
    said: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What the line says, understood; nothing once it is written."""
