"""Who is told of what."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from access.models import MemberNetwork
from access.viewers import Viewer
from accounts.models import Member
from core import clock
from forum import actions as forum
from forum import moderation
from forum import queries as forum_queries
from forum.models import Post, State, Topic
from notifications import actions, jobs, queries
from notifications.models import Frequency, Kind
from tests.world import BOTH, World

Decision = Callable[..., None]

WHO_HEARS_OF_AN_ANSWER = {
    "the one who asked": {Kind.ANSWER},
    "a follower": {Kind.ANSWER},
    "a follower who is mentioned": {Kind.MENTION},
    "somebody mentioned who may see": {Kind.MENTION},
    "somebody mentioned who may not see": set(),
    "one who stopped following": set(),
    "a suspended follower": set(),
    "a follower who left the network": set(),
    "a follower who has read it already": set(),
    "anybody else": set(),
    "the one who answers": set(),
}


@BOTH
def test_who_hears_of_an_answer(world: World) -> None:
    people = {who: world.member("Éva") for who in WHO_HEARS_OF_AN_ANSWER}
    people["somebody mentioned who may not see"] = stranger(world)
    topic = world.topic(people["the one who asked"], networks=["coorace"])
    for who, member in people.items():
        if "follow" in who:
            world.act_as(member, lambda s, v: forum.follow(s, v, topic.id))
    stopped = people["one who stopped following"]
    world.act_as(stopped, lambda s, v: forum.follow(s, v, topic.id, active=False))
    suspend(world, people["a suspended follower"])
    leave(world, people["a follower who left the network"])
    called = " ".join(f"@{m.handle}" for who, m in people.items() if "mentioned" in who)
    world.work()
    answer = world.reply(topic, people["the one who answers"], f"Demandez à {called}.")
    reader = people["a follower who has read it already"]
    world.act_as(
        reader,
        lambda s, v: forum.mark_read(s, v, s.get_one(Topic, topic.id), answer.id),
    )
    world.work()
    heard = {
        who: {told.kind for told in world.told(member) if told.post_id == answer.id}
        for who, member in people.items()
    }
    assert heard == WHO_HEARS_OF_AN_ANSWER


def moderate(world: World, moderator: Member, post: Post, decide: Decision) -> None:
    def act(session: Session, viewer: Viewer) -> None:
        found = session.scalars(forum_queries.post(viewer, post.id)).one()
        decide(session, found, by=viewer, reason="Un nom apparaît.")

    world.act_as(moderator, act)


def stranger(world: World) -> Member:
    return world.member(networks=("fnars",), territories=("departement:72",))


def suspend(world: World, member: Member) -> None:
    world.act(
        lambda s: s.execute(
            update(Member)
            .where(Member.id == member.id)
            .values(suspended_at=clock.now(), suspended_until=clock.now() + timedelta(days=3))
        )
    )


def leave(world: World, member: Member) -> None:
    world.act(
        lambda s: s.execute(delete(MemberNetwork).where(MemberNetwork.member_id == member.id))
    )


def test_a_new_topic_is_told_to_those_who_see_it_and_not_to_its_author(world: World) -> None:
    author, near = world.member(), world.member()
    far = stranger(world)
    topic = world.topic(author, networks=["coorace"])
    world.work()
    kinds = {who.id: [told.kind for told in world.told(who)] for who in (author, near, far)}
    assert kinds == {author.id: [], near.id: [Kind.NEW_TOPIC], far.id: []}
    assert world.mails() == [], "new topics come on Monday"
    assert topic.state is State.VISIBLE


def test_the_author_of_the_chosen_answer_is_told(world: World) -> None:
    asker, helper = world.member(), world.member()
    topic = world.topic(asker)
    answer = world.reply(topic, helper)

    def choose(session: Session, viewer: Viewer) -> None:
        asked, chosen = session.get_one(Topic, topic.id), session.get_one(Post, answer.id)
        forum.choose_answer(session, asked, chosen, by=viewer)

    world.act_as(asker, choose)
    world.work()
    assert [told.kind for told in world.told(helper)][-1] is Kind.USEFUL
    assert all(told.kind is not Kind.USEFUL for told in world.told(asker))


def test_work_done_twice_tells_once(world: World) -> None:
    asker, helper = world.member(), world.member()
    topic = world.topic(asker)
    answer = world.reply(topic, helper)
    world.work()
    world.act_as(asker, lambda s, v: actions.see_all(s, v))
    teller = jobs.Teller(world.app.extensions["maillage.settings"])
    before = [(told.id, told.seen_at, told.mailed_at) for told in world.told(asker)]
    world.act(lambda s: teller.published(s, {"post_id": answer.id}))
    world.act(lambda s: teller.mail(s, {"member_id": asker.id, "frequency": "immediately"}))
    assert [(told.id, told.seen_at, told.mailed_at) for told in world.told(asker)] == before
    assert len(world.mails(asker)) == 1


def test_a_decision_told_twice_is_told_once_and_a_later_one_is_new(world: World) -> None:
    author, moderator = world.member(), world.moderator()
    post = world.reply(world.topic(world.member()), author)

    def decide(act: Decision) -> None:
        moderate(world, moderator, post, act)
        world.work()

    decide(moderation.hide)
    teller = jobs.Teller(world.app.extensions["maillage.settings"])
    (hidden,) = [told for told in world.told(author) if told.what == "hide"]
    again = {
        "kind": "moderation",
        "what": "hide",
        "post_id": post.id,
        "actor_id": moderator.id,
        "to": [author.id],
        "reason": "Un nom apparaît.",
        "at": hidden.created_at.isoformat(),
    }
    world.act_as(author, lambda s, v: actions.see_all(s, v))
    world.act(lambda s: teller.told(s, again))
    assert [told.seen_at is None for told in world.told(author) if told.what == "hide"] == [False]
    decide(moderation.restore)
    decide(moderation.hide)
    assert [told.seen_at is None for told in world.told(author) if told.what == "hide"] == [True]
    assert len(world.mails(author)) == 3


def test_what_is_no_longer_seen_leaves_the_bell(world: World) -> None:
    asker, helper, moderator = world.member(), world.member(), world.moderator()
    topic = world.topic(asker)
    answer = world.reply(topic, helper)
    world.work()

    def bell() -> tuple[int, int | None]:
        viewer = world.viewer(asker)
        return len(world.act(lambda s: queries.latest(s, viewer))), world.one(
            queries.unseen(viewer)
        )

    assert bell() == (1, 1)
    moderate(world, moderator, answer, moderation.hide)
    assert bell() == (0, 0), "the words are hidden"
    moderate(world, moderator, answer, moderation.restore)
    assert bell() == (1, 1)
    leave(world, asker)
    assert bell() == (0, 0), "the topic is no longer open to them"


def test_seeing_everything_leaves_new_topics_to_their_mail(world: World) -> None:
    author, reader = world.member(), world.member()
    topic = world.topic(author)
    world.act_as(reader, lambda s, v: forum.follow(s, v, topic.id))
    world.reply(topic, author)
    world.work()
    world.act_as(reader, lambda s, v: actions.see_all(s, v))
    unseen = {told.kind for told in world.told(reader) if told.seen_at is None}
    assert unseen == {Kind.NEW_TOPIC}


def test_reading_a_topic_sees_what_was_told_as_far_as_it_was_read(world: World) -> None:
    asker, helper = world.member(), world.member()
    topic = world.topic(asker)
    first = world.reply(topic, helper)
    world.work()
    second = world.reply(topic, helper)
    world.work()
    world.act_as(asker, lambda s, v: actions.see_topic(s, v, topic.id, first.id))
    assert {told.post_id: told.seen_at is None for told in world.told(asker)} == {
        first.id: False,
        second.id: True,
    }


@pytest.mark.parametrize("frequency", list(Frequency))
def test_choosing_never_forgets_what_waited(world: World, frequency: Frequency) -> None:
    asker, helper = world.member(), world.member()
    world.act(lambda s: actions.choose(s, asker.id, {Kind.ANSWER: Frequency.WEEKLY}))
    world.reply(world.topic(asker), helper)
    world.work()
    world.act(lambda s: actions.choose(s, asker.id, {Kind.ANSWER: frequency}))
    (told,) = world.told(asker)
    assert (told.mailed_at is not None) is (frequency is Frequency.NEVER)


def test_accounts_that_belong_to_no_network_are_told_nothing(world: World) -> None:
    outsider = world.member(networks=())
    world.topic(world.member(), body=f"Bonjour @{outsider.handle}")
    world.work()
    assert world.told(outsider) == []
