"""A world in which networks' staff forward their circulars by mail."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from core import clock
from core.db import db
from tests.circulars.letters import CIRCULARS
from tests.world import World, open_world


@pytest.fixture(autouse=True)
def that_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Circulars tell of dates that are to come: it is the 2nd of March 2026."""
    monkeypatch.setattr(clock, "today", lambda: date(2026, 3, 2))


@pytest.fixture
def world(tmp_path: Path, database_url: str) -> Iterator[World]:
    """Networks, territories, themes, a charter, and an address for each network."""
    made = open_world(
        tmp_path,
        database_url,
        mail_circulars=CIRCULARS,
        mail_answers="reponses+{token}@example.org",
        base_url="https://maillage.example.org",
        mail_from="Maillage <maillage@example.org>",
    )
    with made.app.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()
