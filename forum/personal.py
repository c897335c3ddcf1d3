"""What the forum holds about a member: given to them, and let go with them."""

import re
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Select, and_, delete, exists, func, or_, select, union, update
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from accounts.departures import Departure
from accounts.facts import MemberLeft
from core import clock, text
from core.facts import record
from core.portable import Held, Rows, rows_of
from files.personal import pieces
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
    State,
    Thank,
    Topic,
)
from forum.moderation import recount_all

ERASED = "Message effacé."
ERASED_TITLE = "Question effacée"
"""What stands where others answered: their answers stay readable."""
TOPICS_AT_ONCE = 20
"""Topics erased in one transaction: each is erased whole."""
READ_AT_ONCE = 5_000
"""Messages in which a name is looked for in one transaction."""


def its_data_of(session: Session, member_id: int) -> Held:
    """What they asked, answered, followed, read, thanked for, reported and decided."""
    theirs = select(Post.id).where(Post.author_id == member_id)
    tables: dict[str, Rows] = {
        "topic": rows_of(
            session,
            Topic,
            Topic.author_id == member_id,
            without=("excerpt", "last_author_id", "last_post_id"),
        ),
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
        "report": rows_of(
            session, Report, Report.reporter_id == member_id, without=("closed_by_id",)
        ),
        "decision": rows_of(session, Decision, Decision.moderator_id == member_id),
    }
    return Held(tables, pieces(session, files_of(member_id)))


def files_of(member_id: int) -> Select[int, str]:
    """The files attached to their messages."""
    return (
        select(Attachment.file_id, Attachment.name)
        .join(Post, Post.id == Attachment.post_id)
        .where(Post.author_id == member_id)
    )


def forget(session: Session, fact: MemberLeft) -> None:
    """At once, when an account closes: what it followed and read."""
    for model in (Following, Reading, ReadingStart):
        _do(session, delete(model).where(model.member_id == fact.member_id))


def _do(session: Session, statement: Any) -> None:
    session.execute(statement.execution_options(synchronize_session=False))


# --- the name in the words of others ---------------------------------------------------------


def unname(session: Session, departure: Departure, after: int) -> int | None:
    """Take the name out of what calls them with @, some messages at a time."""
    page = f'href="/annuaire/membres/{departure.member_id}"'
    linked = re.compile(rf"<a class=\"mention\" {re.escape(page)}>@[^<]*</a>")
    last = session.scalar(select(func.max(Post.id))) or 0
    end = after + READ_AT_ONCE
    posts = session.scalars(
        select(Post)
        .options(joinedload(Post.topic))
        .where(
            Post.id > after,
            Post.id <= end,
            or_(
                Post.html.contains(page, autoescape=True),
                Post.body.icontains(f"@{departure.handle}", autoescape=True),
            ),
        )
    ).all()
    for post in posts:
        html = linked.sub(f"@{departure.new_handle}", post.html)
        post.body, post.html = _called(departure, post.body), _called(departure, html)
        if post.number == 0:
            post.topic.excerpt = text.excerpt(post.html, EXCERPT)
    _tell(session, {post.topic_id for post in posts})
    return end if end < last else None


def unname_revisions(session: Session, departure: Departure, after: int) -> int | None:
    """The same in what messages said before."""
    last = session.scalar(select(func.max(Revision.id))) or 0
    end = after + READ_AT_ONCE
    called = Revision.body.icontains(f"@{departure.handle}", autoescape=True)
    for revision in session.scalars(
        select(Revision).where(Revision.id > after, Revision.id <= end, called)
    ).all():
        revision.body = _called(departure, revision.body)
    return end if end < last else None


def _called(departure: Departure, words: str) -> str:
    return text.called_otherwise(words, departure.handle, departure.new_handle)


def _tell(session: Session, topic_ids: Collection[int]) -> None:
    """The words of these topics changed; one that was merged has no message left."""
    its = aliased(Post)
    first = select(func.min(its.number)).where(its.topic_id == Post.topic_id).scalar_subquery()
    questions = (
        select(Post)
        .join(Post.topic)
        .options(contains_eager(Post.topic))
        .where(Post.topic_id.in_(topic_ids), Post.number == first)
        .order_by(Post.id)
    )
    for question in session.scalars(questions).all():
        record(session, Reworded(question.topic, question))


# --- their own words -------------------------------------------------------------------------


def erase(session: Session, departure: Departure, after: int) -> int | None:
    """Take their words away when they wish so, some topics at a time."""
    if not departure.erases:
        return None
    topic_ids = _topics_of(session, departure.member_id, after)
    theirs = and_(Post.author_id == departure.member_id, Post.topic_id.in_(topic_ids))
    _erase_beside(session, session.scalars(select(Post.id).where(theirs)).all())
    _erase_questions(session, departure.member_id, topic_ids)
    _do(
        session,
        update(Post)
        .where(theirs)
        .values(
            body=ERASED,
            html=text.clean(ERASED),
            files=0,
            edited_at=None,
            hidden_reason=None,
            submission=None,
        ),
    )
    _do(session, update(Post).where(theirs, Post.number > 0).values(state=State.HIDDEN))
    session.expire_all()
    recount_all(session, topic_ids)
    _tell(session, topic_ids)
    if len(topic_ids) == TOPICS_AT_ONCE:
        return topic_ids[-1]
    _erase_gestures(session, departure.member_id)
    return None


def _topics_of(session: Session, member_id: int, after: int) -> Sequence[int]:
    """The next topics that they opened or answered in."""
    opened = select(Topic.id).where(Topic.author_id == member_id, Topic.id > after)
    answered = select(Post.topic_id).where(Post.author_id == member_id, Post.topic_id > after)
    both = union(opened, answered).subquery()
    (topic_id,) = both.c
    return session.scalars(select(topic_id).order_by(topic_id).limit(TOPICS_AT_ONCE)).all()


def _erase_gestures(session: Session, member_id: int) -> None:
    """What they did beside writing."""
    _do(session, delete(Thank).where(Thank.member_id == member_id))
    _do(session, update(Report).where(Report.reporter_id == member_id).values(words=""))


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


def _erase_questions(session: Session, member_id: int, topic_ids: Collection[int]) -> None:
    """A question that others answered keeps its place, without its words; else it is hidden."""
    theirs = and_(Topic.author_id == member_id, Topic.id.in_(topic_ids))
    _do(session, update(Topic).where(theirs).values(title=ERASED_TITLE, excerpt=ERASED))
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
