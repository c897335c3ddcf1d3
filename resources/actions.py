"""Writes of the library: deposit, renew, describe, keep at hand, withdraw."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from access import audiences
from access.viewers import Viewer
from accounts.models import Member
from core import addresses, clock, text
from core.db import insert_into
from core.facts import record
from core.refusals import Refused
from directory import lists
from directory.models import Theme
from files.models import StoredFile, Upload
from resources import policy
from resources.facts import Deposited, Described, Renewed, Replaced, Withdrawn
from resources.models import (
    FAVOURITE_LENGTH,
    NOTE_LENGTH,
    Document,
    DocumentKind,
    Download,
    Favourite,
    Folder,
    Version,
)
from resources.openings import note_openings

LONGEST_TITLE = 150
LONGEST_DESCRIPTION = 5_000
MOST_AT_ONCE = 50
"""Files in one deposit."""


@dataclass(frozen=True, slots=True)
class Description:
    """What is said of a document; `kind_id` and the rest as its author chose them."""

    title: str
    kind_id: int | None
    theme_id: int | None = None
    folder_id: int | None = None
    words: str = ""
    review_on: date | None = None


def deposit(
    session: Session,
    upload: Upload,
    description: Description,
    *,
    owner: Viewer,
    networks: Collection[int],
    territories: Collection[int],
    submission: str | None = None,
) -> Document:
    """Give a file that has arrived. The same file sent with the same form twice is one document.

    Raises Refused: "file-on-its-way", "title-empty", "title-too-long", "body-too-long",
    "unknown-kind", "unknown-theme", "unknown-folder", "review-past", "audience-not-yours",
    "no-network".
    """
    _one_at_a_time(session, owner)
    file = _arrived(upload)
    submission = submission and _of_file(submission, file, upload)
    if sent := _already_sent(session, owner, submission) or _already_given(session, upload):
        return sent
    document = _new(session, description, owner, networks, territories, submission)
    document.number = 1
    session.add(document)
    session.flush()
    _add_version(session, document, file, upload, owner, "")
    record(session, Deposited(document))
    return document


def deposit_link(
    session: Session,
    link: str,
    description: Description,
    *,
    owner: Viewer,
    networks: Collection[int],
    territories: Collection[int],
    submission: str | None = None,
) -> Document:
    """Give an address. Raises as deposit, and Refused("link-unknown")."""
    _one_at_a_time(session, owner)
    if sent := _already_sent(session, owner, submission):
        return sent
    document = _new(session, description, owner, networks, territories, submission)
    document.number, document.link = 0, addresses.link(link)
    session.add(document)
    session.flush()
    record(session, Deposited(document))
    return document


def _one_at_a_time(session: Session, viewer: Viewer) -> None:
    """Of two clicks of a member at the same instant, the second sees what the first did."""
    me = select(Member.id).where(Member.id == viewer.member_id)
    session.execute(me.with_for_update(key_share=True))


def _already_given(session: Session, upload: Upload) -> Document | None:
    return session.scalar(
        select(Document).join(Version).where(Version.upload_id == upload.id).limit(1)
    )


def _of_file(submission: str, file: StoredFile, upload: Upload) -> str:
    """What a form gives of one of its files, which came with it again when it was sent again."""
    return sha256(f"{submission} {file.sha256} {upload.name}".encode()).hexdigest()[:32]


def _already_sent(session: Session, owner: Viewer, submission: str | None) -> Document | None:
    if submission is None:
        return None
    return session.scalar(
        select(Document).where(
            Document.owner_id == owner.member_id, Document.submission == submission
        )
    )


def _arrived(upload: Upload) -> StoredFile:
    if upload.file is None:
        raise Refused("file-on-its-way", name=upload.name)
    return upload.file


def _new(
    session: Session,
    description: Description,
    owner: Viewer,
    networks: Collection[int],
    territories: Collection[int],
    submission: str | None,
) -> Document:
    present = clock.now()
    document = Document(
        audience_id=audiences.own_audience(session, owner.member_id, networks, territories),
        owner_id=owner.member_id,
        deposited_at=present,
        renewed_at=present,
        downloads=0,
        submission=submission,
    )
    _describe(session, document, description)
    return document


def _describe(session: Session, document: Document, said: Description) -> None:
    title = " ".join(text.plain(said.title).split())
    if not title:
        raise Refused("title-empty")
    if len(title) > LONGEST_TITLE:
        raise Refused("title-too-long", longest=LONGEST_TITLE)
    if len(said.words) > LONGEST_DESCRIPTION:
        raise Refused("body-too-long", longest=LONGEST_DESCRIPTION)
    _check_filing(session, document, said)
    if said.review_on and said.review_on != document.review_on and said.review_on <= clock.today():
        raise Refused("review-past")
    document.title, document.title_key = title, text.folded(title)
    document.kind_id = said.kind_id or 0
    document.theme_id, document.folder_id = said.theme_id, said.folder_id
    document.description = text.plain(said.words).strip()
    document.html = text.clean(document.description)
    document.review_on = said.review_on


def _check_filing(session: Session, document: Document, said: Description) -> None:
    lists.chosen(session, DocumentKind, said.kind_id, document.kind_id)
    if said.theme_id is not None:
        lists.chosen(session, Theme, said.theme_id, document.theme_id)
    if said.folder_id is not None and session.get(Folder, said.folder_id) is None:
        raise Refused("unknown-folder")


def _add_version(
    session: Session,
    document: Document,
    file: StoredFile,
    upload: Upload,
    by: Viewer,
    note: str,
) -> Version:
    version = Version(
        document_id=document.id,
        number=document.number,
        file_id=file.id,
        upload_id=upload.id,
        name=upload.name,
        note=note,
        deposited_by_id=by.member_id,
        deposited_at=clock.now(),
    )
    session.add(version)
    session.flush()
    return version


def renew(
    session: Session, document: Document, upload: Upload, *, by: Viewer, note: str
) -> Version:
    """Put a newer file in front; the older ones are kept. The same form sent twice adds one.

    Raises Refused: "not-yours", "file-on-its-way", "not-a-file", "note-too-long", "same-file".
    """
    if not policy.may_tend(by, document):
        raise Refused("not-yours")
    if document.link is not None:
        raise Refused("not-a-file")
    note = " ".join(text.plain(note).split())
    if len(note) > NOTE_LENGTH:
        raise Refused("note-too-long", longest=NOTE_LENGTH)
    file = _arrived(upload)
    _one_at_a_time(session, by)
    if sent := session.scalar(select(Version).where(Version.upload_id == upload.id)):
        return sent
    # The number is drawn by the database: two versions at one instant get two numbers.
    number = session.execute(
        update(Document)
        .where(Document.id == document.id)
        .values(number=Document.number + 1, renewed_at=clock.now())
        .returning(Document.number)
        .execution_options(synchronize_session=False)
    ).scalar_one()
    session.refresh(document, ["number", "renewed_at"])
    newest = session.scalar(
        select(Version.file_id).where(
            Version.document_id == document.id, Version.number == number - 1
        )
    )
    if newest == file.id:
        raise Refused("same-file")
    version = _add_version(session, document, file, upload, by, note)
    record(session, Renewed(document, version))
    return version


def describe(session: Session, document: Document, said: Description, *, by: Viewer) -> None:
    """Say otherwise what a document is. Raises Refused("not-yours"), and as deposit."""
    if not policy.may_tend(by, document):
        raise Refused("not-yours")
    _describe(session, document, said)
    document.changed_at = clock.now()
    record(session, Described(document))


def lead(document: Document, link: str, *, by: Viewer) -> None:
    """Give a link another address. Raises Refused("not-yours") or Refused("link-unknown")."""
    if not policy.may_tend(by, document):
        raise Refused("not-yours")
    document.link = addresses.link(link)


def replace(session: Session, document: Document, newer: Document | None, *, by: Viewer) -> None:
    """Say which document takes the place of this one; None: none does.

    Raises Refused("not-yours"), Refused("same-document") when one would replace itself, however
    far around.
    """
    if not policy.may_tend(by, document):
        raise Refused("not-yours")
    after, met = newer, {document.id}
    while after is not None:
        if after.id in met:
            raise Refused("same-document")
        met.add(after.id)
        after = session.get(Document, after.replaced_by_id) if after.replaced_by_id else None
    document.replaced_by_id = newer.id if newer else None
    record(session, Replaced(document, by.member_id) if newer else Described(document))


def withdraw(session: Session, document: Document, *, by: Member, viewer: Viewer) -> None:
    """Take a document away from everyone. Raises Refused("not-yours")."""
    document.take_away(viewer)
    record(session, Withdrawn(by, document.title, {"state": "withdrawn"}, document))


def give_back(session: Session, document: Document, *, by: Member, viewer: Viewer) -> None:
    """Undo a withdrawal. Raises Refused("not-yours"), Refused("withdrawn-by-moderator")."""
    document.bring_back(viewer)
    record(session, Withdrawn(by, document.title, {"state": "given-back"}, document))


def favour(session: Session, viewer: Viewer, document_id: int, label: str = "") -> None:
    """Keep a document at hand, or name otherwise what it is kept for."""
    label = " ".join(text.plain(label).split())
    if len(label) > FAVOURITE_LENGTH:
        raise Refused("label-too-long", longest=FAVOURITE_LENGTH)
    kept = insert_into(session, Favourite).values(
        member_id=viewer.member_id, document_id=document_id, label=label, kept_at=clock.now()
    )
    session.execute(
        kept.on_conflict_do_update(
            index_elements=["member_id", "document_id"], set_={"label": kept.excluded.label}
        )
    )


def unfavour(session: Session, viewer: Viewer, document_id: int) -> None:
    """No longer keep it at hand."""
    kept = session.get(Favourite, (viewer.member_id, document_id))
    if kept is not None:
        session.delete(kept)


def note_downloads(session: Session, viewer: Viewer, versions: Sequence[Version]) -> None:
    """Count a download of each version, and remember who has which."""
    note_openings(session, viewer, (version.document for version in versions))
    for version in versions:
        had = insert_into(session, Download).values(
            member_id=viewer.member_id,
            document_id=version.document_id,
            number=version.number,
            at=clock.now(),
        )
        newer = func.max if session.get_bind().dialect.name == "sqlite" else func.greatest
        session.execute(
            had.on_conflict_do_update(
                index_elements=["member_id", "document_id"],
                set_={"number": newer(Download.number, had.excluded.number), "at": had.excluded.at},
            )
        )
    session.execute(
        update(Document)
        .where(Document.id.in_([version.document_id for version in versions]))
        .values(downloads=Document.downloads + 1)
        .execution_options(synchronize_session=False)
    )
