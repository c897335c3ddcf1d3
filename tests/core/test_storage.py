"""Files are kept under the name of their content."""

import errno
import hashlib
import io
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch
from urllib.request import Request, urlopen

import pytest
from moto.server import ThreadedMotoServer

from core import clock
from core.storage import Storage, storage
from tests.ground import settings
from tests.services import ROOT, leave_out


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The address of a server that speaks as S3 does, with a bucket "maillage"."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    urlopen(Request(f"{address}/maillage", method="PUT")).close()
    yield address
    server.stop()


@pytest.fixture(params=["file", "s3"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Storage]:
    of_house = settings(tmp_path, "sqlite:///:memory:")
    if request.param == "file":
        yield storage(of_house)
        return
    named = {
        "AWS_ENDPOINT_URL": request.getfixturevalue("s3"),
        "AWS_ACCESS_KEY_ID": "maillage",
        "AWS_SECRET_ACCESS_KEY": "maillage",
        "AWS_REGION": "eu-west-3",
        "AWS_ALLOW_HTTP": "true",
    }
    with patch.dict(os.environ, named):
        yield storage(replace(of_house, storage_url="s3://maillage"))


@pytest.mark.parametrize("content", [b"", b"a", bytes(range(256)) * 5000])
def test_the_bytes_that_go_in_come_out(kept: Storage, content: bytes) -> None:
    name = kept.put(content)
    assert name == hashlib.sha256(content).hexdigest()
    assert kept.get(name) == content


def test_no_empty_folder_stays(tmp_path: Path) -> None:
    kept = storage(settings(tmp_path, "sqlite:///:memory:"))
    kept.put_piece("uploads/one", 0, b"a piece")
    kept.forget_pieces("uploads/one")
    assert list((tmp_path / "files").rglob("*")) == []


def test_the_same_content_is_kept_once(kept: Storage) -> None:
    assert kept.put(b"logo") == kept.put(b"logo")
    name = kept.put(b"another")
    assert [size for _path, size in kept._in(name[:2])] == [7]


def test_pieces_make_a_file(kept: Storage) -> None:
    content = random.Random(7).randbytes(13_000_000)
    for start in range(0, len(content), 2**20):
        kept.put_piece("uploads/one", start, content[start : start + 2**20])
    kept.put_piece("uploads/two", 0, b"of another")
    whole = kept.open_pieces("uploads/one")
    assert whole.size == len(content)
    name = kept.keep(io.BufferedReader(whole, 2**20)).name
    assert name == hashlib.sha256(content).hexdigest()
    kept.forget_pieces("uploads/one")
    assert kept.open_pieces("uploads/one").size == 0
    assert kept.open_pieces("uploads/two").size == 10
    assert kept.get(name) == content


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
from tests.ground import settings
class Cut:
    def __init__(self):
        self.left = [b"x" * CHUNK_BYTES] * 3
    def read(self, _size):
        if not self.left:
            os.kill(os.getpid(), signal.SIGKILL)
        return self.left.pop()
storage(settings(Path(sys.argv[1]), "sqlite:///:memory:"))._write("ab" * 32, Cut())
"""


def test_what_a_kill_left_half_written_goes_once_it_is_old(tmp_path: Path) -> None:
    kept = storage(settings(tmp_path, "sqlite:///:memory:"))
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
from tests.ground import settings
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
    assert list(kept._in("check")) == []
    (tmp_path / "taken").write_text("a file where a folder should be")
    with pytest.raises(OSError, match="exists"):
        storage(
            replace(settings(tmp_path, "sqlite:///:memory:"), storage_url=f"file:{tmp_path}/taken")
        ).check()
