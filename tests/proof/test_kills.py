"""`make proof`: two hundred kills of web and worker lose no post, no mail, no file, no word."""

import os
from pathlib import Path

import pytest

from files.actions import READ
from search.jobs import CHANGED
from tests.proof.siege import Siege, account, besieged
from tests.services import PostgreSQL

KILLS = int(os.environ.get("KILLS", "200"))


def _hold(name: str, siege: Siege) -> None:
    print(f"\n{name}: {account(siege, KILLS)}")
    assert siege.striking.during[READ] > 0
    assert siege.striking.during[CHANGED] > 0


@pytest.mark.proof
@pytest.mark.parametrize("engine", ["whoosh", "tantivy"])
def test_two_hundred_kills_on_sqlite(tmp_path: Path, engine: str) -> None:
    url, more = f"sqlite:///{tmp_path}/maillage.db", {"SEARCH_URL": f"{engine}:"}
    with besieged(tmp_path, url, seed=200, more=more) as siege:
        _hold(f"SQLite, {engine}", siege)


@pytest.mark.proof
@pytest.mark.postgresql
def test_two_hundred_kills_on_postgresql(tmp_path: Path, postgresql: PostgreSQL) -> None:
    with (
        postgresql.database() as url,
        besieged(tmp_path, url, seed=201, more={"SEARCH_URL": "postgresql:"}) as siege,
    ):
        _hold("PostgreSQL", siege)
