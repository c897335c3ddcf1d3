"""The user manual of the desk: the guide of docs/, cut in three by whom it is for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache

from core.paper import LINE_MM, Paper
from core.settings import ROOT
from core.text import Block, blocks

GUIDE = ROOT / "docs" / "guide"
PAGES = (
    *("20-expertise.md", "21-abonnement-et-credits.md", "22-partenaires.md", "23-conventions.md"),
    *("24-comite.md", "25-chiffres-de-l-expertise.md"),
)
MAIN = "L’expertise"
"""The page whose sections need no other name."""
_SPACE = re.compile(r" (?=[;:!?»])|(?<=«) ")
"""Where a line never ends."""
STEP_MM = 6
"""How far an item stands from the edge, for each list that it is in."""


class Part(StrEnum):
    """Whom a manual is for."""

    COMPANY = "entreprise"
    INSTITUTION = "institution"
    TEAM = "equipe"


FOR = (
    (("Pour une entreprise", "Depuis un compte entreprise"), (Part.COMPANY,)),
    (("Pour une institution", "Répondre à un besoin"), (Part.INSTITUTION,)),
    (("Préparer la convention",), (Part.INSTITUTION, Part.TEAM)),
    (("Lire, demander une correction", "Les journées de la mission"), tuple(Part)),
    (("Qui voit la convention", "Pour tout le monde"), tuple(Part)),
    (("Pour l’administration", "Pour l’exploitation"), ()),
)
"""How the titles of sections begin, and whom these are for; the others are for the team."""


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one title."""

    page: str
    """The title of its page."""
    title: str
    markdown: str

    @property
    def heading(self) -> str:
        """What it is called in a manual: sections of two pages may be for the same people."""
        if self.page == MAIN:
            return self.title
        return f"{self.page}\u00a0: {self.title[:1].lower()}{self.title[1:]}"


def sections(part: Part) -> tuple[Section, ...]:
    """What the manual of somebody holds, as the guide is now."""
    return _sections(part, _changed())


def pdf(part: Part, title: str) -> bytes:
    """The same, to be taken away. Dated of the last change of the guide."""
    return _pdf(part, title, _changed())


def _changed() -> float:
    return max((GUIDE / name).stat().st_mtime for name in PAGES)


@cache
def _sections(part: Part, _changed: float) -> tuple[Section, ...]:
    return tuple(
        section
        for name in PAGES
        for section in cut((GUIDE / name).read_text(encoding="utf-8"))
        if part in whom(section.title)
    )


def cut(page: str) -> list[Section]:
    """The sections of a page of the guide; what stands before the first is left out."""
    found = []
    first, *pieces = ("\n" + _SPACE.sub("\u00a0", page)).split("\n## ")
    name = first.strip().partition("\n")[0].removeprefix("# ")
    for piece in pieces:
        title, _end, words = piece.partition("\n")
        found.append(Section(name, title.strip(), words.strip()))
    return found


def whom(title: str) -> tuple[Part, ...]:
    """Whom a section is for; nobody: for those who run the house, who have the guide."""
    for beginnings, parts in FOR:
        if title.startswith(beginnings):
            return parts
    return (Part.TEAM,)


@cache
def _pdf(part: Part, title: str, changed: float) -> bytes:
    day = datetime.fromtimestamp(changed, UTC).date()
    return lay_out(title, day, sections(part))


def lay_out(title: str, day: date, given: Sequence[Section]) -> bytes:
    """The file."""
    paper = Paper(title, "Maillage", day, title)
    paper.heading(title)
    paper.lines([f"Mis à jour le {day:%d/%m/%Y}"], small=True)
    paper.rule()
    for section in given:
        paper.section(section.heading, 1)
        for block in blocks(section.markdown):
            _lay(paper, block)
    return paper.bytes()


def _lay(paper: Paper, block: Block) -> None:
    if block.kind == "title":
        paper.section(block.words, block.depth)
    else:
        indent = STEP_MM * block.depth
        paper.marked(block.words, block.mark, indent)
        paper.ln(LINE_MM / 2)
