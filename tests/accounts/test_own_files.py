"""One's own files on a poor line, from where they were cut; the archive with and without them."""

import io
import zipfile

import pytest
from sqlalchemy import select

from accounts.models import AuditEntry, Member
from files.models import StoredFile
from tests.http.sample import attach
from tests.world import BOTH, PASSWORD, World

PAGE = "/compte/mes-donnees/fichiers"
FILE = "/compte/mes-donnees/fichiers/{}"
TAKE = "/compte/mes-donnees/telecharger"


def file_of(world: World, content_of: str) -> int:
    """The number of the file that a document shows."""
    found = world.one(select(StoredFile.id).where(StoredFile.size == len(content_of.encode())))
    assert found is not None
    return found


@BOTH
def test_what_was_sent_attached_and_deposited_is_listed_once(world: World) -> None:
    member = world.member("Alice")
    world.document(member, "Guide", b"Le guide entier.", name="guide.txt")
    attach(world, member, world.topic(member))
    world.upload(member, "jamais-publie.txt", b"Un brouillon")
    page = world.client(member).get(PAGE).text
    for name in ("guide.txt", "photo.png", "jamais-publie.txt"):
        assert page.count(f">{name}<") == 1, name


def test_a_download_that_was_cut_goes_on_from_where_it_was(world: World) -> None:
    member = world.member("Alice")
    content = "Un fichier assez long pour être coupé. " * 40
    world.upload(member, "long.txt", content.encode())
    client, address = world.client(member), FILE.format(file_of(world, content))
    whole = client.get(address)
    assert whole.data == content.encode()
    assert whole.headers["Content-Disposition"].startswith("attachment")
    rest = client.get(address, headers={"Range": "bytes=700-", "If-Range": whole.headers["ETag"]})
    assert rest.status_code == 206
    assert whole.data[:700] + rest.data == whole.data


@pytest.mark.parametrize(
    ("who", "opens"), [("sender", True), ("colleague", False), ("administrator", False)]
)
def test_a_file_is_given_to_whom_it_belongs(world: World, who: str, opens: bool) -> None:
    sender = world.member("Alice")
    people: dict[str, Member] = {
        "sender": sender,
        "colleague": world.member("Berthe"),
        "administrator": world.administrator(),
    }
    world.upload(sender, "a-moi.txt", b"Rien que pour moi.")
    address = FILE.format(file_of(world, "Rien que pour moi."))
    client = world.client(people[who])
    assert client.get(address).status_code == (200 if opens else 404)
    assert ("a-moi.txt" in client.get(PAGE).text) is opens
    assert world.client().get(address).status_code == 302


def test_the_archive_says_what_it_weighs_and_leaves_its_line(world: World) -> None:
    member = world.member("Alice", password=PASSWORD)
    world.upload(member, "long.txt", b"x" * 5000)
    answer = world.client(member).post(TAKE, data={"take-current": PASSWORD})
    assert int(answer.headers["Content-Length"]) == len(answer.data) > 5000
    assert world.all(select(AuditEntry.act)) == ["data-taken"]


def test_the_archive_can_leave_without_the_files(world: World) -> None:
    member = world.member("Alice", password=PASSWORD)
    world.upload(member, "long.txt", b"x" * 5000)
    sent = {"take-current": PASSWORD, "without_files": "1"}
    answer = world.client(member).post(TAKE, data=sent)
    names = zipfile.ZipFile(io.BytesIO(answer.data)).namelist()
    assert names == ["index.html", "donnees.json"]
