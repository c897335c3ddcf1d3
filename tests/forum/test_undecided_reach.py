"""“Only some networks or territories”, and no box ticked: asked again, never told to everyone."""

import re

from sqlalchemy import select

from forum.models import Topic
from tests.world import World


def test_only_some_without_a_box_is_asked_again(world: World) -> None:
    author = world.member("Alice")
    body = "C’est pour les collègues du département."
    question: dict[str, str | int] = {
        "title": "Un salarié menacé d’expulsion : qui appeler ?",
        "theme": world.theme("logement"),
        "body": body,
        "reach": "chosen",
    }
    client = world.client(author)
    answer = client.post("/forum/nouveau", data=question)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert world.all(select(Topic)) == []
    assert body in page
    assert re.search(r'value="chosen" checked', page)
    counted = client.post("/forum/nouveau/portee", data={"reach": "chosen"})
    assert not re.search(r"\d", counted.get_data(as_text=True))
    question["territories"] = world.territory("departement:44")
    assert client.post("/forum/nouveau", data=question).status_code == 302


def test_everyone_needs_no_box(world: World) -> None:
    author = world.member("Alice")
    question = {
        "title": "Qui signe la PMSMP ?",
        "theme": world.theme("formation"),
        "body": "Bonjour.",
        "reach": "everyone",
    }
    assert world.client(author).post("/forum/nouveau", data=question).status_code == 302
