"""A world that members answer by mail."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.db import db
from tests.inbound.letters import ANSWERS, BOUNCES
from tests.world import World, open_world


@pytest.fixture
def world(tmp_path: Path, database_url: str) -> Iterator[World]:
    """Networks, territories, themes and a charter, and two addresses that mails come back to."""
    made = open_world(
        tmp_path,
        database_url,
        mail_answers=ANSWERS,
        mail_bounces=BOUNCES,
        base_url="https://maillage.example.org",
        mail_from="Maillage <maillage@example.org>",
    )
    with made.app.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()
