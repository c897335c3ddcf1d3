"""The terms of topics, kept for finding similar ones; the reading start of new members."""

from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from accounts.facts import Joined
from core import text
from core.jobs import enqueue
from forum.actions import mark_all_read
from forum.facts import Published, Reworded
from forum.models import Post, State, Topic, TopicTerm

INDEX = "forum.index"


def to_index(session: Session, fact: Published | Reworded) -> None:
    """The topic's words changed: its terms are to be read again."""
    enqueue(session, INDEX, {"topic_id": fact.topic.id}, key=f"{INDEX}:{fact.topic.id}")


def index(session: Session, payload: dict[str, Any]) -> None:
    """Read the terms of a topic again: its title and its visible words."""
    topic = session.get_one(Topic, payload["topic_id"])
    bodies = session.scalars(
        select(Post.body).where(Post.topic_id == topic.id, Post.state == State.VISIBLE)
    )
    in_title = text.terms(topic.title)
    everywhere = set().union(in_title, *(text.terms(body) for body in bodies))
    session.execute(delete(TopicTerm).where(TopicTerm.topic_id == topic.id))
    if everywhere:
        session.execute(
            insert(TopicTerm),
            [
                {"term": term, "topic_id": topic.id, "in_title": term in in_title}
                for term in sorted(everywhere)
            ],
        )


def start_reading(session: Session, fact: Joined) -> None:
    """What was written before a member came counts as read."""
    assert fact.member is not None  # noqa: S101 - the fact is recorded with it
    mark_all_read(session, fact.member.id)
