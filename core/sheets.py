"""Tables that leave as CSV or XLSX, and do nothing in the spreadsheet that opens them.

What begins as a formula is a formula to a spreadsheet, whoever typed it. In a CSV such a cell takes
an apostrophe before it (OWASP, "CSV Injection"); in an XLSX it is a text, and said to be one.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from core import clock, text

Cell = str | int | float | date | datetime | None
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula, in full width too."""
LONGEST_CELL = 32_000
"""Characters; an XLSX holds 32,767."""
WIDEST = 60


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its name, its columns, its lines."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def is_formula(words: str) -> bool:
    """Whether a spreadsheet would compute it."""
    return words.lstrip(" ").startswith(FORMULA)


def as_csv(sheet: Sheet) -> bytes:
    """As a French spreadsheet opens it: UTF-8, semicolons, decimal commas."""
    written = io.StringIO()
    lines = csv.writer(written, delimiter=";", lineterminator="\r\n")
    lines.writerow(map(_inert, sheet.header))
    lines.writerows([_inert(_words(cell)) for cell in row] for row in sheet.rows)
    return written.getvalue().encode("utf-8-sig")  # by its mark, Excel knows UTF-8


def _words(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.astimezone(clock.PARIS).strftime("%Y-%m-%d %H:%M")
    if isinstance(cell, float):
        return str(round(cell, 6)).replace(".", ",")
    return str(cell)


def _inert(words: str) -> str:
    # A number may be negative: only words are dangerous.
    words = text.plain(words)
    return f"'{words}" if is_formula(words) and not _is_number(words) else words


def _is_number(words: str) -> bool:
    return words.removeprefix("-").replace(",", "", 1).isdecimal()


def as_xlsx(sheets: Sequence[Sheet]) -> bytes:
    """A workbook, one table a sheet, its first line kept in sight and each column filtered."""
    book = Workbook(write_only=True)
    for sheet in sheets:
        _write(book.create_sheet(_title(sheet.name)), sheet)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _write(page: Any, sheet: Sheet) -> None:
    rows = [[_cell(page, cell) for cell in row] for row in sheet.rows]
    for number, title in enumerate(sheet.header, start=1):
        longest = max((len(str(row[number - 1].value or "")) for row in rows), default=0)
        letter = get_column_letter(number)
        page.column_dimensions[letter].width = min(max(longest, len(title)) + 2, WIDEST)
    page.freeze_panes = "A2"
    page.auto_filter.ref = f"A1:{get_column_letter(max(len(sheet.header), 1))}{len(rows) + 1}"
    titles = [_cell(page, title) for title in sheet.header]
    for title in titles:
        title.font = Font(bold=True)
    page.append(titles)
    for row in rows:
        page.append(row)


def _cell(page: Any, cell: Cell) -> Any:
    if isinstance(cell, datetime):
        cell = cell.astimezone(clock.PARIS).replace(tzinfo=None, microsecond=0)
    value: Any = text.plain(cell)[:LONGEST_CELL] if isinstance(cell, str) else cell
    written = WriteOnlyCell(page, value=None if value == "" else value)
    if not isinstance(value, str) or not value:
        return written
    written.data_type = "s"  # else what begins with "=" would be computed
    if is_formula(value):
        written.quotePrefix = True
    return written


def _title(name: str) -> str:
    """A sheet's name may not hold these, nor be longer than 31 characters."""
    kept = "".join(" " if character in r"[]:*?/\'" else character for character in name)
    return kept.strip()[:31] or "Maillage"
