"""Thanking: given, taken back, never to oneself."""

from sqlalchemy import select

from forum import queries
from forum.models import Thank
from tests.forum.topics import hide, posts_of
from tests.world import BOTH, World


@BOTH
def test_a_thank_you_is_given_and_taken_back(world: World) -> None:
    topic = world.topic(world.member())
    reader = world.member("Chloé")
    (question,) = posts_of(world, topic)
    client, path = world.client(reader), f"/forum/messages/{question.id}/merci"
    assert client.post(path).location.endswith("#question")
    viewer = world.viewer(reader)
    given = world.act(lambda s: queries.thanks(s, viewer, [question.id]))[question.id]
    assert (given.names, given.mine) == ((reader.name,), True)
    client.post(path)
    given = world.act(lambda s: queries.thanks(s, viewer, [question.id]))[question.id]
    assert (given.names, given.mine) == ((), False)


@BOTH
def test_nobody_thanks_themselves_nor_hidden_words(world: World) -> None:
    asker, moderator = world.member(), world.moderator()
    topic = world.topic(asker)
    reply = world.reply(topic, world.member("Bruno"))
    hide(world, moderator, reply.id)
    for member, post_id in ((asker, posts_of(world, topic)[0].id), (moderator, reply.id)):
        answer = world.client(member).post(f"/forum/messages/{post_id}/merci")
        assert answer.status_code == 403
    assert world.all(select(Thank)) == []
