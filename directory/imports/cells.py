"""The cells of a line, understood one by one: what is wrong is told by its column."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from access.models import Network
from core import text
from core.refusals import Refused
from core.sheets import is_formula
from core.text import folded
from directory import tending
from directory.columns import ALSO_IGNORED, Columns
from directory.models import Listed

T = TypeVar("T")
Problem = tuple[str, str, dict[str, Any]]
"""A field, why it cannot be taken, and what goes with the reason."""

_NOT_WORDS = re.compile(r"[^a-z0-9]+")
_BETWEEN = re.compile(r"[;,|\n]+")
_DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")
_LEAST_SIRET = 13
"""Figures of a SIRET whose first zero a spreadsheet took away."""


def key(words: str) -> str:
    """Words without accents, capitals or punctuation: "Code_Postal" and "code postal" are one."""
    return _NOT_WORDS.sub(" ", folded(words)).strip()


_IGNORED = frozenset(map(key, ALSO_IGNORED))


def columns_of(titles: list[str], columns: Columns) -> tuple[list[str | None], list[str]]:
    """For each title the field that it names, if any; and the titles that nobody understands.

    Raises Refused("column-twice") for the same title twice.
    """
    known = {key(name): field for field, names in columns.items() for name in names}
    fields: list[str | None] = []
    seen: set[str] = set()
    unknown: list[str] = []
    for title in titles:
        wanted = key(title)
        if wanted and wanted in seen:
            raise Refused("column-twice", title=title)
        seen.add(wanted)
        fields.append(known.get(wanted))
        if wanted and wanted not in known and wanted not in _IGNORED:
            unknown.append(title)
    return fields, unknown


def named(entries: Iterable[Listed | Network]) -> dict[str, int]:
    """The entries of a list by their name, and by the slug that addresses say."""
    entries = list(entries)
    return {key(one.name): one.id for one in entries} | {key(one.slug): one.id for one in entries}


class Cells:
    """One line: its fields are taken in turn, and its problems add up."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self._cells = cells
        self.problems: list[Problem] = []

    def take(self, field: str, understand: Callable[[str], T]) -> T | None:
        """What a cell says; None when it is empty, or wrong."""
        typed = self._cells.get(field, "").strip()
        if not typed:
            return None
        if typed.startswith("'") and is_formula(typed[1:]):
            typed = typed[1:]  # as our own tables leave
        elif typed.startswith("="):
            self.wrong(field, "formula")
            return None
        try:
            return understand(typed)
        except Refused as refused:
            self.wrong(field, refused.code, refused.values)
            return None

    def wrong(self, field: str, code: str, values: Mapping[str, Any] | None = None) -> None:
        """Note a problem."""
        self.problems.append((field, code, dict(values or {})))


def words(longest: int = 200) -> Callable[[str], str]:
    """Words on one line, not too many."""

    def understand(typed: str) -> str:
        line = " ".join(text.plain(typed).split())
        if len(line) > longest:
            raise Refused("words-too-long", longest=longest)
        return line

    return understand


def paragraphs(longest: int = 5_000) -> Callable[[str], str]:
    """Words on several lines; what is over is cut, as official files are long."""
    return lambda typed: text.plain(typed).strip()[:longest]


def siret(typed: str) -> str | None:
    """Fourteen figures; the zero that a spreadsheet takes away is given back."""
    figures = re.sub(r"[\s.]", "", typed)
    if figures.isdecimal() and len(figures) == _LEAST_SIRET:
        figures = f"0{figures}"
    return tending.siret(figures)


def postcode(typed: str) -> str:
    """Five figures, likewise."""
    figures = re.sub(r"\s", "", typed)
    if figures.isdecimal() and len(figures) == 4:
        figures = f"0{figures}"
    if not (figures.isdecimal() and len(figures) == 5):
        raise Refused("postcode-unknown", postcode=typed)
    return figures


def number(typed: str) -> int:
    """A whole number, not negative."""
    figures = re.sub(r"[\s\u00a0\u202f]", "", typed)
    if not re.fullmatch(r"[0-9]{1,6}", figures) or int(figures) > tending.MOST_PLACES:
        raise Refused("places-unknown")
    return int(figures)


def degrees(most: float) -> Callable[[str], float]:
    """A latitude or a longitude, with a point or a comma."""

    def understand(typed: str) -> float:
        try:
            found = float(typed.replace(",", "."))
        except ValueError as error:
            raise Refused("point-unknown") from error
        if not -most <= found <= most:  # and what is no number at all
            raise Refused("point-unknown")
        return found

    return understand


def day(typed: str) -> date:
    """A day, as 2026-03-01 or 01/03/2026."""
    for form in _DAYS:
        try:
            return datetime.strptime(typed[:10], form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise Refused("day-unknown", typed=typed[:30])


def several(typed: str) -> list[str]:
    """A list as people write it ("a, b"), or as programs do (["a", "b"], {a,b})."""
    bare = typed.strip().strip("[]{}")
    parts = (part.strip().strip("\"'").strip() for part in _BETWEEN.split(bare))
    return [part for part in parts if part]


def among(known: Mapping[str, int], code: str) -> Callable[[str], list[int]]:
    """Several names of a list, as the ids that they have."""

    def understand(typed: str) -> list[int]:
        found: list[int] = []
        for name in several(typed):
            one = known.get(key(name))
            if one is None:
                raise Refused(code, name=name[:100])
            found.append(one)
        return sorted(set(found))

    return understand
