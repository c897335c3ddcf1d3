"""`make proof`: two hundred kills of web and worker lose no post and no mail."""

import os
from pathlib import Path

import pytest

from tests.proof.siege import account, besieged
from tests.services import PostgreSQL

KILLS = int(os.environ.get("KILLS", "200"))


@pytest.mark.proof
def test_two_hundred_kills_on_sqlite(tmp_path: Path) -> None:
    with besieged(tmp_path, f"sqlite:///{tmp_path}/maillage.db", seed=200) as siege:
        print(f"\nSQLite: {account(siege, KILLS)}")


@pytest.mark.proof
@pytest.mark.postgresql
def test_two_hundred_kills_on_postgresql(tmp_path: Path, postgresql: PostgreSQL) -> None:
    with (
        postgresql.database() as url,
        besieged(tmp_path, url, seed=201) as siege,
    ):
        print(f"\nPostgreSQL: {account(siege, KILLS)}")
