"""The first posts of a newcomer wait for a moderator, when the house says so."""

import pytest
from sqlalchemy import select

from accounts.models import HouseRules, Member
from core.refusals import Refused
from forum import moderation
from forum.models import Post, State
from notifications.models import Kind
from tests.forum.moderating import decide, waiting
from tests.forum.topics import fresh, listed, the_post
from tests.world import BOTH, World


def hold(world: World, posts: int) -> None:
    world.act(
        lambda s: s.merge(HouseRules(id=1, second_factor_for_staff=False, newcomer_posts=posts))
    )


def states(world: World, member: Member) -> list[State]:
    return world.all(select(Post.state).where(Post.author_id == member.id).order_by(Post.id))


def test_by_default_nobody_waits(world: World) -> None:
    newcomer = world.member("Nora")
    world.topic(newcomer)
    assert states(world, newcomer) == [State.VISIBLE]


@BOTH
def test_a_newcomers_first_posts_wait_for_a_moderator(world: World) -> None:
    hold(world, 2)
    newcomer, reader, moderator = world.member("Nora"), world.member(), world.moderator()
    topic = world.topic(newcomer, "Ma première question")
    assert fresh(world, topic).state is State.HELD
    assert listed(world, newcomer) == [topic.title]
    assert listed(world, moderator) == [topic.title]
    assert listed(world, reader) == []
    assert world.client(reader).get(f"/forum/sujets/{topic.id}").status_code == 404
    page = world.client(newcomer).get(f"/forum/sujets/{topic.id}").get_data(as_text=True)
    assert "Un modérateur" in page

    def approve(number: int) -> None:
        post_id = world.all(select(Post.id).where(Post.author_id == newcomer.id).order_by(Post.id))[
            number
        ]
        world.act_as(moderator, lambda s, v: moderation.approve(s, the_post(s, post_id), by=v))

    approve(0)
    assert listed(world, reader) == [topic.title]
    world.reply(topic, newcomer, "Une précision")
    assert states(world, newcomer) == [State.VISIBLE, State.HELD]
    assert fresh(world, topic).answers == 0
    assert "précision" not in world.client(reader).get(
        f"/forum/sujets/{topic.id}"
    ).get_data(as_text=True)  # fmt: skip
    approve(1)
    assert fresh(world, topic).answers == 1
    world.reply(topic, newcomer, "Tout va bien")
    assert states(world, newcomer)[-1] is State.VISIBLE


@BOTH
def test_moderators_never_wait(world: World) -> None:
    hold(world, 5)
    moderator = world.moderator()
    world.topic(moderator)
    assert states(world, moderator) == [State.VISIBLE]


def test_a_newcomers_post_waits_then_appears_and_is_told(world: World) -> None:
    asker, moderator = world.member(), world.moderator()
    topic = world.topic(asker)
    world.work()
    hold(world, 1)
    newcomer = world.member()
    post = world.reply(topic, newcomer, "Mon premier message.")
    world.work()
    assert post.state is State.HELD
    assert (fresh(world, topic).answers, waiting(world, moderator)) == (0, 1)
    assert world.told(asker) == []
    assert "held" in [told.what for told in world.told(moderator)]
    decide(world, moderator, post, moderation.approve)
    world.work()
    assert (fresh(world, topic).answers, waiting(world, moderator)) == (1, 0)
    assert [told.kind for told in world.told(asker)] == [Kind.ANSWER]
    assert "approve" in [told.what for told in world.told(newcomer)]
    with pytest.raises(Refused, match="not-held"):
        decide(world, moderator, post, moderation.approve)
    assert world.reply(topic, newcomer).state is State.VISIBLE


def test_a_first_message_is_approved_from_the_queue(world: World) -> None:
    moderator = world.moderator()
    hold(world, 1)
    topic = world.topic(world.member(), "Bonjour à tous")
    (question,) = world.all(select(Post).where(Post.topic_id == topic.id))
    browser = world.client(moderator)
    address = f"/moderation/messages/{question.id}/approuver"
    assert address in browser.get("/moderation?voir=attente").text
    browser.post(address)
    assert fresh(world, topic).state is State.VISIBLE
    assert browser.post(address).status_code == 302, "somebody was quicker"
