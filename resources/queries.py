"""Reads of the library. Each takes a viewer and starts from what they may see."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    exists,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import Session, contains_eager, joinedload

from access import audiences
from access.prepared import prepared
from access.viewers import Viewer
from accounts.models import Member
from core.text import folded
from directory.models import Organisation, Profile, Theme
from directory.organisations import workplace
from directory.queries import work_line
from files.models import StoredFile
from resources.models import (
    Document,
    DocumentKind,
    Download,
    Favourite,
    Folder,
    Version,
)

PER_PAGE = 20
MOST_IN_ZIP = 200
RELATED = 5


def seen(viewer: Viewer) -> ColumnElement[bool]:
    """The documents that exist for this viewer."""
    return and_(Document.visible_to(viewer), Document.withdrawn_at.is_(None))


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address of a list says."""

    kind: str = ""
    theme: str = ""
    network_id: int | None = None
    territory_id: int | None = None
    year: int | None = None
    owner_id: int | None = None
    folder_id: int | None = None
    show: str = ""
    """new, favourites, mine or nothing."""
    since: datetime | None = None
    """When what is new begins."""
    by_title: bool = False


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page starts: after this document."""

    document_id: int
    renewed_at: datetime | None = None
    title_key: str = ""


DocumentRow = Row[Document, str, str | None, str, str, str | None, int, str | None, str | None]
"""Document, kind, theme, the owner's first and last name, and of its newest file: name, size,
thumbnail; the viewer's label when it is one of their favourites."""
DocumentList = Select[Document, str, str | None, str, str, str | None, int, str | None, str | None]


def _rows(viewer: Viewer) -> DocumentList:
    return (
        select(
            Document,
            DocumentKind.name.label("kind"),
            Theme.name.label("theme"),
            Member.first_name,
            Member.last_name,
            Version.name.label("file"),
            StoredFile.size,
            StoredFile.thumbnail,
            Favourite.label,
        )
        .join(DocumentKind, DocumentKind.id == Document.kind_id)
        .join(Member, Member.id == Document.owner_id)
        .outerjoin(Theme, Theme.id == Document.theme_id)
        .outerjoin(Version, _is_newest(Document, Version))
        .outerjoin(StoredFile, StoredFile.id == Version.file_id)
        .outerjoin(
            Favourite,
            and_(Favourite.document_id == Document.id, Favourite.member_id == viewer.member_id),
        )
        .where(seen(viewer))
    )


def _is_newest(document: type[Document], version: type[Version]) -> ColumnElement[bool]:
    return and_(version.document_id == document.id, version.number == document.number)


def latest_documents(
    session: Session,
    viewer: Viewer,
    filters: Filters = Filters(),
    after: Cursor | None = None,
    *,
    most: int = PER_PAGE + 1,
) -> Sequence[DocumentRow]:
    """Documents by newest version or by title; one more than a page."""
    return _latest_documents.run(
        session,
        viewer,
        filters.kind or None,
        filters.theme or None,
        filters.network_id,
        filters.territory_id,
        _new_year(filters.year) if filters.year else None,
        _new_year(filters.year + 1) if filters.year else None,
        filters.owner_id,
        filters.folder_id,
        filters.since if filters.show == "new" else None,
        after.document_id if after else None,
        after.renewed_at if after else None,
        after.title_key if after else None,
        show=filters.show,
        by_title=filters.by_title,
        most=most,
    ).all()


def _new_year(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=UTC)


@prepared
def _latest_documents(
    viewer: Viewer,
    kind: str | None,
    theme: str | None,
    network_id: int | None,
    territory_id: int | None,
    begins: datetime | None,
    ends: datetime | None,
    owner_id: int | None,
    folder_id: int | None,
    since: datetime | None,
    after_id: int | None,
    after_at: datetime | None,
    after_title: str | None,
    *,
    show: str,
    by_title: bool,
    most: int,
) -> DocumentList:
    conditions: list[ColumnElement[bool]] = []
    if kind is not None:
        conditions.append(Document.kind_id == _filed(DocumentKind, kind))
    if theme is not None:
        conditions.append(Document.theme_id == _filed(Theme, theme))
    if network_id is not None:
        conditions.append(Document.audience_id.in_(audiences.naming(network_id)))
    if territory_id is not None:
        conditions.append(Document.audience_id.in_(audiences.addressed_to(territory_id)))
    if begins is not None and ends is not None:
        conditions += [Document.renewed_at >= begins, Document.renewed_at < ends]
    if owner_id is not None:
        conditions.append(Document.owner_id == owner_id)
    if folder_id is not None:
        within = select(Folder.id).where(or_(Folder.id == folder_id, Folder.parent_id == folder_id))
        conditions.append(Document.folder_id.in_(within))
    if since is not None:
        conditions.append(Document.renewed_at > since)
    found = _rows(viewer).where(*conditions, *_shown(viewer, show))
    return _from(found, after_id, after_at, after_title, by_title=by_title).limit(most)


def _filed(kind: type[DocumentKind] | type[Theme], slug: str) -> ColumnElement[int]:
    return select(kind.id).where(kind.slug == slug).scalar_subquery()


def _shown(viewer: Viewer, show: str) -> list[ColumnElement[bool]]:
    conditions: dict[str, list[ColumnElement[bool]]] = {
        "new": [Document.owner_id != viewer.member_id],
        "favourites": [Favourite.member_id.is_not(None)],
        "mine": [Document.owner_id == viewer.member_id],
        "": [],
    }
    return conditions[show]


def _from(
    found: DocumentList,
    after_id: int | None,
    after_at: datetime | None,
    after_title: str | None,
    *,
    by_title: bool,
) -> DocumentList:
    if by_title:
        if after_id is not None and after_title is not None:
            place = tuple_(Document.title_key, Document.id)
            found = found.where(place > tuple_(after_title, after_id))
        return found.order_by(Document.title_key, Document.id)
    if after_id is not None and after_at is not None:
        place = tuple_(Document.renewed_at, Document.id)
        found = found.where(place < tuple_(after_at, after_id))
    return found.order_by(Document.renewed_at.desc(), Document.id.desc())


@prepared
def document(viewer: Viewer, document_id: int) -> Select[Document]:
    """One document, with its kind, its theme and its owner."""
    return (
        select(Document)
        .options(joinedload(Document.kind), joinedload(Document.theme), joinedload(Document.owner))
        .where(Document.id == document_id, seen(viewer))
    )


def among(viewer: Viewer, numbers: Select[int]) -> Select[Document]:
    """Of these documents, those that the viewer sees, by title."""
    return (
        select(Document)
        .where(Document.id.in_(numbers), seen(viewer))
        .order_by(Document.title_key, Document.id)
    )


def opened(session: Session, viewer: Viewer, document_id: int) -> tuple[Document, str] | None:
    """A document as its page needs it, with its owner's work. One query."""
    row = session.execute(
        document(viewer, document_id)
        .outerjoin(Profile, Profile.member_id == Document.owner_id)
        .outerjoin(Organisation, workplace(viewer))
        .add_columns(Profile.job, Profile.employer, Organisation.name)
    ).one_or_none()
    return row and (row[0], work_line(*row[1:]))


def withdrawn(viewer: Viewer, document_id: int) -> Select[Document]:
    """A document that was taken away, for those who may give it back."""
    return select(Document).where(Document.id == document_id, Document.withdrawn_for(viewer))


def versions(viewer: Viewer, document_id: int) -> Select[Version]:
    """The versions of a document, newest first, with who sent them."""
    return (
        select(Version)
        .join(Version.document)
        .options(joinedload(Version.file), joinedload(Version.deposited_by))
        .where(Version.document_id == document_id, seen(viewer))
        .order_by(Version.number.desc())
    )


def version(
    viewer: Viewer, document_id: int, number: int, *, with_text: bool = False
) -> Select[Version]:
    """One version of a document, with its file: every file is opened through here."""
    file = joinedload(Version.file)
    return (
        select(Version)
        .join(Version.document)
        .options(
            contains_eager(Version.document), file.undefer(StoredFile.text) if with_text else file
        )
        .where(Version.document_id == document_id, Version.number == number, seen(viewer))
    )


def newest_versions(viewer: Viewer, document_ids: Collection[int]) -> Select[Version]:
    """The newest version of each of these documents, by title: what a zip holds."""
    return (
        select(Version)
        .join(Version.document)
        .options(contains_eager(Version.document), joinedload(Version.file))
        .where(Document.id.in_(document_ids), seen(viewer), _is_newest(Document, Version))
        .order_by(Document.title_key, Document.id)
    )


def favourite_labels(session: Session, viewer: Viewer) -> dict[int, str]:
    """The label of each document that a member keeps at hand, "" without one."""
    kept = select(Favourite.document_id, Favourite.label).where(
        Favourite.member_id == viewer.member_id
    )
    return {row[0]: row[1] for row in session.execute(kept)}


def favourites(session: Session, viewer: Viewer) -> dict[str, list[DocumentRow]]:
    """A member's favourites under their labels, by name; those without one last."""
    found: dict[str, list[DocumentRow]] = {}
    rows = session.execute(
        _rows(viewer)
        .where(Favourite.member_id.is_not(None))
        .order_by(Favourite.label == "", Favourite.label, Document.title_key, Document.id)
    )
    for row in rows:
        found.setdefault(row.label or "", []).append(row)
    return found


def related(session: Session, viewer: Viewer, of: Document) -> Sequence[DocumentRow]:
    """A few others on the same shelf, or on the same theme, newest first."""
    near = [
        column == value
        for column, value in (
            (Document.folder_id, of.folder_id),
            (Document.theme_id, of.theme_id),
        )
        if value is not None
    ]
    if not near:
        return []
    return session.execute(
        _rows(viewer)
        .where(or_(*near), Document.id != of.id, Document.replaced_by_id.is_(None))
        .order_by(Document.renewed_at.desc(), Document.id.desc())
        .limit(RELATED)
    ).all()


def replaced(viewer: Viewer, document_id: int) -> Select[Document]:
    """The documents that this one takes the place of."""
    return (
        select(Document)
        .where(Document.replaced_by_id == document_id, seen(viewer))
        .order_by(Document.title_key, Document.id)
    )


def candidates(viewer: Viewer, words: str, but: int) -> Select[Document]:
    """Documents whose title holds these words, to be chosen from."""
    said = [word for word in folded(words).split() if word][:6]
    return (
        select(Document)
        .where(
            seen(viewer),
            Document.id != but,
            *(Document.title_key.contains(word, autoescape=True) for word in said),
        )
        .order_by(Document.renewed_at.desc(), Document.id.desc())
        .limit(20)
    )


def holders(document_id: int, before: int) -> Select[int]:
    """Who keeps a document at hand, or has a version of it older than this one."""
    keeps = exists().where(Favourite.member_id == Member.id, Favourite.document_id == document_id)
    has = exists().where(
        Download.member_id == Member.id,
        Download.document_id == document_id,
        Download.number < before,
    )
    return select(Member.id).where(or_(keeps, has))
