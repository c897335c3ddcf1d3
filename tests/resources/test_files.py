"""Files as they leave: ranges, revalidation, names in any language, and nothing that runs."""

import pytest

from tests.http.sample import picture
from tests.world import World

HTML = b"<!doctype html><script>parent.alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


@pytest.mark.parametrize(
    ("asked", "status", "got"),
    [
        ({}, 200, b"0123456789"),
        ({"Range": "bytes=2-4"}, 206, b"234"),
        ({"Range": "bytes=7-"}, 206, b"789"),
        ({"Range": "bytes=-3"}, 206, b"789"),
        ({"Range": "bytes=0-0"}, 206, b"0"),
        ({"Range": "bytes=5-99"}, 206, b"56789"),
        ({"Range": "bytes=10-12"}, 416, b""),
        ({"Range": "bytes=0-1,4-5"}, 200, b"0123456789"),
        ({"Range": "elephants=0-1"}, 200, b"0123456789"),
        ({"Range": "bytes=2-4", "If-Range": '"ancien"'}, 200, b"0123456789"),
    ],
)
def test_a_part_of_a_file(world: World, asked: dict[str, str], status: int, got: bytes) -> None:
    owner = world.member()
    document = world.document(owner, content=b"0123456789")
    answer = world.client(owner).get(f"/ressources/{document.id}/fichiers/1/x.txt", headers=asked)
    assert (answer.status_code, answer.get_data()) == (status, got)
    assert answer.headers["Accept-Ranges"] == "bytes"


def test_a_file_that_one_has_is_not_sent_again(world: World) -> None:
    owner = world.member()
    document = world.document(owner)
    client = world.client(owner)
    here = f"/ressources/{document.id}/fichiers/1/guide.txt"
    tag = client.get(here).headers["ETag"]
    again = client.get(here, headers={"If-None-Match": tag})
    assert (again.status_code, again.get_data()) == (304, b"")
    assert client.get(here).headers["Cache-Control"] == "private, no-cache"
    kept = client.get(here, headers={"Range": "bytes=1-2", "If-Range": tag})
    assert kept.status_code == 206
    head = client.head(here)
    assert (head.status_code, head.get_data()) == (200, b"")
    assert head.content_length == len(b"La convention se signe avant le premier jour.")


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (HTML, "page.html", "text/html"),
        (HTML, "photo.png", "text/html"),
        (SVG, "dessin.svg", "image/svg+xml"),
        (b"PK\x05\x06" + bytes(18), "archive.zip", "application/zip"),
    ],
)
def test_what_is_active_is_only_downloaded(
    world: World, content: bytes, name: str, kind: str
) -> None:
    owner = world.member()
    document = world.document(owner, content=content, name=name)
    world.work()
    answer = world.client(owner).get(f"/ressources/{document.id}/fichiers/1/{name}")
    assert answer.mimetype == "application/octet-stream", kind
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_what_is_harmless_is_shown(world: World) -> None:
    owner = world.member()
    shown = world.document(owner, content=picture(), name="photo.png")
    answer = world.client(owner).get(f"/ressources/{shown.id}/fichiers/1/photo.png")
    assert answer.mimetype == "image/png"
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "name",
    [
        "œuvre – l’été à 10 €.txt",
        "Évaluation – été.txt",
        "日本語.txt",
        'a"b;c.txt',
        "x" * 300 + ".txt",
    ],
)
def test_a_file_leaves_under_its_own_name(world: World, name: str) -> None:
    owner = world.member()
    document = world.document(owner, name=name)
    client = world.client(owner)
    sent = client.post(f"/ressources/{document.id}/telecharger/1")
    assert sent.status_code == 303
    answer = client.get(sent.location)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "filename" in answer.headers["Content-Disposition"].encode("ascii").decode()


def test_a_picture_stands_for_the_document_once_it_is_read(world: World) -> None:
    owner = world.member()
    document = world.document(owner, content=picture(), name="photo.png")
    here = f"/ressources/{document.id}/vignette"
    client = world.client(owner)
    assert client.get(here).status_code == 404
    world.work()
    answer = client.get(here)
    assert (answer.status_code, answer.mimetype) == (200, "image/webp")
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert client.get(here, headers=tag).status_code == 304
    stranger = world.member("Élie", networks=["fnars"])
    closed = world.document(owner, content=picture(), name="a.png", networks=["coorace"])
    assert world.client(stranger).get(f"/ressources/{closed.id}/vignette").status_code == 404
