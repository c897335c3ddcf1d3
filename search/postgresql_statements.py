"""What PostgreSQL is asked: what matches a plan, with its score, the best of it and the counts.

The terms of a plan are arrays, so that few statements differ, and those are prepared once.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    ARRAY,
    CTE,
    ColumnElement,
    Float,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    select,
    true,
    union_all,
)
from sqlalchemy.sql.selectable import CompoundSelect, FromClause

from search.engines import Facet, Scope, Sort
from search.models import (
    IndexEntry,
    IndexPosting,
    IndexShelf,
    IndexState,
    IndexTerm,
    IndexText,
)
from search.plan import ALL_WORDS, Part, Plan
from search.query import Sequence as Terms

AnySelect = Select[*tuple[Any, ...]]
Known = Mapping[str, int]
"""Term → its id."""

POSTING = IndexPosting.__table__.c
ENTRY = IndexEntry.__table__.c
SHELF = IndexShelf.__table__.c
TEXT = IndexText.__table__.c
TERM = IndexTerm.__table__.c

FILED = ("entry_id", "audience_id", "author_id", "shelf_id")
"""What filters and counts need."""
MUST = 1_000
"""In `share`: one required part; those of which one is enough count 1."""
HIT = "hit"
"""What a row is, when it is no count."""
STANDING = select(
    IndexState.version,
    IndexState.entries,
    func.set_config("jit", "off", True),
    func.set_config("max_parallel_workers_per_gather", "0", True),
)
"""Where the index stands. For this transaction, no helpers: to start them takes longer than a
search."""


def open_to(column: Any, audiences: frozenset[int]) -> ColumnElement[bool]:
    """Whether this is one of these audiences."""
    here: ColumnElement[bool] = column == func.any(cast(sorted(audiences), ARRAY(Integer)))
    return here


def counted(terms: Collection[str]) -> Select[str, int, int, int]:
    """These terms, their ids, and in how many entries and titles they stand."""
    known = select(TERM.term, TERM.id, TERM.entries, TERM.titles)
    return known.where(TERM.term == func.any(cast(sorted(terms), ARRAY(String))))


# --- what matches --------------------------------------------------------------------------------


@dataclass(slots=True)
class _Words:
    """Single terms: what each is worth, for which part, and for how much it counts."""

    terms: list[int] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    parts: list[int] = field(default_factory=list)
    shares: list[int] = field(default_factory=list)

    def rows(self, audiences: frozenset[int]) -> AnySelect:
        """The entries that hold each."""
        wanted = (
            func.unnest(
                cast(self.terms, ARRAY(Integer)),
                cast(self.weights, ARRAY(Float)),
                cast(self.parts, ARRAY(Integer)),
                cast(self.shares, ARRAY(Integer)),
            )
            .table_valued("term_id", "weight", "part", "share")
            .render_derived(name="wanted")
        )
        return (
            select(
                *(POSTING[name] for name in FILED),
                (POSTING.worth * wanted.c.weight).label("worth"),
                wanted.c.part,
                wanted.c.share,
            )
            .join(wanted, wanted.c.term_id == POSTING.term_id)
            .where(open_to(POSTING.audience_id, audiences))
        )


def _phrase(terms: Terms, known: Known, audiences: frozenset[int]) -> FromClause:
    """The entries that hold these terms in a row, with what they hold of the rarest."""
    ids = sorted({known[term] for term in terms})
    together = (
        select(*(POSTING[name] for name in FILED), func.min(POSTING.worth).label("worth"))
        .where(
            POSTING.term_id == func.any(cast(ids, ARRAY(Integer))),
            open_to(POSTING.audience_id, audiences),
        )
        .group_by(*(POSTING[name] for name in FILED))
        .having(func.count() == len(ids))
        .subquery()
    )
    return (
        select(together)
        .join(IndexText.__table__, TEXT.entry_id == together.c.entry_id)
        .where(TEXT.terms.contains(f" {' '.join(terms)} ", autoescape=True))
        .subquery()
    )


def _rows(
    parts: Sequence[tuple[Part, int]], known: Known, audiences: frozenset[int]
) -> list[AnySelect]:
    """Each part that an entry holds is a row, or one a wording."""
    words = _Words()
    phrases: list[AnySelect] = []
    for number, (part, share) in enumerate(parts):
        for terms, weight in zip(part.wordings, part.weights, strict=True):
            if not all(term in known for term in terms):
                continue
            if len(terms) == 1:
                words.terms.append(known[terms[0]])
                words.weights.append(weight)
                words.parts.append(number)
                words.shares.append(share)
                continue
            found = _phrase(terms, known, audiences)
            worth = (found.c.worth * literal(weight, Float)).label("worth")
            filed = (found.c[name] for name in FILED)
            phrases.append(
                select(*filed, worth, literal(number).label("part"), literal(share).label("share"))
            )
    return [words.rows(audiences), *phrases] if words.terms or not phrases else phrases


def _best_wording(rows: FromClause) -> FromClause:
    """A part counts once, for the wording that is worth most."""
    filed = [rows.c[name] for name in FILED]
    once = select(*filed, func.max(rows.c.worth).label("worth"), rows.c.part, rows.c.share)
    return once.group_by(*filed, rows.c.part, rows.c.share).subquery()


def matching(plan: Plan, audiences: frozenset[int], known: Known) -> CTE:
    """What matches and is open to the viewer, with its score and what it is counted by."""
    parts = [(one, MUST) for one in plan.required] + [(one, 1) for one in plan.any_of]
    if plan.all_first:
        parts += [(one, 0) for one in plan.helping]
    found = _rows(parts, known, audiences)
    rows: FromClause = found[0].subquery() if len(found) == 1 else union_all(*found).subquery()
    if any(len(part.wordings) > 1 for part, _share in parts):
        rows = _best_wording(rows)
    filed = [rows.c[name] for name in FILED]
    if len(parts) == 1:  # a row is an entry already
        matches = select(*filed, rows.c.worth.label("score"))
    else:
        enough = len(plan.required) * MUST + (1 if plan.any_of else 0)
        score: ColumnElement[float] = func.sum(rows.c.worth)
        if plan.all_first:
            score = score + case((func.count() == len(parts), ALL_WORDS), else_=0.0)
        matches = select(*filed, score.label("score"))
        matches = matches.group_by(*filed).having(func.sum(rows.c.share) >= enough)
    for terms in plan.excluded:
        if all(term in known for term in terms):
            matches = matches.where(rows.c.entry_id.not_in(_holding(terms, known, audiences)))
    return matches.cte("matches")


def _holding(terms: Terms, known: Known, audiences: frozenset[int]) -> AnySelect:
    if len(terms) == 1:
        return select(POSTING.entry_id).where(POSTING.term_id == known[terms[0]])
    return select(_phrase(terms, known, audiences).c.entry_id)


# --- what is narrowed by the filters -------------------------------------------------------------


def dated(matches: CTE, scope: Scope) -> CTE:
    """The same, with whether each is of the period, when there is one."""
    if scope.since is None and scope.until is None:
        return matches
    wanted: list[ColumnElement[bool]] = [true()]
    if scope.since is not None:
        wanted.append(ENTRY.at >= scope.since)
    if scope.until is not None:
        wanted.append(ENTRY.at < scope.until)
    joined = select(matches, and_(*wanted).label("in_period"))
    return joined.join(IndexEntry.__table__, ENTRY.id == matches.c.entry_id).cte("dated")


def _inside(matches: CTE, scope: Scope) -> Iterator[ColumnElement[bool]]:
    for column, wanted in ((SHELF.kind, scope.kind), (SHELF.theme, scope.theme)):
        if wanted is not None:
            yield matches.c.shelf_id.in_(select(SHELF.id).where(column == wanted))
    if scope.author_id is not None:
        yield matches.c.author_id == scope.author_id
    if scope.since is not None or scope.until is not None:
        yield matches.c.in_period


def some(matches: CTE, scope: Scope, most: int) -> AnySelect:
    """How many there are; counting stops at `most`."""
    inside = select(matches.c.entry_id).where(*_inside(matches, scope)).limit(most).subquery()
    return select(func.count()).select_from(inside)


# --- the best, and the counts --------------------------------------------------------------------


def best_and_counts(matches: CTE, scope: Scope, sort: Sort, limit: int) -> CompoundSelect[Any]:
    """Rows of one shape: a hit, or how many a value has of the facets that `what` names.

    `matches` is worked out once for all of them.
    """
    return union_all(_best(matches, scope, sort, limit), *_counts(matches, scope))


def _best(matches: CTE, scope: Scope, sort: Sort, limit: int) -> AnySelect:
    best = select(matches.c.entry_id, matches.c.score).where(*_inside(matches, scope))
    if sort is Sort.RELEVANCE:  # the dates of those that are equal come from their entries
        best = best.order_by(matches.c.score.desc()).fetch(limit, with_ties=True)
    one = best.subquery()
    first = [ENTRY.at.desc()] if sort is Sort.DATE else [one.c.score.desc(), ENTRY.at.desc()]
    hits = (
        select(
            literal(HIT).label("what"),
            ENTRY.kind,
            literal("").label("theme"),
            ENTRY.id.label("value"),
            ENTRY.item_id.label("number"),
            ENTRY.at,
            one.c.score,
        )
        .join(one, one.c.entry_id == ENTRY.id)
        .order_by(*first, ENTRY.kind.desc(), ENTRY.item_id.desc())
        .limit(limit)
        .subquery()
    )
    return select(hits)


ON_SHELVES = (Facet.KIND, Facet.THEME, Facet.YEAR)


def _counts(matches: CTE, scope: Scope) -> Iterator[AnySelect]:
    """Those that the same filters leave are counted together, by shelf."""
    asked: dict[Scope, list[Facet]] = {}
    for facet in ON_SHELVES:
        asked.setdefault(scope.without(facet), []).append(facet)
    for one, facets in asked.items():
        by_shelf = _counted(matches, matches.c.shelf_id, one).subquery()
        yield select(
            literal(" ".join(facets)),
            SHELF.kind,
            SHELF.theme,
            SHELF.year,
            by_shelf.c.number,
            literal(0),
            literal(0.0),
        ).join(by_shelf, by_shelf.c.value == SHELF.id)
    for facet, column in (
        (Facet.AUTHOR, matches.c.author_id),
        (Facet.AUDIENCE, matches.c.audience_id),
    ):
        values = _counted(matches, column, scope.without(facet)).subquery()
        yield select(
            literal(facet.value),
            literal(""),
            literal(""),
            values.c.value,
            values.c.number,
            literal(0),
            literal(0.0),
        )


def _counted(matches: CTE, column: ColumnElement[int], scope: Scope) -> AnySelect:
    counted = select(column.label("value"), func.count().label("number"))
    return counted.where(*_inside(matches, scope)).group_by(column)


def read_counts(rows: Collection[Any]) -> dict[Facet, Mapping[str | int, int]]:
    """What the rows of `best_and_counts` that are no hits say."""
    counts: dict[Facet, dict[str | int, int]] = {facet: {} for facet in Facet}
    for what, kind, theme, value, number, _at, _score in rows:
        for facet in map(Facet, what.split()):
            one = {Facet.KIND: kind, Facet.THEME: theme}.get(facet, value)
            counts[facet][one] = counts[facet].get(one, 0) + number
    return dict(counts)


# --- what ranks the best again -------------------------------------------------------------------


def worth_of(
    parts: Sequence[Part], known: Known, audiences: frozenset[int], entry_ids: Sequence[int]
) -> Select[int, float]:
    """What these parts add to the score of these entries."""
    found = matching(Plan(any_of=tuple(parts)), audiences, known)
    return select(found.c.entry_id, found.c.score).where(
        found.c.entry_id == func.any(cast(entry_ids, ARRAY(Integer)))
    )


def texts_of(entry_ids: Sequence[int], characters: int) -> AnySelect:
    """Their titles, the beginning of their terms, and how many entries have the same title."""
    namesake = IndexEntry.__table__.alias("namesake")
    namesakes = select(func.count()).where(namesake.c.title_key == ENTRY.title_key)
    return (
        select(
            ENTRY.id,
            TEXT.title_terms,
            func.left(TEXT.terms, characters),
            namesakes.scalar_subquery(),
        )
        .join(IndexText.__table__, TEXT.entry_id == ENTRY.id)
        .where(ENTRY.id == func.any(cast(entry_ids, ARRAY(Integer))))
    )
