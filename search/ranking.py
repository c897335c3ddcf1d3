"""The best candidates of an engine, ranked again: what their titles say, how near the words stand.

Tried on questions of two kinds (docs/search.md): titles that are sentences, and titles that many
entries share.
"""

import itertools
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence

from search.engines import Candidate, Frequencies
from search.plan import B, weight
from search.query import Query

TITLE = 1.5
"""What a title is worth beside all the words of its entry."""
K1_TITLE = 1.2
COVERAGE = 0.7
"""How much a title gains by saying more of what is sought."""
NEAR = 0.5
"""What two words that follow each other are worth, as in the query."""
WINDOW = 8
"""Terms: farther apart, words are not together."""
USUAL_TITLE = 5.0
"""Terms, for a title of ordinary length."""


def ranked(query: Query, known: Frequencies, candidates: Iterable[Candidate]) -> list[Candidate]:
    """Best first; equals by date, then by key."""
    scored = [(_score(query, known, one), one) for one in candidates]
    scored.sort(key=lambda pair: (-round(pair[0], 6), -pair[1].at, pair[1].key))
    return [one for _score, one in scored]


def _score(query: Query, known: Frequencies, candidate: Candidate) -> float:
    return (
        candidate.score
        + TITLE * _title(query, known, candidate)
        + NEAR * _nearness(query.main, known, candidate.all_terms)
    )


def _title(query: Query, known: Frequencies, candidate: Candidate) -> float:
    """BM25 on the title alone, more for saying most of the query, less for a shared title."""
    counts = Counter(candidate.title_terms)
    length = 1 - B + B * len(candidate.title_terms) / USUAL_TITLE
    score = said = sought = 0.0
    for group in query.groups:
        terms = {term for one in group.wordings for term in one}
        worth = max(weight(known.anywhere.get(t, 0), known.entries) for t in group.wordings[0])
        sought += worth
        times = sum(counts[t] for t in terms)
        if times:
            said += worth
            rare = min(max(known.title.get(t, 0) for t in one) for one in group.wordings)
            score += (
                weight(rare, known.entries) * times * (K1_TITLE + 1) / (times + K1_TITLE * length)
            )
    if not score:
        return 0.0
    return float(score * (said / sought) ** COVERAGE / candidate.namesakes**2)


def _nearness(sought: Sequence[str], known: Frequencies, terms: Sequence[str]) -> float:
    """For each two words that follow each other in the query, how near they stand at best."""
    places: dict[str, list[int]] = {term: [] for term in sought}
    for place, term in enumerate(terms):
        if term in places:
            places[term].append(place)
    total = 0.0
    for first, second in itertools.pairwise(sought):
        gap = _gap(places[first], places[second])
        if first != second and gap <= WINDOW:
            worth = sum(weight(known.anywhere.get(t, 0), known.entries) for t in (first, second))
            total += worth / 2 / gap
    return total


def _gap(first: list[int], second: list[int]) -> int:
    """Terms from one to the other; the wrong order is one more."""
    least = WINDOW + 1
    for place in first:
        after = bisect_left(second, place)
        if after < len(second):
            least = min(least, second[after] - place)
        if after:
            least = min(least, place - second[after - 1] + 1)
    return max(least, 1)
