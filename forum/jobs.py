"""The terms of topics, kept for finding similar ones; the reading start of new members."""

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from accounts.facts import Joined
from core import text
from core.db import insert_into
from core.jobs import enqueue
from forum.actions import mark_all_read
from forum.facts import Published, Reworded
from forum.models import Post, State, Topic, TopicTerm

INDEX = "forum.index"
ADD_TO_INDEX = "forum.add_to_index"


def to_add(session: Session, fact: Published) -> None:
    """New words: their terms are to be added to their topic's."""
    enqueue(session, ADD_TO_INDEX, {"post_id": fact.post.id})


def to_index(session: Session, fact: Reworded) -> None:
    """The topic's words changed: its terms are to be read again."""
    enqueue(session, INDEX, {"topic_id": fact.topic.id}, key=f"{INDEX}:{fact.topic.id}")


def add_to_index(session: Session, payload: dict[str, Any]) -> None:
    """Add the terms of one post, whatever the length of its topic."""
    post = session.get_one(Post, payload["post_id"], options=[joinedload(Post.topic)])
    if post.state is State.VISIBLE:
        _add(session, post.topic, text.terms(post.body))


def index(session: Session, payload: dict[str, Any]) -> None:
    """Read the terms of a topic again: its title and its visible words."""
    topic = session.get_one(Topic, payload["topic_id"])
    # First the old terms go: those of a post that comes meanwhile are then kept.
    session.execute(delete(TopicTerm).where(TopicTerm.topic_id == topic.id))
    bodies = session.scalars(
        select(Post.body).where(Post.topic_id == topic.id, Post.state == State.VISIBLE)
    )
    _add(session, topic, set().union(*(text.terms(body) for body in bodies)))


def _add(session: Session, topic: Topic, terms: set[str]) -> None:
    in_title = text.terms(topic.title)
    rows = [
        {"term": term, "topic_id": topic.id, "in_title": term in in_title}
        for term in sorted(terms | in_title)
    ]
    if rows:
        session.execute(insert_into(session, TopicTerm).on_conflict_do_nothing(), rows)


def start_reading(session: Session, fact: Joined) -> None:
    """What was written before a member came counts as read."""
    assert fact.member is not None  # noqa: S101 - the fact is recorded with it
    mark_all_read(session, fact.member.id)
