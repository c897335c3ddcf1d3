"""Whom a company names to its team as not to see its need, when they are in no list."""

import re

from core.text import folded
from expertise.committees.models import CommitteeSeat

_NOT_LETTERS = re.compile(r"[^a-z0-9]+")
SHORTEST = 3
"""Letters: « CCI » names somebody, « SA » does not."""


def is_named(hidden_words: str, seat: CommitteeSeat) -> bool:
    """Whether the words name somebody who sits, or who sends them, whatever accents and hyphens.

    The team shuts a need by hand to those whom this does not find.
    """
    words = f" {_plain(hidden_words)} "
    return any(
        f" {name} " in words
        for one in (seat.house, seat.institution.name if seat.institution else "", seat.name)
        if len(name := _plain(one)) >= SHORTEST
    )


def _plain(words: str) -> str:
    return _NOT_LETTERS.sub(" ", folded(words)).strip()
