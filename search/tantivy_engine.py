"""Tantivy, embedded: for a large network on one machine."""

import threading
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import tantivy
from sqlalchemy.orm import Session
from tantivy import Occur, Query

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
    key_of,
    read_key,
    title_key_of,
    year_of,
)
from search.folder import FolderEngine, readable
from search.plan import ALL_WORDS, Part, Plan
from search.query import Sequence as Terms

HEAP_BYTES = 64_000_000
MOST_VALUES = 10_000
"""Of a facet."""
MOST_BEGUN = 500


def _schema() -> tantivy.Schema:
    made = tantivy.SchemaBuilder()
    made.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    made.add_text_field("anywhere", tokenizer_name="whitespace", index_option="position")
    made.add_text_field("title", tokenizer_name="whitespace", index_option="basic")
    made.add_text_field("title_key", tokenizer_name="raw", index_option="basic")
    made.add_text_field("title_word", tokenizer_name="whitespace", index_option="basic")
    made.add_text_field("kind", fast=True, tokenizer_name="raw", index_option="basic")
    made.add_text_field("theme", fast=True, tokenizer_name="raw", index_option="basic")
    for name in ("audience", "author", "year", "at"):
        made.add_integer_field(name, indexed=True, fast=True)
    made.add_text_field("title_terms", stored=True, tokenizer_name="raw", index_option="basic")
    made.add_bytes_field("again", stored=True)
    return made.build()


def _document(entry: Analysed) -> tantivy.Document:
    made = tantivy.Document()
    made.add_text("key", entry.key)
    made.add_text("anywhere", " ".join(entry.all_terms))
    made.add_text("title", " ".join(set(entry.title_terms)))
    made.add_text("title_key", entry.title_key)
    made.add_text("title_word", " ".join(entry.title_words))
    made.add_text("kind", entry.kind)
    made.add_text("theme", entry.theme)
    made.add_integer("audience", entry.audience_id)
    made.add_integer("author", entry.author_id)
    made.add_integer("year", year_of(entry.at))
    made.add_integer("at", entry.at)
    made.add_text("title_terms", " ".join(entry.title_terms))
    made.add_bytes("again", entry.again.encode())
    return made


class TantivyEngine(FolderEngine):
    """An index of memory-mapped files, written by the worker."""

    name = "tantivy"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._lock = threading.Lock()
        self._opened: tuple[Path, tuple[int, int], tantivy.Index] | None = None
        self._schema = _schema()

    # --- writing ---------------------------------------------------------------------------------

    def _create(self, place: Path) -> None:
        tantivy.Index(self._schema, path=str(place), reuse=False)

    def _verify(self, place: Path) -> None:
        self._searcher()

    def _put(self, place: Path, entries: Sequence[Analysed], gone: Collection[Key]) -> None:
        if not entries and not gone:
            return
        writer = tantivy.Index.open(str(place)).writer(HEAP_BYTES, 1)
        for key in [one.key for one in entries] + [key_of(key) for key in gone]:
            writer.delete_documents_by_term("key", key)
        for entry in entries:
            writer.add_document(_document(entry))
        writer.commit()
        writer.wait_merging_threads()

    # --- reading ---------------------------------------------------------------------------------

    def _searcher(self) -> tantivy.Searcher:
        """The index as it stands now: read again after each commit, which replaces meta.json."""
        place = self._current()
        with self._lock, readable():
            return self._open(place).searcher()

    def _open(self, place: Path) -> tantivy.Index:
        seen = (place / "meta.json").stat()
        stamp = (seen.st_ino, seen.st_mtime_ns)
        if self._opened is None or self._opened[0] != place:
            opened = tantivy.Index.open(str(place))
            opened.config_reader("manual")
            opened.reload()
            self._opened = place, stamp, opened
        elif self._opened[1] != stamp:
            self._opened[2].reload()
            self._opened = place, stamp, self._opened[2]
        return self._opened[2]

    def count(self, _session: Session) -> int:
        """How many entries it holds."""
        return self._searcher().num_docs

    def frequencies(self, _session: Session, terms: Collection[str]) -> Frequencies:
        """From the dictionary of terms."""
        searcher = self._searcher()
        return Frequencies(
            searcher.num_docs,
            {term: searcher.doc_freq("anywhere", term) for term in terms},
            {term: searcher.doc_freq("title", term) for term in terms},
        )

    def holds(self, _session: Session, plan: Plan, scope: Scope, most: int) -> int:
        """How many match; counting stops at `most`."""
        query = self._query(plan, scope, scored=False)
        return min(most, len(self._searcher().search(query, most, count=False).hits))

    def search(
        self, _session: Session, plan: Plan, scope: Scope, *, sort: Sort, limit: int
    ) -> Found:
        """One search for the best, one for the counts, and one for each filter in force."""
        searcher = self._searcher()
        query = self._query(plan, scope, scored=True)
        by_date = sort is Sort.DATE
        result = searcher.search(query, limit, count=True, order_by_field="at" if by_date else None)
        places = [place for _score, place in result.hits]
        moments = searcher.fast_field_values("at", places)
        candidates = []
        for rank, ((score, place), at) in enumerate(zip(result.hits, moments, strict=True)):
            stored = searcher.doc(place)
            key, at = read_key(str(stored.get_first("key"))), int(at or 0)
            if by_date or rank >= CANDIDATES:
                candidates.append(Candidate(key, 0.0 if by_date else float(score), at))
                continue
            title_terms = str(stored.get_first("title_terms") or "")
            again = bytes(stored.get_first("again") or b"").decode()
            namesakes = searcher.doc_freq("title_key", title_key_of(title_terms.split()))
            candidates.append(Candidate(key, float(score), at).told(title_terms, again, namesakes))
        total = int(result.count)  # type: ignore[attr-defined]
        return Found(total, candidates, self._facets(searcher, plan, scope))

    def _facets(
        self, searcher: tantivy.Searcher, plan: Plan, scope: Scope
    ) -> dict[Facet, Mapping[str | int, int]]:
        facets: dict[Facet, Mapping[str | int, int]] = {}
        by_scope: dict[Scope, list[Facet]] = {}
        for facet in Facet:
            by_scope.setdefault(scope.without(facet), []).append(facet)
        for one, asked in by_scope.items():
            wanted = {
                facet.value: {"terms": {"field": facet.value, "size": MOST_VALUES}}
                for facet in asked
            }
            answer = searcher.aggregate(self._query(plan, one, scored=False), wanted)
            for facet in asked:
                facets[facet] = _values(answer[facet.value], facet)
        return facets

    def titles(
        self, _session: Session, words: Sequence[str], audiences: frozenset[int], limit: int
    ) -> list[Key]:
        """All the words begin a word of the title."""
        searcher = self._searcher()
        parts = [(Occur.Must, self._audiences(audiences))]
        for word in words:
            begun = [
                term
                for term, _n in searcher.terms_with_prefix("title_word", word, None, MOST_BEGUN)
            ]
            parts.append((Occur.Must, Query.term_set_query(self._schema, "title_word", begun)))
        result = searcher.search(
            Query.boolean_query(parts), limit, count=False, order_by_field="at"
        )
        return [read_key(str(searcher.doc(place).get_first("key"))) for _at, place in result.hits]

    # --- the query -------------------------------------------------------------------------------

    def _audiences(self, audiences: frozenset[int]) -> Query:
        return Query.const_score_query(
            Query.term_set_query(self._schema, "audience", sorted(audiences)), 0.0
        )

    def _query(self, plan: Plan, scope: Scope, *, scored: bool) -> Query:
        parts: list[tuple[Occur, Query]] = [(Occur.Must, self._audiences(scope.audiences))]
        parts += [(Occur.Must, self._part(part)) for part in plan.required]
        if plan.any_of:
            some = [(Occur.Should, self._part(part)) for part in plan.any_of]
            parts.append((Occur.Must, Query.boolean_query(some)))
        parts += [(Occur.MustNot, self._sequence(one)) for one in plan.excluded]
        if scored:
            parts += [(Occur.Should, self._part(part)) for part in plan.helping]
            if plan.all_first:
                every = [(Occur.Must, self._part(part)) for part in plan.parts]
                complete = Query.const_score_query(Query.boolean_query(every), ALL_WORDS)
                parts.append((Occur.Should, complete))
        for field, wanted in (("kind", scope.kind), ("theme", scope.theme)):
            if wanted is not None:
                parts.append((Occur.Must, self._equal(field, wanted)))
        if scope.author_id is not None:
            parts.append((Occur.Must, self._equal("author", scope.author_id)))
        if scope.since is not None or scope.until is not None:
            parts.append((Occur.Must, self._period(scope.since, scope.until)))
        return Query.boolean_query(parts)

    def _equal(self, field: str, wanted: str | int) -> Query:
        return Query.const_score_query(Query.term_query(self._schema, field, wanted, "basic"), 0.0)

    def _period(self, since: int | None, until: int | None) -> Query:
        period = Query.range_query(
            self._schema,
            "at",
            tantivy.FieldType.Integer,
            since,
            until,
            include_lower=True,
            include_upper=until is None,
        )
        return Query.const_score_query(period, 0.0)

    def _part(self, part: Part) -> Query:
        if len(part.wordings) == 1:
            return self._sequence(part.wordings[0])
        return Query.disjunction_max_query([self._sequence(one) for one in part.wordings])

    def _sequence(self, terms: Terms) -> Query:
        if len(terms) == 1:
            return Query.term_query(self._schema, "anywhere", terms[0], "freq")
        return Query.phrase_query(self._schema, "anywhere", list(terms))


def _values(answer: dict[str, Any], facet: Facet) -> dict[str | int, int]:
    texts = facet in {Facet.KIND, Facet.THEME}
    return {
        (str(one["key"]) if texts else int(one["key"])): int(one["doc_count"])
        for one in answer["buckets"]
    }
