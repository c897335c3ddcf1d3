"""A slow line: while it sends, nobody else waits."""

import io
from typing import Any

from werkzeug.test import EnvironBuilder

from core.db import db
from tests.world import World


class Slow(io.BytesIO):
    """A body that looks, each time that it is read, whether a transaction is held meanwhile."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.held: list[bool] = []

    def read(self, size: int | None = -1, /) -> bytes:
        self.held.append(db.session().in_transaction())
        return super().read(size)

    def readinto(self, buffer: Any, /) -> int:
        self.held.append(db.session().in_transaction())
        return super().readinto(buffer)


def test_no_transaction_is_held_while_files_arrive(world: World) -> None:
    member = world.member()
    topic = world.topic(member)
    document = world.document(member)
    client = world.client(member)
    sent = {"body": "Voici.", "reach": "everyone", "files": (io.BytesIO(b"x" * 2000), "x.txt")}
    for path in (
        "/forum/nouveau",
        f"/forum/sujets/{topic.id}/reponses",
        "/ressources/deposer",
        f"/ressources/{document.id}/nouvelle-version",
    ):
        sent["files"] = (io.BytesIO(b"x" * 2000), "x.txt")
        built = EnvironBuilder(path, method="POST", data=sent)
        content = built.get_environ()["wsgi.input"].read()
        body = Slow(content)
        answer = client.open(
            path,
            method="POST",
            input_stream=body,
            content_type=built.get_environ()["CONTENT_TYPE"],
            content_length=len(content),
        )
        assert answer.status_code < 500
        assert body.held, path
        assert not any(body.held), path
        built.close()
