"""What nothing refers to is erased at night, and nothing else."""

import io
import threading
from datetime import timedelta
from functools import partial
from pathlib import Path
from unittest.mock import patch

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from access.models import Network
from core import clock
from core.db import db
from core.storage import Storage
from files import actions as files
from files.models import StoredFile, Upload
from files.policy import limits
from forum.attachments import detach
from forum.models import Attachment, Post, Topic
from tests.http.sample import attach, picture
from tests.world import BOTH, World

CONTENT = b"Un contenu que rien d'autre n'a."


def nights(world: World, *days: float) -> None:
    keeping = world.app.extensions["maillage.keeping"]
    for day in days:
        with patch.object(clock, "now", return_value=clock.now() + timedelta(days=day)):
            for rule in ("files-unsent", "files-unused"):
                world.act(partial(keeping.carry_out, payload={"rule": rule}))


def contents(tmp_path: Path) -> set[str]:
    """The names of the stored contents."""
    return {path.name for path in (tmp_path / "files").rglob("*") if len(path.name) == 64}


def known(world: World) -> set[str]:
    """Those that a row names."""
    rows = world.all(select(StoredFile))
    return {row.sha256 for row in rows} | {row.thumbnail for row in rows if row.thumbnail}


@BOTH
def test_what_is_used_stays_and_what_is_not_goes(world: World, tmp_path: Path) -> None:
    member = world.member()
    document = world.document(member, content=b"Ce qui sert.")
    world.upload(member, "oublie.txt", CONTENT)
    topic = world.topic(member)
    attached = attach(world, member, topic)
    world.work()
    assert contents(tmp_path) == known(world)
    nights(world, 0, 2)
    assert len(world.all(select(StoredFile))) == 3
    nights(world, 8, 9)
    assert world.all(select(Upload.name)) != []
    assert "oublie.txt" not in world.all(select(Upload.name))
    assert len(world.all(select(StoredFile))) == 2
    world.act(lambda s: detach(s, s.get_one(Post, attached.post_id), [attached.id]))
    nights(world, 10, 11)
    assert len(world.all(select(StoredFile))) == 1
    assert contents(tmp_path) == known(world)
    assert world.client(member).get(f"/ressources/{document.id}").status_code == 200
    assert world.all(select(Topic.id)) == [topic.id]
    assert world.all(select(Attachment.id)) == []


def test_a_picture_that_is_a_logo_too_stays(world: World, tmp_path: Path) -> None:
    world.upload(world.member(), "logo.png", picture())
    (name,) = world.all(select(StoredFile.sha256))

    def dress(session: Session) -> None:
        session.execute(delete(Upload))
        session.get_one(Network, world.network("coorace")).logo = name

    world.act(dress)
    nights(world, 9)
    assert world.all(select(StoredFile)) == []
    assert name in contents(tmp_path)


def test_a_killed_night_is_done_again(world: World, tmp_path: Path) -> None:
    member = world.member()
    world.upload(member, "oublie.txt", CONTENT)

    class Killed(BaseException):
        pass

    def erased_then_killed(storage: Storage, name: str) -> None:
        erase(storage, name)
        raise Killed

    erase = Storage.erase
    world.act(lambda s: s.execute(delete(Upload)))
    with patch.object(Storage, "erase", erased_then_killed), pytest.raises(Killed):
        nights(world, 9)
    assert contents(tmp_path) == set()
    assert len(world.all(select(StoredFile))) == 1, "the row came back"
    # Sent again before the next night: it is whole.
    world.upload(member, "encore.txt", CONTENT)
    assert contents(tmp_path) == known(world) != set()
    nights(world, 3)
    assert contents(tmp_path) == known(world) != set()


@BOTH
def test_the_same_content_sent_while_it_is_being_erased_is_kept(
    world: World, tmp_path: Path
) -> None:
    """The night holds the row; who sends it waits, then finds that it is to be written again."""
    member = world.member()
    world.upload(member, "oublie.txt", CONTENT)
    world.act(lambda s: s.execute(delete(Upload)))
    sending = threading.Thread(target=_sent, args=(world, member.id))
    erase = Storage.erase

    def erased_meanwhile(storage: Storage, name: str) -> None:
        sending.start()
        sending.join(1)  # it waits for us, or is past the moment when it looked for the content
        erase(storage, name)

    with patch.object(Storage, "erase", erased_meanwhile):
        nights(world, 9)
    sending.join(30)
    assert not sending.is_alive()
    assert world.all(select(Upload.name)) == ["encore.txt"]
    assert contents(tmp_path) == known(world) != set()


def _sent(world: World, member_id: int) -> None:
    """As another request does, in a thread and a connection of its own."""
    of_house, kept = (world.app.extensions[f"maillage.{one}"] for one in ("settings", "storage"))
    with world.app.app_context():
        session = db.session()
        files.receive(
            session,
            kept,
            member_id=member_id,
            name="encore.txt",
            file=io.BytesIO(CONTENT),
            limits=limits(of_house),
        )
        session.commit()
        db.session.remove()
