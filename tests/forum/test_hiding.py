"""Hiding and restoring: who may, why, and what the others still see."""

import pytest
from sqlalchemy import select

from core.refusals import Refused
from forum import moderation, moderation_queries, queries
from forum.models import Post
from tests.forum.moderating import decide, listed
from tests.forum.topics import fresh
from tests.world import World


def test_hidden_words_exist_for_their_author_and_the_moderators_alone(world: World) -> None:
    asker, author, moderator = world.member(), world.member(), world.moderator()
    post = world.reply(world.topic(asker), author, "Madame Dupont, rue des Lilas.")
    decide(world, moderator, post, moderation.hide, reason="Un nom.")
    world.work()
    seen = {
        who.id: world.one(queries.post(world.viewer(who), post.id)) is not None
        for who in (asker, author, moderator)
    }
    assert seen == {asker.id: False, author.id: True, moderator.id: True}
    assert listed(world, asker, "Lilas") == []


def test_a_restored_message_is_counted_and_found_again(world: World) -> None:
    asker, author, moderator = world.member(), world.member(), world.moderator()
    topic = world.topic(asker)
    post = world.reply(topic, author, "Le minibus partagé.")
    decide(world, moderator, post, moderation.hide, reason="Erreur ?")
    world.work()
    decide(world, moderator, post, moderation.restore, reason="Rien à redire.")
    world.work()
    after = fresh(world, topic)
    assert (after.answers, after.last_post_id) == (1, post.id)
    assert listed(world, asker, "minibus") == [topic.id]
    assert [one.what for one in world.told(author) if one.what] == ["hide", "restore"]


def test_hiding_the_question_takes_the_topic_away(world: World) -> None:
    asker, reader, moderator = world.member(), world.member(), world.moderator()
    topic = world.topic(asker)
    (question,) = world.all(select(Post).where(Post.topic_id == topic.id))
    decide(world, moderator, question, moderation.hide, reason="Un nom.")
    seen = {
        who.id: world.one(queries.topic(world.viewer(who), topic.id)) is not None
        for who in (asker, reader, moderator)
    }
    assert seen == {asker.id: True, reader.id: False, moderator.id: True}


def test_only_moderators_decide(world: World) -> None:
    author, member = world.member(), world.member()
    post = world.reply(world.topic(author), author)
    with pytest.raises(Refused, match="not-moderator"):
        decide(world, member, post, moderation.hide, reason="Parce que.")
    with pytest.raises(Refused, match="not-moderator"):
        world.all(moderation_queries.reports(world.viewer(member)))


def test_a_reason_is_needed(world: World) -> None:
    moderator = world.moderator()
    post = world.reply(world.topic(world.member()), world.member())
    with pytest.raises(Refused, match="reason-needed"):
        decide(world, moderator, post, moderation.hide, reason=" \n")
