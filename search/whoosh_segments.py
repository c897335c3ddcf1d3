"""The index of Whoosh in memory: its segments as plain lists, and what a plan scores in each.

Whoosh scores one posting at a time through objects. Here the postings of a word are read once for
each segment and kept as plain lists, and a query adds them up: some tens of nanoseconds a posting.
"""

import threading
from array import array
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from whoosh import index
from whoosh.codec.base import Segment as OnDisk
from whoosh.reading import IndexReader, TermNotFound

from search.engines import NotReady, year_of
from search.plan import ALL_WORDS, K1, B, Part, Plan
from search.query import Sequence as Terms

MOST_KEPT = 2_000_000
"""Postings kept in memory by a segment: about 60 MB when all are."""
MOST_AUDIENCES_KEPT = 64
MOST_BEGUN = 300
"""Words that begin with what is typed, looked at for suggestions."""


class Segment:
    """One segment, as lists: what does not change in it as long as it lives."""

    def __init__(self, reader: IndexReader, usual_length: float) -> None:
        self.reader = reader
        self.lock = threading.Lock()
        self.keys: list[str] = []
        self.kinds: list[str] = []
        self.audiences: list[int] = []
        self.themes: list[str] = []
        self.authors: list[int] = []
        self.at: list[int] = []
        self.years: list[int] = []
        self.norms = array("f")
        self.usual_length = usual_length
        self._postings: dict[tuple[str, str], tuple[list[int], list[float]]] = {}
        self._positions: dict[str, dict[int, list[int]]] = {}
        self._kept = 0
        for number in range(reader.doc_count_all()):
            self._load(reader.stored_fields(number)["kept"])

    def _load(self, kept: tuple[Any, ...]) -> None:
        key, (kind, audience_id, theme, author_id, at, length), *_rest = kept
        self.keys.append(key)
        self.kinds.append(kind)
        self.audiences.append(audience_id)
        self.themes.append(theme)
        self.authors.append(author_id)
        self.at.append(at)
        self.years.append(year_of(at))
        self.norms.append(K1 * (1 - B + B * length / self.usual_length))

    def postings(self, term: str, field: str = "anywhere") -> tuple[list[int], list[float]]:
        """The documents that hold a term, and what each is worth for it (BM25 without idf)."""
        found = self._postings.get((field, term))
        if found is None:
            with self.lock:  # the files of a segment have one reading place
                found = self._read(term, field)
                self._keep(len(found[0]))
                self._postings[field, term] = found
        return found

    def _keep(self, count: int) -> None:
        self._kept += count
        if self._kept > MOST_KEPT:
            self._postings.clear()
            self._positions.clear()
            self._kept = count

    def _read(self, term: str, field: str) -> tuple[list[int], list[float]]:
        numbers: list[int] = []
        worth: list[float] = []
        norms = self.norms
        try:
            matcher = self.reader.postings(field, term)
        except TermNotFound:
            return numbers, worth
        while matcher.is_active():
            number, times = matcher.id(), matcher.weight()
            numbers.append(number)
            worth.append(times * (K1 + 1) / (times + norms[number]))
            matcher.next()
        return numbers, worth

    def positions(self, term: str) -> dict[int, list[int]]:
        """Where a term stands in each document."""
        found = self._positions.get(term)
        if found is None:
            found = {}
            with self.lock:
                try:
                    matcher = self.reader.postings("anywhere", term)
                    while matcher.is_active():
                        found[matcher.id()] = matcher.value_as("positions")
                        matcher.next()
                except TermNotFound:
                    found = {}
                self._keep(2 * len(found))
                self._positions[term] = found
        return found

    def phrase(self, terms: Terms) -> tuple[list[int], list[float]]:
        """The documents where these terms follow each other."""
        if len(terms) == 1:
            return self.postings(terms[0])
        numbers: list[int] = []
        worth: list[float] = []
        together = set(self.postings(terms[0])[0])
        for term in terms[1:]:
            together.intersection_update(self.postings(term)[0])
        places = [self.positions(term) for term in terms] if together else []
        for number in sorted(together):
            starts = set(places[0][number])
            for step, others in enumerate(places[1:], start=1):
                starts &= {place - step for place in others[number]}
            if starts:
                numbers.append(number)
                worth.append(len(starts) * (K1 + 1) / (len(starts) + self.norms[number]))
        return numbers, worth

    def begun(self, prefix: str) -> set[int]:
        """The documents with a word of the title that begins so."""
        with self.lock:
            words = []
            for word in self.reader.expand_prefix("title_word", prefix):
                words.append(word.decode())
                if len(words) >= MOST_BEGUN:
                    break
        return set(chain.from_iterable(self.postings(word, "title_word")[0] for word in words))


def _segment_of(reader: IndexReader) -> OnDisk:
    segment = reader.segment()
    if segment is None:
        raise NotReady("a segment that is not on the disk")
    return segment


class View:
    """A segment at one generation: which of its documents live, and who may see them."""

    def __init__(self, segment: Segment, reader: IndexReader) -> None:
        self.segment = segment
        self.dead = frozenset(_segment_of(reader).deleted_docs())
        self._masks: dict[frozenset[int], bytearray] = {}

    def open_to(self, audiences: frozenset[int]) -> bytearray:
        """For each document, 1 when it lives and its audience is one of these."""
        mask = self._masks.get(audiences)
        if mask is None:
            mask = bytearray(one in audiences for one in self.segment.audiences)
            for number in self.dead:
                mask[number] = 0
            if len(self._masks) >= MOST_AUDIENCES_KEPT:
                self._masks.clear()
            self._masks[audiences] = mask
        return mask

    def scores(self, plan: Plan) -> dict[int, float]:
        """What matches, whoever may see it, with its score."""
        scores: dict[int, float] = {}
        if plan.required:
            self._all_of(plan.required, scores)
        else:
            for part in plan.any_of:
                _add(scores, *self._found(part))
        if plan.required and plan.any_of:
            some = set(chain.from_iterable(self._found(part)[1] for part in plan.any_of))
            scores = {number: score for number, score in scores.items() if number in some}
            self._help(scores, plan.any_of)
        self._help(scores, plan.helping)
        for sequence in plan.excluded:
            for number in self.segment.phrase(sequence)[0]:
                scores.pop(number, None)
        if plan.all_first:
            complete = set(scores)
            for part in plan.parts:
                complete.intersection_update(self._found(part)[1])
            for number in complete:
                scores[number] += ALL_WORDS
        return scores

    def _all_of(self, parts: Sequence[Part], scores: dict[int, float]) -> None:
        found = sorted(map(self._found, parts), key=lambda one: len(one[1]))
        first_weight, numbers, worth = found[0]
        together = set(numbers)
        for _weight, numbers_too, _worth in found[1:]:
            together.intersection_update(numbers_too)
        scores.update(
            (n, first_weight * w) for n, w in zip(numbers, worth, strict=True) if n in together
        )
        for weight, numbers_too, worth_too in found[1:]:
            for number, one in zip(numbers_too, worth_too, strict=True):
                if number in together:
                    scores[number] += weight * one

    def _help(self, scores: dict[int, float], parts: Sequence[Part]) -> None:
        for part in parts:
            weight, numbers, worth = self._found(part)
            for number, one in zip(numbers, worth, strict=True):
                if number in scores:
                    scores[number] += weight * one

    def _found(self, part: Part) -> tuple[float, list[int], list[float]]:
        """A weight, the documents that hold the part, and what to multiply for each."""
        if len(part.wordings) == 1:
            return part.weights[0], *self.segment.phrase(part.wordings[0])
        best: dict[int, float] = {}
        for weight, wording in zip(part.weights, part.wordings, strict=True):
            for number, worth in zip(*self.segment.phrase(wording), strict=True):
                best[number] = max(weight * worth, best.get(number, 0.0))
        return 1.0, list(best), list(best.values())


def _add(
    scores: dict[int, float], weight: float, numbers: Sequence[int], worth: Sequence[float]
) -> None:
    get = scores.get
    for number, one in zip(numbers, worth, strict=True):
        scores[number] = get(number, 0.0) + weight * one


class Generation:
    """The index as it stood after one commit."""

    def __init__(self, place: Path, known: dict[str, Segment]) -> None:
        self.index = index.open_dir(str(place))
        self.number = self.index.latest_generation()
        self.reader = self.index.reader()
        leaves = [leaf for leaf, _base in self.reader.leaf_readers() if leaf.doc_count_all()]
        self.entries: int = self.reader.doc_count()
        total = self.reader.field_length("anywhere")
        usual = max(total / max(self.reader.doc_count_all(), 1), 1.0)
        self.segments: dict[str, Segment] = {}
        self.views: list[View] = []
        for leaf in leaves:
            name = str(_segment_of(leaf).segment_id())
            self.segments[name] = known.get(name) or Segment(leaf, usual)
            self.views.append(View(self.segments[name], leaf))

    def frequency(self, field: str, term: str) -> int:
        """In how many documents a term stands; those deleted count until they are merged away."""
        return sum(len(view.segment.postings(term, field)[0]) for view in self.views)
