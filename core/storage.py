"""Files kept under the SHA-256 of their content, on local disk or S3, by one URL."""

import hashlib
from dataclasses import dataclass
from typing import Any

import obstore
from obstore.store import LocalStore, S3Store

from core.settings import Settings


@dataclass(frozen=True, slots=True)
class Storage:
    """A place where a content is stored once and never changes."""

    store: Any

    def put(self, content: bytes) -> str:
        """Keep a content; its name is its SHA-256 in hexadecimal."""
        name = hashlib.sha256(content).hexdigest()
        obstore.put(self.store, _path(name), content)
        return name

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
