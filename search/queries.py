"""What the pages ask: results, suggestions, the corrections of what was typed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, cast, null, select, union_all
from sqlalchemy.orm import Session

from access import audiences
from access.viewers import Viewer
from accounts.models import Member
from accounts.policy import needs_administrator
from core.indexing import Entry, Key
from core.text import folded
from directory.models import Theme
from search import acronyms, analysis, query, ranking, snippets, spelling
from search import plan as planning
from search.engines import (
    CANDIDATES,
    Candidate,
    Facet,
    Found,
    Frequencies,
    NotReady,
    Scope,
    Sort,
)
from search.models import SearchedInVain
from search.plan import Plan
from search.query import Query
from search.writing import Index

PER_PAGE = 10
DEEPEST = 1_000
"""Results that one can leaf through."""
SUGGESTED = 8
LEAST_TYPED = 2
MOST_TITLE_WORDS = 6
MOST_MEANT = 10
"""Words tried in the place of one that nobody wrote."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What the address of a search says."""

    typed: str
    kind: str | None = None
    theme: str | None = None
    """A slug."""
    network_id: int | None = None
    territory_id: int | None = None
    author_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    """Not included."""
    sort: Sort = Sort.RELEVANCE
    page: int = 1


@dataclass(frozen=True, slots=True)
class Hit:
    """One result as the page shows it, read from its room a moment ago."""

    kind: str
    id: int
    title: tuple[snippets.Part, ...]
    snippet: tuple[snippets.Part, ...]
    page: int | None
    """Where the snippet stands, counted from 1 as its room cut its text."""
    at: datetime
    theme: str
    author_id: int | None
    audience_id: int
    card: str = ""
    """Of a person, an organisation or a scheme, what they are in a line."""


@dataclass(frozen=True, slots=True)
class Results:
    """A page of results."""

    hits: tuple[Hit, ...] = ()
    total: int = 0
    pages: int = 0
    facets: Mapping[Facet, Mapping[str | int, int]] = field(default_factory=dict)
    """Facet → value → how many results another choice of it would give, the others kept."""
    reaches: Mapping[int, audiences.Reach] = field(default_factory=dict)
    """Audience → who it is for, of all that was found."""
    networks: Mapping[int, int] = field(default_factory=dict)
    """Network → how many results name it; one that names none is for everyone."""
    correction: str | None = None
    """What to type instead: it has results for this viewer."""
    all_words: bool = True
    """False when some results hold only a part of the words typed."""
    ready: bool = True
    """False while the first index is being built."""

    @property
    def in_vain(self) -> bool:
        """Nothing was found, though there was something to ask and no slip in it."""
        return self.ready and not self.total and self.correction is None


def search(session: Session, index: Index, viewer: Viewer, ask: Ask) -> Results:
    """What this viewer may see of what is sought. Reads only; never raises on what is typed."""
    sought = _understood(session, ask.typed)
    if not sought.groups:
        return Results()
    try:
        scope = _scope(session, viewer, ask)
        return _search(session, index, viewer, ask, sought, scope)
    except NotReady:
        return Results(ready=False)


def _understood(session: Session, typed: str) -> Query:
    return acronyms.expanded(query.parse(typed), acronyms.expansions(session))


def _search(
    session: Session, index: Index, viewer: Viewer, ask: Ask, sought: Query, scope: Scope
) -> Results:
    known = index.engine.frequencies(session, planning.terms_of(sought))
    plan, all_words = _planned(session, index, sought, known, scope)
    page = max(1, min(ask.page, DEEPEST // PER_PAGE))
    limit = max(CANDIDATES, page * PER_PAGE)
    found = index.engine.search(session, plan, scope, sort=ask.sort, limit=limit)
    ordered = _ordered(sought, known, found, ask.sort)
    start = (page - 1) * PER_PAGE
    hits, stale = _shown(session, index, viewer, sought, ordered[start : start + PER_PAGE])
    total = found.total - stale
    reaches = audiences.reaches(session, _audiences_of(found, hits))
    return Results(
        hits=hits,
        total=total,
        pages=min(-(-total // PER_PAGE), DEEPEST // PER_PAGE),
        facets=found.facets,
        reaches=reaches,
        networks=_by_network(found, reaches),
        correction=None if total else _correction(session, index, viewer, ask.typed, sought, scope),
        all_words=all_words,
    )


def _planned(
    session: Session, index: Index, sought: Query, known: Frequencies, scope: Scope
) -> tuple[Plan, bool]:
    """All the words of a short query when that fills a page; otherwise any that tells.

    Decided on what the viewer may see, whatever the filters: their counts then add up.
    """
    if sought.keywords or len(sought.groups) == 1:
        strict = planning.strict(sought, known)
        if len(sought.groups) == 1:
            return strict, True
        if index.engine.holds(session, strict, scope.open, PER_PAGE) >= PER_PAGE:
            return strict, True
    return planning.wide(sought, known), False


def _scope(session: Session, viewer: Viewer, ask: Ask) -> Scope:
    seen = frozenset(viewer.audiences)
    if ask.territory_id is not None:
        seen &= frozenset(session.scalars(audiences.addressed_to(ask.territory_id)))
    if ask.network_id is not None:
        seen &= frozenset(session.scalars(audiences.naming(ask.network_id)))
    return Scope(
        audiences=seen,
        kind=ask.kind,
        theme=ask.theme,
        author_id=ask.author_id,
        since=int(ask.since.timestamp()) if ask.since else None,
        until=int(ask.until.timestamp()) if ask.until else None,
    )


def _ordered(sought: Query, known: Frequencies, found: Found, sort: Sort) -> list[Candidate]:
    if sort is Sort.DATE:
        return list(found.candidates)
    best, rest = found.candidates[:CANDIDATES], found.candidates[CANDIDATES:]
    return [*ranking.ranked(sought, known, best), *rest]


def _shown(
    session: Session, index: Index, viewer: Viewer, sought: Query, shown: Sequence[Candidate]
) -> tuple[tuple[Hit, ...], int]:
    """Read the results from their rooms; what is no longer open, or no longer there, is left out.

    The index follows a change within seconds: the rooms are right at once.
    """
    entries = read_entries(session, index, [one.key for one in shown])
    open_now = frozenset(viewer.audiences)
    hits = [
        _hit(entry, sought)
        for one in shown
        if (entry := entries.get(one.key)) is not None and entry.audience_id in open_now
    ]
    return tuple(hits), len(shown) - len(hits)


def read_entries(session: Session, index: Index, keys: Sequence[Key]) -> dict[Key, Entry]:
    """These entries as their rooms have them now."""
    found: dict[Key, Entry] = {}
    for kind, source in index.sources.items():
        ids = [number for one, number in keys if one == kind]
        if ids:
            found |= {(kind, entry.id): entry for entry in source.read(session, ids)}
    return found


def _hit(entry: Entry, sought: Query) -> Hit:
    passage = snippets.snippet(entry, sought)
    return Hit(
        kind=entry.kind,
        id=entry.id,
        title=snippets.marked(entry.title, sought),
        snippet=passage.parts,
        page=passage.page,
        at=entry.at,
        theme=entry.theme,
        author_id=entry.author_id,
        audience_id=entry.audience_id,
        card=entry.summary if entry.card else "",
    )


def _audiences_of(found: Found, hits: Sequence[Hit]) -> set[int]:
    """Those that the index counts, and those that the results have now."""
    return {int(one) for one in found.facets.get(Facet.AUDIENCE, {})} | {
        hit.audience_id for hit in hits
    }


def _by_network(found: Found, reaches: Mapping[int, audiences.Reach]) -> dict[int, int]:
    """The counts by audience, as counts by network."""
    networks: dict[int, int] = {}
    for audience_id, count in found.facets.get(Facet.AUDIENCE, {}).items():
        for network_id in reaches[int(audience_id)].network_ids:
            networks[network_id] = networks.get(network_id, 0) + count
    return networks


def names(session: Session, member_ids: Collection[int]) -> tuple[dict[str, str], dict[int, str]]:
    """What results are called by: themes by slug, these members by id. One query."""
    themes = select(Theme.slug, Theme.name, null())
    people = select(cast(Member.id, String), Member.first_name, Member.last_name)
    both: Any = union_all(themes, people.where(Member.id.in_(member_ids)))
    found = session.execute(both).all()
    return (
        {slug: name for slug, name, last_name in found if last_name is None},
        {int(one): f"{first} {last}" for one, first, last in found if last is not None},
    )


# --- when nothing is found -----------------------------------------------------------------------


def _correction(
    session: Session, index: Index, viewer: Viewer, typed: str, sought: Query, scope: Scope
) -> str | None:
    """The query with its unknown words as they are written in what this viewer may see."""
    typed = typed[: query.LONGEST]
    replaced = typed
    for word, start, end in reversed(list(analysis.words(typed))):  # what stands before stays put
        if analysis.is_stop(word) or _seen(session, index, scope, word):
            continue
        better = _nearest(session, index, viewer, scope, word)
        if better is None:
            return None
        replaced = replaced[:start] + better + replaced[end:]
    if replaced == typed:
        return None
    corrected = _understood(session, replaced)
    known = index.engine.frequencies(session, planning.terms_of(corrected))
    plan, _all_words = _planned(session, index, corrected, known, scope)
    return replaced if index.engine.holds(session, plan, scope.open, 1) else None


def _plan_of(session: Session, index: Index, word: str) -> tuple[Query, Plan]:
    one = query.parse(word)
    known = index.engine.frequencies(session, planning.terms_of(one))
    return one, planning.strict(one, known)


def _seen(session: Session, index: Index, scope: Scope, word: str) -> bool:
    one, plan = _plan_of(session, index, word)
    return bool(one.groups) and index.engine.holds(session, plan, scope.open, 1) > 0


def _nearest(session: Session, index: Index, viewer: Viewer, scope: Scope, word: str) -> str | None:
    """The nearest word, as it is written in an entry that this viewer may see."""
    open_now = frozenset(viewer.audiences)
    for other in spelling.meant(session, word)[:MOST_MEANT]:
        one, plan = _plan_of(session, index, other)
        if not one.groups:
            continue
        found = index.engine.search(session, plan, scope.open, sort=Sort.RELEVANCE, limit=1)
        entries = read_entries(session, index, [each.key for each in found.candidates])
        for entry in entries.values():
            if entry.audience_id in open_now and (written := _as_written(entry, other)):
                return written
    return None


def _as_written(entry: Entry, word: str) -> str | None:
    for text in (entry.title, entry.summary, entry.body):
        for written, _start, _end in analysis.words(text):
            if folded(written) == word:
                return written.lower()
    return None


# --- as one types --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A title to go to."""

    kind: str
    id: int
    title: str


def suggest(session: Session, index: Index, viewer: Viewer, typed: str) -> list[Suggestion]:
    """Titles that have the words typed, the last of which may be only begun."""
    words = analysis.once(analysis.surfaces(typed[: query.LONGEST]))[-MOST_TITLE_WORDS:]
    if not words or len("".join(words)) < LEAST_TYPED:
        return []
    open_now = frozenset(viewer.audiences)
    try:
        keys = index.engine.titles(session, words, open_now, 2 * SUGGESTED)
    except NotReady:
        return []
    entries = read_entries(session, index, keys)
    found = [
        Suggestion(entry.kind, entry.id, entry.title)
        for key in keys
        if (entry := entries.get(key)) is not None and entry.audience_id in open_now
    ]
    start = folded(" ".join(typed.split()))
    found.sort(key=lambda one: not folded(one.title).startswith(start))
    return found[:SUGGESTED]


# --- for administrators --------------------------------------------------------------------------


def sought_in_vain(viewer: Viewer) -> Select[SearchedInVain]:
    """What was sought and not found, most often first."""
    needs_administrator(viewer)
    return select(SearchedInVain).order_by(
        SearchedInVain.times.desc(), SearchedInVain.last_at.desc(), SearchedInVain.words
    )
