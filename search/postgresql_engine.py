"""PostgreSQL, in the same database: for several machines.

PostgreSQL's own full text ranks without the rarity of words. Postings are rows here, each with its
part of BM25, so that the score of an entry is a sum; counts and filters are SQL, and an entry is
found from the moment when its indexing is committed.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    ARRAY,
    CTE,
    ColumnElement,
    Float,
    Integer,
    Select,
    String,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
    text,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.orm import Session

from core.db import insert_into
from core.indexing import Key
from search import analysis, engines
from search.engines import (
    CANDIDATES,
    READ_AGAIN,
    Analysed,
    Candidate,
    Facet,
    Found,
    Frequencies,
    NotReady,
    Reached,
    Scope,
    Sort,
    State,
    year_of,
)
from search.models import (
    IndexEntry,
    IndexPosting,
    IndexState,
    IndexTerm,
    IndexText,
    IndexTitleWord,
)
from search.plan import ALL_WORDS, K1, B, Part, Plan
from search.query import Sequence as Terms

ONE_WRITER = 7_265_301
"""The advisory lock of those who write: counts of terms are then never half added."""
READ_AGAIN_CHARACTERS = 8 * READ_AGAIN
COLUMNS = {
    Facet.KIND: IndexEntry.kind,
    Facet.THEME: IndexEntry.theme,
    Facet.AUTHOR: IndexEntry.author_id,
    Facet.YEAR: IndexEntry.year,
    Facet.AUDIENCE: IndexEntry.audience_id,
}
NUMBERS = {Facet.AUTHOR, Facet.YEAR, Facet.AUDIENCE}


def _title_key(entry_terms: str) -> str:
    return sha256(entry_terms.encode()).hexdigest()[:32]


class PostgreSQLEngine:
    """An index of rows. Building goes over the entries one batch at a time, in place.

    Readers see each entry in its old or its new form, never an index half empty.
    """

    name = "postgresql"

    # --- where it stands -------------------------------------------------------------------------

    @property
    def _version(self) -> str:
        return f"index {engines.VERSION}, analysis {analysis.VERSION}"

    def _state(self, session: Session) -> IndexState | None:
        return session.get(IndexState, 1, populate_existing=True)

    def state(self, session: Session) -> State:
        """Whether the index can be asked, and is of this version."""
        state = self._state(session)
        if state is None or not state.version:
            return State.ABSENT
        return State.GOOD if state.version == self._version else State.OLD

    def count(self, session: Session) -> int:
        """How many entries it holds."""
        return session.scalar(select(IndexState.entries)) or 0

    # --- writing ---------------------------------------------------------------------------------

    @contextmanager
    def alone(self, session: Session) -> Iterator[None]:
        """Until the end of the transaction."""
        session.commit()
        session.execute(select(func.pg_advisory_xact_lock(ONE_WRITER)))
        yield

    def write(self, session: Session, entries: Sequence[Analysed], gone: Collection[Key]) -> None:
        """In the transaction of the caller."""
        state = self._state(session)
        if state is None:
            return  # whoever builds reads these entries too
        former = self._ids_of(session, [(one.kind, one.id) for one in entries] + list(gone))
        self._remove(session, former)
        self._count_entries(session, len(entries) - len(former))
        if entries:
            self._add(session, entries, state.generation)

    def _count_entries(self, session: Session, more: int) -> None:
        session.execute(
            update(IndexState)
            .values(entries=IndexState.entries + more)
            .execution_options(synchronize_session=False)
        )

    def _ids_of(self, session: Session, keys: Sequence[Key]) -> list[int]:
        if not keys:
            return []
        pair = tuple_(IndexEntry.kind, IndexEntry.item_id)
        return list(session.scalars(select(IndexEntry.id).where(pair.in_(keys))))

    def _remove(self, session: Session, entry_ids: Sequence[int]) -> None:
        if not entry_ids:
            return
        less = session.execute(
            delete(IndexPosting)
            .where(IndexPosting.entry_id.in_(entry_ids))
            .returning(IndexPosting.term_id, IndexPosting.in_title)
        ).all()
        self._count(
            session,
            Counter(term_id for term_id, _title in less),
            Counter(term_id for term_id, in_title in less if in_title),
            -1,
        )
        session.execute(delete(IndexEntry).where(IndexEntry.id.in_(entry_ids)))

    def _count(
        self, session: Session, entries: Mapping[int, int], titles: Mapping[int, int], sign: int
    ) -> None:
        """Add to, or take from, the counts of these terms."""
        if not entries:
            return
        ids = sorted(entries)
        given = (
            func.unnest(
                cast(ids, ARRAY(Integer)),
                cast([sign * entries[one] for one in ids], ARRAY(Integer)),
                cast([sign * titles.get(one, 0) for one in ids], ARRAY(Integer)),
            )
            .table_valued("id", "entries", "titles")
            .render_derived(name="given")
        )
        session.execute(
            update(IndexTerm)
            .where(IndexTerm.id == given.c.id)
            .values(
                entries=IndexTerm.entries + given.c.entries,
                titles=IndexTerm.titles + given.c.titles,
            )
            .execution_options(synchronize_session=False)
        )

    def _term_ids(self, session: Session, terms: Collection[str]) -> dict[str, int]:
        wanted = sorted(terms)
        made = insert_into(session, IndexTerm).on_conflict_do_nothing()
        session.execute(made, [{"term": term, "entries": 0, "titles": 0} for term in wanted])
        found = session.execute(
            select(IndexTerm.term, IndexTerm.id).where(
                IndexTerm.term == func.any(cast(wanted, ARRAY(String)))
            )
        )
        return dict(found.all())

    def _add(self, session: Session, entries: Sequence[Analysed], generation: int) -> None:
        counts = [Counter(one.all_terms) for one in entries]
        for count in counts:
            del count[analysis.BREAK]
        lengths = [count.total() for count in counts]
        usual = session.scalar(select(func.avg(IndexEntry.length)))
        usual_length = float(usual or sum(lengths) / len(lengths)) or 1.0
        ids = self._entries(session, entries, lengths, generation)
        term_ids = self._term_ids(session, set().union(*counts))
        rows = [
            (
                term_ids[term],
                entry_id,
                times * (K1 + 1) / (times + K1 * (1 - B + B * length / usual_length)),
                term in one.title_terms,
            )
            for one, entry_id, count, length in zip(entries, ids, counts, lengths, strict=True)
            for term, times in count.items()
        ]
        self._postings(session, rows)
        self._count(
            session,
            Counter(row[0] for row in rows),
            Counter(row[0] for row in rows if row[3]),
            1,
        )

    def _entries(
        self,
        session: Session,
        entries: Sequence[Analysed],
        lengths: Sequence[int],
        generation: int,
    ) -> list[int]:
        made = session.scalars(
            insert(IndexEntry).returning(IndexEntry.id, sort_by_parameter_order=True),
            [
                {
                    "kind": one.kind,
                    "item_id": one.id,
                    "audience_id": one.audience_id,
                    "theme": one.theme,
                    "author_id": one.author_id,
                    "at": one.at,
                    "year": year_of(one.at),
                    "length": length,
                    "generation": generation,
                    "title_key": _title_key(one.title_key),
                }
                for one, length in zip(entries, lengths, strict=True)
            ],
        ).all()
        pairs = list(zip(made, entries, strict=True))
        session.execute(
            insert(IndexText),
            [
                {
                    "entry_id": entry_id,
                    "title_terms": " ".join(one.title_terms),
                    "terms": f" {' '.join(one.all_terms)} ",
                }
                for entry_id, one in pairs
            ],
        )
        words = [
            {"entry_id": entry_id, "word": word}
            for entry_id, one in pairs
            for word in {word[:60] for word in one.title_words}
        ]
        if words:
            session.execute(insert(IndexTitleWord), words)
        return list(made)

    def _postings(self, session: Session, rows: Sequence[tuple[int, int, float, bool]]) -> None:
        if not rows:
            return
        session.execute(
            text(
                "INSERT INTO search_posting (term_id, entry_id, worth, in_title) SELECT * FROM "
                "unnest(CAST(:t AS int[]), CAST(:e AS int[]), CAST(:w AS real[]), "
                "CAST(:i AS bool[]))"
            ),
            dict(zip("tewi", map(list, zip(*sorted(rows), strict=True)), strict=True)),
        )

    # --- building in place -----------------------------------------------------------------------

    def begin(self, session: Session) -> None:
        """Start a generation, unless one is under way."""
        with self.alone(session):
            state = self._state(session)
        if state is None:
            known = select(func.count(), func.coalesce(func.max(IndexEntry.generation), 0))
            entries, generation = session.execute(known).one()
            state = IndexState(
                id=1,
                version="",
                entries=entries,
                generation=generation,
                building=False,
                reached_kind="",
                reached_id=0,
            )
            session.add(state)
        if not state.building:
            state.building, state.generation = True, state.generation + 1
            state.reached_kind, state.reached_id = "", 0
        session.flush()

    def progress(self, session: Session) -> Reached | None:
        """How far the building is."""
        state = self._state(session)
        if state is None or not state.building:
            return None
        return state.reached_kind, state.reached_id

    def build(self, session: Session, entries: Sequence[Analysed], reached: Reached) -> None:
        """Entries and progress are one transaction."""
        with self.alone(session):
            self.write(session, entries, ())
            session.execute(
                update(IndexState).values(reached_kind=reached[0], reached_id=reached[1])
            )

    def changed_meanwhile(self, _session: Session) -> list[Key]:
        """Nothing: a change made meanwhile is of the new generation already."""
        return []

    def finish(self, session: Session, entries: Sequence[Analysed], gone: Collection[Key]) -> None:
        """What the building did not meet is no longer in the rooms: it goes."""
        self.write(session, entries, gone)
        state = self._state(session)
        if state is None:
            return
        met = IndexEntry.generation == state.generation
        old = session.scalars(select(IndexEntry.id).where(~met)).all()
        self._remove(session, old)
        self._count_entries(session, -len(old))
        state.building, state.version = False, self._version
        session.flush()

    # --- reading ---------------------------------------------------------------------------------

    def frequencies(self, session: Session, terms: Collection[str]) -> Frequencies:
        """Counted as entries are written."""
        if self.state(session) is State.ABSENT:
            raise NotReady("no index yet")
        found = session.execute(
            select(IndexTerm.term, IndexTerm.entries, IndexTerm.titles).where(
                IndexTerm.term.in_(terms)
            )
        ).all()
        return Frequencies(
            self.count(session),
            {term: entries for term, entries, _titles in found},
            {term: titles for term, _entries, titles in found},
        )

    def _known(self, session: Session, plan: Plan) -> dict[str, int]:
        terms = {t for part in plan.parts for one in part.wordings for t in one}
        terms |= {term for one in plan.excluded for term in one}
        found = session.execute(
            select(IndexTerm.term, IndexTerm.id).where(IndexTerm.term.in_(terms))
        )
        return dict(found.all())

    def holds(self, session: Session, plan: Plan, scope: Scope, most: int) -> int:
        """How many match; counting stops at `most`."""
        base = _base(plan, scope.audiences, self._known(session, plan))
        some = select(base.c.id).where(*_inside(base, scope)).limit(most).subquery()
        return session.scalar(select(func.count()).select_from(some)) or 0

    def search(
        self, session: Session, plan: Plan, scope: Scope, *, sort: Sort, limit: int
    ) -> Found:
        """One statement for the best and for the counts, one for what ranks them again."""
        session.execute(_PLAINLY)
        known = self._known(session, plan)
        base = _base(plan, scope.audiences, known)
        first = [base.c.at.desc()] if sort is Sort.DATE else [base.c.score.desc(), base.c.at.desc()]
        order = (*first, base.c.kind.desc(), base.c.item_id.desc())
        best = (
            select(base.c.id, base.c.kind, base.c.item_id, base.c.at, base.c.score)
            .where(*_inside(base, scope))
            .order_by(*order)
            .limit(limit)
            .cte("best")
        )
        rows = session.execute(_statement(base, best, scope)).all()
        hits = [row for row in rows if row.what == "hit"]
        facets: dict[Facet, Mapping[str | int, int]] = {
            facet: {
                (int(row.value) if facet in NUMBERS else row.value): row.number
                for row in rows
                if row.what == facet.value
            }
            for facet in Facet
        }
        total = next((row.number for row in rows if row.what == "total"), 0)
        found = [Candidate((row.value, row.number), float(row.score), row.at) for row in hits]
        found.sort(key=lambda one: (-one.at if sort is Sort.DATE else -one.score, -one.at))
        if sort is Sort.RELEVANCE:
            ids = {(row.value, row.number): row.id for row in hits}
            again = self._again(session, plan, found[:CANDIDATES], ids, known)
            found = [*again, *found[CANDIDATES:]]
        return Found(total, found, facets)

    def _again(
        self,
        session: Session,
        plan: Plan,
        best: Sequence[Candidate],
        ids: Mapping[Key, int],
        known: Mapping[str, int],
    ) -> Iterable[Candidate]:
        """What ranks the best again: words that only help, titles, terms, namesakes."""
        wanted = [ids[one.key] for one in best]
        helping = [] if plan.all_first else list(plan.helping)
        more = _scores_of(session, helping, wanted, known)
        namesake = IndexEntry.__table__.alias("namesake")
        namesakes = (
            select(func.count())
            .where(namesake.c.title_key == IndexEntry.title_key)
            .scalar_subquery()
        )
        kept = {
            row[0]: row
            for row in session.execute(
                select(
                    IndexEntry.id,
                    IndexText.title_terms,
                    func.left(IndexText.terms, READ_AGAIN_CHARACTERS),
                    namesakes,
                )
                .join(IndexText, IndexText.entry_id == IndexEntry.id)
                .where(IndexEntry.id.in_(wanted))
            )
        }
        for one in best:
            entry_id = ids[one.key]
            _id, title_terms, terms, same = kept[entry_id]
            yield Candidate(
                one.key,
                one.score + more.get(entry_id, 0.0),
                one.at,
                tuple(title_terms.split()),
                tuple(terms.split()[:READ_AGAIN]),
                max(same, 1),
            )

    def titles(
        self, session: Session, words: Sequence[str], audiences: frozenset[int], limit: int
    ) -> list[Key]:
        """All the words begin a word of the title."""
        if self.state(session) is State.ABSENT:
            raise NotReady("no index yet")
        found = select(IndexEntry.kind, IndexEntry.item_id).where(
            _open_to(IndexEntry.audience_id, audiences)
        )
        for word in words:
            begun = select(IndexTitleWord.entry_id).where(
                IndexTitleWord.word.startswith(word, autoescape=True)
            )
            found = found.where(IndexEntry.id.in_(begun))
        rows = session.execute(
            found.order_by(IndexEntry.at.desc(), IndexEntry.id.desc()).limit(limit)
        )
        return [(kind, number) for kind, number in rows]


AnySelect = Select[Any, Any]
_PLAINLY = select(
    func.set_config("jit", "off", True),
    func.set_config("max_parallel_workers_per_gather", "0", True),
)
"""For this transaction: to start helpers takes longer than a search."""

# --- the statement -------------------------------------------------------------------------------


def _open_to(column: Any, audiences: frozenset[int]) -> ColumnElement[bool]:
    here: ColumnElement[bool] = column == func.any(cast(sorted(audiences), ARRAY(Integer)))
    return here


def _nothing() -> AnySelect:
    return select(IndexPosting.entry_id, IndexPosting.worth).where(literal(False))


def _sequence(terms: Terms, weight: float, known: Mapping[str, int]) -> AnySelect:
    """The entries that hold these terms in a row, with what that is worth."""
    if not all(term in known for term in terms):
        return _nothing()
    ids = {known[term] for term in terms}
    worth = (IndexPosting.worth * literal(weight, Float)).label("worth")
    found: AnySelect = select(IndexPosting.entry_id, worth)
    if len(terms) == 1:
        return found.where(IndexPosting.term_id.in_(ids))
    together = (
        select(IndexPosting.entry_id, func.min(worth).label("worth"))
        .where(IndexPosting.term_id.in_(ids))
        .group_by(IndexPosting.entry_id)
        .having(func.count() == len(ids))
        .subquery()
    )
    return (
        select(together.c.entry_id, together.c.worth)
        .join(IndexText, IndexText.entry_id == together.c.entry_id)
        .where(IndexText.terms.contains(f" {' '.join(terms)} ", autoescape=True))
    )


def _part(part: Part, known: Mapping[str, int]) -> AnySelect:
    ways = [
        _sequence(one, weight, known)
        for one, weight in zip(part.wordings, part.weights, strict=True)
    ]
    if len(ways) == 1:
        return ways[0]
    every = union_all(*ways).subquery()
    return select(every.c.entry_id, func.max(every.c.worth).label("worth")).group_by(
        every.c.entry_id
    )


def _rows(
    parts: Sequence[Part], known: Mapping[str, int], share: int
) -> list[Select[Any, Any, Any]]:
    """Each part as rows (entry, worth, share); `share` counts towards what must be there."""
    found: list[Select[Any, Any, Any]] = []
    for part in parts:
        one = _part(part, known).subquery()
        found.append(select(one.c.entry_id, one.c.worth, literal(share).label("share")))
    return found


MUST = 1_000
"""In `share`: one required part; those of which one is enough count 1."""


def _base(plan: Plan, audiences: frozenset[int], known: Mapping[str, int]) -> CTE:
    """What matches and is open to the viewer, with its score and what it is counted by."""
    rows = _rows(plan.required, known, MUST) + _rows(plan.any_of, known, 1)
    if plan.all_first:
        rows += _rows(plan.helping, known, 0)
    every = union_all(*rows).subquery() if rows else select(
        IndexPosting.entry_id, IndexPosting.worth, literal(0).label("share")
    ).where(literal(False)).subquery()  # fmt: skip
    share = func.sum(every.c.share)
    score: ColumnElement[Any] = func.sum(every.c.worth)
    enough = len(plan.required) * MUST + (1 if plan.any_of else 0)
    if plan.all_first:
        score = score + case((func.count() == len(plan.parts), ALL_WORDS), else_=0.0)
    hits = (
        select(every.c.entry_id, score.label("score"))
        .group_by(every.c.entry_id)
        .having(share >= enough)
        .subquery()
    )
    found = (
        select(
            IndexEntry.id,
            IndexEntry.kind,
            IndexEntry.item_id,
            IndexEntry.at,
            IndexEntry.theme,
            IndexEntry.author_id,
            IndexEntry.year,
            IndexEntry.audience_id,
            hits.c.score,
        )
        .join(hits, hits.c.entry_id == IndexEntry.id)
        .where(_open_to(IndexEntry.audience_id, audiences))
    )
    for sequence in plan.excluded:
        if all(term in known for term in sequence):
            out = _sequence(sequence, 1.0, known).subquery()
            found = found.where(IndexEntry.id.not_in(select(out.c.entry_id)))
    return found.cte("base")


def _inside(base: CTE, scope: Scope) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if scope.kind is not None:
        wanted.append(base.c.kind == scope.kind)
    if scope.theme is not None:
        wanted.append(base.c.theme == scope.theme)
    if scope.author_id is not None:
        wanted.append(base.c.author_id == scope.author_id)
    if scope.since is not None:
        wanted.append(base.c.at >= scope.since)
    if scope.until is not None:
        wanted.append(base.c.at < scope.until)
    return wanted


def _statement(base: CTE, best: CTE, scope: Scope) -> Any:
    """Hits, total and counts as rows of one shape; `base` is worked out once for all of them."""
    hits = select(
        literal("hit").label("what"),
        best.c.kind.label("value"),
        best.c.item_id.label("number"),
        best.c.id.label("id"),
        best.c.at.label("at"),
        best.c.score.label("score"),
    )
    nothing = (literal(0), literal(0), literal(0.0))
    total = select(literal("total"), literal(""), func.count(), *nothing).select_from(base)
    counts = []
    for facet, column in COLUMNS.items():
        value = base.c[column.key]
        counts.append(
            select(literal(facet.value), cast(value, String), func.count(), *nothing)
            .select_from(base)
            .where(*_inside(base, scope.without(facet)))
            .group_by(value)
        )
    return union_all(hits, total.where(*_inside(base, scope)), *counts)


def _scores_of(
    session: Session, parts: Sequence[Part], entry_ids: Sequence[int], known: Mapping[str, int]
) -> dict[int, float]:
    """What these parts add to the score of these entries."""
    added: dict[int, float] = {}
    for part in parts:
        one = _part(part, known).subquery()
        rows = session.execute(
            select(one.c.entry_id, one.c.worth).where(one.c.entry_id.in_(entry_ids))
        )
        for entry_id, worth in rows:
            added[entry_id] = added.get(entry_id, 0.0) + worth
    return added
