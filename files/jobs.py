"""What the worker does with files: read them, forget what never arrived."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core import clock
from core.extraction import extract, thumbnail
from core.facts import record
from core.jobs import Handler
from core.storage import Storage
from files.actions import FORGET_PIECES, READ
from files.facts import FileRead
from files.models import StoredFile, Upload

TIDY = "files.tidy"
ABANDONED_AFTER = timedelta(days=3)
"""A file on its way that nothing was heard of."""


class Reader:
    """The handlers, which need the storage."""

    def __init__(self, storage: Storage, folder: Path) -> None:
        self.storage = storage
        self.folder = folder
        """Where a file is laid while it is being read."""

    @property
    def handlers(self) -> dict[str, Handler]:
        """Kind of job → what does it."""
        return {READ: self.read, FORGET_PIECES: self.forget_pieces, TIDY: self.tidy}

    def read(self, session: Session, payload: dict[str, Any]) -> None:
        """Read a file and draw its thumbnail; the database is free meanwhile."""
        file_id = payload["file_id"]
        file = session.get(StoredFile, file_id)
        if file is None or file.read_at is not None:
            return
        sha256 = file.sha256
        session.rollback()
        with self._laid_out(sha256) as laid:
            found, picture = extract(laid), thumbnail(laid)
        drawn = self.storage.put(picture) if picture else None
        session.execute(
            update(StoredFile)
            .where(StoredFile.id == file_id)
            .values(
                mime=found.mime,
                read_at=clock.now(),
                refused=found.refused,
                pages=found.pages,
                words=found.words,
                text=found.text,
                text_size=len(found.text.encode()),
                cut=found.cut,
                thumbnail=drawn,
            )
            .execution_options(synchronize_session=False)
        )
        record(session, FileRead(file_id))

    @contextmanager
    def _laid_out(self, sha256: str) -> Iterator[BinaryIO]:
        """A copy on this disk, to be read only. It has no name: a kill leaves nothing of it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self.folder, delete=False) as laid:
            name = Path(laid.name)
            with name.open("rb") as file:
                name.unlink()
                for piece in self.storage.read(sha256):
                    laid.write(piece)
                laid.flush()
                yield file

    def forget_pieces(self, _session: Session, payload: dict[str, Any]) -> None:
        """The pieces of a file that is whole, or given up."""
        self.storage.forget_pieces(f"uploads/{payload['upload_id']}")

    def tidy(self, session: Session, _payload: dict[str, Any]) -> None:
        """Forget the files on their way that nothing was heard of for days, and what kills left."""
        long_ago = clock.now() - ABANDONED_AFTER
        abandoned = select(Upload.id).where(Upload.file_id.is_(None), Upload.started_at < long_ago)
        ids = session.scalars(abandoned).all()
        for upload_id in ids:
            self.storage.forget_pieces(f"uploads/{upload_id}")
        session.execute(delete(Upload).where(Upload.id.in_(ids)))
        self.storage.forget_half_written(long_ago)


def next_night(present: datetime) -> datetime:
    """When it is tidied: at three in the morning, UTC."""
    night = present.replace(hour=3, minute=0, second=0, microsecond=0)
    return night if night > present else night + timedelta(days=1)
