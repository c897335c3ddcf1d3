"""What the worker does with a table that was sent: read it, then write what was confirmed."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from access import rule
from access.viewers import Role
from accounts.models import Member
from core import clock, extraction
from core.jobs import Handler, enqueue
from core.refusals import Refused
from core.storage import Storage
from directory.columns import title
from directory.imports import members, organisations, schemes
from directory.imports.actions import READ, WRITE
from directory.imports.cells import columns_of
from directory.imports.models import WRITTEN, Fate, Import, ImportLine, State, Subject
from directory.imports.understood import Compared, Options, Reader, Understood

FORGET = "directory.imports.forget"
AT_ONCE = 500
"""Lines compared in one transaction."""
WRITTEN_AT_ONCE = 100
"""Lines written in one: other writers wait meanwhile."""
READERS: dict[Subject, Callable[..., Reader]] = {
    Subject.ORGANISATIONS: organisations.Reader,
    Subject.SCHEMES: schemes.Reader,
    Subject.MEMBERS: members.Reader,
}


class Importing:
    """The work of imports."""

    def __init__(self, storage: Storage, folder: Path) -> None:
        self.storage, self.folder = storage, folder

    @property
    def handlers(self) -> dict[str, Handler]:
        """The work by its kind."""
        return {READ: self.read, FORGET: self.forget, WRITE: self.write}

    def read(self, session: Session, payload: dict[str, Any]) -> None:
        """Understand each line and say what it would change. Done again, it ends the same."""
        import_ = session.get(Import, payload["import_id"])
        if import_ is None and "pieces" in payload:  # it went with the person who sent it
            self.forget(session, payload)
        if import_ is None or import_.state is not State.READING:
            return
        pieces = import_.pieces
        session.rollback()  # others write while the file is read
        table = self._table(pieces)
        try:
            self._read(session, payload["import_id"], table)
        except Refused as refused:
            session.rollback()
            import_ = session.get_one(Import, payload["import_id"])
            import_.state, import_.refused = State.REFUSED, refused.code
            import_.about, import_.ended_at = dict(refused.values), clock.now()
        enqueue(session, FORGET, {"pieces": pieces})

    def forget(self, _session: Session, payload: dict[str, Any]) -> None:
        """The file has been read."""
        self.storage.forget_pieces(payload["pieces"])

    def _table(self, pieces: str) -> extraction.Table:
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=self.folder) as file:
            with self.storage.open_pieces(pieces) as sent:
                shutil.copyfileobj(sent, file)
            file.flush()
            return extraction.table(file)

    def _read(self, session: Session, import_id: int, table: extraction.Table) -> None:
        if table.refused:
            raise Refused(table.refused)
        import_ = session.get_one(Import, import_id)
        reader = _reader(session, import_)
        reader.prepare(session)
        titles = table.rows[0]
        fields, unknown = columns_of(titles, reader.columns)
        missing = [title(reader.columns, one) for one in reader.needed if one not in fields]
        if missing:
            raise Refused("columns-missing", names=", ".join(missing))
        session.execute(delete(ImportLine).where(ImportLine.import_id == import_id))
        session.commit()
        understood = list(_understood(reader, fields, table.rows[1:]))
        names = {field: words for field, words in zip(fields, titles, strict=False) if field}
        for start in range(0, len(understood), AT_ONCE):
            _compare(session, import_id, reader, understood[start : start + AT_ONCE], names)
            session.commit()
        import_ = session.get_one(Import, import_id)
        import_.state = State.READ
        import_.about = {"unknown": unknown[:30]}

    def write(self, session: Session, payload: dict[str, Any]) -> None:
        """Write some of the confirmed lines, and come back for the next ones."""
        import_ = session.get(Import, payload["import_id"])
        if import_ is None or import_.state is not State.WRITING:
            return
        lines = session.scalars(
            select(ImportLine)
            .where(
                ImportLine.import_id == import_.id,
                ImportLine.number > payload.get("after", 0),
                ImportLine.fate.in_(WRITTEN),
                ImportLine.said.is_not(None),
            )
            .order_by(ImportLine.number)
            .limit(WRITTEN_AT_ONCE)
        ).all()
        if not lines:
            import_.state, import_.ended_at = State.DONE, clock.now()
            return
        reader = _reader(session, import_)
        reader.gather(session, [line.said or {} for line in lines])
        for line in lines:
            _write(session, reader, line)
        for line in lines:
            line.said = None  # written: in this transaction, or not at all
        enqueue(session, WRITE, {"import_id": import_.id, "after": lines[-1].number})


def _reader(session: Session, import_: Import) -> Reader:
    """The reader of its lines, who sees what the administrator sees now.

    Raises Refused("not-administrator") when they are none any more.
    """
    by = session.get_one(Member, import_.by_id)
    if by.role is not Role.ADMINISTRATOR:
        raise Refused("not-administrator")
    viewer = rule.viewer(session, by.id, by.role)
    return READERS[import_.subject](session, viewer, Options(**import_.options))


Numbered = tuple[int, Understood]


def _understood(
    reader: Reader, fields: Sequence[str | None], rows: Sequence[Sequence[str]]
) -> Iterator[Numbered]:
    """Each line that holds something, with its place in the file; a second one says so."""
    first: dict[str, int] = {}
    for number, row in enumerate(rows, start=2):
        if not row:
            continue
        cells: dict[str, str] = {}
        for field, value in zip(fields, row, strict=False):
            if field and value and field not in cells:
                cells[field] = value
        line = reader.understand(cells)
        if len(row) > len(fields):
            line.problems.append(("", "cells-without-title", {}))
        if not line.problems:
            if line.key in first:
                line.problems.append(("", "line-twice", {"line": first[line.key]}))
            first.setdefault(line.key, number)
        yield number, line


def _compare(
    session: Session,
    import_id: int,
    reader: Reader,
    lines: Sequence[Numbered],
    names: dict[str, str],
) -> None:
    sound = [line for _number, line in lines if not line.problems]
    compared = iter(reader.compare(session, sound))
    rows = []
    for number, line in lines:
        found = Compared(Fate.REFUSED) if line.problems else next(compared)
        problems = [*line.problems, *([found.problem] if found.problem else [])]
        rows.append(
            {
                "import_id": import_id,
                "number": number,
                "fate": found.fate,
                "name": line.name[:200],
                "email": line.email,
                "problems": [
                    [_named(reader, names, field), code, values] for field, code, values in problems
                ],
                "changes": [
                    [_named(reader, names, field), before, after]
                    for field, before, after in found.changes
                ],
                "said": line.said if found.fate in WRITTEN else None,
            }
        )
    if rows:
        session.execute(insert(ImportLine), rows)


def _named(reader: Reader, names: dict[str, str], field: str) -> str:
    """A column as the file calls it, else as ours do."""
    return names.get(field) or (title(reader.columns, field) if field else "")


def _write(session: Session, reader: Reader, line: ImportLine) -> None:
    """Write one line; what has become impossible since it was read is said beside it."""
    try:
        with session.begin_nested():
            reader.write(session, line.said or {})
            session.flush()
    except Refused as refused:
        line.fate, line.problems = Fate.REFUSED, [["", refused.code, dict(refused.values)]]
