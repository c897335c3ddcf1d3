"""What moderators do, each act with its reason in the register (seeds/004: « modéré »)."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from access import audiences
from access.viewers import Viewer
from accounts.models import Member
from core import clock
from core.facts import record
from core.refusals import Refused
from directory import lists
from directory.models import Theme
from forum import policy
from forum.actions import appear
from forum.facts import Moderated, Published, Reworded
from forum.models import Act, Decision, Following, Post, Report, Section, State, Topic


def _decide(
    session: Session,
    by: Viewer,
    act: Act,
    topic: Topic,
    post: Post | None,
    reason: str,
    reporter_ids: tuple[int, ...] = (),
) -> None:
    moderator = session.get_one(Member, by.member_id)
    session.add(
        Decision(
            act=act,
            at=clock.now(),
            moderator_id=by.member_id,
            topic_id=topic.id,
            post_id=post.id if post else None,
            reason=reason,
        )
    )
    record(
        session,
        Moderated(
            moderator,
            topic.title,
            {"decision": act.value, "topic": topic.id, "post": post and post.id, "reason": reason},
            act,
            topic,
            post,
            reason,
            reporter_ids,
        ),
    )


def _moderator(by: Viewer) -> None:
    if not policy.may_moderate(by):
        raise Refused("not-moderator")


def _reason(words: str) -> str:
    if not words.strip():
        raise Refused("reason-needed")
    return words.strip()


def hide(session: Session, post: Post, *, by: Viewer, reason: str) -> None:
    """Take a post away from readers; its author is told why. Open reports are closed."""
    _moderator(by)
    why = _reason(reason)
    if post.state is State.HIDDEN:
        raise Refused("already-hidden")
    topic, was_visible = post.topic, post.state is State.VISIBLE
    post.state, post.hidden_reason = State.HIDDEN, why
    if post.number == 0:
        topic.state = State.HIDDEN
    elif was_visible:
        recount(session, topic)
    if topic.useful_id == post.id:
        topic.useful_id = None
    record(session, Reworded(topic, post))
    _decide(session, by, Act.HIDE, topic, post, why, _close_reports(session, post, by))


def recount(session: Session, topic: Topic) -> None:
    """Count again what readers see of a topic."""
    recount_all(session, [topic.id])


def recount_all(session: Session, topic_ids: Collection[int]) -> None:
    """Count again what readers see of these topics. A few queries, however many there are."""
    session.flush()
    topics = session.scalars(select(Topic).where(Topic.id.in_(topic_ids))).all()
    answers: Counter[int] = Counter()
    lasts: dict[int, tuple[int, int, datetime]] = {}
    visible = (
        select(Post.topic_id, Post.number, Post.id, Post.author_id, Post.created_at)
        .where(Post.topic_id.in_(topic_ids), Post.state == State.VISIBLE)
        .order_by(Post.created_at, Post.id)
    )
    for topic_id, number, post_id, author_id, created_at in session.execute(visible):
        answers[topic_id] += number > 0
        lasts[topic_id] = (post_id, author_id, created_at)
    for topic in topics:
        topic.answers = answers[topic.id]
        if last := lasts.get(topic.id):
            topic.last_post_id, topic.last_author_id, topic.last_activity_at = last


def restore(session: Session, post: Post, *, by: Viewer, reason: str) -> None:
    """Give a hidden post back to readers; its author is told."""
    _moderator(by)
    why = _reason(reason)
    if post.state is not State.HIDDEN:
        raise Refused("not-hidden")
    _show(session, post)
    record(session, Reworded(post.topic, post))
    _decide(session, by, Act.RESTORE, post.topic, post, why)


def _show(session: Session, post: Post) -> None:
    post.state, post.hidden_reason = State.VISIBLE, None
    if post.number == 0:
        post.topic.state = State.VISIBLE
    else:
        recount(session, post.topic)


def approve(session: Session, post: Post, *, by: Viewer) -> None:
    """Let a held post appear."""
    _moderator(by)
    if post.state is not State.HELD:
        raise Refused("not-held")
    post.state = State.VISIBLE
    if post.number == 0:
        post.topic.state = State.VISIBLE
        post.topic.last_activity_at = clock.now()
    else:
        appear(session, post.topic, post)
    record(session, Published(post.topic, post))
    _decide(session, by, Act.APPROVE, post.topic, post, "")


def keep(session: Session, post: Post, *, by: Viewer, reason: str) -> None:
    """Close the reports on a post that stays."""
    _moderator(by)
    why = _reason(reason)
    reporter_ids = _close_reports(session, post, by)
    if not reporter_ids:
        raise Refused("report-closed")
    _decide(session, by, Act.KEEP, post.topic, post, why, reporter_ids)


def _close_reports(session: Session, post: Post, by: Viewer) -> tuple[int, ...]:
    """Close what is open about a post; the ids of those who reported it."""
    closed = session.scalars(
        update(Report)
        .where(Report.post_id == post.id, Report.closed_at.is_(None))
        .values(closed_at=clock.now(), closed_by_id=by.member_id)
        .returning(Report.reporter_id)
        .execution_options(synchronize_session=False)
    )
    return tuple(sorted(closed))


def move(session: Session, topic: Topic, *, by: Viewer, theme_id: int, reason: str) -> None:
    """Put a topic under another theme."""
    _moderator(by)
    theme = lists.chosen(session, Theme, theme_id)
    if theme.id == topic.theme_id:
        raise Refused("same-theme")
    topic.theme_id = theme.id
    _decide(session, by, Act.MOVE, topic, None, reason.strip())


def lock(session: Session, topic: Topic, *, by: Viewer, locked: bool, reason: str) -> None:
    """Close a topic to new answers, or open it again."""
    _moderator(by)
    if topic.locked == locked:
        raise Refused("nothing-to-do")
    why = _reason(reason) if locked else reason.strip()
    topic.locked = locked
    _decide(session, by, Act.LOCK if locked else Act.UNLOCK, topic, None, why)


def pin(session: Session, topic: Topic, *, by: Viewer, pinned: bool) -> None:
    """Keep a topic on top of the forum, or let it go."""
    _moderator(by)
    if topic.pinned == pinned:
        raise Refused("nothing-to-do")
    topic.pinned = pinned
    _decide(session, by, Act.PIN if pinned else Act.UNPIN, topic, None, "")


def merge(session: Session, duplicate: Topic, kept: Topic, *, by: Viewer, reason: str) -> None:
    """Move the posts of a duplicate to the end of the topic that is kept.

    Raises Refused("audience-narrower") when someone would read in the kept topic what the
    duplicate did not show them.
    """
    _moderator(by)
    why = _reason(reason)
    if duplicate.id == kept.id:
        raise Refused("same-topic")
    if duplicate.merged_into_id or kept.merged_into_id or kept.state is not State.VISIBLE:
        raise Refused("not-mergeable")
    if Section.NEWS in {duplicate.section, kept.section}:
        raise Refused("not-mergeable")
    if not audiences.covers(session, duplicate.audience_id, kept.audience_id):
        raise Refused("audience-narrower")
    moved = list(
        session.scalars(select(Post).where(Post.topic_id == duplicate.id).order_by(Post.number))
    )
    last_number = session.execute(
        update(Topic)
        .where(Topic.id == kept.id)
        .values(last_number=Topic.last_number + len(moved))
        .returning(Topic.last_number)
        .execution_options(synchronize_session=False)
    ).scalar_one()
    session.expire(kept, ["last_number"])
    for number, post in enumerate(moved, last_number - len(moved) + 1):
        post.topic_id, post.number = kept.id, number
    duplicate.merged_into_id, duplicate.useful_id, duplicate.locked = kept.id, None, True
    duplicate.answers, duplicate.last_post_id = 0, None
    _follow_too(session, duplicate, kept)
    recount(session, kept)
    record(session, Reworded(kept, moved[0]))
    _decide(session, by, Act.MERGE, duplicate, moved[0], why)


def _follow_too(session: Session, duplicate: Topic, kept: Topic) -> None:
    already = select(Following.member_id).where(Following.topic_id == kept.id)
    followers = session.scalars(
        select(Following.member_id).where(
            Following.topic_id == duplicate.id,
            Following.active,
            Following.member_id.not_in(already),
        )
    )
    session.add_all(Following(member_id=member_id, topic_id=kept.id) for member_id in followers)
