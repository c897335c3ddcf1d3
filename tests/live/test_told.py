"""What open pages are told, when, and to whom."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core import news
from core.news import News
from forum import actions, moderation
from forum.models import Post, Topic
from notifications.actions import see_topic
from tests.browser.served import House
from tests.live.wire import opened
from tests.world import BOTH, World

LITTLE = 1.5
"""Seconds after which what did not come does not come."""


def heard_in(world: World) -> list[News]:
    """All that is told in this world, from now on."""
    told: list[News] = []
    news.listen(told.append)
    return told


@BOTH
def test_it_is_told_after_the_commit_and_never_before(world: World) -> None:
    alice = world.member()
    topic = world.topic(alice)
    viewer, told = world.viewer(alice), heard_in(world)

    def reply(session: Session) -> None:
        found = session.get_one(Topic, topic.id)
        actions.reply(session, found, author=viewer, body="Voici.")
        session.flush()
        assert told == []

    with world.session() as session:
        reply(session)
        session.rollback()
    assert told == []
    world.act(reply)
    assert told == [News("answer", topic.id, alice.id)]


@BOTH
def test_the_worker_tells_of_bells(world: World) -> None:
    alice, bruno = world.member(), world.member("Bruno")
    topic = world.topic(alice)
    world.work()
    told = heard_in(world)
    post = world.reply(topic, bruno)
    world.work()
    assert News("post_id", post.id) in told


def test_a_new_answer_is_told_to_the_pages_of_its_topic(house: House) -> None:
    world = house.world
    alice, bruno, carole = (world.member(name) for name in ("Alice", "Bruno", "Carole"))
    topic, other = world.topic(alice), world.topic(alice, "Une autre question")
    with opened(house, alice) as mine, opened(house, carole) as beside:
        assert mine.ask("topic", topic.id) == {"last": topic.last_post_id}
        beside.ask("topic", other.id)
        post = world.reply(topic, bruno)
        assert mine.hear("answer") == {"topic": topic.id}
        assert mine.ask("topic", topic.id) == {"last": post.id}
        assert mine.hear("bell") == {"unseen": 1}
        assert beside.hear("answer", LITTLE) is None


@pytest.mark.parametrize(
    ("networks", "territories", "sees"),
    [(("coorace",), ("departement:44",), True), (("fnars",), ("departement:44",), False),
     (("coorace",), ("departement:49",), False), ((), ("departement:44",), False)],
)  # fmt: skip
def test_a_topic_is_watched_by_those_who_see_it(
    house: House, networks: tuple[str, ...], territories: tuple[str, ...], sees: bool
) -> None:
    world = house.world
    author = world.member()
    reader = world.member("Rita", networks=networks, territories=territories)
    topic = world.topic(author, networks=["coorace"], territories=["departement:44"])
    with opened(house, reader) as wire:
        seen = {"last": topic.last_post_id}
        assert wire.ask("topic", topic.id) == (seen if sees else wire.ask("topic", 999_999))
        wire.ask("lists")
        world.reply(topic, author)
        assert (wire.hear("new", LITTLE) is not None) is sees
        assert (wire.hear("answer", LITTLE) is not None) is sees


def test_a_topic_whose_audience_changed_is_told_no_more(house: House) -> None:
    world = house.world
    author, reader = world.member(), world.member("Rita", networks=("fnars",))
    topic = world.topic(author)
    narrow = world.audience(["coorace"], [])
    with opened(house, reader) as wire:
        wire.ask("topic", topic.id)
        world.reply(topic, author)
        assert wire.hear("answer") is not None
        quietly = update(Topic).where(Topic.id == topic.id).values(audience_id=narrow)
        world.act(lambda s: s.execute(quietly))
        world.reply(topic, author)
        assert wire.hear("answer", LITTLE) is None
        wire.say("writing")
        assert wire.ask("topic", topic.id) == {}


def test_a_hidden_topic_is_told_no_more(house: House) -> None:
    world = house.world
    moderator, author, reader = world.moderator(), world.member(), world.member("Rita")
    topic = world.topic(author)

    def hide(session: Session) -> None:
        viewer = world.viewer(moderator)
        question = session.scalars(select(Post).where(Post.topic_id == topic.id)).one()
        session.refresh(question, ["topic", "author"])
        moderation.hide(session, question, by=viewer, reason="Un nom.")

    with opened(house, reader) as wire:
        wire.ask("topic", topic.id)
        world.act(hide)
        assert wire.ask("topic", topic.id) == {}


def test_the_others_know_that_somebody_is_answering_and_nobody_s_name(house: House) -> None:
    world = house.world
    alice, bruno = world.member(), world.member("Bruno")
    topic = world.topic(alice)
    with opened(house, alice) as mine, opened(house, bruno) as theirs:
        mine.ask("topic", topic.id)
        theirs.say("writing")  # of no topic
        theirs.ask("topic", topic.id)
        for _time in range(6):
            theirs.say("writing")
        assert mine.hear("writing") == {"topic": topic.id}
        assert theirs.hear("writing", LITTLE) is None
        more = 0
        while mine.hear("writing", LITTLE) is not None:
            more += 1
        assert more <= 2


def test_a_bell_goes_down_on_all_pages_when_it_was_seen(house: House) -> None:
    world = house.world
    alice, bruno = world.member(), world.member("Bruno")
    topic = world.topic(alice)
    with opened(house, alice) as wire:
        wire.ask("lists")
        post = world.reply(topic, bruno)
        assert wire.hear("bell") == {"unseen": 1}
        world.act_as(alice, lambda s, viewer: see_topic(s, viewer, topic.id, post.id))
        assert wire.hear("bell") == {"unseen": 0}


def test_what_cannot_be_told_is_asked_for(house: House) -> None:
    live = house.world.app.extensions["maillage.live"]
    with opened(house, house.world.member()) as wire:
        wire.ask("lists")
        live.desk.hear(News("missed"))
        assert wire.hear("missed") == {}
