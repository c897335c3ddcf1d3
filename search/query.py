"""What was typed, understood: words, "phrases" and -excluded. Nothing else, and never an error."""

import re
from dataclasses import dataclass

from search import analysis

LONGEST = 300
"""Characters read of what is typed."""
MOST_WORDS = 24
KEYWORDS = 3
"""Up to so many words typed, people expect what holds them all to come first."""

_PIECE = re.compile(
    r'(?P<minus>(?<!\S)[-−])?(?:["«“](?P<phrase>[^"»”]*)["»”]|(?P<word>[^\s"«»“”]+))'
)

Sequence = tuple[str, ...]
"""Terms that follow each other; one term alone is a sequence of one."""


@dataclass(frozen=True, slots=True)
class Group:
    """One thing sought, in any of its wordings."""

    wordings: tuple[Sequence, ...]
    required: bool = False
    """A phrase between quotation marks must be there."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is sought, in terms."""

    groups: tuple[Group, ...] = ()
    excluded: tuple[Sequence, ...] = ()
    keywords: bool = False
    """A few words rather than a sentence."""

    @property
    def terms(self) -> frozenset[str]:
        """All the terms that may be found."""
        return frozenset(t for group in self.groups for one in group.wordings for t in one)

    @property
    def main(self) -> list[str]:
        """The terms as they were typed, in order."""
        return [term for group in self.groups for term in group.wordings[0]]


@dataclass(slots=True)
class _Reading:
    words: list[str]
    phrases: list[Sequence]
    excluded: list[Sequence]
    typed: int = 0


def _pieces(typed: str) -> _Reading:
    reading = _Reading([], [], [])
    for match in _PIECE.finditer(typed):
        phrase, word = match["phrase"], match["word"]
        found = tuple(analysis.terms(word if phrase is None else phrase))
        if match["minus"]:
            if found:
                reading.excluded.append(found)
        elif phrase is not None:
            if found:
                reading.phrases.append(found)
        else:
            reading.typed += sum(1 for _ in analysis.words(word))
            reading.words += found
    return reading


def parse(typed: str) -> Query:
    """Understand what was typed; a query of stop words only seeks these."""
    typed = " ".join(typed[:LONGEST].split())
    reading = _pieces(typed)
    if not reading.words and not reading.phrases:
        reading.words = [token.term for token in analysis.tokens(typed, keep_stops=True)]
        gone = {term for sequence in reading.excluded for term in sequence}
        reading.words = [word for word in reading.words if word not in gone]
    words = analysis.once(reading.words)[:MOST_WORDS]
    groups = [
        *(Group((sequence,), required=True) for sequence in reading.phrases[:MOST_WORDS]),
        *(Group(((word,),)) for word in words),
    ]
    return Query(tuple(groups), tuple(reading.excluded[:MOST_WORDS]), reading.typed <= KEYWORDS)
