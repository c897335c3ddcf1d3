"""The port: what an engine is asked, and what it answers. Each engine has its own module."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from sqlalchemy.orm import Session

from core.indexing import Entry, Key
from core.settings import Settings
from search import analysis

if TYPE_CHECKING:
    from search.plan import Plan

VERSION = 2
"""Of what the engines keep. Raise it when that changes: the indexes are then built again."""
READ_AGAIN = 1_000
"""The terms kept to see how near to each other the words stand: the first ones of an entry."""
CANDIDATES = 60
"""The best ones, ranked again with their titles and the nearness of the words."""


@dataclass(frozen=True, slots=True)
class Analysed:
    """An entry as the engines keep it: terms instead of words."""

    kind: str
    id: int
    audience_id: int
    theme: str
    author_id: int
    """0 for none."""
    at: int
    """Seconds since 1970, UTC."""
    title: str
    title_terms: tuple[str, ...]
    body_terms: tuple[str, ...]
    title_words: tuple[str, ...]

    @property
    def key(self) -> str:
        """Its name in the index."""
        return key_of((self.kind, self.id))

    @property
    def all_terms(self) -> list[str]:
        """The title, then the rest."""
        return [*self.title_terms, analysis.BREAK, *self.body_terms]

    @property
    def title_key(self) -> str:
        """The same for all entries with the same title."""
        return title_key_of(self.title_terms)

    @property
    def again(self) -> str:
        """What is kept of its terms to rank it again."""
        return " ".join(self.all_terms[:READ_AGAIN])


def title_key_of(title_terms: Sequence[str]) -> str:
    """The same for all entries with the same title."""
    return " ".join(title_terms)[:200]


def key_of(key: Key) -> str:
    """The one way to write a key."""
    return f"{key[0]}:{key[1]}"


def read_key(written: str) -> Key:
    """What `key_of` wrote."""
    kind, _, number = written.rpartition(":")
    return kind, int(number)


def analysed(entry: Entry) -> Analysed:
    """Take an entry through the French chain."""
    title = analysis.terms(entry.title)
    summary = analysis.terms(entry.summary)
    body = analysis.paged_terms(entry.body)
    body += [analysis.BREAK] * (entry.card - len(title) - len(summary) - len(body))
    return Analysed(
        kind=entry.kind,
        id=entry.id,
        audience_id=entry.audience_id,
        theme=entry.theme,
        author_id=entry.author_id or 0,
        at=int(entry.at.timestamp()),
        title=entry.title,
        title_terms=tuple(title),
        body_terms=tuple([*summary, analysis.BREAK, *body] if summary else body),
        title_words=tuple(analysis.once(analysis.surfaces(entry.title))),
    )


class Facet(StrEnum):
    """What results are counted by."""

    KIND = "kind"
    THEME = "theme"
    AUTHOR = "author"
    YEAR = "year"
    AUDIENCE = "audience"


@dataclass(frozen=True, slots=True)
class Scope:
    """Where to look. The audiences are those open to the viewer, or fewer; the rest narrows."""

    audiences: frozenset[int]
    kind: str | None = None
    theme: str | None = None
    author_id: int | None = None
    since: int | None = None
    """The first second, included."""
    until: int | None = None
    """The last second, not included."""

    def without(self, facet: Facet) -> "Scope":
        """The same, not narrowed by this facet: its counts say what another choice would give."""
        if facet is Facet.KIND:
            return replace(self, kind=None)
        if facet is Facet.THEME:
            return replace(self, theme=None)
        if facet is Facet.AUTHOR:
            return replace(self, author_id=None)
        if facet is Facet.YEAR:
            return replace(self, since=None, until=None)
        return self

    @property
    def open(self) -> "Scope":
        """The audiences alone."""
        return Scope(self.audiences)


class Sort(StrEnum):
    """The order of results."""

    RELEVANCE = "relevance"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry found, with what ranks it again."""

    key: Key
    score: float
    at: int
    title_terms: tuple[str, ...] = ()
    all_terms: tuple[str, ...] = ()
    """The first ones only."""
    namesakes: int = 1
    """How many entries have this very title: a label says less than a title of one's own."""

    def told(self, title: str, again: str, namesakes: int) -> "Candidate":
        """The same, with what ranks it again: its title and `Analysed.again`, as terms."""
        return replace(
            self,
            title_terms=tuple(title.split()),
            all_terms=tuple(again.split()),
            namesakes=max(namesakes, 1),
        )


@dataclass(frozen=True, slots=True)
class Found:
    """The best candidates first, and how many there are in all."""

    total: int
    candidates: Sequence[Candidate]
    facets: Mapping[Facet, Mapping[str | int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Frequencies:
    """In how many entries terms stand: anywhere, and in the title."""

    entries: int
    anywhere: Mapping[str, int]
    title: Mapping[str, int]


class State(StrEnum):
    """Where an index stands."""

    GOOD = "good"
    ABSENT = "absent"
    OLD = "old"
    """Of another version: it still answers, and is to be built again."""
    DAMAGED = "damaged"


Reached = tuple[str, int]
"""How far a building is: the kind in hand and the last id read."""


class NotReady(Exception):
    """There is no index to ask yet: it is being built."""


class Busy(Exception):
    """Somebody else writes to the index: to be tried again later."""


class Engine(Protocol):
    """What every engine does. Sessions are those of the caller; some engines need none.

    Reading raises NotReady while there is no index.
    """

    name: str

    def state(self, session: Session) -> State:
        """Whether the index can be asked, and is of this version."""
        ...

    def count(self, session: Session) -> int:
        """How many entries it holds."""
        ...

    def alone(self, session: Session) -> AbstractContextManager[None]:
        """Be the only one who writes: what is read inside is not older than what is written.

        Commits what is pending. Raises Busy when another process writes for too long.
        """
        ...

    def write(self, session: Session, entries: Sequence[Analysed], gone: Collection[Key]) -> None:
        """Put these entries in the place of their former selves, and remove those that are gone.

        Inside `alone`.
        """
        ...

    def frequencies(self, session: Session, terms: Collection[str]) -> Frequencies:
        """How common terms are, whoever may see them."""
        ...

    def holds(self, session: Session, plan: "Plan", scope: Scope, most: int) -> int:
        """How many entries match in this scope; counting may stop at `most`."""
        ...

    def search(
        self, session: Session, plan: "Plan", scope: Scope, *, sort: Sort, limit: int
    ) -> Found:
        """The first entries that match, at most `limit`, with counts.

        The first CANDIDATES carry what ranks them again when they are sorted by relevance.
        """
        ...

    def titles(
        self, session: Session, words: Sequence[str], audiences: frozenset[int], limit: int
    ) -> list[Key]:
        """The newest entries whose title has words that begin with each of these."""
        ...

    def begin(self, session: Session) -> None:
        """Start to build beside what is there; go on with a building that was interrupted."""
        ...

    def progress(self, session: Session) -> Reached | None:
        """The kind and the id that the building has reached; None when nothing is being built."""
        ...

    def build(self, session: Session, entries: Sequence[Analysed], reached: Reached) -> None:
        """Add entries to what is being built, and note how far it is."""
        ...

    def changed_meanwhile(self, session: Session) -> list[Key]:
        """What was written since the building began, to be read again before the swap."""
        ...

    def finish(self, session: Session, entries: Sequence[Analysed], gone: Collection[Key]) -> None:
        """Put the last changes into what was built, and let it take the old one's place.

        Inside `alone`, as the reading of what changed.
        """
        ...

    def sweep(self, session: Session) -> None:
        """Remove for good what is neither in use nor being built."""
        ...


def moment(seconds: int) -> datetime:
    """The instant of `Analysed.at`."""
    return datetime.fromtimestamp(seconds, UTC)


def year_of(seconds: int) -> int:
    """The year of `Analysed.at`, UTC."""
    return moment(seconds).year


def counted(values: Collection[str | int]) -> dict[str | int, int]:
    """How many of each."""
    return dict(Counter(values))


def engine(settings: Settings) -> Engine:
    """The engine that SEARCH_URL names; its library is loaded only when it is the one."""
    if settings.search_url.startswith("tantivy:"):
        from search.tantivy_engine import TantivyEngine

        return TantivyEngine(settings.search_folder)
    if settings.search_url == "postgresql:":
        from search.postgresql_engine import PostgreSQLEngine

        return PostgreSQLEngine()
    from search.whoosh_engine import WhooshEngine

    return WhooshEngine(settings.search_folder)
