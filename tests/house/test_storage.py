"""What is stored, whose it is, and what room is left."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from access.viewers import Role
from house import storage
from house.storage import Held
from tests.house.people import WHO, somebody, status, text
from tests.http.sample import attach, picture
from tests.world import BOTH, World

PATH = "/administration/stockage"


@WHO
def test_only_administrators_see_what_is_stored(world: World, role: Role, status_: int) -> None:
    assert status(world, somebody(world, role), PATH) == status_


@BOTH
def test_files_are_counted_once_by_what_shows_them(world: World) -> None:
    administrator, member = world.administrator(), world.member("Alice", networks=["fnars"])
    words = b"Un texte."
    world.document(member, "Un", words)
    world.document(member, "Deux", words)
    attach(world, member, world.topic(member))
    world.upload(member, "perdu.txt", b"Personne ne le montre.")
    found = world.act_as(administrator, storage.rooms)
    assert found.documents == Held(1, len(words))
    assert found.attachments == Held(1, len(picture()))
    assert found.unused == Held(1, len(b"Personne ne le montre."))
    assert found.all.files == 3
    assert found.coming == Held(0, 0)
    sent = 2 * len(words) + len(picture()) + len(b"Personne ne le montre.")
    viewer = world.viewer(administrator)
    with world.session() as session:
        ((who, files, size),) = session.execute(storage.by_member(viewer)).all()
        networks = {row[0]: (row[1], row[2]) for row in session.execute(storage.by_network(viewer))}
    assert (who.id, files, size) == (member.id, 4, sent)
    assert networks == {"FNARS": (4, sent), "COORACE": (0, 0), "Réseau 44": (0, 0)}
    ((_month, files, size),) = world.act_as(administrator, storage.by_month)
    assert (files, size) == (found.all.files, found.all.size)


@BOTH
def test_the_database_and_the_index_are_weighed(world: World) -> None:
    administrator = world.administrator()
    settings = world.app.extensions["maillage.settings"]
    found = world.act_as(administrator, lambda s, v: storage.places(s, v, settings))
    assert found.database > 100_000
    assert found.free > 0
    assert found.index is not None
    assert found.local_files


@pytest.mark.parametrize(
    ("total", "free", "full"), [(100, 10**12, False), (1, 10**12, True), (100, 10**6, True)]
)
def test_a_page_warns_before_there_is_no_room(
    world: World, total: int, free: int, full: bool
) -> None:
    settings = replace(world.app.extensions["maillage.settings"], total_mb=total)
    held = storage.Rooms(*[Held(1, 950_000)] * 5)
    found = storage.Places(database=1, index=1, local_files=True, free=free)
    assert storage.nearly_full(held, found, settings) is full


def test_the_months_are_the_last_twelve() -> None:
    present = datetime(2026, 3, 31, 12, tzinfo=UTC)
    assert storage._months_ago(present) == datetime(2025, 4, 1, tzinfo=UTC)


def test_a_hostile_name_is_words(world: World) -> None:
    administrator = world.administrator()
    world.document(world.member("<b>Ida</b>", email="ida@example.org"))
    assert "<b>Ida" not in text(world, administrator, PATH)
