"""An index in a folder: the one in use, the one being built beside, and the swap.

    current            the name of the folder in use, replaced in one move
    writer.lock        held by whoever writes, in whatever process; a kill releases it
    building.json      which folder is being built, and how far
    changed            what was written meanwhile, to be read again before the swap
    20261122…/         an index, with its version.json

The former index stays until the next building: a reader may still have it open.
"""

import fcntl
import json
import logging
import os
import shutil
import time
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from core.indexing import Key
from search import analysis, engines
from search.engines import Analysed, Busy, NotReady, Reached, State, key_of, read_key

log = logging.getLogger("maillage.search")

WAIT_SECONDS = 10.0
"""For another writer: a batch takes less."""


class FolderEngine(ABC):
    """What Whoosh and Tantivy share: everything but the index itself."""

    name = ""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    # --- what each engine does in its own way ----------------------------------------------------

    @abstractmethod
    def _create(self, place: Path) -> None:
        """An empty index."""

    @abstractmethod
    def _put(self, place: Path, entries: Sequence[Analysed], gone: Collection[Key]) -> None:
        """Replace and remove, and have it on the disk."""

    @abstractmethod
    def _verify(self, place: Path) -> None:
        """Open the index; raises whatever the library says when it cannot be read."""

    # --- where it stands -------------------------------------------------------------------------

    @property
    def _version(self) -> dict[str, Any]:
        return {"engine": self.name, "index": engines.VERSION, "analysis": analysis.VERSION}

    def _current(self) -> Path:
        """The folder in use. Raises NotReady when there is none."""
        try:
            place = self.folder / (self.folder / "current").read_text().strip()
        except OSError as error:
            raise NotReady("no index yet") from error
        if not place.is_dir():
            raise NotReady("the index is gone")
        return place

    def state(self, _session: Session) -> State:
        """Whether the index can be asked, and is of this version."""
        try:
            place = self._current()
        except NotReady:
            return State.ABSENT
        try:
            version = json.loads((place / "version.json").read_text())
            if version != self._version:
                return State.OLD if version["engine"] == self.name else State.ABSENT
            self._verify(place)
        except Exception:  # a damaged file can make the library say anything
            log.warning("the index in %s cannot be read", place, exc_info=True)
            return State.DAMAGED
        return State.GOOD

    @contextmanager
    def alone(self, session: Session) -> Iterator[None]:
        """Be the only one who writes, in whatever process. Raises Busy."""
        session.commit()  # nobody waits here with a lock on the database
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "writer.lock").open("w") as lock:
            end = time.monotonic() + WAIT_SECONDS
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError as error:
                    if time.monotonic() > end:
                        raise Busy("another process writes to the index") from error
                    time.sleep(0.05)
            yield

    # --- changes ---------------------------------------------------------------------------------

    def write(self, session: Session, entries: Sequence[Analysed], gone: Collection[Key]) -> None:
        """Put and remove entries; note them for what is being built."""
        session.commit()  # no lock is held on the database meanwhile
        if self._building() is not None:
            with (self.folder / "changed").open("a") as changed:
                changed.writelines(one.key + "\n" for one in entries)
                changed.writelines(key_of(key) + "\n" for key in gone)
        try:
            place = self._current()
        except NotReady:
            return  # whoever builds reads these entries too
        self._put(place, entries, gone)

    # --- building beside -------------------------------------------------------------------------

    def _building(self) -> dict[str, Any] | None:
        try:
            noted = json.loads((self.folder / "building.json").read_text())
        except (OSError, ValueError):
            return None
        good = noted.get("version") == self._version and (self.folder / noted["place"]).is_dir()
        return noted if good else None

    def _note(self, place: str, reached: Reached) -> None:
        noted = {"place": place, "reached": list(reached), "version": self._version}
        _replace(self.folder / "building.json", json.dumps(noted))

    def begin(self, session: Session) -> None:
        """Start to build beside, unless a building of this version is under way."""
        with self.alone(session):
            if self._building() is not None:
                return
            self._sweep()
            place = self.folder / f"{time.strftime('%Y%m%d%H%M%S')}-{uuid4().hex[:8]}"
            place.mkdir()
            (place / "version.json").write_text(json.dumps(self._version))
            self._create(place)
            (self.folder / "changed").unlink(missing_ok=True)
            self._note(place.name, ("", 0))

    def sweep(self, session: Session) -> None:
        """Remove the former index."""
        with self.alone(session):
            self._sweep()

    def _sweep(self) -> None:
        """Remove what neither readers nor builders use."""
        kept = {(self._building() or {}).get("place")}
        try:
            kept.add(self._current().name)
        except NotReady:
            log.info("no index in %s yet", self.folder)
        for place in self.folder.iterdir():
            if place.is_dir() and place.name not in kept:
                shutil.rmtree(place, ignore_errors=True)

    def progress(self, _session: Session) -> Reached | None:
        """How far the building is."""
        noted = self._building()
        return (noted["reached"][0], noted["reached"][1]) if noted else None

    def build(self, session: Session, entries: Sequence[Analysed], reached: Reached) -> None:
        """Add to what is being built: first the entries, then how far it is."""
        with self.alone(session):
            if noted := self._building():
                self._put(self.folder / noted["place"], entries, ())
                self._note(noted["place"], reached)

    def changed_meanwhile(self, _session: Session) -> list[Key]:
        """What was written since the building began."""
        try:
            lines = (self.folder / "changed").read_text().splitlines()
        except FileNotFoundError:
            return []
        return [read_key(line) for line in analysis.once(lines)]

    def finish(self, session: Session, entries: Sequence[Analysed], gone: Collection[Key]) -> None:
        """Put the last changes in, and swap."""
        session.commit()
        noted = self._building()
        if noted is None:
            return
        self._put(self.folder / noted["place"], entries, gone)
        _replace(self.folder / "current", noted["place"])
        (self.folder / "building.json").unlink()
        (self.folder / "changed").unlink(missing_ok=True)


@contextmanager
def readable() -> Iterator[None]:
    """Whatever a library says of a damaged index, it cannot be asked: raises NotReady."""
    try:
        yield
    except NotReady:
        raise
    except Exception as error:
        log.warning("the index cannot be read: %s", error)
        raise NotReady("the index cannot be read") from error


def _replace(path: Path, words: str) -> None:
    """Write a file in one move: a reader sees the old words or the new ones."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.draft")
    draft.write_text(words)
    draft.replace(path)
