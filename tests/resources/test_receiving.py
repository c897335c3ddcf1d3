"""Files in pieces (tus): a cut line loses nothing, and nobody touches the file of another."""

import base64
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from core import clock
from files import jobs
from files.actions import LARGEST_PIECE
from files.models import StoredFile, Upload
from tests.world import BOTH, World

PIECE = {"Content-Type": "application/offset+octet-stream", "Tus-Resumable": "1.0.0"}


def announce(client: FlaskClient, size: object, name: str = "Bilan été.txt") -> TestResponse:
    named = base64.b64encode(name.encode()).decode()
    headers = {"Upload-Length": str(size), "Upload-Metadata": f"filename {named},is_x"}
    return client.post("/ressources/envois", headers=headers)


def said(answer: TestResponse) -> dict[str, str]:
    assert isinstance(answer.json, dict)
    return answer.json


def send(client: FlaskClient, where: str, offset: object, piece: bytes) -> TestResponse:
    return client.patch(where, data=piece, headers={**PIECE, "Upload-Offset": str(offset)})


@BOTH
def test_a_file_comes_in_pieces_and_goes_on_where_it_stopped(world: World) -> None:
    client = world.client(world.member())
    made = announce(client, 10)
    assert made.status_code == 201
    assert said(made)["title"] == "Bilan été"
    where = made.location
    assert send(client, where, 0, b"0123").headers["Upload-Offset"] == "4"
    # The answer was lost: the same piece is sent again, and refused; one asks where it stands.
    assert send(client, where, 0, b"0123").status_code == 409
    assert client.head(where).headers["Upload-Offset"] == "4"
    assert send(client, where, 4, b"456789").headers["Upload-Offset"] == "10"
    assert client.head(where).headers["Upload-Length"] == "10"
    answer = client.post(
        "/ressources/deposer", data={"uploads": said(made)["id"], "reach": "everyone"}
    )
    assert answer.location == "/ressources/1"
    assert client.get("/ressources/1/fichiers/1/x").get_data() == b"0123456789"


def test_a_large_file_is_whole(world: World) -> None:
    content = bytes(range(256)) * 10_000
    client = world.client(world.member())
    where = announce(client, len(content), "grand.bin").location
    for offset in range(0, len(content), LARGEST_PIECE):
        answer = send(client, where, offset, content[offset : offset + LARGEST_PIECE])
        assert answer.status_code == 204
    sha256 = world.one(select(StoredFile.sha256))
    kept = world.app.extensions["maillage.storage"]
    assert kept.get(sha256) == content
    assert list(kept.open_pieces("uploads").pieces), "the pieces wait for the worker"
    world.work()
    assert list(kept.open_pieces("uploads").pieces) == []


def test_a_file_on_its_way_is_not_deposited(world: World) -> None:
    client = world.client(world.member())
    made = announce(client, 10)
    send(client, made.location, 0, b"0123")
    answer = client.post(
        "/ressources/deposer", data={"uploads": said(made)["id"], "reach": "everyone"}
    )
    assert answer.status_code == 422
    assert "n’est pas entièrement arrivé" in answer.get_data(as_text=True)


def test_nobody_touches_the_file_of_another(world: World) -> None:
    made = announce(world.client(world.member("Alice")), 10)
    where = f"/ressources/envois/{said(made)['id']}"
    assert made.location == where
    stranger = world.client(world.member("Zoé"))
    assert stranger.head(where).status_code == 404
    assert send(stranger, where, 0, b"0123").status_code == 404
    assert stranger.delete(where).status_code == 404
    assert world.one(select(func.count()).select_from(Upload)) == 1


@pytest.mark.parametrize("size", ["", "-1", "0", "abc", "1e3", 10**12])
def test_a_size_that_is_none_is_refused(world: World, size: object) -> None:
    answer = announce(world.client(world.member()), size)
    assert answer.status_code == 422
    assert said(answer)["error"]


@pytest.mark.parametrize(
    ("limit", "why"),
    [
        ("file_mb", "dépasse 1\u00a0Mo"),
        ("member_mb", "Mo qu’un membre peut déposer"),
        ("total_mb", "plus de place"),
    ],
)
def test_a_limit_that_is_reached_says_which(world: World, limit: str, why: str) -> None:
    member, house = world.member(), world.app.extensions
    world.upload(member, content=b"x" * 400_000)
    house["maillage.settings"] = replace(house["maillage.settings"], **{limit: 1})
    client = world.client(member)
    assert announce(client, 500_000).status_code == 201
    size = 1_000_001 if limit == "file_mb" else 700_000
    answer = announce(client, size)
    assert answer.status_code == 422
    assert why in said(answer)["error"]


def test_a_name_that_runs_is_refused_before_it_is_sent(world: World) -> None:
    answer = announce(world.client(world.member()), 10, "facture.exe")
    assert answer.status_code == 422
    assert "est un programme" in said(answer)["error"]


def test_a_program_under_another_name_is_refused_at_its_last_piece(world: World) -> None:
    client = world.client(world.member())
    where = announce(client, 4, "photo.png").location
    assert send(client, where, 0, b"MZ\x90\0").status_code == 422
    assert world.one(select(func.count()).select_from(StoredFile)) == 0


def test_a_piece_that_does_not_follow_is_refused(world: World) -> None:
    client = world.client(world.member())
    where = announce(client, 10).location
    assert send(client, where, 5, b"56789").status_code == 409
    assert send(client, where, "x", b"01234").status_code == 409
    assert send(client, where, 0, b"0123456789abc").status_code == 422
    assert send(client, where, 0, bytes(LARGEST_PIECE + 1)).status_code == 413
    assert client.patch(where, data=b"0", headers={"Upload-Offset": "0"}).status_code == 415
    assert client.head(where).headers["Upload-Offset"] == "0"


def test_what_is_given_up_or_forgotten_leaves_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = world.client(world.member())
    given_up, forgotten = (announce(client, 10).location for _ in range(2))
    for where in (given_up, forgotten):
        send(client, where, 0, b"0123")
    assert client.delete(given_up).status_code == 204
    world.work()
    var = world.app.extensions["maillage.settings"].var
    reader = jobs.Reader(world.app.extensions["maillage.storage"], var)
    half_written = var / "files" / "uploads" / "000#1"
    half_written.write_bytes(b"01")
    world.act(lambda s: reader.tidy(s, {}))
    assert client.head(forgotten).status_code == 200, "it may still go on"
    assert half_written.exists(), "it may still be written"
    later = clock.now() + jobs.ABANDONED_AFTER * 2
    monkeypatch.setattr(clock, "now", lambda: later)
    world.act(lambda s: reader.tidy(s, {}))
    assert client.head(forgotten).status_code == 404
    assert not half_written.exists()
    assert list(reader.storage.open_pieces("uploads").pieces) == []
