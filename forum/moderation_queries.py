"""Reads of moderators: what waits for them, what they decided, what words were before."""

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import contains_eager, joinedload

from access.viewers import Viewer
from accounts.models import Member
from core import text
from core.refusals import Refused
from forum.models import Decision, Post, Report, Revision, Section, State, Topic, TopicTerm

PER_PAGE = 50


def reports(viewer: Viewer) -> Select[Report]:
    """The open reports on what this moderator sees, oldest first."""
    if not viewer.moderates:
        raise Refused("not-moderator")
    return (
        select(Report)
        .join(Report.post)
        .join(Post.topic)
        .options(
            contains_eager(Report.post).contains_eager(Post.topic),
            contains_eager(Report.post).joinedload(Post.author),
            joinedload(Report.reporter),
        )
        .where(Report.closed_at.is_(None), Topic.visible_to(viewer))
        .order_by(Report.id)
        .limit(PER_PAGE)
    )


def held_posts(viewer: Viewer) -> Select[Post]:
    """The newcomers' posts that wait for a moderator, oldest first."""
    if not viewer.moderates:
        raise Refused("not-moderator")
    return (
        select(Post)
        .join(Post.topic)
        .options(contains_eager(Post.topic), joinedload(Post.author))
        .where(Post.state == State.HELD, Topic.visible_to(viewer))
        .order_by(Post.id)
        .limit(PER_PAGE)
    )


def waiting(viewer: Viewer) -> Select[int]:
    """How much waits for this moderator: reported posts and held posts."""
    open_reports = (
        select(func.count(Report.post_id.distinct()))
        .select_from(Report)
        .join(Post, Post.id == Report.post_id)
        .join(Topic, Topic.id == Post.topic_id)
        .where(Report.closed_at.is_(None), Topic.visible_to(viewer))
        .scalar_subquery()
    )
    held = (
        select(func.count())
        .select_from(Post)
        .join(Topic, Topic.id == Post.topic_id)
        .where(Post.state == State.HELD, Topic.visible_to(viewer))
        .scalar_subquery()
    )
    return select(open_reports + held)


def register(viewer: Viewer, before: int | None = None) -> Select[Decision]:
    """The moderators' decisions on what this one sees, newest first."""
    if not viewer.moderates:
        raise Refused("not-moderator")
    found = (
        select(Decision)
        .join(Decision.topic)
        .options(contains_eager(Decision.topic), joinedload(Decision.moderator))
        .where(Topic.visible_to(viewer))
        .order_by(Decision.id.desc())
        .limit(PER_PAGE + 1)
    )
    return found.where(Decision.id < before) if before else found


def merge_candidates(viewer: Viewer, words: str) -> Select[Topic]:
    """Topics that a moderator may name as the one to keep, by words of their title."""
    found = select(Topic).where(
        Topic.section == Section.FORUM,
        Topic.visible_to(viewer),
        Topic.merged_into_id.is_(None),
        Topic.state == State.VISIBLE,
    )
    for term in sorted(text.terms(words))[:6]:
        found = found.where(
            exists().where(
                TopicTerm.term == term, TopicTerm.topic_id == Topic.id, TopicTerm.in_title
            )
        )
    return found.order_by(Topic.id.desc()).limit(10)


def revisions(viewer: Viewer, post_id: int) -> Select[Revision, str, str]:
    """What a post said before, newest first, for moderators."""
    if not viewer.moderates:
        raise Refused("not-moderator")
    return (
        select(Revision, Member.first_name, Member.last_name)
        .join(Member, Member.id == Revision.replaced_by_id)
        .where(Revision.post_id == post_id)
        .order_by(Revision.id.desc())
    )
