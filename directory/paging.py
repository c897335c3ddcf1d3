"""What the lists of the directory share: their words, and where a page of them starts."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, tuple_

from access.geography import Around
from core.text import folded
from directory.models import Organisation, Standing

PER_PAGE = 30
MOST_WORDS = 6


def words_of(typed: str) -> list[str]:
    """What is looked for, word by word, as the keys are kept."""
    return folded(typed).split()[:MOST_WORDS]


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of the page before."""

    id: int
    name_key: str = ""
    squared: float = 0.0
    """Its distance in square kilometres, when the list is sorted by it."""

    def before(
        self,
        row_id: Any,
        name_key: Any,
        around: Around | None,
        standing: type[Standing] = Organisation,
    ) -> ColumnElement[bool]:
        """Whether each row comes after it; `standing` is what has a distance."""
        if around:
            squared = around.squared(standing.latitude, standing.longitude)
            return tuple_(squared, row_id) > tuple_(self.squared, self.id)
        return tuple_(name_key, row_id) > tuple_(self.name_key, self.id)
