"""What keeps the index like the database: changes as they come, and the building of a new one."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy.orm import Session

from core.indexing import Key, Source
from search import analysis, spelling
from search.engines import Analysed, Engine, Reached, State, analysed

SLICE = 500
"""Entries read and written at once."""
MOST_LEARNT = 500_000

Sources = Mapping[str, Source]


def sources(given: Iterable[Source]) -> Sources:
    """By kind, in the order in which they are read."""
    return {source.kind: source for source in given}


@dataclass(frozen=True, slots=True)
class Changes:
    """What to write to the index."""

    entries: list[Analysed]
    gone: list[Key]
    words: set[str]
    """As they are written, in lower case and without accents."""


class Index:
    """An engine with the rooms that fill it."""

    def __init__(self, engine: Engine, given: Iterable[Source]) -> None:
        self.engine = engine
        self.sources = sources(given)
        self._learnt: set[str] = set()
        """Words that are surely in the table: committed by this process."""

    def read(self, session: Session, keys: Iterable[Key]) -> Changes:
        """The entries of these keys as they are now, and the keys that are gone."""
        entries: list[Analysed] = []
        wanted = sorted(set(keys))
        words: set[str] = set()
        for kind, group in groupby(wanted, key=lambda key: key[0]):
            source = self.sources.get(kind)
            if source is None:
                continue  # a room that is no longer there: its entries go
            for entry in source.read(session, [number for _kind, number in group]):
                entries.append(analysed(entry))
                for text in (entry.title, entry.summary, entry.body):
                    words.update(analysis.surfaces(text))
        there = {(one.kind, one.id) for one in entries}
        return Changes(entries, [key for key in wanted if key not in there], words)

    def _learn(self, session: Session, words: set[str]) -> None:
        """Remember these words, and commit."""
        spelling.learn(session, words - self._learnt)
        session.commit()
        if len(self._learnt) > MOST_LEARNT:
            self._learnt.clear()
        self._learnt |= words

    def apply(self, session: Session, keys: Iterable[Key]) -> None:
        """Bring these entries up to date in the index, and commit. Raises Busy."""
        with self.engine.alone(session):
            changes = self.read(session, keys)
            self.engine.write(session, changes.entries, changes.gone)
        self._learn(session, changes.words)

    # --- building --------------------------------------------------------------------------------

    def to_read(self, session: Session) -> int:
        """How many entries the rooms have."""
        return sum(source.count(session) for source in self.sources.values())

    def needs_building(self, session: Session) -> bool:
        """Whether the index is missing, damaged or old, or a building was interrupted."""
        if self.engine.progress(session) is not None:
            return True
        return self.engine.state(session) is not State.GOOD

    def begin(self, session: Session) -> None:
        """Start to build beside, or go on with what was interrupted. Commits."""
        self.engine.begin(session)
        session.commit()

    def start_over(self, session: Session) -> None:
        """Build anew although the index is good; the words that it taught are learnt anew too."""
        spelling.forget(session)
        self._learnt.clear()
        self.begin(session)

    def build(self, session: Session, seconds: float) -> int | None:
        """Build for about so long: how many rows were read; None when the new index is in use."""
        end = time.monotonic() + seconds
        done = 0
        while True:
            reached = self.engine.progress(session)
            if reached is None:
                return None
            read = self._slice(session, reached)
            if read == 0:
                self._finish(session)
                return None
            done += read
            if time.monotonic() > end:
                return done

    def _slice(self, session: Session, reached: Reached) -> int:
        """Read the next entries; how many, 0 at the end.

        What changes between the reading and the writing is noted, and read again at the end.
        """
        kinds = list(self.sources)
        kind, after = reached
        for place in range(kinds.index(kind) if kind in kinds else 0, len(kinds)):
            source = self.sources[kinds[place]]
            ids = source.ids(session, after, SLICE)
            if ids:
                changes = self.read(session, [(source.kind, number) for number in ids])
                self.engine.build(session, changes.entries, (source.kind, ids[-1]))
                self._learn(session, changes.words)
                return len(ids)
            after = 0
        return 0

    def _finish(self, session: Session) -> None:
        with self.engine.alone(session):
            changes = self.read(session, self.engine.changed_meanwhile(session))
            self.engine.finish(session, changes.entries, changes.gone)
        self._learn(session, changes.words)
