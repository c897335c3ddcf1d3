"""The text of a file that somebody deposited, read by a child process that can do no harm.

The child has little memory, little time, no file to write and no secret in its environment.
Whatever it meets, the parent gets an answer: the text, or the reason why there is none.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, BinaryIO

from core.extraction.kinds import mime_by_signature
from core.extraction.limits import WALL_SECONDS
from core.settings import ROOT

CHILD = [sys.executable, "-m", "core.extraction.child"]
PAGE_END = "\f"
"""Between two pages, slides or sheets."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """What a file says."""

    mime: str
    """The type that its content shows, whatever its name says."""
    text: str = ""
    pages: int | None = None
    refused: str | None = None
    """Why there is no text: empty, no-text, not-readable, old-format, encrypted, damaged,
    too-large, too-slow."""
    cut: bool = False
    """The text was longer than what is kept."""
    characters: int = field(init=False)
    words: int = field(init=False)

    def __post_init__(self) -> None:
        """Count."""
        object.__setattr__(self, "characters", len(self.text))
        object.__setattr__(self, "words", len(self.text.split()))

    def as_json(self) -> dict[str, Any]:
        """All of it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Table:
    """What a table says: its lines, the titles first; or why it cannot be read."""

    rows: list[list[str]] = field(default_factory=list)
    refused: str | None = None
    """table-unknown, table-encoding, table-empty, table-too-many-lines, table-too-many-columns,
    table-cell-too-long, table-quote, old-format, encrypted, damaged, too-large, too-slow."""


def table(file: BinaryIO) -> Table:
    """Read a CSV or an XLSX that is open, a real file, in a child process."""
    said, status = ask_child([*CHILD, "table"], file)
    try:
        return Table(**json.loads(said))
    except ValueError:
        return Table(refused=why(status))


def extract(file: BinaryIO) -> Extracted:
    """Read a file that is open, a real one, in a child process."""
    said, status = ask_child([*CHILD, "text"], file)
    return _understood(said) or Extracted(mime=mime_by_signature(file), refused=why(status))


def thumbnail(file: BinaryIO) -> bytes | None:
    """A small WebP by which the document is recognised, drawn by a child; None without any."""
    said, status = ask_child([*CHILD, "thumbnail"], file)
    return said if said and status == 0 else None


def ask_child(command: Sequence[str], file: BinaryIO) -> tuple[bytes, int]:
    """What a child says of a file, and how it ended: as if killed when its time is over.

    It is one of ours that confines itself before it reads its standard input.
    """
    os.lseek(file.fileno(), 0, os.SEEK_SET)  # a child leaves it where it stopped reading
    child = subprocess.Popen(  # noqa: S603 - our own command, no shell
        command,
        stdin=file,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"},
        start_new_session=True,
    )
    try:
        said, _errors = child.communicate(timeout=WALL_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.communicate()
        return b"", -signal.SIGKILL
    return said, child.returncode


def _understood(said: bytes) -> Extracted | None:
    """What the child said, if it came to its end."""
    try:
        found = json.loads(said)
    except ValueError:
        return None
    return Extracted(**found)


def why(status: int) -> str:
    """Why a child ended without a word: too-slow when its time was over, else too-large."""
    return "too-slow" if -status in {signal.SIGXCPU, signal.SIGKILL} else "too-large"
