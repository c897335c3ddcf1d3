"""Files kept under the SHA-256 of their content, on local disk or S3, by one URL."""

import errno
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from core.settings import Settings

if TYPE_CHECKING:
    from obstore import GetOptions

CHUNK_BYTES = 4 * 1024**2
"""Held at once of a file that comes or goes."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A content that is kept."""

    name: str
    """Its SHA-256 in hexadecimal."""
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True)
class Storage:
    """A place where a content is stored once and never changes."""

    store: Any

    def put(self, content: bytes) -> str:
        """Keep a content; its name is its SHA-256 in hexadecimal."""
        name = hashlib.sha256(content).hexdigest()
        obstore.put(self.store, _path(name), content)
        return name

    def keep(self, file: BinaryIO) -> Kept:
        """Keep a file of any size, never whole in memory; it can be read twice (seek).

        Raises OSError(ENOSPC) when there is no room left: nothing is then kept of it.
        """
        file.seek(0)
        digest = hashlib.sha256()
        while piece := file.read(CHUNK_BYTES):
            digest.update(piece)
        kept = Kept(digest.hexdigest(), file.tell())
        file.seek(0)
        if not self.holds(kept.name):
            try:
                obstore.put(
                    self.store, _path(kept.name), file, chunk_size=CHUNK_BYTES, max_concurrency=2
                )
            except BaseError as error:
                if f"os error {errno.ENOSPC}" in str(error):
                    raise OSError(errno.ENOSPC, "no room left in the storage") from error
                raise
        return kept

    def holds(self, name: str) -> bool:
        """Whether a content of that name is kept."""
        try:
            obstore.head(self.store, _path(name))
        except FileNotFoundError:
            return False
        return True

    def read(self, name: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """A content piece by piece, from byte `start` to before `end`. Raises FileNotFoundError."""
        options: GetOptions = {}
        if end is not None:
            options["range"] = (start, end)
        elif start:
            options["range"] = {"offset": start}
        found = obstore.get(self.store, _path(name), options=options)
        return (bytes(piece) for piece in found.stream(min_chunk_size=CHUNK_BYTES // 4))

    def get(self, name: str) -> bytes:
        """The content of that name. Raises FileNotFoundError."""
        return bytes(obstore.get(self.store, _path(name)).bytes())

    def check(self) -> None:
        """Raise when nothing can be stored or read back."""
        probe = b"maillage check"
        obstore.put(self.store, "check", probe)
        if bytes(obstore.get(self.store, "check").bytes()) != probe:
            raise OSError("what was stored did not come back")
        obstore.delete(self.store, "check")


def _path(name: str) -> str:
    return f"{name[:2]}/{name}"


def storage(settings: Settings) -> Storage:
    """The storage that STORAGE_URL names."""
    if settings.storage_url.startswith("file:"):
        folder = settings.under_root(settings.storage_url.removeprefix("file:"))
        return Storage(LocalStore(folder, mkdir=True))
    return Storage(S3Store.from_url(settings.storage_url))
