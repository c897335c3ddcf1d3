"""The files that members send: text, Word, PDF, each with a word of its own."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from random import Random

from demo.documents import word_file

WORD = re.compile(r"mot[0-9a-f]{32}")
LONG_PAGES = 60
SHARED = 4
"""Contents that several members send."""
SHARE, LONG = 0.2, 0.3
"""How often a content is one of those, and how often it takes a while to read."""
SENTENCES = (
    "La convention se signe avant le premier jour de la mise en situation.",
    "Le conseiller rappelle la personne dans la semaine qui suit la visite.",
    "Les heures de formation sont prises en charge par le fonds de la branche.",
    "Un hébergement provisoire est possible le temps de la période d’essai.",
    "Le bilan est envoyé au référent, qui le joint au dossier du salarié.",
)


def new_word(draw: Random) -> str:
    """A word that nobody else writes."""
    return f"mot{draw.getrandbits(128):032x}"


@dataclass(frozen=True)
class Content:
    """A file as it stands on the disk of a member."""

    name: str
    data: bytes
    word: str
    """It stands in this file, and nowhere else."""

    @cached_property
    def sha256(self) -> str:
        """Its name in the storage."""
        return hashlib.sha256(self.data).hexdigest()


def _lines(draw: Random, count: int) -> list[str]:
    return [draw.choice(SENTENCES) for _ in range(count)]


def text(draw: Random) -> Content:
    """A page of plain text."""
    word = new_word(draw)
    return Content(f"{word[:9]}.txt", "\n".join([*_lines(draw, 20), word]).encode(), word)


def word_processed(draw: Random) -> Content:
    """A few paragraphs of Word."""
    word = new_word(draw)
    data = word_file("Compte rendu", "\n".join([*_lines(draw, 30), word]))
    return Content(f"{word[:9]}.docx", data, word)


def printed(draw: Random, pages: int = 1) -> Content:
    """A PDF with its word on the last page: what is read half-way does not hold it."""
    word = new_word(draw)
    sheets = [_lines(draw, 50) for _ in range(pages)]
    sheets[-1].append(word)
    return Content(f"{word[:9]}.pdf", pdf(sheets), word)


def pdf(sheets: Sequence[Sequence[str]]) -> bytes:
    """A PDF with these lines on its pages."""
    pages = [f"{4 + 2 * number} 0 R" for number in range(len(sheets))]
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{' '.join(pages)}]/Count {len(pages)}>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for number, lines in enumerate(sheets):
        shown = "".join(f"({line}) ' " for line in lines)
        stream = f"BT /F 9 Tf 14 TL 40 800 Td {shown}ET".encode("cp1252")
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R"
            b"/Resources<</Font<</F 3 0 R>>>>>>" % (5 + 2 * number)
        )
        objects.append(b"<</Length %d>>stream\n%b\nendstream" % (len(stream), stream))
    written = b"%PDF-1.4\n"
    table = b"0000000000 65535 f \n"
    for number, one in enumerate(objects, 1):
        table += b"%010d 00000 n \n" % len(written)
        written += b"%d 0 obj%b\nendobj\n" % (number, one)
    size = len(objects) + 1
    trailer = b"trailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (size, len(written))
    return written + b"xref\n0 %d\n%b%b" % (size, table, trailer)


@dataclass(frozen=True)
class Drawer:
    """Where a member takes the files that they send."""

    draw: Random
    shared: Sequence[Content] = field(default_factory=list)

    def small(self) -> Content:
        """A file of a page or two that nobody else sends."""
        return self.draw.choice([text, word_processed, printed])(self.draw)

    def new(self) -> Content:
        """A file that nobody else sends; some take a while to read."""
        if self.draw.random() < LONG:
            return printed(self.draw, LONG_PAGES)
        return self.small()

    def any(self) -> Content:
        """A file; others may send the same."""
        if self.shared and self.draw.random() < SHARE:
            return self.draw.choice(self.shared)
        return self.new()


def shared(draw: Random) -> list[Content]:
    """Contents that several members send, a long one among them."""
    return [printed(draw, LONG_PAGES), *(Drawer(draw).small() for _ in range(SHARED - 1))]
