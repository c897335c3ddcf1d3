"""Files are kept under the name of their content."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from core.storage import Storage, storage
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
