"""How a table that somebody sends is read, cell by cell. Runs in the child only."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, BinaryIO

from core.extraction import kinds, limits
from core.extraction.formats import Unreadable

DELIMITERS = ";,\t|"
_TWICE_ENCODED = re.compile("Ã[^A-Za-zÀ-ÿ\\s]|Ã[©¨ªà§]|â€™")
"""What French accents become when UTF-8 is taken for something else, and written again."""


def rows(file: BinaryIO, mime: str) -> list[list[str]]:
    """The lines of a CSV or of the first sheet of an XLSX, its titles first.

    Raises Unreadable: "table-unknown", "old-format", "table-encoding", "table-empty",
    "table-too-many-lines", "table-too-many-columns", "table-cell-too-long", "table-quote", and what
    opening an archive raises.
    """
    if mime == kinds.XLSX:
        return _within(_sheet(file))
    if mime == kinds.OLE:
        raise Unreadable("old-format")
    if mime != kinds.PLAIN:
        raise Unreadable("table-unknown")
    return _within(_lines(_decoded(file.read())))


def _within(found: Iterable[list[str]]) -> list[list[str]]:
    """The lines that hold something, empty cells at their end left out; not more than we take."""
    kept: list[list[str]] = []
    for line in found:
        cells = [cell.strip() for cell in line]
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > limits.TABLE_COLUMNS:
            raise Unreadable("table-too-many-columns")
        if max(map(len, cells), default=0) > limits.CELL_CHARACTERS:
            raise Unreadable("table-cell-too-long")
        kept.append(cells)
        if len(kept) > limits.TABLE_LINES + 1:
            raise Unreadable("table-too-many-lines")
    while kept and not kept[-1]:
        kept.pop()
    if not kept:
        raise Unreadable("table-empty")
    return kept


def _decoded(content: bytes) -> str:
    marked = content[:2] in {b"\xff\xfe", b"\xfe\xff"}
    # The last two are what French Excel writes, new and old.
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text or _TWICE_ENCODED.search(text):
            break
        return text
    raise Unreadable("table-encoding")


def _lines(text: str) -> Iterator[list[str]]:
    csv.field_size_limit(limits.CELL_CHARACTERS * 4)
    first = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    line: list[str] = []
    try:
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            yield line
    except csv.Error as error:
        raise Unreadable("table-cell-too-long") from error
    if text.count('"') % 2 and any("\n" in cell for cell in line):
        raise Unreadable("table-quote")  # the last cell took the lines that follow


def _sheet(file: BinaryIO) -> Iterator[list[str]]:
    _check_archive(file)
    from openpyxl import load_workbook

    # Formulas are asked for as they are written: what they gave is not to be believed.
    book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
    page = book.worksheets[0] if book.worksheets else None
    if page is None:
        raise Unreadable("table-empty")
    page.reset_dimensions()  # what a sheet says of its size is not believed either
    for number, row in enumerate(page.iter_rows(values_only=True)):
        if number > limits.TABLE_LINES + limits.EMPTY_LINES:
            raise Unreadable("table-too-many-lines")
        yield [_words(value) for value in row]


def _check_archive(file: BinaryIO) -> None:
    """Not more than an archive may hold, by its own account and by what is unpacked."""
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
        if len(parts) > limits.ENTRIES:
            raise Unreadable("too-large")
        if any(part.flag_bits & 1 for part in parts):
            raise Unreadable("encrypted")
        left = limits.UNPACKED_BYTES
        for part in parts:
            with archive.open(part) as opened:
                while piece := opened.read(1 << 20):
                    left -= len(piece)
                    if left < 0:
                        raise Unreadable("too-large")
    file.seek(0)


def _words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # a SIRET typed as a number
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value).replace("\0", "")
