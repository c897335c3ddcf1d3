"""Whoosh, embedded: the default. Whoosh keeps the index; the scoring is ours."""

import heapq
import threading
import zlib
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session
from whoosh import fields, formats, index
from whoosh.analysis.tokenizers import SpaceSeparatedTokenizer

from core.indexing import Key
from search.engines import (
    CANDIDATES,
    Analysed,
    Candidate,
    Facet,
    Found,
    Frequencies,
    Scope,
    Sort,
    counted,
    key_of,
    read_key,
    title_key_of,
)
from search.folder import FolderEngine, readable
from search.plan import Plan
from search.whoosh_segments import Generation, Segment, View

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
    again = zlib.compress(entry.again.encode(), 3)
    facts = (entry.kind, entry.audience_id, entry.theme, entry.author_id, entry.at, len(terms))
    return {
        "key": entry.key,
        "anywhere": " ".join(terms),
        "title": " ".join(set(entry.title_terms)),
        "title_key": entry.title_key or "-",
        "title_word": " ".join(entry.title_words),
        "kept": (entry.key, facts, entry.title_terms, again),
    }


class WhooshEngine(FolderEngine):
    """An index of plain files, written by the worker."""

    name = "whoosh"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._lock = threading.Lock()
        self._opened: tuple[Path, Generation] | None = None

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

    def _generation(self) -> Generation:
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
                generation = Generation(place, known)
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
        reach: list[tuple[View, dict[int, float]]] = []
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


def _filter(segment: Segment, scope: Scope) -> Any:
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


def _narrowed(view: View, scores: dict[int, float], scope: Scope) -> dict[int, float]:
    if scope == scope.open:
        return scores
    passes = _filter(view.segment, scope)
    return {number: score for number, score in scores.items() if passes(number)}


Reach = Sequence[tuple[View, dict[int, float]]]


def _best(inside: Reach, sort: Sort, limit: int) -> list[tuple[float, View, int]]:
    def pairs() -> Iterator[tuple[float, int, str, View, int]]:
        for view, scores in inside:
            at, keys = view.segment.at, view.segment.keys
            if sort is Sort.DATE:
                yield from ((0.0, at[n], keys[n], view, n) for n in scores)
            else:
                yield from ((score, at[n], keys[n], view, n) for n, score in scores.items())

    best = heapq.nlargest(limit, pairs(), key=lambda one: one[:3])
    return [(score, view, number) for score, _at, _key, view, number in best]


def _candidate(
    generation: Generation, view: View, number: int, score: float, rank: int, sort: Sort
) -> Candidate:
    segment = view.segment
    key, at = read_key(segment.keys[number]), segment.at[number]
    if sort is Sort.DATE or rank >= CANDIDATES:
        return Candidate(key, score, at)
    with segment.lock:
        _key, _facts, title_terms, again = segment.reader.stored_fields(number)["kept"]
    namesakes = generation.frequency("title_key", title_key_of(title_terms) or "-")
    terms = zlib.decompress(again).decode()
    return Candidate(key, score, at).told(" ".join(title_terms), terms, namesakes)


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
