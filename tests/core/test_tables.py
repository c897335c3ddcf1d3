"""Tables that somebody sends, well written or not: their lines, or why there are none."""

import contextlib
import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from core import extraction
from core.extraction import Table, limits, tables
from core.extraction.formats import Unreadable
from core.sheets import Sheet, as_csv, as_xlsx
from tests.services import ROOT, leave_out

DATA = ROOT.parent / "shared/data"


def read(tmp_path: Path, content: bytes) -> Table:
    path = tmp_path / "table"
    path.write_bytes(content)
    with path.open("rb") as file:
        return extraction.table(file)


def workbook(*rows: list[object]) -> bytes:
    book, written = Workbook(), io.BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(written)
    return written.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_a_csv_is_read_as_french_programs_write_it(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    lines = [["Nom", "Commune"], ['"Les Écluses"', "Sablé-sur-Sarthe"], ["", "Laval"], []]
    text = "\r\n".join(delimiter.join(line) for line in lines)
    assert read(tmp_path, text.encode(encoding)).rows == [
        ["Nom", "Commune"],
        ["Les Écluses", "Sablé-sur-Sarthe"],
        ["", "Laval"],
    ]


def test_a_workbook_gives_words_numbers_dates_and_formulas_as_written(tmp_path: Path) -> None:
    content = workbook(
        ["Nom", "SIRET", "Début", "Part", "Actif", "Calcul"],
        ["Écluses", 80746931700018, date(2026, 3, 1), 2.5, True, "=1+1"],
    )
    assert read(tmp_path, content).rows[1] == [
        "Écluses", "80746931700018", "2026-03-01", "2.5", "oui", "=1+1",
    ]  # fmt: skip


def test_what_leaves_comes_back(tmp_path: Path) -> None:
    sheet = Sheet("Annuaire", ["Nom", "Places"], [["Les Écluses; du Val", 12], ["Été\nhiver", 3]])
    for content in (as_csv(sheet), as_xlsx([sheet])):
        assert read(tmp_path, content).rows == [
            ["Nom", "Places"], ["Les Écluses; du Val", "12"], ["Été\nhiver", "3"],
        ]  # fmt: skip


def test_a_quotation_mark_within_a_cell_is_a_character_like_others(tmp_path: Path) -> None:
    content = b'Nom;Note\nTuyau 5";"deux\nlignes"\nRelais;fin\n'
    assert read(tmp_path, content).rows == [
        ["Nom", "Note"], ['Tuyau 5"', "deux\nlignes"], ["Relais", "fin"],
    ]  # fmt: skip


def bomb() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(["a"]))) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        for name, part in parts.items():
            made.writestr(name, part)
        with made.open("xl/media/zeros", "w") as opened:
            for _ in range(limits.UNPACKED_BYTES // 2**20 + 1):
                opened.write(bytes(2**20))
    return written.getvalue()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "table-unknown"),
        (b"\n\n;;;\n", "table-empty"),
        ("Nom;Commune\nÉcluses;Sablé".encode("utf-16-le"), "table-unknown"),
        ("Nom\nÃ‰cluses de SablÃ©".encode(), "table-encoding"),
        (b"Nom\nsabl\x81\x8d\n", "table-encoding"),
        (b"a;" * 300 + b"b\n", "table-too-many-columns"),
        (b"a;b\n" + b"1;2\n" * (limits.TABLE_LINES + 1), "table-too-many-lines"),
        (b'Nom\n"' + b"x" * 60_000 + b'"\n', "table-cell-too-long"),
        (b'Nom;Commune\n"Les Ateliers;Nantes\nLe Relais;Laval\n', "table-quote"),
        (b"%PDF-1.4 rien", "table-unknown"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old-format"),
        (b"PK\x03\x04 une archive coupee", "damaged"),
        (workbook(["t"] * 300), "table-too-many-columns"),
        (bomb(), "too-large"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, content: bytes, why: str) -> None:
    assert read(tmp_path, content) == Table(refused=why)


def test_a_sheet_of_a_million_lines_is_refused_before_its_end(tmp_path: Path) -> None:
    book, written = Workbook(write_only=True), io.BytesIO()
    page = book.create_sheet()
    for number in range(limits.TABLE_LINES + limits.EMPTY_LINES + 500):
        page.append([number])
    book.save(written)
    assert read(tmp_path, written.getvalue()).refused == "table-too-many-lines"


@pytest.mark.data
def test_no_hostile_file_is_taken_for_a_table(tmp_path: Path) -> None:
    folder = DATA / "docs/hostile"
    if not folder.exists():
        leave_out("the shared data are not there")
    for path in sorted(folder.glob("*.xlsx")) + sorted(folder.glob("*.zip")):
        with path.open("rb") as file:
            found = extraction.table(file)
        assert (found.refused is None) is bool(found.rows), path.name
        assert "/etc/" not in str(found.rows), path.name


@given(st.binary(max_size=300))
def test_any_bytes_give_lines_or_a_reason(content: bytes) -> None:
    with contextlib.suppress(Unreadable):
        assert tables.rows(io.BytesIO(content), "text/plain")
