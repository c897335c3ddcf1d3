"""What keeps the index like the database: changes as they come, and the building of a new one."""

import logging
import time
from collections.abc import Iterable, Mapping
from itertools import groupby

from sqlalchemy.orm import Session

from core.indexing import Key, Source
from search import analysis, spelling
from search.engines import Analysed, Engine, State, analysed

log = logging.getLogger("maillage.search")

SLICE = 500
"""Entries read and written at once."""
TURNS = 20
"""At the end of a building, so many times what changed meanwhile is read again."""

Sources = Mapping[str, Source]


def sources(given: Iterable[Source]) -> Sources:
    """By kind, in the order in which they are read."""
    return {source.kind: source for source in given}


class Index:
    """An engine with the rooms that fill it."""

    def __init__(self, engine: Engine, given: Iterable[Source]) -> None:
        self.engine = engine
        self.sources = sources(given)

    def read(self, session: Session, keys: Iterable[Key]) -> tuple[list[Analysed], list[Key]]:
        """The entries of these keys as they are now, and the keys that are gone.

        Remembers their words. Writes no more than that to the database.
        """
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
        spelling.learn(session, words)
        there = {(one.kind, one.id) for one in entries}
        return entries, [key for key in wanted if key not in there]

    def apply(self, session: Session, keys: Iterable[Key]) -> None:
        """Bring these entries up to date in the index. Commits what was read."""
        entries, gone = self.read(session, keys)
        session.commit()  # no lock is held on the database while the index is written
        self.engine.write(session, entries, gone)

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

    def _slice(self, session: Session, reached: tuple[str, int]) -> int:
        """Read the next entries; how many, 0 at the end."""
        kinds = list(self.sources)
        kind, after = reached
        for place in range(kinds.index(kind) if kind in kinds else 0, len(kinds)):
            source = self.sources[kinds[place]]
            ids = source.ids(session, after, SLICE)
            if ids:
                entries, _gone = self.read(session, [(source.kind, number) for number in ids])
                session.commit()
                self.engine.build(session, entries, (source.kind, ids[-1]))
                session.commit()
                return len(ids)
            after = 0
        session.rollback()
        return 0

    def _finish(self, session: Session) -> None:
        for _turn in range(TURNS):
            keys = self.engine.changed_meanwhile(session)
            entries, gone = self.read(session, keys)
            session.commit()
            self.engine.finish(session, entries, gone)
            session.commit()
            if self.engine.progress(session) is None:
                return
        log.warning("the index changes faster than it is built: to be ended at the next turn")
