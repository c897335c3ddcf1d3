"""Following a topic: by asking, by answering, until one stops."""

from sqlalchemy import select

from accounts.models import Member
from forum.models import Following
from tests.forum.topics import listed
from tests.world import BOTH, World


def follows(world: World, member: Member) -> bool | None:
    return world.one(select(Following.active).where(Following.member_id == member.id))


@BOTH
def test_asking_and_answering_is_following(world: World) -> None:
    asker, helper, reader = world.member(), world.member("Bruno"), world.member("Chloé")
    topic = world.topic(asker)
    world.reply(topic, helper)
    assert (follows(world, asker), follows(world, helper), follows(world, reader)) == (
        True,
        True,
        None,
    )
    assert listed(world, helper, show="followed") == [topic.title]
    assert listed(world, reader, show="followed") == []


@BOTH
def test_a_topic_no_longer_followed_is_not_followed_again_by_answering(world: World) -> None:
    helper = world.member("Bruno")
    topic = world.topic(world.member())
    world.reply(topic, helper)
    client, path = world.client(helper), f"/forum/sujets/{topic.id}/suivre"
    assert client.post(path, data={"suivre": "non"}).status_code == 302
    assert follows(world, helper) is False
    world.reply(topic, helper, "Encore une chose.")
    assert follows(world, helper) is False
    assert listed(world, helper, show="followed") == []
    client.post(path, data={"suivre": "oui"})
    assert follows(world, helper) is True
