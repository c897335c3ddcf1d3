"""The news of the demonstration, as news/actions.py would have written them."""

import json
from datetime import date, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from access import audiences
from accounts.models import Member
from core import text
from demo import DATA
from demo.calendar import Month
from demo.people import places
from directory.models import Theme
from forum.actions import EXCERPT, html_of
from forum.models import Following, Post, Section, Topic
from news import likeness
from news.actions import Said, describe, told_by
from news.models import Article, ArticleKind, Contract


def _rows() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((DATA / "news.json").read_text(encoding="utf-8"))
    return sorted(rows, key=lambda row: -row["days_ago"])


def kinds_needed() -> set[str]:
    """The slugs of the kinds under which news are published."""
    return {row["kind"] for row in _rows()}


def articles(
    session: Session, month: Month, networks: dict[str, int], members: dict[str, Member]
) -> None:
    """What was announced, oldest first, with a few comments."""
    rows = _rows()
    themes = {theme.slug: theme.id for theme in session.scalars(select(Theme))}
    kinds = {kind.slug: kind.id for kind in session.scalars(select(ArticleKind))}
    territories = places(session, rows)
    for row in rows:
        audience_id = audiences.audience(
            session,
            [networks[slug] for slug in row["networks"]],
            [territories[reference] for reference in row["territories"]],
        )
        topic = _topic(session, row, themes[row["theme"]], members, audience_id, month)
        article = Article(topic_id=topic.id, audience_id=audience_id, published_at=topic.created_at)
        describe(session, article, _said(row, kinds[row["kind"]], topic.theme_id, month))
        session.add(article)
        session.flush()
        first = session.scalars(select(Post).where(Post.topic_id == topic.id)).first()
        if first is not None:
            likeness.note(session, article, told_by(topic, first, article))
        _comment(session, row, topic, members, month)


def _topic(
    session: Session,
    row: dict[str, Any],
    theme_id: int,
    members: dict[str, Member],
    audience_id: int,
    month: Month,
) -> Topic:
    at, author = month.ago(row["days_ago"]), members[row["author"]]
    topic = Topic(
        section=Section.NEWS,
        title=row["title"],
        theme_id=theme_id,
        author_id=author.id,
        audience_id=audience_id,
        pinned=row.get("pinned", False),
        created_at=at,
        excerpt="",
        last_author_id=author.id,
        last_activity_at=at,
    )
    session.add(topic)
    session.flush()
    _write(session, topic, author, row["body"], 0, month, row["days_ago"])
    session.add(Following(member_id=author.id, topic_id=topic.id, active=True))
    return topic


def _write(
    session: Session,
    topic: Topic,
    author: Member,
    body: str,
    number: int,
    month: Month,
    days_ago: float,
) -> None:
    html = html_of(session, body, topic.audience_id)
    post = Post(
        topic_id=topic.id,
        number=number,
        author_id=author.id,
        body=body,
        html=html,
        created_at=month.ago(days_ago),
    )
    session.add(post)
    session.flush()
    if number == 0:
        topic.excerpt = text.excerpt(html, EXCERPT)
    topic.answers = topic.last_number = number
    topic.last_post_id, topic.last_author_id = post.id, author.id
    topic.last_activity_at = post.created_at


def _comment(
    session: Session, row: dict[str, Any], topic: Topic, members: dict[str, Member], month: Month
) -> None:
    for number, said in enumerate(row.get("comments", ()), start=1):
        author = members[said["author"]]
        _write(session, topic, author, said["body"], number, month, said["days_ago"])


def _said(row: dict[str, Any], kind_id: int, theme_id: int, month: Month) -> Said:
    said = {name: row[name] for name in ("place", "address", "town", "link") if name in row}
    return Said(
        title=row["title"],
        body=row["body"],
        kind_id=kind_id,
        theme_id=theme_id,
        starts_on=_day(row, "starts_in", month),
        starts_at=_hour(row, "starts_at"),
        ends_at=_hour(row, "ends_at"),
        deadline=_day(row, "closes_in", month),
        contract=Contract(row["contract"]) if "contract" in row else None,
        **said,
    )


def _day(row: dict[str, Any], name: str, month: Month) -> date | None:
    """So many days after the end of the month, never on a Sunday."""
    if name not in row:
        return None
    day = month.end.date() + timedelta(days=row[name])
    return day + timedelta(days=1) if day.weekday() == 6 else day


def _hour(row: dict[str, Any], name: str) -> time | None:
    return time.fromisoformat(row[name]) if name in row else None
