"""Sent twice, or by several at the same instant: nothing is doubled, nothing is lost."""

import threading
import uuid
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import select

from forum import actions
from forum.models import Following, Thank, Topic
from tests.forum.topics import fresh, posts_of, the_post
from tests.world import BOTH, World

T = TypeVar("T")


def at_once(world: World, number: int, act: Callable[[int], T]) -> list[T]:
    """What each of so many threads gives, all begun at the same instant."""
    start = threading.Barrier(number)
    given: list[T] = []
    errors: list[BaseException] = []

    def run(which: int) -> None:
        try:
            with world.app.app_context():
                start.wait()
                given.append(act(which))
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(which,)) for which in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    return given


@BOTH
def test_the_same_form_sent_twice_makes_one(world: World) -> None:
    member = world.member()
    form, theme = str(uuid.uuid4()), str(world.theme())
    client = world.client(member)
    question = {
        "title": "Un",
        "body": "Deux",
        "theme": theme,
        "submission": form,
        "reach": "everyone",
    }
    places = {client.post("/forum/nouveau", data=question).location for _time in range(2)}
    assert len(places) == 1
    topic = world.all(select(Topic))[0]
    answer = {"body": "Trois", "submission": str(uuid.uuid4())}
    reply = f"/forum/sujets/{topic.id}/reponses"
    assert len({client.post(reply, data=answer).location for _time in range(2)}) == 1
    assert [post.body for post in posts_of(world, topic)] == ["Deux", "Trois"]
    assert fresh(world, topic).answers == 1
    # Somebody else may well send the same number.
    assert world.client(world.member("Bruno")).post(reply, data=answer).status_code == 302
    assert len(posts_of(world, topic)) == 3


@BOTH
def test_the_same_form_sent_twice_at_the_same_instant_makes_one(world: World) -> None:
    member = world.member()
    viewer, theme = world.viewer(member), world.theme()
    topic = world.topic(member)

    def reply(_which: int) -> object:
        return world.act(
            lambda s: actions.reply(
                s, s.get_one(Topic, topic.id), author=viewer, body="Encore", submission="one"
            )
        ).id

    def ask(_which: int) -> object:
        return world.act(
            lambda s: actions.ask(
                s,
                author=viewer,
                theme_id=theme,
                title="Double",
                body="Double",
                networks=[],
                territories=[],
                submission="two",
            )
        ).id

    assert len(set(at_once(world, 4, reply))) == 1
    assert len(set(at_once(world, 4, ask))) == 1
    assert len(posts_of(world, topic)) == 2
    assert len(world.all(select(Topic))) == 2
    assert fresh(world, topic).answers == 1


@BOTH
def test_answers_of_the_same_instant_have_each_their_number(world: World) -> None:
    topic = world.topic(world.member())
    people = [world.viewer(world.member("Membre")) for _one in range(6)]

    def reply(which: int) -> list[int]:
        return [
            world.act(
                lambda s: actions.reply(
                    s, s.get_one(Topic, topic.id), author=people[which], body="Moi aussi."
                )
            ).number
            for _time in range(3)
        ]

    numbers = at_once(world, 6, reply)
    assert sorted(number for three in numbers for number in three) == list(range(1, 19))
    assert fresh(world, topic).answers == fresh(world, topic).last_number == 18
    assert fresh(world, topic).last_post_id == max(post.id for post in posts_of(world, topic))


@BOTH
def test_a_click_sent_twice_at_the_same_instant_upsets_nothing(world: World) -> None:
    topic = world.topic(world.member())
    reader = world.member("Bruno")
    viewer, (question,) = world.viewer(reader), posts_of(world, topic)

    def act(which: int) -> object:
        if which % 2:
            return world.act(lambda s: actions.follow(s, viewer, topic.id))
        return world.act(lambda s: actions.thank(s, the_post(s, question.id), by=viewer))

    at_once(world, 6, act)
    assert world.all(select(Following.active).where(Following.member_id == reader.id)) == [True]
    assert len(world.all(select(Thank))) <= 1
