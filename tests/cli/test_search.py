"""`maillage reindex`, `maillage bench search` and the search's line of `maillage check`."""

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.installation import Installation

DOCUMENTS = [
    {"id": "a", "title": "Le permis de conduire", "text": "Comment le financer en parcours."},
    {"id": "b", "title": "Le logement", "text": "Une caution, un garant, une aide au loyer."},
    {"id": "c", "title": "La santé", "text": "Voir un médecin du travail avant l’embauche."},
]
QUERIES = [
    {"id": "1", "text": "Qui peut financer mon permis ?"},
    {"id": "2", "text": "Faut-il un garant pour louer ?"},
]


@pytest.fixture
def questions(tmp_path: Path) -> list[str]:
    """The options that name three small files."""
    docs, asked, qrels = (tmp_path / name for name in ("docs.jsonl", "queries.jsonl", "qrels.tsv"))
    docs.write_text("\n".join(map(json.dumps, DOCUMENTS)))
    asked.write_text("\n".join(map(json.dumps, QUERIES)))
    qrels.write_text("1 0 a 1\n2 0 c 1\n")
    return ["--docs", str(docs), "--queries", str(asked), "--qrels", str(qrels)]


def finding(installation: Installation) -> dict[str, str]:
    """The line of the search."""
    checks = json.loads(installation.run("check", "--json").out)["checks"]
    return next(check for check in checks if check["name"] == "Recherche")


@pytest.mark.parametrize("engine", ["whoosh", "tantivy"])
def test_the_figures_of_the_questions(
    bare: Installation, questions: list[str], engine: str
) -> None:
    said = bare.run("bench", "search", *questions, "--engine", engine)
    assert said.status == 0, said.err
    found = json.loads(said.out)
    assert found["engine"] == engine
    assert found["questions"] == 2
    assert found["R@1"] == 0.5  # the second right answer is a wrong one, on purpose
    assert found["MRR@10"] == 0.5
    assert 0 < found["p50"] <= found["p95"]


def test_files_of_another_form_are_refused(bare: Installation, questions: list[str]) -> None:
    Path(questions[1]).write_text("ceci n’est pas du JSON\n")
    said = bare.run("bench", "search", *questions)
    assert said.status == 2
    assert "pas de la forme attendue" in said.err
    assert "Traceback" not in said.err


def test_the_full_text_of_postgresql_wants_postgresql(
    bare: Installation, questions: list[str]
) -> None:
    said = bare.run("bench", "search", *questions, "--engine", "postgresql")
    assert said.status == 2
    assert "SEARCH_URL" in said.err


def test_an_empty_house_has_its_index(prepared: Installation) -> None:
    assert finding(prepared) == {
        "name": "Recherche", "state": "bon", "detail": "whoosh, 0 contenus"
    }  # fmt: skip


def test_the_index_is_built_again(prepared: Installation) -> None:
    shutil.rmtree(prepared.folder / "index")
    assert finding(prepared)["state"] == "à voir"
    said = prepared.run("reindex")
    assert said.status == 0, said.err
    assert "Index reconstruit : 0 contenus (whoosh)." in said.out.replace("\u00a0", " ")
    assert finding(prepared)["state"] == "bon"


def test_the_demonstration_is_indexed(demonstration: Installation) -> None:
    said = demonstration.run("reindex")
    assert said.status == 0, said.err
    with sqlite3.connect(demonstration.folder / "maillage.db") as connection:
        (topics,) = connection.execute(
            "SELECT count(*) FROM topic WHERE state = 'visible' AND merged_into_id IS NULL"
        ).fetchone()
        (documents,) = connection.execute("SELECT count(*) FROM document").fetchone()
        (members,) = connection.execute(
            "SELECT count(DISTINCT member_id) FROM member_network"
        ).fetchone()
        (organisations,) = connection.execute("SELECT count(*) FROM organisation").fetchone()
        (events,) = connection.execute("SELECT count(*) FROM event").fetchone()
        (schemes,) = connection.execute("SELECT count(*) FROM scheme").fetchone()
        (rooms,) = connection.execute("SELECT count(*) FROM room").fetchone()
    assert min(topics, documents, members, organisations) > 20
    assert schemes > 5
    all_of_them = topics + documents + members + organisations + schemes + events + rooms
    assert finding(demonstration)["detail"] == f"whoosh, {all_of_them} contenus"


def test_a_large_index_is_told_of_tantivy(
    prepared: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.orm import Session

    from cli import check
    from core.settings import from_environment

    monkeypatch.setattr(check, "MOST_IN_WHOOSH", -1)
    environment = {**prepared.environment, "SECRET_KEY": "x" * 40}
    found = check.search_index(from_environment(environment), Session())
    assert found.state == check.LOOK
    assert "tantivy" in found.detail
