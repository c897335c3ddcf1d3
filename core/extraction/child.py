"""The child: `python -m core.extraction.child text < file` says what it read as JSON, then ends.

With `table` the lines of a CSV or an XLSX; with `thumbnail` or `picture` a WebP, or nothing.
"""

import json
import resource
import sys
import zipfile
from typing import Any, BinaryIO, cast

from core.extraction import kinds, limits


def confine() -> None:
    """Take away what the reading of a file does not need."""
    for what, most in (
        (resource.RLIMIT_AS, limits.MEMORY_BYTES),
        (resource.RLIMIT_CPU, limits.CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(what, (most, most))


def read(file: BinaryIO) -> dict[str, Any]:
    """The values of an `Extracted`."""
    from core.extraction.formats import READERS, Unreadable

    mime = kinds.mime_by_signature(file)
    try:
        if mime == kinds.EMPTY:
            raise Unreadable("empty")
        mime = _opened(file, mime)
        reader = READERS.get(mime)
        if reader is None:
            raise Unreadable("not-readable")
        pages, text = reader(file)
        if not text.strip():
            raise Unreadable("no-text")
    except Unreadable as refusal:
        return {"mime": mime, "refused": refusal.reason}
    except MemoryError:
        return {"mime": mime, "refused": "too-large"}
    except Exception:  # the libraries of ten formats raise what they like at what is malformed
        return {"mime": mime, "refused": "damaged"}
    kept = text[: limits.CHARACTERS]
    return {"mime": mime, "pages": pages, "text": kept, "cut": len(kept) < len(text)}


def _opened(file: BinaryIO, mime: str) -> str:
    """What is known once an archive has been opened."""
    if mime != kinds.ZIP:
        return mime
    with zipfile.ZipFile(file) as archive:
        return kinds.mime_of_archive(archive)


def draw(file: BinaryIO, verb: str) -> bytes:
    """A thumbnail, or a picture at the size of a page; or nothing."""
    from core.extraction import thumbnails

    drawn = thumbnails.draw if verb == "thumbnail" else thumbnails.redraw
    try:
        return drawn(file, _opened(file, kinds.mime_by_signature(file))) or b""
    except Exception:  # as above; a document without a picture is worth keeping
        return b""


def table(file: BinaryIO) -> dict[str, Any]:
    """The values of a `Table`."""
    from core.extraction import tables
    from core.extraction.formats import Unreadable

    try:
        return {"rows": tables.rows(file, _opened(file, kinds.mime_by_signature(file)))}
    except Unreadable as refusal:
        return {"refused": refusal.reason}
    except MemoryError:
        return {"refused": "too-large"}
    except Exception:  # as above
        return {"refused": "damaged"}


SAYS = {"text": read, "table": table}


def main(verb: str) -> None:
    """Read the standard input."""
    confine()
    file = cast("BinaryIO", sys.stdin.buffer)
    said = json.dumps(SAYS[verb](file)).encode() if verb in SAYS else draw(file, verb)
    sys.stdout.buffer.write(said)


if __name__ == "__main__":
    main(sys.argv[1])
