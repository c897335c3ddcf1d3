"""`maillage check` says what works, to a person and to a monitor."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from tests.cli.test_serve import served
from tests.installation import Installation

TURN = {"TURN_URL": "turn:turn.example.org:3478", "TURN_SECRET": "s" * 40}


def say(installation: Installation, statement: str, *values: object) -> None:
    with sqlite3.connect(installation.folder / "maillage.db") as connection:
        connection.execute(statement, values)


def beat(installation: Installation, seconds_ago: float) -> None:
    at = datetime.now(UTC) - timedelta(seconds=seconds_ago)
    say(installation, "INSERT INTO heartbeat VALUES ('here:1', ?)", at.strftime("%F %T.%f"))


def job(installation: Installation, minutes_ago: float, failed: bool = False) -> None:
    at = (datetime.now(UTC) - timedelta(minutes=minutes_ago)).strftime("%F %T.%f")
    say(
        installation,
        "INSERT INTO job (kind, payload, run_at, attempts, failed_at) VALUES ('x', '{}', ?, 0, ?)",
        at,
        at if failed else None,
    )


@pytest.fixture
def living(prepared: Installation) -> Installation:
    beat(prepared, 5)
    here = {"BASE_URL": "http://127.0.0.1:9", **TURN}  # served by nobody
    return Installation(prepared.folder, here)


def state(installation: Installation, name: str) -> tuple[int, str]:
    said = installation.run("check", "--json")
    states = {check["name"]: check["state"] for check in json.loads(said.out)["checks"]}
    return said.status, states.get(name, "absent")


def test_all_is_well(living: Installation) -> None:
    said = living.run("check")
    assert said.status == 0, said.out
    assert "Tout fonctionne." in said.out
    answer = json.loads(living.run("check", "--json").out)
    assert answer["ok"] is True
    assert {check["state"] for check in answer["checks"]} == {"bon"}


def live(installation: Installation, address: str) -> str:
    """What the check says of live pages when members come by this address."""
    here = Installation(installation.folder, {"BASE_URL": address})
    checks = json.loads(here.run("check", "--json").out)["checks"]
    return next(f"{one['state']}: {one['detail']}" for one in checks if one["name"] == "Direct")


def test_live_pages_are_tried_where_the_members_come_from(living: Installation) -> None:
    with served(Installation(living.folder)) as (_server, address, _said):
        assert live(living, address).startswith("bon: les pages se mettent à jour")
        assert live(living, address + "/ailleurs").startswith("à voir: pas de direct")
    assert live(living, address).startswith("bon: non vérifié")
    with served(Installation(living.folder, {"LIVE_SOCKETS": "0"})) as (_server, address, _said):
        assert live(living, address).startswith("à voir: pas de direct")


JANUS = {"ROOMS_URL": "janus+wss://visio.example.org/janus", "ROOMS_SECRET": "j" * 40}


@pytest.mark.parametrize("way", [{}, JANUS])
def test_video_rooms_without_turn_are_said_and_alarm_nobody(
    living: Installation, way: dict[str, str]
) -> None:
    bare = dict.fromkeys(TURN, "") | way
    status, said = state(Installation(living.folder, bare), "Visio")
    assert (status, said) == (0, "à voir")
    assert "ni vues ni entendues" in Installation(living.folder, bare).run("check").out
    assert state(Installation(living.folder, TURN | way), "Visio") == (0, "bon")


def test_nobody_at_work(prepared: Installation) -> None:
    assert state(prepared, "Tâches de fond") == (1, "en panne")


def test_a_worker_silent_for_a_minute(prepared: Installation) -> None:
    beat(prepared, 90)
    assert state(prepared, "Tâches de fond") == (1, "en panne")


def test_work_that_waits_too_long(living: Installation) -> None:
    job(living, 5)
    assert state(living, "File d’attente") == (0, "bon")
    job(living, 40)
    assert state(living, "File d’attente") == (1, "en panne")


def test_work_put_off_to_later_does_not_wait(living: Installation) -> None:
    job(living, -600)
    assert state(living, "File d’attente") == (0, "bon")


def test_work_given_up_deserves_a_look_and_alarms_nobody(living: Installation) -> None:
    job(living, 600, failed=True)
    assert state(living, "Échecs") == (0, "à voir")


def test_a_key_that_others_can_read(living: Installation) -> None:
    (living.folder / "secret-key").chmod(0o640)
    assert state(living, "Clé secrète") == (1, "en panne")


def test_a_mail_server_that_does_not_answer(living: Installation) -> None:
    elsewhere = Installation(living.folder, {"MAIL_URL": "smtp://moi:secret@127.0.0.1:9"})
    assert state(elsewhere, "Courriels") == (1, "en panne")
    assert "secret@" not in elsewhere.run("check").out


def test_files_that_cannot_be_written(living: Installation) -> None:
    (living.folder / "wall").write_text("")
    elsewhere = Installation(living.folder, {"STORAGE_URL": f"file:{living.folder}/wall/files"})
    assert state(elsewhere, "Fichiers") == (1, "en panne")


def test_a_database_that_does_not_exist(bare: Installation) -> None:
    bare.folder.joinpath("secret-key").write_text("k" * 64)
    assert state(bare, "Base de données") == (1, "en panne")
    assert not (bare.folder / "maillage.db").exists()


def test_a_database_that_does_not_answer(living: Installation) -> None:
    elsewhere = Installation(
        living.folder, {"DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:9/nothing"}
    )
    assert state(elsewhere, "Base de données") == (1, "en panne")


def test_tables_of_another_version(living: Installation) -> None:
    say(living, "UPDATE alembic_version SET version_num = 'of-next-year'")
    assert state(living, "Tables") == (1, "en panne")
