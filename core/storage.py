"""Files kept under the SHA-256 of their content, on local disk or S3, by one URL."""

import errno
import hashlib
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from core.settings import Settings

if TYPE_CHECKING:
    from obstore import GetOptions

KEPT: dict[str, object] = {"in": "storage"}
"""Marks the columns that hold the name of a content: what one of them names is not erased."""
CHUNK_BYTES = 5 * 1024**2
"""Held at once of a file that comes or goes; the least that S3 takes for a part of a file."""
HALF_WRITTEN = re.compile(r"#\d+$")


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
            with _full_disk_is_an_os_error():
                self._write(kept.name, file)
        return kept

    def _write(self, name: str, file: BinaryIO) -> None:
        # Not obstore.put(file): it may not be called while a piece of the same storage is read.
        writer = obstore.open_writer(
            self.store, _path(name), buffer_size=CHUNK_BYTES, max_concurrency=2
        )
        digest = hashlib.sha256()
        while piece := file.read(CHUNK_BYTES):
            digest.update(piece)
            writer.write(piece)
        if digest.hexdigest() != name:
            raise OSError("the file changed while it was being kept")
        writer.close()  # only now is it there, whole

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

    def erase(self, name: str) -> None:
        """No longer keep a content; nothing happens when there is none."""
        try:
            obstore.delete(self.store, _path(name))
        except FileNotFoundError:
            return

    def put_piece(self, folder: str, offset: int, piece: bytes) -> None:
        """Lay aside a piece of a file on its way. Raises OSError(ENOSPC)."""
        with _full_disk_is_an_os_error():
            obstore.put(self.store, f"{folder}/{offset:015}", piece)

    def open_pieces(self, folder: str) -> "Pieces":
        """The pieces laid aside, as the one file that they make."""
        return Pieces(self.store, sorted(self._in(folder)))

    def forget_pieces(self, folder: str) -> None:
        """Throw the pieces away; nothing happens when there are none."""
        for path, _size in self._in(folder):
            obstore.delete(self.store, path)

    def forget_half_written(self, before: datetime) -> None:
        """Throw away what processes killed before that instant were writing to a disk.

        A file is written beside its name, with #1 or so after it. S3 shows nothing half-written,
        and drops it by a rule of the bucket (abort of incomplete uploads).
        """
        if not isinstance(self.store, LocalStore) or not self.store.prefix:
            return
        for path in Path(self.store.prefix).rglob("*#*"):
            if HALF_WRITTEN.search(path.name) and path.stat().st_mtime < before.timestamp():
                path.unlink(missing_ok=True)

    def _in(self, folder: str) -> Iterator[tuple[str, int]]:
        for listed in obstore.list(self.store, prefix=folder):
            for one in listed:
                yield one["path"], one["size"]

    def check(self) -> None:
        """Raise when nothing can be stored or read back."""
        probe = b"maillage check"
        obstore.put(self.store, "check", probe)
        if bytes(obstore.get(self.store, "check").bytes()) != probe:
            raise OSError("what was stored did not come back")
        obstore.delete(self.store, "check")


@contextmanager
def _full_disk_is_an_os_error() -> Iterator[None]:
    try:
        yield
    except (BaseError, OSError) as error:  # a writer's errors come as a bare OSError
        if f"os error {errno.ENOSPC}" in str(error):
            raise OSError(errno.ENOSPC, "no room left in the storage") from error
        raise


class Pieces(io.RawIOBase):
    """A file to read, made of pieces that follow each other in a storage."""

    def __init__(self, store: Any, pieces: list[tuple[str, int]]) -> None:
        super().__init__()
        self.store = store
        self.pieces: list[tuple[int, int, str]] = []
        """Where each begins, where it ends, its path."""
        end = 0
        for path, size in pieces:
            self.pieces.append((end, end + size, path))
            end += size
        self.size = end
        self.position = 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def tell(self) -> int:
        """Bytes from the start."""
        return self.position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go there."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self.position, io.SEEK_END: self.size}[whence]
        self.position = base + offset
        return self.position

    def readinto(self, buffer: Any) -> int:
        """The bytes that follow, up to the end of a piece; 0 at the end of all."""
        for begin, end, path in self.pieces:
            if begin <= self.position < end:
                stop = min(end, self.position + len(buffer))
                got = obstore.get_range(
                    self.store, path, start=self.position - begin, end=stop - begin
                )
                buffer[: stop - self.position] = bytes(got)
                self.position = stop
                return len(got)
        return 0


def _path(name: str) -> str:
    return f"{name[:2]}/{name}"


def storage(settings: Settings) -> Storage:
    """The storage that STORAGE_URL names."""
    if settings.storage_url.startswith("file:"):
        folder = settings.under_root(settings.storage_url.removeprefix("file:"))
        return Storage(LocalStore(folder, mkdir=True, automatic_cleanup=True))
    return Storage(S3Store.from_url(settings.storage_url))
