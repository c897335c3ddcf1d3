"""`maillage init` prepares an installation, and touches nothing that is there."""

import sqlite3
from pathlib import Path

from tests.installation import Installation
from tests.services import PostgreSQL

COUNTED = ("territory", "commune", "territory_overlap", "charter", "theme", "audit_entry")


def counts(installation: Installation) -> dict[str, int]:
    with sqlite3.connect(installation.folder / "maillage.db") as connection:
        return {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in COUNTED
        }


def test_a_new_installation_gets_all_it_needs(prepared: Installation) -> None:
    assert counts(prepared) == {
        "territory": 441,
        "commune": 34969,
        "territory_overlap": counts(prepared)["territory_overlap"],
        "charter": 1,
        "theme": 8,
        "audit_entry": 1,
    }
    assert counts(prepared)["territory_overlap"] > 1_000


def test_the_key_is_read_by_its_owner_alone(prepared: Installation) -> None:
    key = prepared.folder / "secret-key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert len(key.read_text().strip()) >= 64


def test_the_database_is_read_by_its_owner_alone(tmp_path: Path) -> None:
    installation = Installation(tmp_path / "var")
    assert installation.run("init").status == 0
    for path in (tmp_path / "var").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_key_given_is_not_written(tmp_path: Path) -> None:
    installation = Installation(tmp_path, {"SECRET_KEY": "k" * 40})
    assert installation.run("init").status == 0
    assert not (tmp_path / "secret-key").exists()


def test_done_again_it_changes_nothing(prepared: Installation) -> None:
    key, before = (prepared.folder / "secret-key").read_text(), counts(prepared)
    said = prepared.run("init")
    assert said.status == 0
    assert "déjà à jour" in said.out
    assert "déjà chargés" in said.out
    assert (prepared.folder / "secret-key").read_text() == key
    assert counts(prepared) == before


def test_it_says_what_comes_next(prepared: Installation) -> None:
    assert "maillage invite" in prepared.run("init").out


def test_it_says_no_more_once_somebody_lives_here(demonstration: Installation) -> None:
    assert "maillage invite" not in demonstration.run("init").out


def test_it_works_on_postgresql(tmp_path: Path, postgresql: PostgreSQL) -> None:
    with postgresql.database() as url:
        installation = Installation(tmp_path, {"DATABASE_URL": url})
        first, second = installation.run("init"), installation.run("init")
    assert (first.status, second.status) == (0, 0)
    assert "créée" in first.out
    assert "déjà à jour" in second.out


def test_a_newer_database_is_left_alone(prepared: Installation) -> None:
    with sqlite3.connect(prepared.folder / "maillage.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'of-next-year'")
    for command in ("init", "demo", "worker"):
        said = prepared.run(command)
        assert said.status == 2
        assert "plus récente" in said.err
