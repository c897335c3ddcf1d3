"""How a query is carried out: which words must be there, and what each is worth.

The same for all engines. In a question, words that stand in many entries only add to the score of
what the rarer ones find: that keeps counts meaningful, and long queries fast.
"""

from collections.abc import Collection
from dataclasses import dataclass
from math import log

from search.engines import Frequencies
from search.query import Query, Sequence

COMMON = 0.1
"""A word of more than this share of the entries only helps, when the query has rarer ones."""
FEW = 200
"""In so few entries no word is common."""
K1, B = 0.9, 0.75
"""BM25: how soon repetition stops to count, and how much length does."""
ALL_WORDS = 1_000.0
"""Added to the score of what holds all the words of a short query: these come first."""


def weight(frequency: int, entries: int) -> float:
    """What a word is worth, from the number of entries that hold it (BM25's idf)."""
    return log(1 + (entries - frequency + 0.5) / (frequency + 0.5))


@dataclass(frozen=True, slots=True)
class Part:
    """A word or a phrase in all its wordings, with the worth of each."""

    wordings: tuple[Sequence, ...]
    weights: tuple[float, ...]
    """A phrase is worth the sum of its words."""
    rarity: float
    """The worth of finding any of them."""


@dataclass(frozen=True, slots=True)
class Plan:
    """An entry matches when it holds all of `required` and, when there are any, one of `any_of`.

    `helping` only adds to the score.
    """

    required: tuple[Part, ...] = ()
    any_of: tuple[Part, ...] = ()
    helping: tuple[Part, ...] = ()
    excluded: tuple[Sequence, ...] = ()
    all_first: bool = False
    """Entries that hold every part come first."""

    @property
    def parts(self) -> tuple[Part, ...]:
        """All that adds to the score."""
        return self.required + self.any_of + self.helping

    @property
    def empty(self) -> bool:
        """Whether nothing is sought."""
        return not (self.required or self.any_of)


def terms_of(query: Query) -> set[str]:
    """The terms whose frequency a plan needs."""
    return set(query.terms)


def _part(wordings: Collection[Sequence], known: Frequencies) -> Part:
    # A phrase is at most as frequent as its rarest word.
    found = sum(min(known.anywhere.get(t, 0) for t in one) for one in wordings)
    weights = (
        sum(weight(known.anywhere.get(t, 0), known.entries) for t in one) for one in wordings
    )
    rarity = weight(min(found, known.entries), known.entries)
    return Part(tuple(wordings), tuple(weights), rarity)


def strict(query: Query, known: Frequencies) -> Plan:
    """Every word must be there."""
    parts = tuple(_part(group.wordings, known) for group in query.groups)
    return Plan(required=parts, excluded=query.excluded)


def wide(query: Query, known: Frequencies) -> Plan:
    """One of the telling words must be there, and every phrase."""
    required = [_part(group.wordings, known) for group in query.groups if group.required]
    words = [_part(group.wordings, known) for group in query.groups if not group.required]
    if required:
        return Plan(tuple(required), (), tuple(words), query.excluded)
    least = weight(max(FEW, round(known.entries * COMMON)), known.entries)
    telling = [part for part in words if part.rarity >= least and _exists(part, known)]
    if not telling:
        return Plan((), tuple(words), (), query.excluded, all_first=query.keywords)
    helping = [part for part in words if part not in telling]
    return Plan((), tuple(telling), tuple(helping), query.excluded, all_first=query.keywords)


def _exists(part: Part, known: Frequencies) -> bool:
    return any(all(known.anywhere.get(t, 0) for t in one) for one in part.wordings)
