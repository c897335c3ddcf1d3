"""Files are kept under the name of their content."""

import errno
import hashlib
import io
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from core import clock
from core.storage import Storage, storage
from tests.services import ROOT, leave_out
from tests.world import settings


@pytest.fixture
def kept(tmp_path: Path) -> Storage:
    return storage(settings(tmp_path, "sqlite:///:memory:"))


@pytest.mark.parametrize("content", [b"", b"a", bytes(range(256)) * 5000])
def test_the_bytes_that_go_in_come_out(kept: Storage, content: bytes) -> None:
    name = kept.put(content)
    assert name == hashlib.sha256(content).hexdigest()
    assert kept.get(name) == content


def test_the_same_content_is_kept_once(kept: Storage, tmp_path: Path) -> None:
    assert kept.put(b"logo") == kept.put(b"logo")
    kept.put(b"another")
    files = [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
    assert len(files) == 2


def test_a_file_is_kept_and_read_in_pieces(kept: Storage) -> None:
    content = bytes(range(256)) * 40_000
    found = kept.keep(io.BytesIO(content))
    assert (found.name, found.size) == (hashlib.sha256(content).hexdigest(), len(content))
    pieces = list(kept.read(found.name))
    assert len(pieces) > 1
    assert b"".join(pieces) == content
    for start, end in ((0, 1), (255, 257), (5_000_000, 5_000_300), (len(content) - 1, None)):
        assert b"".join(kept.read(found.name, start, end)) == content[start:end]
    assert kept.keep(io.BytesIO(content)) == found
    assert kept.put(content) == found.name


def test_nothing_is_a_content_too(kept: Storage) -> None:
    found = kept.keep(io.BytesIO(b""))
    assert found.size == 0
    assert kept.holds(found.name)
    assert b"".join(kept.read(found.name)) == b""
    assert not kept.holds("0" * 64)


KILLED = """
import os, signal, sys
from pathlib import Path
from core.storage import CHUNK_BYTES, storage
from tests.world import settings
class Cut:
    def __init__(self):
        self.left = [b"x" * CHUNK_BYTES] * 3
    def read(self, _size):
        if not self.left:
            os.kill(os.getpid(), signal.SIGKILL)
        return self.left.pop()
storage(settings(Path(sys.argv[1]), "sqlite:///:memory:"))._write("ab" * 32, Cut())
"""


def test_what_a_kill_left_half_written_goes_once_it_is_old(kept: Storage, tmp_path: Path) -> None:
    whole = kept.put(b"whole")
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], cwd=ROOT)
    assert done.returncode == -signal.SIGKILL

    def there() -> list[str]:
        return [path.name for path in (tmp_path / "files").rglob("*") if path.is_file()]

    assert len(there()) == 2
    assert not kept.holds("ab" * 32)
    kept.forget_half_written(clock.now() - timedelta(hours=1))
    assert len(there()) == 2, "it may still be on its way"
    kept.forget_half_written(clock.now() + timedelta(hours=1))
    assert there() == [whole]


LARGE = 400 * 1024**2
WITHIN = 50 * 1024**2
MEASURE = """
import resource, sys
from pathlib import Path
from core.storage import storage
from tests.world import settings
folder = Path(sys.argv[1])
kept = storage(settings(folder, "sqlite:///:memory:"))
kept.keep((folder / "small").open("rb"))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
found = kept.keep((folder / "large").open("rb"))
assert sum(map(len, kept.read(found.name))) == found.size
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024, found.size)
"""


def test_a_large_file_takes_little_memory(tmp_path: Path) -> None:
    (tmp_path / "small").write_bytes(b"small")
    with (tmp_path / "large").open("wb") as file:
        file.truncate(LARGE)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    more, size = map(int, done.stdout.split())
    assert size == LARGE
    assert more < WITHIN


def test_a_full_disk_says_so_and_keeps_nothing(tmp_path: Path) -> None:
    small = tmp_path / "files"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(small)],
        capture_output=True, check=False,
    )  # fmt: skip
    if mounted.returncode:
        leave_out("no small disk can be mounted here")
    try:
        kept = storage(settings(tmp_path, "sqlite:///:memory:"))
        with pytest.raises(OSError, match="no room left") as refused:
            kept.keep(io.BytesIO(bytes(3_000_000)))
        assert refused.value.errno == errno.ENOSPC
        assert not kept.holds(hashlib.sha256(bytes(3_000_000)).hexdigest())
        assert kept.holds(kept.keep(io.BytesIO(b"a little")).name)
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_what_was_never_kept_is_not_found(kept: Storage) -> None:
    with pytest.raises(FileNotFoundError):
        kept.get("0" * 64)


@pytest.mark.parametrize("name", ["../settings", "..", "/etc/passwd", "ab/../../secret"])
def test_a_name_does_not_lead_outside(kept: Storage, tmp_path: Path, name: str) -> None:
    (tmp_path / "secret").write_text("secret")
    with pytest.raises(Exception, match=r".") as refused:
        kept.get(name)
    assert not isinstance(refused.value, AssertionError)


def test_it_says_whether_it_works(kept: Storage, tmp_path: Path) -> None:
    kept.check()
    assert not (tmp_path / "files" / "check").exists()
    (tmp_path / "taken").write_text("a file where a folder should be")
    with pytest.raises(OSError, match="exists"):
        storage(
            replace(settings(tmp_path, "sqlite:///:memory:"), storage_url=f"file:{tmp_path}/taken")
        ).check()
