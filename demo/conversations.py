"""The topics of the demonstration and all that was answered, in the order of the days."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import forum.jobs
from access import audiences
from accounts.models import Member
from core import text
from demo import DATA
from demo.calendar import Month
from demo.people import places
from directory.models import Theme
from forum.actions import html_of
from forum.models import Act, Decision, Following, Post, Thank, Topic

LOCKED = {
    "regles-discretion": "Ce rappel reste court : les questions se posent à la modération.",
    "enquete-formation-close": "L’enquête est close, merci à toutes les structures.",
}


@dataclass(frozen=True, slots=True)
class Talk:
    """A topic with what was written in it, and who wanted to know."""

    said: dict[str, Any]
    topic: Topic
    posts: list[Post] = field(default_factory=list)

    @property
    def key(self) -> str:
        """What the data call it."""
        return str(self.said["key"])


def _rows() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((DATA / "topics.json").read_text(encoding="utf-8"))
    return rows


def themes_needed() -> set[str]:
    """The slugs of the themes under which topics are opened."""
    return {row["theme"] for row in _rows()}


def talks(
    session: Session, month: Month, networks: dict[str, int], members: dict[str, Member]
) -> list[Talk]:
    """Everything that was written, oldest first, as forum/actions.py would have written it."""
    rows = _rows()
    themes = {theme.slug: theme.id for theme in session.scalars(select(Theme))}
    territories = places(session, rows)
    opened: dict[str, Talk] = {}
    for at, row, number in _in_order(rows, month):
        if number == 0:
            audience_id = audiences.audience(
                session,
                [networks[slug] for slug in row["networks"]],
                [territories[reference] for reference in row["territories"]],
            )
            author = members[row["author"]]
            topic = _open(session, row, themes[row["theme"]], author, audience_id, at)
            opened[row["key"]] = Talk(row, topic)
        _write(session, opened[row["key"]], number, members, at)
    for talk in opened.values():
        _settle(session, talk, month, members)
    return list(opened.values())


def _in_order(
    rows: list[dict[str, Any]], month: Month
) -> Iterator[tuple[datetime, dict[str, Any], int]]:
    """Each message with its instant: the ids of posts grow with time, as reading marks expect."""
    moments = []
    for row in rows:
        moments.append((month.ago(row["days_ago"]), row, 0))
        for number, post in enumerate(row["posts"], start=1):
            later = row["days_ago"] - post["hours_later"] / 24
            moments.append((month.ago(later), row, number))
    yield from sorted(moments, key=lambda moment: (moment[0], moment[1]["key"], moment[2]))


def _open(
    session: Session,
    row: dict[str, Any],
    theme_id: int,
    author: Member,
    audience_id: int,
    at: datetime,
) -> Topic:
    topic = Topic(
        title=row["title"],
        theme_id=theme_id,
        author_id=author.id,
        audience_id=audience_id,
        pinned=row["pinned"],
        locked=row["locked"],
        created_at=at,
        excerpt=text.excerpt(html_of(session, row["body"], audience_id)),
        answers=0,
        last_number=0,
        last_author_id=author.id,
        last_activity_at=at,
    )
    session.add(topic)
    session.flush()
    return topic


def _write(
    session: Session, talk: Talk, number: int, members: dict[str, Member], at: datetime
) -> None:
    said = talk.said["posts"][number - 1] if number else talk.said
    topic = talk.topic
    post = Post(
        topic_id=topic.id,
        number=number,
        author_id=members[said["author"]].id,
        body=said["body"],
        html=html_of(session, said["body"], topic.audience_id),
        created_at=at,
    )
    session.add(post)
    session.flush()
    talk.posts.append(post)
    topic.answers = topic.last_number = number
    topic.last_post_id, topic.last_author_id = post.id, post.author_id
    topic.last_activity_at = at


def _settle(session: Session, talk: Talk, month: Month, members: dict[str, Member]) -> None:
    """Thanks, followers, the useful answer, what a moderator decided, the words to find it by."""
    topic, said = talk.topic, talk.said
    if said["answer"] is not None:
        topic.useful_id = talk.posts[said["answer"] + 1].id
    for number, row in enumerate(said["posts"], start=1):
        post = talk.posts[number]
        room = month.end - post.created_at
        for turn, email in enumerate(row["thanks"], start=1):
            at = post.created_at + min(timedelta(hours=2.5) * turn, room * turn / 10)
            session.add(Thank(post_id=post.id, member_id=members[email].id, at=at))
    writers = {post.author_id for post in talk.posts}
    session.add_all(
        Following(member_id=member_id, topic_id=topic.id, active=True)
        for member_id in sorted(writers | {members[email].id for email in said["followers"]})
    )
    _decided(session, talk, members)
    forum.jobs.index(session, {"topic_id": topic.id})


def _decided(session: Session, talk: Talk, members: dict[str, Member]) -> None:
    """Whoever pinned or locked a topic left a line in the register."""
    moderator = members["moderation@maillage.example"]
    acts = [(Act.PIN, "")] if talk.topic.pinned else []
    if talk.topic.locked:
        acts.append((Act.LOCK, LOCKED[talk.key]))
    for act, reason in acts:
        session.add(
            Decision(
                act=act,
                at=talk.topic.last_activity_at + timedelta(minutes=4),
                moderator_id=moderator.id,
                topic_id=talk.topic.id,
                reason=reason,
            )
        )
