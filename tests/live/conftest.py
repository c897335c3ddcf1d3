"""A house that is really served: sockets need one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import served
from tests.browser.served import House
from tests.ground import copy_of
from tests.installation import _prepared, prepared

__all__ = ["_prepared", "house", "prepared"]


@pytest.fixture
def house(tmp_path: Path, sqlite_template: Path) -> Iterator[House]:
    """An empty house on a port of its own, with its worker."""
    with served.house(tmp_path, copy_of(sqlite_template, tmp_path)) as made:
        yield made
