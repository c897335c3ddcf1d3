"""Editing one's own words: what they were is kept, for moderators alone."""

import pytest
from sqlalchemy import select, update

from core.refusals import Refused
from forum import moderation_queries
from forum.models import Revision, Topic
from tests.forum.topics import edit, fresh, hide, posts_of
from tests.world import BOTH, World


@BOTH
def test_an_edit_keeps_what_was_said_before(world: World) -> None:
    asker = world.member()
    topic = world.topic(asker, "Avant", "Les mots d’avant")
    edit(world, asker, topic, 0, "Les mots d’après", "Après", world.theme("droit"))
    topic = fresh(world, topic)
    assert (topic.title, topic.excerpt, topic.theme_id) == (
        "Après",
        "Les mots d’après",
        world.theme("droit"),
    )
    (question,) = posts_of(world, topic)
    assert question.edited_at is not None
    (revision,) = world.all(select(Revision))
    assert (revision.title, revision.body) == ("Avant", "Les mots d’avant")
    assert "modifié" in world.client(asker).get(f"/forum/sujets/{topic.id}").get_data(as_text=True)


@BOTH
def test_an_edit_that_changes_nothing_leaves_no_mark(world: World) -> None:
    asker = world.member()
    topic = world.topic(asker, "Titre", "Mots")
    edit(world, asker, topic, 0, " Mots \r\n", "Titre")
    assert posts_of(world, topic)[0].edited_at is None
    assert world.all(select(Revision)) == []


def test_one_edits_only_ones_own_words_while_they_stand(world: World) -> None:
    asker, moderator = world.member(), world.moderator()
    topic = world.topic(asker)
    reply = world.reply(topic, asker, "Ma précision")
    for other in (world.member("Bruno"), moderator):
        with pytest.raises(Refused, match="not-yours"):
            edit(world, other, topic, 1, "À ma façon")
    edit(world, asker, topic, 1, "Ma meilleure précision")
    hide(world, moderator, reply.id)
    with pytest.raises(Refused, match="not-yours"):
        edit(world, asker, topic, 1, "Encore")
    world.act(lambda s: s.execute(update(Topic).values(locked=True)))
    with pytest.raises(Refused, match="not-yours"):
        edit(world, asker, topic, 0, "Encore")


def test_only_moderators_read_what_was_said_before(world: World) -> None:
    asker = world.member()
    topic = world.topic(asker, "Avant", "Les mots d’avant")
    edit(world, asker, topic, 0, "Les mots d’après", "Après")
    with pytest.raises(Refused, match="not-moderator"):
        moderation_queries.revisions(world.viewer(asker), 1)
    page = world.client(asker).get(f"/forum/sujets/{topic.id}").get_data(as_text=True)
    assert "d’avant" not in page
    assert "historique" not in page
