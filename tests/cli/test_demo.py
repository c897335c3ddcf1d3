"""`maillage demo` fills an empty installation once."""

import sqlite3
from pathlib import Path

import pytest

from tests.installation import Installation
from tests.services import PostgreSQL


def counts(installation: Installation) -> dict[str, int]:
    with sqlite3.connect(installation.folder / "maillage.db") as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {
            table: connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]
            for (table,) in tables.fetchall()
        }


def test_done_again_it_changes_nothing(demonstration: Installation) -> None:
    before = counts(demonstration)
    assert (before["member"], before["topic"], before["organisation"]) == (69, 88, 151)
    said = demonstration.run("demo")
    assert said.status == 0
    assert counts(demonstration) == before


def test_it_shows_how_to_come_in(demonstration: Installation) -> None:
    said = demonstration.run("demo").out
    assert "maillage-demo" in said
    assert all(
        f"{name}@maillage.example" in said
        for name in ("membre", "voisine", "moderation", "administration")
    )


def test_the_pages_are_told(demonstration: Installation) -> None:
    assert (demonstration.folder / "demonstration").exists()


def test_it_does_not_mix_with_real_members(prepared: Installation) -> None:
    with sqlite3.connect(prepared.folder / "maillage.db") as connection:
        connection.execute(
            "INSERT INTO member (email, first_name, last_name, name_key, handle, role, language,"
            " epoch, totp_on, totp_last_step, created_at) VALUES"
            " ('claire@exemple.fr', 'Claire', 'Morel',"
            " 'morel claire', 'claire.morel', 'user', 'fr', 0, 0, 0, '2026-01-01 00:00:00')"
        )
    before = counts(prepared)
    said = prepared.run("demo")
    assert said.status == 1
    assert "a déjà des membres" in said.err
    assert counts(prepared) == before
    assert not (prepared.folder / "demonstration").exists()


@pytest.mark.parametrize("table", ["theme", "charter"])
def test_it_asks_for_what_is_missing(prepared: Installation, table: str) -> None:
    with sqlite3.connect(prepared.folder / "maillage.db") as connection:
        connection.execute(f"DELETE FROM {table}")
    said = prepared.run("demo")
    assert said.status == 1
    assert "maillage init" in said.err.replace("\u00a0", " ")


def test_before_init_it_says_so(bare: Installation) -> None:
    bare.folder.joinpath("secret-key").write_text("k" * 64)
    said = bare.run("demo")
    assert said.status == 2
    assert "n’existe pas encore" in said.err
    assert not (bare.folder / "maillage.db").exists()


def test_it_works_on_postgresql(tmp_path: Path, postgresql: PostgreSQL) -> None:
    with postgresql.database() as url:
        installation = Installation(tmp_path, {"DATABASE_URL": url})
        assert installation.run("init").status == 0
        said = installation.run("demo")
        assert said.status == 0, said
        assert "62 membres, 77 sujets, 418 messages" in said.out
        assert "déjà là" in installation.run("demo").out
