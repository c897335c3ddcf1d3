"""The report of a programme as a PDF, for those who fund it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from fpdf.fonts import FontFace

from core.paper import FONT, LINE_MM, SMALL_POINTS, TITLE_POINTS, Paper, shown

FIRST = 2.4
"""How much wider the first column is than the others."""


@dataclass(frozen=True, slots=True)
class Table:
    """A part of the report."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What it says, in words."""

    title: str
    programme: str
    term: str
    lines: Sequence[str]
    """Under the title: by whom, of which days, made when."""
    measures: Table
    definitions: Sequence[tuple[str, str]]
    tables: Sequence[Table]
    method: Sequence[str]
    headings: tuple[str, str]
    """Of the definitions, of the method."""
    day: date


def pdf(report: Report) -> bytes:
    """A cover, the figures, their definitions, how they are counted."""
    foot = f"{report.programme} · {report.title} · {report.term}"
    paper = Paper(f"{report.title} {report.term}", report.programme, report.day, foot)
    paper.ln(50)
    paper.lines([report.programme], bold=True)
    paper.ln(LINE_MM)
    paper.heading(report.title)
    paper.set_font(FONT, "B", TITLE_POINTS)
    paper.lines([report.term], bold=True)
    paper.ln(LINE_MM)
    paper.rule()
    paper.lines(list(report.lines))
    paper.add_page()
    for table in (report.measures, *report.tables):
        _table(paper, table)
    _titled(paper, report.headings[0])
    for label, words in report.definitions:
        paper.lines([label], bold=True, small=True)
        paper.lines([words], small=True)
        paper.ln(1)
    paper.ln(LINE_MM)
    _titled(paper, report.headings[1])
    paper.lines(list(report.method))
    return paper.bytes()


def _titled(paper: Paper, words: str) -> None:
    if paper.will_page_break(6 * LINE_MM):
        paper.add_page()
    paper.lines([words], bold=True)
    paper.ln(1)


def _table(paper: Paper, table: Table) -> None:
    _titled(paper, table.title)
    others = len(table.header) - 1
    with paper.table(
        col_widths=(FIRST, *[1.0] * others),
        text_align=("LEFT", *["RIGHT"] * others),
        borders_layout="HORIZONTAL_LINES",
        line_height=LINE_MM,
        padding=1,
        headings_style=FontFace(emphasis="BOLD", size_pt=SMALL_POINTS if others > 3 else None),
    ) as drawn:
        for row in (table.header, *table.rows):
            drawn.row([shown(one) for one in row])
    if table.note:
        paper.ln(1)
        paper.lines([table.note], small=True)
    paper.ln(LINE_MM)
