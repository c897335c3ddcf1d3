"""Who sees a topic, and what its page shows. Each read takes a viewer and starts from the rule."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    case,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session, contains_eager, joinedload

from access.prepared import prepared
from access.viewers import Viewer
from accounts.models import Member
from directory.models import Organisation, Profile
from directory.organisations import workplace
from directory.queries import work_line
from forum.models import (
    Attachment,
    Following,
    Post,
    Reading,
    ReadingStart,
    Section,
    State,
    Thank,
    Topic,
)

POSTS_PER_PAGE = 30


def seen(viewer: Viewer) -> ColumnElement[bool]:
    """The topics that exist for this viewer: open audience, and visible or one's own to tend."""
    return and_(Topic.visible_to(viewer), _standing(viewer, Topic.state, Topic.author_id))


def words_seen(viewer: Viewer) -> ColumnElement[bool]:
    """The posts of seen topics whose words exist for this viewer."""
    return _standing(viewer, Post.state, Post.author_id)


def _standing(
    viewer: Viewer, state: SQLColumnExpression[State], author_id: SQLColumnExpression[int]
) -> ColumnElement[bool]:
    """Held and hidden words exist for moderators and for the one who wrote them."""
    if viewer.moderates:
        return literal(True)
    return or_(state == State.VISIBLE, author_id == viewer.member_id)


def unread(viewer: Viewer, section: Section = Section.FORUM) -> ColumnElement[bool]:
    """Whether something here was written since the viewer last read. Needs `reading_of`."""
    column = ReadingStart.post_id if section is Section.FORUM else ReadingStart.news_post_id
    start = select(column).where(ReadingStart.member_id == viewer.member_id).scalar_subquery()
    return and_(
        Topic.last_post_id > func.coalesce(Reading.post_id, 0),
        Topic.last_post_id > func.coalesce(start, 0),
        Topic.last_author_id != viewer.member_id,
    )


def reading_of(viewer: Viewer) -> ColumnElement[bool]:
    """What an outer join with Reading is made on."""
    return and_(Reading.topic_id == Topic.id, Reading.member_id == viewer.member_id)


@prepared
def topic(viewer: Viewer, topic_id: int) -> Select[Topic]:
    """One topic, with its theme and its author."""
    return (
        select(Topic)
        .options(joinedload(Topic.theme), joinedload(Topic.author))
        .where(Topic.id == topic_id, seen(viewer))
    )


@dataclass(frozen=True, slots=True)
class Opened:
    """A topic as its page needs it."""

    topic: Topic
    question: Post
    work: str
    """What the author does: "CIP, Les Ateliers du Bocage"."""
    following: bool
    read_until: int
    """The last post that the viewer has read."""


def opened(session: Session, viewer: Viewer, topic_id: int) -> Opened | None:
    """A topic with its question, its author's work and how far the viewer has read. One query."""
    row = _opened.run(session, viewer, topic_id).one_or_none()
    if row is None:
        return None
    topic, question, job, employer, organisation, active, read, started = row
    return Opened(
        topic,
        question,
        work_line(job, employer, organisation),
        bool(active),
        max(read or 0, started or 0),
    )


@prepared
def _opened(
    viewer: Viewer, topic_id: int
) -> Select[Topic, Post, str | None, str | None, str | None, bool | None, int | None, int | None]:
    mine = viewer.member_id
    following = (
        select(Following.active)
        .where(Following.member_id == mine, Following.topic_id == Topic.id)
        .correlate(Topic)
        .scalar_subquery()
    )
    reading = (
        select(Reading.post_id)
        .where(Reading.member_id == mine, Reading.topic_id == Topic.id)
        .correlate(Topic)
        .scalar_subquery()
    )
    began = case(
        (Topic.section == Section.FORUM, ReadingStart.post_id), else_=ReadingStart.news_post_id
    )
    start = select(began).where(ReadingStart.member_id == mine).correlate(Topic).scalar_subquery()
    return (
        select(
            Topic, Post, Profile.job, Profile.employer, Organisation.name, following, reading, start
        )
        .join(Post, and_(Post.topic_id == Topic.id, Post.number == 0), isouter=True)
        .join(Topic.author)
        .join(Topic.theme)
        .outerjoin(Profile, Profile.member_id == Topic.author_id)
        .outerjoin(Organisation, workplace(viewer))
        .options(contains_eager(Topic.theme), contains_eager(Topic.author))
        .where(Topic.id == topic_id, seen(viewer))
    )


PostList = Select[Post, str | None, str | None, str | None]
"""Post, its author's job, employer in words, and organisation."""


def posts(
    session: Session, viewer: Viewer, topic: Topic, after: int = 0
) -> Sequence[tuple[Post, str]]:
    """The answers of a topic in order, from one number on, with their authors' work.

    One more than a page, to know whether there is another.
    """
    found = _posts.run(session, viewer, topic.id, after)
    return [(post, work_line(job, employer, name)) for post, job, employer, name in found]


@prepared
def _posts(viewer: Viewer, topic_id: int, after: int) -> PostList:
    return (
        _with_work(viewer)
        .where(Post.topic_id == topic_id, Post.number > after)
        .order_by(Post.number)
        .limit(POSTS_PER_PAGE + 1)
    )


def posts_since(
    session: Session, viewer: Viewer, topic: Topic, post_id: int
) -> Sequence[tuple[Post, str]]:
    """The answers that came after this post, in order, with their authors' work: a page of them."""
    found = (
        _with_work(viewer)
        .where(Post.topic_id == topic.id, Post.number > 0, Post.id > post_id)
        .order_by(Post.number)
        .limit(POSTS_PER_PAGE)
    )
    rows = session.execute(found)
    return [(post, work_line(job, employer, name)) for post, job, employer, name in rows]


def useful(session: Session, viewer: Viewer, topic: Topic) -> tuple[Post, str] | None:
    """The reply that answers the question, with its author's work."""
    row = session.execute(
        _with_work(viewer).where(Post.topic_id == topic.id, Post.id == topic.useful_id)
    ).one_or_none()
    return row and (row[0], work_line(*row[1:]))


def _with_work(viewer: Viewer) -> PostList:
    return (
        select(Post, Profile.job, Profile.employer, Organisation.name)
        .join(Post.author)
        .outerjoin(Profile, Profile.member_id == Post.author_id)
        .outerjoin(Organisation, workplace(viewer))
        .options(contains_eager(Post.author))
        .where(words_seen(viewer))
    )


@prepared
def post(viewer: Viewer, post_id: int) -> Select[Post]:
    """One post, with its author, its topic and the topic's theme."""
    return (
        select(Post)
        .join(Post.topic)
        .options(contains_eager(Post.topic).joinedload(Topic.theme), joinedload(Post.author))
        .where(Post.id == post_id, seen(viewer), words_seen(viewer))
    )


@dataclass(frozen=True, slots=True)
class Thanks:
    """Who thanked for a post."""

    names: tuple[str, ...]
    mine: bool


def thanks(session: Session, viewer: Viewer, post_ids: Collection[int]) -> dict[int, Thanks]:
    """Who thanked, for each post, in the order of thanks."""
    names: dict[int, list[str]] = {}
    mine: set[int] = set()
    for post_id, member_id, first, last in session.execute(
        select(Thank.post_id, Thank.member_id, Member.first_name, Member.last_name)
        .join(Member, Member.id == Thank.member_id)
        .where(Thank.post_id.in_(post_ids))
        .order_by(Thank.at, Thank.member_id)
    ):
        names.setdefault(post_id, []).append(f"{first} {last}")
        if member_id == viewer.member_id:
            mine.add(post_id)
    return {post_id: Thanks(tuple(names.get(post_id, ())), post_id in mine) for post_id in post_ids}


def attachments(session: Session, posts: Collection[Post]) -> dict[int, list[Attachment]]:
    """The files of posts that the viewer sees; no query when none has any."""
    found: dict[int, list[Attachment]] = {}
    ids = [post.id for post in posts if post.files]
    if ids:
        for attachment in session.scalars(
            select(Attachment)
            .options(joinedload(Attachment.file))
            .where(Attachment.post_id.in_(ids))
            .order_by(Attachment.id)
        ):
            found.setdefault(attachment.post_id, []).append(attachment)
    return found


def attachment(viewer: Viewer, attachment_id: int) -> Select[Attachment]:
    """One attached file, for those who see the words of its post."""
    return (
        select(Attachment)
        .join(Post, Post.id == Attachment.post_id)
        .join(Post.topic)
        .options(joinedload(Attachment.file))
        .where(Attachment.id == attachment_id, seen(viewer), words_seen(viewer))
    )
