"""Whoosh, embedded: the default. Whoosh keeps the index; the scoring here is ours.

Whoosh scores one posting at a time through objects. Here the postings of a word are read once for
each segment and kept as plain lists, and a query adds them up: some tens of nanoseconds a posting.
"""

import heapq
import threading
import zlib
from array import array
from collections.abc import Collection, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session
from whoosh import fields, formats, index
from whoosh.analysis.tokenizers import SpaceSeparatedTokenizer
from whoosh.codec.base import Segment
from whoosh.reading import IndexReader, TermNotFound

from core.indexing import Key
from search.engines import (
    CANDIDATES,
    READ_AGAIN,
    Analysed,
    Candidate,
    Facet,
    Found,
    Frequencies,
    NotReady,
    Scope,
    Sort,
    counted,
    key_of,
    read_key,
    year_of,
)
from search.folder import FolderEngine, readable
from search.plan import ALL_WORDS, K1, B, Part, Plan
from search.query import Sequence as Terms

MOST_KEPT = 2_000_000
"""Postings kept in memory by a segment: about 60 MB when all are."""
MOST_AUDIENCES_KEPT = 64
MOST_BEGUN = 300
"""Words that begin with what is typed, looked at for suggestions."""
WRITER_MEGABYTES = 96


class _Bare(fields.FieldType):
    """Terms that were analysed already."""

    def __init__(self, format_: formats.Format) -> None:
        self.analyzer: Any = SpaceSeparatedTokenizer()
        self.format = format_
        self.indexed, self.stored, self.unique, self.scorable = True, False, False, True
        self.vector = None
        self.column_type = None
        self.multitoken_query = "default"


def _schema() -> fields.Schema:
    return fields.Schema(
        key=fields.ID(unique=True),
        anywhere=_Bare(formats.Positions()),
        title=_Bare(formats.Existence()),
        title_key=fields.ID(),
        title_word=_Bare(formats.Existence()),
        kept=fields.STORED(),
    )


def _document(entry: Analysed) -> dict[str, Any]:
    terms = entry.all_terms
    again = zlib.compress(" ".join(terms[:READ_AGAIN]).encode(), 3)
    facts = (entry.kind, entry.audience_id, entry.theme, entry.author_id, entry.at, len(terms))
    return {
        "key": entry.key,
        "anywhere": " ".join(terms),
        "title": " ".join(set(entry.title_terms)),
        "title_key": entry.title_key or "-",
        "title_word": " ".join(entry.title_words),
        "kept": (entry.key, facts, entry.title_terms, again),
    }


class _Segment:
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


def _segment_of(reader: IndexReader) -> Segment:
    segment = reader.segment()
    if segment is None:
        raise NotReady("a segment that is not on the disk")
    return segment


class _View:
    """A segment at one generation: which of its documents live, and who may see them."""

    def __init__(self, segment: _Segment, reader: IndexReader) -> None:
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


class _Generation:
    """The index as it stood after one commit."""

    def __init__(self, place: Path, known: dict[str, _Segment]) -> None:
        self.index = index.open_dir(str(place))
        self.number = self.index.latest_generation()
        self.reader = self.index.reader()
        leaves = [leaf for leaf, _base in self.reader.leaf_readers() if leaf.doc_count_all()]
        self.entries: int = self.reader.doc_count()
        total = self.reader.field_length("anywhere")
        usual = max(total / max(self.reader.doc_count_all(), 1), 1.0)
        self.segments: dict[str, _Segment] = {}
        self.views: list[_View] = []
        for leaf in leaves:
            name = str(_segment_of(leaf).segment_id())
            self.segments[name] = known.get(name) or _Segment(leaf, usual)
            self.views.append(_View(self.segments[name], leaf))

    def frequency(self, field: str, term: str) -> int:
        """In how many documents a term stands; those deleted count until they are merged away."""
        return sum(len(view.segment.postings(term, field)[0]) for view in self.views)


class WhooshEngine(FolderEngine):
    """An index of plain files, written by the worker."""

    name = "whoosh"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._lock = threading.Lock()
        self._opened: tuple[Path, _Generation] | None = None

    # --- writing ---------------------------------------------------------------------------------

    def _create(self, place: Path) -> None:
        index.create_in(str(place), _schema()).close()

    def _verify(self, place: Path) -> None:
        self._generation()

    def _put(self, place: Path, entries: Sequence[Analysed], gone: Collection[Key]) -> None:
        opened = index.open_dir(str(place))
        keys = [one.key for one in entries] + [key_of(key) for key in gone]
        with opened.reader() as reader:
            there = [key for key in keys if ("key", key.encode()) in reader]
        writer = opened.writer(limitmb=WRITER_MEGABYTES)
        try:
            for key in there:
                writer.delete_by_term("key", key)
            for entry in entries:
                writer.add_document(**_document(entry))
        except BaseException:
            writer.cancel()
            raise
        writer.commit()
        opened.close()

    # --- reading ---------------------------------------------------------------------------------

    def _generation(self) -> _Generation:
        """The index as it stands now: opened again after each commit."""
        place = self._current()
        with self._lock:
            if self._opened is not None and self._opened[0] == place:
                generation = self._opened[1]
                if generation.index.latest_generation() == generation.number:
                    return generation
                known = generation.segments
            else:
                known = {}
            with readable():
                generation = _Generation(place, known)
            self._opened = place, generation
            return generation

    def count(self, _session: Session) -> int:
        """How many entries it holds."""
        return self._generation().entries

    def frequencies(self, _session: Session, terms: Collection[str]) -> Frequencies:
        """From the postings, which the search needs anyway."""
        generation = self._generation()
        return Frequencies(
            generation.entries,
            {term: generation.frequency("anywhere", term) for term in terms},
            {term: generation.frequency("title", term) for term in terms},
        )

    def holds(self, _session: Session, plan: Plan, scope: Scope, most: int) -> int:
        """How many match; counting stops at `most`."""
        found = 0
        for view in self._generation().views:
            mask = view.open_to(scope.audiences)
            passes = _filter(view.segment, scope)
            found += sum(1 for n in view.scores(plan) if mask[n] and passes(n))
            if found >= most:
                return most
        return found

    def search(
        self, _session: Session, plan: Plan, scope: Scope, *, sort: Sort, limit: int
    ) -> Found:
        """Add up, keep what is open, count, and give the best."""
        generation = self._generation()
        reach: list[tuple[_View, dict[int, float]]] = []
        for view in generation.views:
            mask = view.open_to(scope.audiences)
            scores = view.scores(plan)
            reach.append((view, {n: score for n, score in scores.items() if mask[n]}))
        inside = [(view, _narrowed(view, scores, scope)) for view, scores in reach]
        ranked = _best(inside, sort, limit)
        return Found(
            sum(len(numbers) for _view, numbers in inside),
            [
                _candidate(generation, view, number, score, rank, sort)
                for rank, (score, view, number) in enumerate(ranked)
            ],
            {facet: _counts(reach, inside, scope, facet) for facet in Facet},
        )

    def titles(
        self, _session: Session, words: Sequence[str], audiences: frozenset[int], limit: int
    ) -> list[Key]:
        """All the words begin a word of the title."""
        found: list[tuple[int, str]] = []
        for view in self._generation().views:
            mask = view.open_to(audiences)
            segment = view.segment
            together = set.intersection(*(segment.begun(word) for word in words))
            found += ((segment.at[n], segment.keys[n]) for n in together if mask[n])
        return [read_key(key) for _at, key in heapq.nlargest(limit, found)]


def _filter(segment: _Segment, scope: Scope) -> Any:
    """Whether a document is inside the scope, its audience apart."""
    columns: list[tuple[Sequence[Any], Any]] = [
        (column, wanted)
        for column, wanted in (
            (segment.kinds, scope.kind),
            (segment.themes, scope.theme),
            (segment.authors, scope.author_id),
        )
        if wanted is not None
    ]
    since, until, at = scope.since, scope.until, segment.at

    def passes(number: int) -> bool:
        if since is not None and at[number] < since:
            return False
        if until is not None and at[number] >= until:
            return False
        return all(column[number] == wanted for column, wanted in columns)

    return passes


def _narrowed(view: _View, scores: dict[int, float], scope: Scope) -> dict[int, float]:
    if scope == scope.open:
        return scores
    passes = _filter(view.segment, scope)
    return {number: score for number, score in scores.items() if passes(number)}


Reach = Sequence[tuple[_View, dict[int, float]]]


def _best(inside: Reach, sort: Sort, limit: int) -> list[tuple[float, _View, int]]:
    def pairs() -> Iterator[tuple[float, int, str, _View, int]]:
        for view, scores in inside:
            at, keys = view.segment.at, view.segment.keys
            if sort is Sort.DATE:
                yield from ((0.0, at[n], keys[n], view, n) for n in scores)
            else:
                yield from ((score, at[n], keys[n], view, n) for n, score in scores.items())

    best = heapq.nlargest(limit, pairs(), key=lambda one: one[:3])
    return [(score, view, number) for score, _at, _key, view, number in best]


def _candidate(
    generation: _Generation, view: _View, number: int, score: float, rank: int, sort: Sort
) -> Candidate:
    segment = view.segment
    key, at = read_key(segment.keys[number]), segment.at[number]
    if sort is Sort.DATE or rank >= CANDIDATES:
        return Candidate(key, score, at)
    with segment.lock:
        _key, _facts, title_terms, again = segment.reader.stored_fields(number)["kept"]
    terms = tuple(zlib.decompress(again).decode().split(" "))
    title_key = " ".join(title_terms)[:200] or "-"
    namesakes = generation.frequency("title_key", title_key)
    return Candidate(key, score, at, tuple(title_terms), terms, max(namesakes, 1))


def _counts(reach: Reach, inside: Reach, scope: Scope, facet: Facet) -> dict[str | int, int]:
    """Counted over what the other choices leave."""
    without = scope.without(facet)
    left = inside if without == scope else [(v, _narrowed(v, s, without)) for v, s in reach]
    values: list[str | int] = []
    for view, scores in left:
        segment = view.segment
        columns: dict[Facet, Sequence[str | int]] = {
            Facet.YEAR: segment.years,
            Facet.KIND: segment.kinds,
            Facet.THEME: segment.themes,
            Facet.AUTHOR: segment.authors,
            Facet.AUDIENCE: segment.audiences,
        }
        column = columns[facet]
        values += [column[number] for number in scores]
    return counted(values)
