"""What is kept of the files of a member: given to them, let go with them, and for how long.

A stored content is nobody's: when nothing refers to it any more, it is erased at night. Whatever
table refers to a file is found in the schema, so that a new room cannot be forgotten here.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, delete, exists, func, or_, select, union_all
from sqlalchemy.orm import Session

from accounts.facts import MemberLeft
from core.db import Base
from core.jobs import enqueue
from core.portable import Held, Piece, rows_of
from core.retention import Rule
from core.storage import KEPT, Storage
from files.actions import FORGET_PIECES
from files.models import StoredFile, Upload

UNUSED_DAYS = 1
"""A content that has just come is not yet referred to by what it comes for."""
UNSENT_DAYS = 7
"""A file that arrived, and was put nowhere: the form was left open, or given up."""


FilesOf = Callable[[int], Select[Any, str]]
"""member_id → the files that one room holds of theirs: its id, its name there."""


def files_of(member_id: int) -> Select[int | None, str]:
    """What they sent, and what of it is still here."""
    arrived = Upload.file_id.is_not(None)
    return select(Upload.file_id, Upload.name).where(Upload.member_id == member_id, arrived)


def its_data_of(session: Session, member_id: int) -> Held:
    """What they sent, and what of it is still here."""
    tables = {"upload": rows_of(session, Upload, Upload.member_id == member_id)}
    return Held(tables, pieces(session, files_of(member_id)))


def pieces(session: Session, theirs: Select[Any, str]) -> list[Piece]:
    """The stored contents of these files, the first that came before."""
    file_id, name = (its := theirs.subquery()).c
    found = (
        select(name, StoredFile.sha256, StoredFile.size)
        .join_from(its, StoredFile, StoredFile.id == file_id)
        .order_by(StoredFile.id, name)
    )
    return [Piece(*row) for row in session.execute(found)]


def every_file(member_id: int, rooms: Iterable[FilesOf]) -> Select[StoredFile, str]:
    """All the files that these rooms hold of theirs, each once, the last that came first."""
    file_id, name = union_all(*(files_of(member_id) for files_of in rooms)).subquery().c
    named = select(file_id.label("file_id"), func.min(name).label("name")).group_by(file_id)
    theirs = named.subquery()
    return (
        select(StoredFile, theirs.c.name)
        .join(theirs, theirs.c.file_id == StoredFile.id)
        .order_by(StoredFile.id.desc())
    )


def forget(session: Session, fact: MemberLeft) -> None:
    """Nobody is left who sent these files; documents and messages that stay keep theirs."""
    theirs = Upload.member_id == fact.member_id
    on_their_way = select(Upload.id).where(theirs, Upload.file_id.is_(None))
    for upload_id in session.scalars(on_their_way).all():
        enqueue(session, FORGET_PIECES, {"upload_id": upload_id})
    session.execute(delete(Upload).where(theirs).execution_options(synchronize_session=False))


# --- what nothing refers to ------------------------------------------------------------------


def _refers(tables: list[Table]) -> ColumnElement[bool]:
    """Whether a row of these tables refers to each file."""
    file_id = StoredFile.__table__.c.id
    columns = [
        key.parent for table in tables for key in table.foreign_keys if key.column is file_id
    ]
    found: ColumnElement[bool] = exists().where(columns[0] == StoredFile.id)
    for column in columns[1:]:
        found |= exists().where(column == StoredFile.id)
    return found


def _tables(*, uploads: bool) -> list[Table]:
    return [
        table for table in Base.metadata.sorted_tables if uploads or table is not Upload.__table__
    ]


def _is_unused(present: datetime) -> ColumnElement[bool]:
    long_ago = present - timedelta(days=UNUSED_DAYS)
    return (StoredFile.kept_at < long_ago) & ~_refers(_tables(uploads=True))


def _unused(present: datetime) -> Select[int]:
    return select(StoredFile.id).where(_is_unused(present))


def _unsent(present: datetime) -> Select[str]:
    placed = _refers(_tables(uploads=False))
    return (
        select(Upload.id)
        .join(StoredFile, StoredFile.id == Upload.file_id)
        .where(Upload.started_at < present - timedelta(days=UNSENT_DAYS), ~placed)
    )


def _forget_unsent(session: Session, present: datetime) -> None:
    session.execute(
        delete(Upload)
        .where(Upload.id.in_(_unsent(present)))
        .execution_options(synchronize_session=False)
    )


class Erasing:
    """Erases what nothing refers to; it needs the storage."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage

    @property
    def rules(self) -> tuple[Rule, ...]:
        """First the files put nowhere, whose contents then go the next night."""
        return (
            Rule("files-unsent", UNSENT_DAYS, _unsent, _forget_unsent),
            Rule("files-unused", UNUSED_DAYS, _unused, self.erase),
        )

    def erase(self, session: Session, present: datetime) -> None:
        """Erase contents one by one.

        The row goes first and its lock is held until the content is gone: whoever sends the same
        content at that instant waits for it, writes a new row, and sees that the content is to be
        written again (files.actions). Killed between the two, the row comes back and the next
        night finds no content: that does no harm.
        """
        for file_id in session.scalars(_unused(present)).all():
            # Asked again under the lock: it may have come once more since.
            gone = session.execute(
                delete(StoredFile)
                .where(StoredFile.id == file_id, _is_unused(present))
                .returning(StoredFile.sha256, StoredFile.thumbnail)
                .execution_options(synchronize_session=False)
            ).one_or_none()
            if gone is None:
                continue
            for name in filter(None, (gone.sha256, gone.thumbnail)):
                if not _shown(session, name):
                    self.storage.erase(name)
            session.commit()


def _shown(session: Session, name: str) -> Any:
    """Whether the very same bytes are kept for something else: a file, its picture, a logo."""
    names = [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.info == KEPT
    ]
    return session.scalar(select(or_(*(exists().where(column == name) for column in names))))
