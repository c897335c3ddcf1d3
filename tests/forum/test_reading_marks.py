"""What is unread, and how far a topic was read."""

from sqlalchemy import select

from accounts.facts import Joined
from forum import actions
from forum.jobs import start_reading
from forum.models import Reading, Topic
from tests.forum.topics import posts_of, unread
from tests.world import BOTH, World


@BOTH
def test_what_others_write_is_unread_until_it_was_on_screen(world: World) -> None:
    asker, helper = world.member(), world.member("Bruno")
    topic = world.topic(asker)
    assert unread(world, asker) == []
    assert unread(world, helper) == [topic.title]
    client = world.client(helper)
    assert client.get(f"/forum/sujets/{topic.id}").status_code == 200
    assert unread(world, helper) == [topic.title]  # a GET does not write
    question = posts_of(world, topic)[0]
    seen = f"/forum/sujets/{topic.id}/lu/{question.id}"
    assert client.post(seen, headers={"X-Fragment": "1"}).status_code == 204
    assert unread(world, helper) == []
    world.reply(topic, helper)
    assert unread(world, helper) == []
    assert unread(world, asker) == [topic.title]


@BOTH
def test_reading_never_goes_backwards_nor_beyond_the_end(world: World) -> None:
    asker, helper = world.member(), world.member("Bruno")
    topic, other = world.topic(asker, "Un"), world.topic(asker, "Deux")
    last = world.reply(topic, asker)
    question, elsewhere = posts_of(world, topic)[0], posts_of(world, other)[0]

    def read(post_id: int) -> int | None:
        world.act_as(
            helper,
            lambda s, viewer: actions.mark_read(s, viewer, s.get_one(Topic, topic.id), post_id),
        )
        return world.one(select(Reading.post_id).where(Reading.member_id == helper.id))

    assert read(0) is None
    assert read(question.id) == question.id
    assert read(elsewhere.id) == question.id  # another topic's post, in between
    assert read(2**31 - 1) == last.id
    assert read(question.id) == last.id
    assert unread(world, helper) == ["Deux"]


@BOTH
def test_everything_can_be_marked_as_read(world: World) -> None:
    asker, helper = world.member(), world.member("Bruno")
    topic = world.topic(asker, "Un")
    world.topic(asker, "Deux")
    world.client(helper).post("/forum/tout-lu")
    assert unread(world, helper) == []
    world.reply(topic, asker)
    assert unread(world, helper) == ["Un"]


def test_a_new_member_starts_with_nothing_unread(world: World) -> None:
    world.topic(world.member())
    newcomer = world.member("Nora")
    assert len(unread(world, newcomer)) == 1
    world.act(lambda s: start_reading(s, Joined(newcomer, "", {}, newcomer)))
    assert unread(world, newcomer) == []
