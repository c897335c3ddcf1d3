"""What tests do as a moderator, and ask of the moderation."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from access.viewers import Viewer
from accounts.models import Member
from forum import actions, listing, moderation_queries, queries
from forum.models import Post, ReportReason, State, Topic
from tests.world import World

Decide = Callable[..., object]


def decide(world: World, by: Member, post: Post, act: Decide, **more: Any) -> None:
    """Decide of a post, as one who sees it."""

    def now(session: Session, viewer: Viewer) -> None:
        act(session, session.scalars(queries.post(viewer, post.id)).one(), by=viewer, **more)

    world.act_as(by, now)


def on_topic(world: World, by: Member, topic: Topic, act: Decide, **more: Any) -> None:
    """Decide of a topic, as one who sees it."""

    def now(session: Session, viewer: Viewer) -> None:
        act(session, session.scalars(queries.topic(viewer, topic.id)).one(), by=viewer, **more)

    world.act_as(by, now)


def report(world: World, by: Member, post: Post) -> None:
    """Bring a post to the moderators."""
    decide(world, by, post, actions.report, reason=ReportReason.PERSONAL, words="Un nom y est.")


def posts(world: World, topic: Topic) -> list[tuple[int, str, State]]:
    """The number, the words and the state of each post, in order."""
    rows = world.all(select(Post).where(Post.topic_id == topic.id).order_by(Post.number))
    return [(post.number, post.body, post.state) for post in rows]


def listed(world: World, reader: Member, words: str = "") -> list[int]:
    """The ids of the topics that a list shows a reader, or that a search finds for them."""
    viewer = world.viewer(reader)
    if words:
        return [hit.id for hit in world.sought(reader, words)]
    return world.act(lambda s: [row[0].id for row in listing.latest_topics(s, viewer)])


def waiting(world: World, moderator: Member) -> int:
    """How much waits for a moderator."""
    return world.one(moderation_queries.waiting(world.viewer(moderator))) or 0
