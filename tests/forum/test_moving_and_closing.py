"""Moderators move, close and pin a topic, and back."""

from collections.abc import Iterable
from typing import Any

import pytest

from core.refusals import Refused
from forum import moderation, moderation_queries
from forum.models import Act
from tests.forum.moderating import Decide, on_topic
from tests.forum.topics import fresh
from tests.world import World


def test_a_topic_is_moved_locked_pinned_and_back(world: World) -> None:
    asker, moderator = world.member(), world.moderator()
    topic = world.topic(asker)
    droit = world.theme("droit")
    on_topic(world, moderator, topic, moderation.move, theme_id=droit, reason="")
    on_topic(world, moderator, topic, moderation.lock, locked=True, reason="Tout est dit.")
    on_topic(world, moderator, topic, moderation.pin, pinned=True)
    after = fresh(world, topic)
    assert (after.theme_id, after.locked, after.pinned) == (droit, True, True)
    with pytest.raises(Refused, match="topic-closed"):
        world.reply(topic, asker)
    refusals: Iterable[tuple[Decide, dict[str, Any], str]] = (
        (moderation.move, {"theme_id": droit, "reason": ""}, "same-theme"),
        (moderation.lock, {"locked": True, "reason": "Encore."}, "nothing-to-do"),
        (moderation.pin, {"pinned": True}, "nothing-to-do"),
        (moderation.move, {"theme_id": 999, "reason": ""}, "unknown-theme"),
    )
    for act, values, code in refusals:
        with pytest.raises(Refused, match=code):
            on_topic(world, moderator, topic, act, **values)
    on_topic(world, moderator, topic, moderation.lock, locked=False, reason="")
    world.reply(topic, asker)
    world.work()
    assert [told.what for told in world.told(asker) if told.what] == ["move", "lock"]
    acts = [
        decision.act for decision in world.all(moderation_queries.register(world.viewer(moderator)))
    ]
    assert acts == [Act.UNLOCK, Act.PIN, Act.LOCK, Act.MOVE]


def test_topics_are_closed_moved_and_pinned_from_their_pages(world: World) -> None:
    topic, moderator = world.topic(world.member()), world.moderator()
    browser = world.client(moderator)
    base = f"/moderation/sujets/{topic.id}"
    droit = world.theme("droit")
    assert browser.post(f"{base}/fermer", data={"reason": ""}).status_code == 422
    assert browser.post(f"{base}/fermer", data={"reason": "Tout est dit."}).status_code == 302
    assert browser.get(f"{base}/deplacer").status_code == 200
    same = browser.post(f"{base}/deplacer", data={"theme": world.theme(), "reason": ""})
    assert same.status_code == 422
    assert browser.post(f"{base}/deplacer", data={"theme": droit}).status_code == 302
    for act in ("epingler", "epingler"):
        assert browser.post(f"{base}/{act}").status_code == 302
    after = fresh(world, topic)
    assert (after.locked, after.theme_id, after.pinned) == (True, droit, True)
    for act in ("rouvrir", "desepingler"):
        browser.post(f"{base}/{act}")
    after = fresh(world, topic)
    assert (after.locked, after.pinned) == (False, False)
