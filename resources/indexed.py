"""What the library gives to the search: one entry a document, with the words of its newest file."""

from collections.abc import Collection, Iterator

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, joinedload, undefer

from core.indexing import Changed, Entry, Source
from core.text import excerpt
from files.facts import FileRead
from files.models import StoredFile
from resources.facts import Deposited, Described, Renewed, Withdrawn
from resources.models import Document, Version

DOCUMENT = "document"
LONGEST_SUMMARY = 5_000


def _read(session: Session, ids: Collection[int]) -> Iterator[Entry]:
    newest = and_(Version.document_id == Document.id, Version.number == Document.number)
    rows = session.execute(
        select(Document, StoredFile)
        .outerjoin(Version, newest)
        .outerjoin(StoredFile, StoredFile.id == Version.file_id)
        .options(joinedload(Document.theme), undefer(StoredFile.text))
        .where(Document.id.in_(ids), Document.withdrawn_at.is_(None))
    )
    for document, file in rows:
        yield Entry(
            kind=DOCUMENT,
            id=document.id,
            audience_id=document.audience_id,
            title=document.title,
            summary=excerpt(document.html, LONGEST_SUMMARY),
            body=_words(file),
            at=document.renewed_at,
            theme=document.theme.slug if document.theme else "",
            author_id=document.owner_id,
            credit_id=document.owner_id,
        )


def _words(file: StoredFile | None) -> str:
    """Those of the newest file; a link has none."""
    return "" if file is None else file.text


def _ids(session: Session, after_id: int, limit: int) -> list[int]:
    found = select(Document.id).where(Document.id > after_id).order_by(Document.id).limit(limit)
    return list(session.scalars(found))


def _count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Document)) or 0


documents = Source(DOCUMENT, _read, _ids, _count)


class Telling:
    """Turns the library's facts into entries that are to be read again."""

    def __init__(self, changed: Changed) -> None:
        self.changed = changed

    def __call__(self, session: Session, fact: Deposited | Described | Renewed | Withdrawn) -> None:
        """The document of this fact changed."""
        if fact.document is not None:
            self.changed(session, DOCUMENT, fact.document.id)

    def file_read(self, session: Session, fact: FileRead) -> None:
        """The words of a file are known: those of each document that shows it."""
        shows = select(Version.document_id).where(Version.file_id == fact.file_id).distinct()
        for document_id in session.scalars(shows):
            self.changed(session, DOCUMENT, document_id)
