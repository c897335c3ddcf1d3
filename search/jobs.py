"""What changes is a row written with the change; the worker brings the index up to date."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from core import clock, jobs
from core.jobs import Handler, enqueue
from search.writing import Index

log = logging.getLogger("maillage.search")

CHANGED = "search.index"
LOOK = "search.look"
BUILD = "search.build"
FORGET = "search.forget"
SWEEP = "search.sweep"
BATCH = 100
"""Entries brought up to date at once: an index is written at the cost of one."""
BUILD_SECONDS = 5.0
"""Between two slices of a building, the worker does what else is due."""
LOOK_EVERY = timedelta(minutes=1)
READERS_LEAVE = timedelta(days=1)
"""After which nobody has the former index open any more."""


def changed(session: Session, kind: str, entry_id: int) -> None:
    """Have this entry read again, in the transaction of what changed it."""
    enqueue(session, CHANGED, {"kind": kind, "id": entry_id}, key=f"{CHANGED}:{kind}:{entry_id}")


def next_look(present: datetime) -> datetime:
    """The next minute."""
    return present.replace(second=0, microsecond=0) + LOOK_EVERY


class Indexing:
    """What the worker does for the search."""

    def __init__(self, index: Index) -> None:
        self.index = index

    @property
    def handlers(self) -> dict[str, Handler]:
        """The work by its kind."""
        return {
            CHANGED: self.bring_up_to_date,
            LOOK: self.look,
            BUILD: self.build,
            FORGET: self.forget,
            SWEEP: self.sweep,
        }

    @property
    def periodic(self) -> dict[str, Callable[[datetime], datetime]]:
        """What comes back by itself."""
        return {LOOK: next_look}

    def bring_up_to_date(self, session: Session, payload: dict[str, Any]) -> None:
        """Read this entry again, and all others that wait: the index is written once."""
        self.look(session, {})  # a lost index is seen at the first change
        more = jobs.claim_more(session, CHANGED, BATCH - 1)
        keys = [(one["kind"], one["id"]) for one in (payload, *more.values())]
        try:
            self.index.apply(session, keys)
        except Exception:
            session.rollback()
            jobs.give_back(session, more)
            if not more:
                raise
            log.exception("entries are to be indexed one by one")
            self.index.apply(session, keys[:1])
            return
        jobs.done(session, more)

    def look(self, session: Session, _payload: dict[str, Any]) -> None:
        """See that the index is there and whole; otherwise have it built beside."""
        if self.index.needs_building(session):
            enqueue(session, BUILD, key=BUILD)

    def build(self, session: Session, _payload: dict[str, Any]) -> None:
        """Build a slice, and come back for the next one."""
        if not self.index.needs_building(session):
            return
        self.index.begin(session)
        if self.index.build(session, BUILD_SECONDS) is not None:
            enqueue(session, BUILD, key=BUILD, run_at=clock.now())

    def forget(self, session: Session, _payload: dict[str, Any]) -> None:
        """Build anew, so that nothing stays of what has left: neither words nor old segments."""
        if self.index.engine.progress(session) is not None:
            # What is being built may have read it before it left: first that comes to its end.
            enqueue(session, FORGET, key=FORGET, run_at=clock.now() + LOOK_EVERY)
            return
        self.index.start_over(session)
        enqueue(session, BUILD, key=BUILD)
        enqueue(session, SWEEP, key=SWEEP, run_at=clock.now() + READERS_LEAVE)

    def sweep(self, session: Session, _payload: dict[str, Any]) -> None:
        """Remove the former index, once its readers have left it."""
        self.index.engine.sweep(session)
