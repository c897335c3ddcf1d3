"""PostgreSQL, in the same database: for several machines.

PostgreSQL's own full text ranks without the rarity of words. Postings are rows here, each with its
part of BM25, so that the score of an entry is a sum; counts and filters are SQL, and an entry is
found from the moment when its indexing is committed.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from core.indexing import Key
from search import analysis, engines
from search import postgresql_rows as rows
from search import postgresql_statements as statements
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
)
from search.models import IndexEntry, IndexState, IndexTerm, IndexTitleWord
from search.plan import Plan

ONE_WRITER = 7_265_301
"""The advisory lock of those who write: counts of terms are then never half added."""
READ_AGAIN_CHARACTERS = 8 * READ_AGAIN


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
        version = session.scalar(select(IndexState.version))
        if not version:
            return State.ABSENT
        return State.GOOD if version == self._version else State.OLD

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
        former = rows.ids_of(session, [(one.kind, one.id) for one in entries] + list(gone))
        rows.take(session, former)
        self._count_entries(session, len(entries) - len(former))
        rows.put(session, entries, state.generation)

    def _count_entries(self, session: Session, more: int) -> None:
        session.execute(
            update(IndexState)
            .values(entries=IndexState.entries + more)
            .execution_options(synchronize_session=False)
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
        rows.take(session, old)
        self._count_entries(session, -len(old))
        state.building, state.version = False, self._version
        session.flush()

    def sweep(self, session: Session) -> None:
        """Terms that stand nowhere any more."""
        with self.alone(session):
            session.execute(delete(IndexTerm).where(IndexTerm.entries <= 0, IndexTerm.titles <= 0))

    # --- reading ---------------------------------------------------------------------------------

    def frequencies(self, session: Session, terms: Collection[str]) -> Frequencies:
        """Counted as entries are written."""
        state = session.execute(statements.STANDING).first()
        if state is None or not state.version:
            raise NotReady("no index yet")
        found = session.execute(statements.counted(terms)).all()
        return Frequencies(
            state.entries,
            {term: entries for term, _id, entries, _titles in found},
            {term: titles for term, _id, _entries, titles in found},
        )

    def _known(self, session: Session, plan: Plan) -> dict[str, int]:
        terms = {t for part in plan.parts for one in part.wordings for t in one}
        terms |= {term for one in plan.excluded for term in one}
        return {
            term: term_id
            for term, term_id, _entries, _titles in session.execute(statements.counted(terms))
        }

    def holds(self, session: Session, plan: Plan, scope: Scope, most: int) -> int:
        """How many match; counting stops at `most`."""
        known = self._known(session, plan)
        matches = statements.dated(statements.matching(plan, scope.audiences, known), scope)
        return session.scalar(statements.some(matches, scope, most)) or 0

    def search(
        self, session: Session, plan: Plan, scope: Scope, *, sort: Sort, limit: int
    ) -> Found:
        """One statement for the best and for the counts, one or two for what ranks them again."""
        known = self._known(session, plan)
        matches = statements.dated(statements.matching(plan, scope.audiences, known), scope)
        answer = session.execute(statements.best_and_counts(matches, scope, sort, limit)).all()
        hits = [row for row in answer if row.what == statements.HIT]
        facets = statements.read_counts([row for row in answer if row.what != statements.HIT])
        found = [Candidate((row.kind, row.number), row.score, row.at) for row in hits]
        found.sort(key=lambda one: (-one.at if sort is Sort.DATE else -one.score, -one.at))
        if sort is Sort.RELEVANCE:
            ids = {(row.kind, row.number): row.value for row in hits}
            again = self._again(session, plan, scope, found[:CANDIDATES], ids, known)
            found = [*again, *found[CANDIDATES:]]
        return Found(sum(facets[Facet.AUDIENCE].values()), found, facets)

    def _again(
        self,
        session: Session,
        plan: Plan,
        scope: Scope,
        best: Sequence[Candidate],
        ids: Mapping[Key, int],
        known: Mapping[str, int],
    ) -> Iterable[Candidate]:
        """What ranks the best again: words that only help, titles, terms, namesakes."""
        wanted = [ids[one.key] for one in best]
        more: dict[int, float] = {}
        if plan.helping and not plan.all_first:
            helping = statements.worth_of(plan.helping, known, scope.audiences, wanted)
            more = dict(session.execute(helping).all())
        texts = session.execute(statements.texts_of(wanted, READ_AGAIN_CHARACTERS))
        kept = {entry_id: texts_of_it for entry_id, *texts_of_it in texts}
        for one in best:
            entry_id = ids[one.key]
            title, terms, namesakes = kept[entry_id]
            again = " ".join(terms.split()[:READ_AGAIN])
            score = one.score + more.get(entry_id, 0.0)
            yield replace(one, score=score).told(title, again, namesakes)

    def titles(
        self, session: Session, words: Sequence[str], audiences: frozenset[int], limit: int
    ) -> list[Key]:
        """All the words begin a word of the title."""
        if self.state(session) is State.ABSENT:
            raise NotReady("no index yet")
        found = select(IndexEntry.kind, IndexEntry.item_id).where(
            statements.open_to(IndexEntry.audience_id, audiences)
        )
        for word in words:
            begun = select(IndexTitleWord.entry_id).where(
                IndexTitleWord.word.startswith(word, autoescape=True)
            )
            found = found.where(IndexEntry.id.in_(begun))
        newest = found.order_by(IndexEntry.at.desc(), IndexEntry.id.desc()).limit(limit)
        return [(kind, number) for kind, number in session.execute(newest)]
