"""Writes about files: receive them piece by piece, keep them once."""

import io
import secrets
from dataclasses import dataclass
from typing import BinaryIO

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, joinedload

from core import clock
from core.db import insert_into
from core.extraction.kinds import mime_by_signature
from core.jobs import enqueue
from core.refusals import Refused
from core.storage import Kept, Storage
from core.text import plain
from files import policy
from files.models import NAME_LENGTH, StoredFile, Upload
from files.policy import Kinds, Limits

READ = "files.read"
FORGET_PIECES = "files.forget_pieces"

LARGEST_PIECE = 1024**2
"""Bytes: what a cut line makes one send again."""


def start(session: Session, *, member_id: int, name: str, size: int, limits: Limits) -> Upload:
    """Announce a file of `size` bytes.

    Raises Refused: "file-empty", "file-too-large", "member-full", "house-full", "file-dangerous".
    """
    name = clean_name(name)
    policy.check_name(name)
    sent = select(func.coalesce(func.sum(Upload.size), 0)).where(Upload.member_id == member_id)
    of_member = session.scalar(sent) or 0
    policy.check_room(limits, size, of_member=of_member, of_all=_of_all(session))
    upload = Upload(
        id=secrets.token_hex(16),
        member_id=member_id,
        name=name,
        size=size,
        received=0,
        started_at=clock.now(),
    )
    session.add(upload)
    session.flush()
    return upload


def _of_all(session: Session) -> int:
    """Bytes that the house holds, or expects."""
    coming = select(func.coalesce(func.sum(Upload.size), 0)).where(Upload.file_id.is_(None))
    kept = select(func.coalesce(func.sum(StoredFile.size), 0))
    return (session.scalar(kept) or 0) + (session.scalar(coming) or 0)


def clean_name(name: str) -> str:
    """A name that any disk takes: no folder, no control character; its ending is kept."""
    name = plain(name).replace("\\", "/").rsplit("/", 1)[-1].replace("\n", " ").strip()
    name = name.strip(". ") or "document"
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        return name[:NAME_LENGTH].rstrip(". ")
    return f"{stem[: NAME_LENGTH - len(ending) - 1]}.{ending}"


def _pieces(upload: Upload) -> str:
    return f"uploads/{upload.id}"


def append(
    session: Session, storage: Storage, upload: Upload, *, offset: int, piece: bytes
) -> Upload:
    """Take the bytes that follow those received. The last piece keeps the file.

    A piece that was stored but not acknowledged is stored again in its place. Raises
    Refused("offset-wrong") for a piece that does not follow, Refused("file-longer") for more than
    was announced, Refused("file-dangerous"), and OSError(ENOSPC) when there is no room left.
    """
    if offset != upload.received or upload.file_id is not None:
        raise Refused("offset-wrong")
    if offset + len(piece) > upload.size:
        raise Refused("file-longer")
    moved = session.execute(
        update(Upload)
        .where(Upload.id == upload.id, Upload.received == offset, Upload.file_id.is_(None))
        .values(received=offset + len(piece))
        .returning(Upload.id)
    ).one_or_none()
    if moved is None:  # the same piece came twice at once
        raise Refused("offset-wrong")
    # Only the one whose row moved writes: a piece that was taken is never written over.
    storage.put_piece(_pieces(upload), offset, piece)
    if offset + len(piece) == upload.size:
        _finish(session, storage, upload)
    return upload


def _finish(session: Session, storage: Storage, upload: Upload) -> None:
    pieces = storage.open_pieces(_pieces(upload))
    if pieces.size != upload.size:
        raise Refused("upload-lost")
    with io.BufferedReader(pieces, LARGEST_PIECE) as whole:
        _keep(session, storage, upload, whole)
    enqueue(session, FORGET_PIECES, {"upload_id": upload.id})


def receive(
    session: Session,
    storage: Storage,
    *,
    member_id: int,
    name: str,
    file: BinaryIO,
    limits: Limits,
) -> Upload:
    """Keep a file that came whole with a form. Raises as start, and OSError(ENOSPC)."""
    size = file.seek(0, io.SEEK_END)
    upload = start(session, member_id=member_id, name=name, size=size, limits=limits)
    upload.received = size
    _keep(session, storage, upload, file)
    return upload


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file that is kept, under the name that it came with."""

    name: str
    file: StoredFile


def take(
    session: Session, storage: Storage, *, name: str, file: BinaryIO, limits: Limits, kinds: Kinds
) -> Arrived:
    """Keep a file that came whole with a form, from somebody who may have no account.

    Something must refer to it before files.personal.UNUSED_DAYS are over. Raises Refused:
    "file-empty", "file-too-large", "house-full", "file-dangerous", "file-kind-unknown"; and
    OSError(ENOSPC).
    """
    name, size = clean_name(name), file.seek(0, io.SEEK_END)
    policy.check_name(name)
    policy.check_room(limits, size, of_member=0, of_all=_of_all(session))
    mime = mime_by_signature(file)
    policy.check_content(name, mime)
    policy.check_kind(name, mime, kinds)
    return Arrived(name, _hold(session, storage, file, mime))


def _keep(session: Session, storage: Storage, upload: Upload, file: BinaryIO) -> None:
    mime = mime_by_signature(file)
    policy.check_content(upload.name, mime)
    upload.file = _hold(session, storage, file, mime)
    session.flush()


def _hold(session: Session, storage: Storage, file: BinaryIO, mime: str) -> StoredFile:
    kept = storage.keep(file)
    stored = _stored(session, kept, mime)
    # Its row is held from here on: what was erased at this very instant is written again.
    if not storage.holds(kept.name):
        storage.keep(file)
    return stored


def keep_made(session: Session, storage: Storage, content: bytes) -> StoredFile:
    """Keep a file that the house made, or that came without an account: its row.

    Whoever calls it has checked its size and what it is.
    """
    file = io.BytesIO(content)
    kept = storage.keep(file)
    stored = _stored(session, kept, mime_by_signature(file))
    # As in _keep: its row is held from here on.
    if not storage.holds(kept.name):
        storage.keep(file)
    return stored


def _stored(session: Session, kept: Kept, mime: str) -> StoredFile:
    """Its row. A content that comes again is new again: no night takes it before it is used."""
    come = insert_into(session, StoredFile).values(
        sha256=kept.name,
        size=kept.size,
        mime=mime,
        kept_at=clock.now(),
        words=0,
        text="",
        text_size=0,
        cut=False,
    )
    session.execute(
        come.on_conflict_do_update(
            index_elements=["sha256"], set_={"kept_at": come.excluded.kept_at}
        )
    )
    file = session.scalars(select(StoredFile).where(StoredFile.sha256 == kept.name)).one()
    if file.read_at is None:
        enqueue(session, READ, {"file_id": file.id}, key=f"{READ}:{file.id}")
    return file


def mine(session: Session, member_id: int, upload_id: str) -> Upload | None:
    """A file that this member sent or is sending."""
    return session.scalar(
        select(Upload)
        .options(joinedload(Upload.file))
        .where(Upload.id == upload_id, Upload.member_id == member_id)
    )


def give_up(session: Session, upload: Upload) -> None:
    """Forget a file on its way; one that has arrived stays for whatever uses it."""
    if upload.file_id is None:
        enqueue(session, FORGET_PIECES, {"upload_id": upload.id})
        session.delete(upload)
