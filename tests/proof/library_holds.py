"""What must hold of the documents and of the files after a siege."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, undefer

from core import clock
from core.jobs import Plan
from files.jobs import ABANDONED_AFTER, TIDY
from files.models import StoredFile, Upload
from notifications.models import RENEWED, Kind, Notification
from resources.models import Document, Version
from tests.proof.contents import Content
from tests.proof.members import Depositor, Given, Writer

STORED = "files"
"""The folder of the storage, in that of the house."""


@dataclass(frozen=True)
class Library:
    """Who deposited, who attached, and where the files are."""

    depositors: list[Depositor]
    writers: list[Writer]
    folder: Path
    plan: Plan

    @property
    def given(self) -> dict[int, Given]:
        """The documents acknowledged."""
        return {one: given for who in self.depositors for one, given in who.mine.items()}

    @property
    def contents(self) -> dict[str, Content]:
        """All that was sent, by SHA-256."""
        versions = [content for given in self.given.values() for content in given.versions]
        attached = [content for writer in self.writers for content in writer.attached.values()]
        return {content.sha256: content for content in versions + attached}

    def verify(self, session: Session) -> str:
        """Raise when anything was lost or done twice; an account of what was seen."""
        self._documents_are_there_once(session)
        self._files_are_read(session)
        self._files_are_on_the_disk_once(session)
        told = self._those_who_keep_were_told_once(session)
        orphans = self._nothing_is_left_on_its_way(session)
        sent = sum(len(given.versions) for given in self.given.values())
        cut = sum(one.resumed for one in (*self.depositors, *self.writers))
        return (
            f"{len(self.given)} documents in {sent} versions, {len(self.contents)} contents kept; "
            f"{cut} files went on where they were cut, {orphans} announced and left; "
            f"{told} told of a new version"
        )

    def _documents_are_there_once(self, session: Session) -> None:
        titles = dict(session.execute(select(Document.id, Document.title)).all())
        assert titles == {one: given.title for one, given in self.given.items()}
        there: dict[int, list[tuple[int, str, str]]] = defaultdict(list)
        for document_id, number, sha256, name in session.execute(
            select(Version.document_id, Version.number, StoredFile.sha256, Version.name)
            .join(StoredFile, StoredFile.id == Version.file_id)
            .order_by(Version.document_id, Version.number)
        ):
            there[document_id].append((number, sha256, name))
        assert there == {
            one: [
                (number, content.sha256, content.name)
                for number, content in enumerate(given.versions, 1)
            ]
            for one, given in self.given.items()
        }
        numbers = dict(session.execute(select(Document.id, Document.number)).all())
        assert numbers == {one: len(given.versions) for one, given in self.given.items()}

    def _files_are_read(self, session: Session) -> None:
        files = session.scalars(select(StoredFile).options(undefer(StoredFile.text))).all()
        contents = self.contents
        assert sorted(file.sha256 for file in files) == sorted(contents)
        for file in files:
            content = contents[file.sha256]
            assert file.size == len(content.data), content.name
            assert file.read_at is not None, f"{content.name} is not read"
            assert (file.refused, file.cut) == (None, False), content.name
            assert file.text.split().count(content.word) == 1, content.name

    def _files_are_on_the_disk_once(self, session: Session) -> None:
        owed = set(self.contents)
        drawn = select(StoredFile.thumbnail).where(StoredFile.thumbnail.is_not(None))
        owed |= {name for name in session.scalars(drawn) if name}
        there = {path.relative_to(self.folder / STORED) for path in _files_in(self.folder / STORED)}
        whole = {path for path in there if len(path.name) == 64}
        assert sorted(map(str, whole)) == sorted(f"{name[:2]}/{name}" for name in owed)
        for path in whole:
            data = (self.folder / STORED / path).read_bytes()
            assert hashlib.sha256(data).hexdigest() == path.name

    def _those_who_keep_were_told_once(self, session: Session) -> int:
        renewed: Mapping[int, list[int]] = {
            one: given.renewed_at for one, given in self.given.items()
        }
        told: dict[int, list[int]] = defaultdict(list)
        for member_id, document_id in session.execute(
            select(Notification.member_id, Notification.document_id).where(
                Notification.kind == Kind.DOCUMENT, Notification.what == RENEWED
            )
        ):
            told[member_id].append(document_id or 0)
        for depositor in self.depositors:
            surely = {
                document_id
                for document_id, instant in depositor.kept.items()
                if any(instant < begun for begun in renewed[document_id])
            }
            perhaps = {one for one in depositor.kept if renewed[one]}
            mine = told[depositor.member_id]
            assert len(mine) == len(set(mine)), f"{depositor.member_id} was told twice"
            assert surely <= set(mine) <= perhaps, f"{depositor.member_id} was not told"
        return sum(map(len, told.values()))

    def _nothing_is_left_on_its_way(self, session: Session) -> int:
        """Pieces go with the file that they made; what a kill left half-done, at night."""
        uploads, reading = self.folder / STORED / "uploads", self.folder / "reading"
        assert [path for path in _files_in(uploads) if "#" not in path.name] == []
        waiting = select(func.count()).where(Upload.file_id.is_(None))
        orphans = session.scalar(waiting) or 0
        received = select(func.count()).where(Upload.file_id.is_(None), Upload.received > 0)
        assert session.scalar(received) == 0, "a file begun was not brought to its end"
        later = clock.now() + 2 * ABANDONED_AFTER
        with patch.object(clock, "now", lambda: later):
            self.plan.handlers[TIDY](session, {})
        session.commit()
        assert session.scalar(waiting) == 0
        left = [path for path in _files_in(self.folder / STORED) if len(path.name) != 64]
        assert left == []
        assert [path for path in _files_in(reading) if path.stat().st_size] == []
        return orphans


def _files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def the_database_is_whole(session: Session) -> None:
    """SQLite's own checks."""
    if session.get_bind().dialect.name == "sqlite":
        assert session.execute(text("PRAGMA integrity_check")).scalars().all() == ["ok"]
        assert session.execute(text("PRAGMA foreign_key_check")).all() == []
