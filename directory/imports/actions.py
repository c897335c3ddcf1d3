"""Writes about imports: a file is sent, its lines wait, somebody says yes or no."""

import secrets
from dataclasses import asdict
from typing import BinaryIO

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from access.viewers import Viewer
from accounts.facts import Sensitive
from accounts.models import Member
from accounts.policy import needs_administrator
from core import clock
from core.facts import record
from core.jobs import enqueue
from core.refusals import Refused
from core.storage import Storage
from core.text import plain
from directory.facts import DirectoryChanged
from directory.imports.models import WRITTEN, Fate, Import, ImportLine, State, Subject
from directory.imports.understood import Options

READ = "directory.imports.read"
WRITE = "directory.imports.write"
LARGEST_BYTES = 10_000_000
PIECE_BYTES = 1 << 20
PER_PAGE = 100


def send(
    session: Session,
    storage: Storage,
    viewer: Viewer,
    *,
    by: Member,
    subject: Subject,
    name: str,
    file: BinaryIO,
    options: Options,
) -> Import:
    """Keep a file that the worker will read. Nothing of it is written before `confirm`.

    Raises Refused: "not-administrator", "file-empty", "table-too-heavy".
    """
    needs_administrator(viewer)
    size = file.seek(0, 2)
    if not size:
        raise Refused("file-empty")
    if size > LARGEST_BYTES:
        raise Refused("table-too-heavy", most=LARGEST_BYTES // 1_000_000)
    made = Import(
        subject=subject,
        state=State.READING,
        by_id=by.id,
        name=plain(name).replace("\n", " ")[:200] or "table",
        pieces=f"imports/{secrets.token_hex(16)}",
        options=asdict(options),
        about={},
        created_at=clock.now(),
    )
    session.add(made)
    session.flush()
    file.seek(0)
    for offset in range(0, size, PIECE_BYTES):
        storage.put_piece(made.pieces, offset, file.read(PIECE_BYTES))
    enqueue(session, READ, {"import_id": made.id, "pieces": made.pieces})
    return made


def mine(viewer: Viewer) -> Select[Import]:
    """The imports of an administrator, the latest first."""
    needs_administrator(viewer)
    return (
        select(Import).where(Import.by_id == viewer.member_id).order_by(Import.id.desc()).limit(50)
    )


def one(viewer: Viewer, import_id: int) -> Select[Import]:
    """One of them."""
    needs_administrator(viewer)
    return select(Import).where(Import.id == import_id, Import.by_id == viewer.member_id)


def counts(session: Session, import_id: int) -> dict[Fate, int]:
    """How many lines there are of each fate."""
    rows = session.execute(
        select(ImportLine.fate, func.count())
        .where(ImportLine.import_id == import_id)
        .group_by(ImportLine.fate)
    )
    found = {fate: number for fate, number in rows}  # noqa: C416 - rows are no pairs
    return {fate: found.get(fate, 0) for fate in Fate}


def left(import_id: int) -> Select[int]:
    """How many lines are still to be written."""
    return select(func.count()).where(
        ImportLine.import_id == import_id,
        ImportLine.said.is_not(None),
        ImportLine.fate.in_(WRITTEN),
    )


def lines(import_id: int, fate: Fate | None = None, after: int = 0) -> Select[ImportLine]:
    """The lines in the order of the file, of one fate if need be; one more than a page."""
    found = (
        select(ImportLine)
        .where(ImportLine.import_id == import_id, ImportLine.number > after)
        .order_by(ImportLine.number)
        .limit(PER_PAGE + 1)
    )
    return found.where(ImportLine.fate == fate) if fate else found


def confirm(session: Session, viewer: Viewer, import_: Import, *, by: Member) -> int:
    """Write its lines; how many they are. Raises Refused("nothing-to-do")."""
    needs_administrator(viewer)
    found = counts(session, import_.id)
    many = sum(found[fate] for fate in WRITTEN)
    if import_.state is not State.READ or not many:
        raise Refused("nothing-to-do")
    import_.state = State.WRITING
    enqueue(session, WRITE, {"import_id": import_.id})
    said = {"import": import_.subject.value, "lines": many}
    fact: Sensitive = DirectoryChanged(by, import_.name, said)
    record(session, fact)
    return many


def give_up(session: Session, viewer: Viewer, import_: Import) -> None:
    """Forget an import and its lines; what was written stays. Raises Refused("nothing-to-do")."""
    needs_administrator(viewer)
    if import_.state in {State.READING, State.WRITING}:
        raise Refused("nothing-to-do")
    session.execute(delete(ImportLine).where(ImportLine.import_id == import_.id))
    session.delete(import_)
