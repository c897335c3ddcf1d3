"""A page holds one connection, from its first query to its last."""

from sqlalchemy import event

from core.db import db
from tests.world import World


def test_a_page_takes_one_connection(world: World) -> None:
    alice = world.member()
    topic = world.topic(alice)
    client = world.client(alice)
    taken: list[object] = []
    event.listen(db.engine, "checkout", lambda *connection: taken.append(connection))
    for address in ("/", "/forum", f"/forum/sujets/{topic.id}", "/connexion", "/notifications"):
        taken.clear()
        client.get(address)
        assert len(taken) == 1, address
