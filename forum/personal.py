"""What the forum holds about a member: given to them, and let go with them."""

import re
from collections.abc import Collection
from typing import Any

from sqlalchemy import and_, case, delete, exists, or_, select, update
from sqlalchemy.orm import Session, joinedload

from accounts.facts import MemberLeft
from core import clock, text
from core.facts import record
from core.portable import Held, Piece, Rows, rows_of
from files.models import StoredFile
from forum.actions import EXCERPT
from forum.facts import Reworded
from forum.models import (
    Attachment,
    Decision,
    Following,
    Post,
    Reading,
    ReadingStart,
    Report,
    Revision,
    Section,
    State,
    Thank,
    Topic,
)
from forum.moderation import recount

ERASED = "Message effacé."
ERASED_TITLE = "Question effacée"
ERASED_NEWS = "Actualité effacée"
"""What stands where others answered: their answers stay readable."""
AT_ONCE = 500
"""Ids in one statement."""


def its_data_of(session: Session, member_id: int) -> Held:
    """What they asked, answered, followed, read, thanked for, reported and decided."""
    theirs = select(Post.id).where(Post.author_id == member_id)
    tables: dict[str, Rows] = {
        "topic": rows_of(session, Topic, Topic.author_id == member_id, without=("excerpt",)),
        "post": rows_of(session, Post, Post.author_id == member_id, without=("html",)),
        "post_revision": rows_of(
            session,
            Revision,
            or_(Revision.replaced_by_id == member_id, Revision.post_id.in_(theirs)),
        ),
        "attachment": rows_of(session, Attachment, Attachment.post_id.in_(theirs)),
        "following": rows_of(session, Following, Following.member_id == member_id),
        "reading": rows_of(session, Reading, Reading.member_id == member_id),
        "reading_start": rows_of(session, ReadingStart, ReadingStart.member_id == member_id),
        "thank": rows_of(session, Thank, Thank.member_id == member_id),
        "report": rows_of(session, Report, Report.reporter_id == member_id),
        "decision": rows_of(session, Decision, Decision.moderator_id == member_id),
    }
    attached = session.execute(
        select(Attachment.name, StoredFile.sha256, StoredFile.size)
        .join(StoredFile, StoredFile.id == Attachment.file_id)
        .where(Attachment.post_id.in_(theirs))
        .order_by(Attachment.id)
    )
    return Held(tables, [Piece(*row) for row in attached])


def forget(session: Session, fact: MemberLeft) -> None:
    """Their name leaves everyone's words; their own words too when they wish so."""
    for model in (Following, Reading, ReadingStart):
        _do(session, delete(model).where(model.member_id == fact.member_id))
    changed = _unname(session, fact)
    if fact.erases:
        changed |= _erase(session, fact.member_id)
    for topic_id in sorted(changed):
        topic = session.get_one(Topic, topic_id)
        question = session.scalars(
            select(Post).where(Post.topic_id == topic_id).order_by(Post.number).limit(1)
        ).first()
        if question is not None:  # a topic that was merged has none left
            record(session, Reworded(topic, question))


def _do(session: Session, statement: Any) -> None:
    session.execute(statement.execution_options(synchronize_session=False))


# --- the name in the words of others ---------------------------------------------------------


def _unname(session: Session, fact: MemberLeft) -> set[int]:
    """Take the name out of what calls them with @; the topics that changed."""
    page = f'href="/annuaire/membres/{fact.member_id}"'
    linked = re.compile(rf"<a class=\"mention\" {re.escape(page)}>@[^<]*</a>")
    called = f"@{fact.handle}"
    changed: set[int] = set()
    posts = session.scalars(
        select(Post)
        .options(joinedload(Post.topic))
        .where(
            or_(
                Post.html.contains(page, autoescape=True),
                Post.body.icontains(called, autoescape=True),
            )
        )
    ).all()
    for post in posts:
        post.body = text.called_otherwise(post.body, fact.handle, fact.new_handle)
        html = linked.sub(f"@{fact.new_handle}", post.html)
        post.html = text.called_otherwise(html, fact.handle, fact.new_handle)
        if post.number == 0:
            post.topic.excerpt = text.excerpt(post.html, EXCERPT)
        changed.add(post.topic_id)
    for revision in session.scalars(
        select(Revision).where(Revision.body.icontains(called, autoescape=True))
    ).all():
        revision.body = text.called_otherwise(revision.body, fact.handle, fact.new_handle)
    return changed


# --- their own words -------------------------------------------------------------------------


def _erase(session: Session, member_id: int) -> set[int]:
    """Take their words away; the topics that changed."""
    post_ids = session.scalars(select(Post.id).where(Post.author_id == member_id)).all()
    topic_ids = set(
        session.scalars(select(Post.topic_id).where(Post.author_id == member_id).distinct())
    ) | set(session.scalars(select(Topic.id).where(Topic.author_id == member_id)))
    for start in range(0, len(post_ids), AT_ONCE):
        _erase_beside(session, post_ids[start : start + AT_ONCE])
    _do(session, delete(Thank).where(Thank.member_id == member_id))
    _do(session, update(Report).where(Report.reporter_id == member_id).values(words=""))
    _erase_questions(session, member_id)
    _do(
        session,
        update(Post)
        .where(Post.author_id == member_id)
        .values(
            body=ERASED,
            html=text.clean(ERASED),
            files=0,
            edited_at=None,
            hidden_reason=None,
            submission=None,
        ),
    )
    _do(
        session,
        update(Post).where(Post.author_id == member_id, Post.number > 0).values(state=State.HIDDEN),
    )
    session.expire_all()
    for topic_id in sorted(topic_ids):
        recount(session, session.get_one(Topic, topic_id))
    return topic_ids


def _erase_beside(session: Session, post_ids: Collection[int]) -> None:
    """What hangs on these posts: files, former words, the mark of a useful answer, open reports."""
    _do(session, delete(Attachment).where(Attachment.post_id.in_(post_ids)))
    _do(session, delete(Revision).where(Revision.post_id.in_(post_ids)))
    _do(session, update(Topic).where(Topic.useful_id.in_(post_ids)).values(useful_id=None))
    _do(
        session,
        update(Report)
        .where(Report.post_id.in_(post_ids), Report.closed_at.is_(None))
        .values(closed_at=clock.now()),
    )


def _erase_questions(session: Session, member_id: int) -> None:
    """A question that others answered keeps its place, without its words; else it is hidden."""
    theirs = Topic.author_id == member_id
    title = case((Topic.section == Section.NEWS, ERASED_NEWS), else_=ERASED_TITLE)
    _do(session, update(Topic).where(theirs).values(title=title, excerpt=ERASED))
    answered = exists().where(
        and_(
            Post.topic_id == Topic.id,
            Post.author_id != member_id,
            Post.state == State.VISIBLE,
        )
    )
    _do(session, update(Topic).where(theirs, ~answered).values(state=State.HIDDEN))
    alone = select(Topic.id).where(theirs, ~answered)
    _do(
        session,
        update(Post)
        .where(Post.author_id == member_id, Post.number == 0, Post.topic_id.in_(alone))
        .values(state=State.HIDDEN),
    )
