"""Papers that leave as PDF: A4, one font that is served from here, the same bytes each time."""

import io
import re
from datetime import UTC, date, datetime, time
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import Align, WrapMode, XPos, YPos
from pypdf import PdfWriter

FONTS = Path(__file__).parent / "fonts"
FONT = "Atkinson"
MARGIN_MM = 20
FOOT_MM = 15
BODY_POINTS, SMALL_POINTS, TITLE_POINTS = 10, 8.5, 18
LINE_MM = 5
HAIRLINE_MM = 0.2
MARK_MM = 6
"""Between the mark of an item and its words."""
UNSHOWN = "\u202f"
"""Spaces that the font has not: written as the usual one that does not break."""
UNBROKEN = re.compile(r"(?<=«) | (?=[:;?!»])")
"""Where no line ends: inside guillemets, before a sign of two parts."""


class Paper(FPDF):
    """A page with its margins, its font, its page numbers at the foot."""

    def __init__(self, title: str, author: str, day: date, foot: str = "") -> None:
        super().__init__(format="A4")
        self.foot = foot
        self.set_title(title)
        self.set_author(author)
        self.set_lang("fr")
        self.set_creation_date(datetime.combine(day, time(12), UTC))
        self.set_margins(MARGIN_MM, MARGIN_MM)
        self.set_auto_page_break(auto=True, margin=MARGIN_MM + FOOT_MM)
        self.add_font(FONT, "", FONTS / "atkinson-hyperlegible-next-regular.ttf")
        self.add_font(FONT, "B", FONTS / "atkinson-hyperlegible-next-bold.ttf")
        self.add_page()
        self.plain()

    def footer(self) -> None:
        """The foot of each page."""
        self.set_y(-FOOT_MM)
        self.set_font(FONT, size=SMALL_POINTS)
        self.cell(self.epw / 2, LINE_MM, shown(self.foot), align=Align.L)
        words = f"Page {self.page_no()} sur {{nb}}"
        self.cell(self.epw / 2, LINE_MM, words, align=Align.R)

    def plain(self, *, bold: bool = False, small: bool = False) -> None:
        """The font of what follows."""
        self.set_font(FONT, "B" if bold else "", SMALL_POINTS if small else BODY_POINTS)

    def heading(self, words: str) -> None:
        """The title of the paper."""
        self.set_font(FONT, "B", TITLE_POINTS)
        self.multi_cell(
            self.epw, LINE_MM * 2, shown(words), align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT
        )
        self.plain()

    def lines(
        self, words: list[str], *, bold: bool = False, small: bool = False, width: float = 0
    ) -> None:
        """Paragraphs, one under the other; the empty ones are left out."""
        left = self.get_x()
        self.plain(bold=bold, small=small)
        for one in filter(None, words):
            self.set_x(left)
            self.multi_cell(
                width or self.epw,
                LINE_MM if not small else LINE_MM * 0.85,
                shown(one),
                align=Align.L,
                wrapmode=WrapMode.WORD,
                new_x=XPos.LEFT,
                new_y=YPos.NEXT,
            )
        self.plain()

    def section(self, words: str, depth: int) -> None:
        """The title of a part of the paper; the reader's outline shows it."""
        self.ln(LINE_MM / 2)
        if self.get_y() > self.h - self.b_margin - LINE_MM * 6:
            self.add_page()  # a title does not stay alone at the foot of a page
        self.start_section(shown(words), level=0 if depth == 1 else 1)
        self.set_font(FONT, "B", TITLE_POINTS * 0.75 if depth == 1 else BODY_POINTS * 1.1)
        self.multi_cell(
            self.epw,
            LINE_MM * 1.5,
            shown(words),
            align=Align.L,
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
        )
        self.ln(LINE_MM / 2)
        self.plain()

    def marked(self, words: str, mark: str = "", indent: float = 0) -> None:
        """A paragraph in which ** stands around what is strong; `mark`: before it; mm."""
        self.plain()
        left = self.l_margin + indent
        if mark:
            self.set_x(left - MARK_MM)
            self.cell(MARK_MM, LINE_MM, shown(mark))
        self.set_x(left)
        self.multi_cell(
            self.epw - indent,
            LINE_MM,
            # The library would underline what stands between two of these.
            shown(words).replace("--", "\\--").replace("__", "\\__"),
            align=Align.L,
            markdown=True,
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
        )

    def rule(self) -> None:
        """A hairline across the page."""
        self.set_line_width(HAIRLINE_MM)
        self.line(self.l_margin, self.get_y() + 1, self.l_margin + self.epw, self.get_y() + 1)
        self.ln(3)

    def bytes(self) -> "bytes":
        """The file."""
        return bytes(self.output())


def followed(content: bytes, then: bytes) -> bytes:
    """A PDF with the pages of another after its own, whose bytes begin with it, unchanged: an
    incremental update (ISO 32000-1, 7.5.6).
    """
    writer = PdfWriter(io.BytesIO(content), incremental=True)
    writer.append(io.BytesIO(then), import_outline=False)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def shown(words: str) -> str:
    """Words as the font can draw them, and as French breaks its lines."""
    for one in UNSHOWN:
        words = words.replace(one, "\u00a0")
    return UNBROKEN.sub("\u00a0", words)
