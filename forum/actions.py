"""Writes of the forum: asking, answering, reading, thanking. Moderation has its own module."""

from collections.abc import Callable, Collection, Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from access import audiences, rule
from access.viewers import Viewer
from accounts.models import Member
from accounts.queries import house_rules
from core import clock, text
from core.db import insert_into
from core.facts import record
from core.refusals import Refused
from directory import lists
from directory.models import Theme
from files.models import Upload
from forum import policy
from forum.attachments import attach, detach
from forum.facts import Answered, Held, Published, Reported, Reworded, Unanswered
from forum.models import (
    Following,
    Post,
    Reading,
    ReadingStart,
    Report,
    ReportReason,
    Revision,
    Section,
    State,
    Thank,
    Topic,
)

LONGEST_BODY = 20_000
LONGEST_TITLE = 150
EXCERPT = 110
"""Characters: about a line of the lists."""

MemberAddress = Callable[[int], str]
"""member id → address of their page: the web knows addresses, the domain does not."""


def _written(body: str) -> str:
    words = text.plain(body).strip()
    if not words:
        raise Refused("body-empty")
    if len(words) > LONGEST_BODY:
        raise Refused("body-too-long", longest=LONGEST_BODY)
    return words


def _titled(title: str) -> str:
    words = " ".join(text.plain(title).split())
    if not words:
        raise Refused("title-empty")
    if len(words) > LONGEST_TITLE:
        raise Refused("title-too-long", longest=LONGEST_TITLE)
    return words


def html_of(session: Session, body: str, audience_id: int) -> str:
    """A text as clean HTML; @handles of members who see the audience become links."""
    called = text.handles(body)
    known: dict[str, Member] = {}
    if called:
        known = {
            member.handle: member
            for member in session.scalars(
                select(Member).where(
                    Member.handle.in_(called), rule.reached(Member.id, audience_id)
                )
            )
        }

    def link(handle: str) -> str | None:
        member = known.get(handle)
        if member is None:
            return None
        return text.link(f"/annuaire/membres/{member.id}", f"@{member.name}", "mention")

    return text.clean(body, link)


def _state_for(session: Session, author: Viewer) -> State:
    """A newcomer's first posts are held when the house says so (seeds/004: modéré)."""
    first_posts = house_rules(session).newcomer_posts
    if not first_posts or author.moderates:
        return State.VISIBLE
    published = session.scalar(
        select(func.count()).select_from(
            select(Post.id)
            .where(Post.author_id == author.member_id, Post.state == State.VISIBLE)
            .limit(first_posts)
            .subquery()
        )
    )
    return State.VISIBLE if (published or 0) >= first_posts else State.HELD


def _one_at_a_time(session: Session, viewer: Viewer) -> None:
    """Of two clicks of a member at the same instant, the second waits and sees what the first did.

    SQLite has one writer anyway. Taken before any other lock.
    """
    me = select(Member.id).where(Member.id == viewer.member_id)
    session.execute(me.with_for_update(key_share=True))


def _already_sent(session: Session, author: Viewer, submission: str | None) -> Post | None:
    if submission is None:
        return None
    return session.scalar(
        select(Post).where(Post.author_id == author.member_id, Post.submission == submission)
    )


def ask(
    session: Session,
    *,
    author: Viewer,
    theme_id: int,
    title: str,
    body: str,
    networks: Collection[int],
    territories: Collection[int],
    submission: str | None = None,
    uploads: Sequence[Upload] = (),
    section: Section = Section.FORUM,
) -> Topic:
    """Open a topic, with files. The same form sent twice opens one.

    Raises Refused: "title-empty", "title-too-long", "body-empty", "body-too-long",
    "unknown-theme", "audience-not-yours", "no-network".
    """
    _one_at_a_time(session, author)
    if sent := _already_sent(session, author, submission):
        return session.get_one(Topic, sent.topic_id)
    heading, words = _titled(title), _written(body)
    theme = lists.chosen(session, Theme, theme_id)
    audience_id = audiences.own_audience(session, author.member_id, networks, territories)
    html = html_of(session, words, audience_id)
    present = clock.now()
    topic = Topic(
        section=section,
        title=heading,
        theme_id=theme.id,
        author_id=author.member_id,
        audience_id=audience_id,
        state=_state_for(session, author),
        created_at=present,
        excerpt=text.excerpt(html, EXCERPT),
        last_author_id=author.member_id,
        last_activity_at=present,
    )
    session.add(topic)
    session.flush()
    question = _add_post(session, topic, author, words, html, topic.state, submission)
    topic.last_post_id = question.id
    attach(session, question, uploads)
    _tell(session, topic, question)
    follow(session, author, topic.id)
    _mark_read(session, author.member_id, topic.id, question.id)
    return topic


def _add_post(
    session: Session,
    topic: Topic,
    author: Viewer,
    body: str,
    html: str,
    state: State,
    submission: str | None,
    number: int = 0,
) -> Post:
    post = Post(
        topic_id=topic.id,
        number=number,
        author_id=author.member_id,
        body=body,
        html=html,
        state=state,
        created_at=clock.now(),
        submission=submission,
    )
    session.add(post)
    session.flush()
    return post


def _tell(session: Session, topic: Topic, post: Post) -> None:
    record(session, (Published if post.state is State.VISIBLE else Held)(topic, post))


def reply(
    session: Session,
    topic: Topic,
    *,
    author: Viewer,
    body: str,
    submission: str | None = None,
    uploads: Sequence[Upload] = (),
) -> Post:
    """Answer an open topic, with files. The same form sent twice makes one answer.

    Raises Refused("topic-closed") when the topic no longer takes answers, and those of the text.
    """
    _one_at_a_time(session, author)
    if sent := _already_sent(session, author, submission):
        return sent
    if not policy.may_reply(author, topic):
        raise Refused("topic-closed")
    words = _written(body)
    # The number is drawn by the database, so that two answers at one instant get two numbers.
    number = session.execute(
        update(Topic)
        .where(Topic.id == topic.id)
        .values(last_number=Topic.last_number + 1)
        .returning(Topic.last_number)
        .execution_options(synchronize_session=False)
    ).scalar_one()
    html = html_of(session, words, topic.audience_id)
    post = _add_post(
        session, topic, author, words, html, _state_for(session, author), submission, number
    )
    attach(session, post, uploads)
    if post.state is State.VISIBLE:
        appear(session, topic, post)
    _tell(session, topic, post)
    if session.get(Following, (author.member_id, topic.id)) is None:
        follow(session, author, topic.id)
    _mark_read(session, author.member_id, topic.id, post.id)
    return post


def appear(session: Session, topic: Topic, post: Post) -> None:
    """Count a reply that readers now see."""
    session.execute(
        update(Topic)
        .where(Topic.id == topic.id)
        .values(
            answers=Topic.answers + 1,
            last_post_id=post.id,
            last_author_id=post.author_id,
            last_activity_at=clock.now(),
        )
        .execution_options(synchronize_session=False)
    )
    session.expire(topic, ["answers", "last_post_id", "last_author_id", "last_activity_at"])


def edit(
    session: Session,
    topic: Topic,
    post: Post,
    *,
    author: Viewer,
    body: str,
    title: str | None = None,
    theme_id: int | None = None,
    detached: Collection[int] = (),
) -> None:
    """Change one's own words, take files off; what the words were is kept for moderators.

    Raises Refused("not-yours"), and those of the text.
    """
    if not policy.may_edit(author, topic, post):
        raise Refused("not-yours")
    if detached:
        detach(session, post, detached)
        record(session, Reworded(topic, post))
    words = _written(body)
    heading = _titled(title) if post.number == 0 and title is not None else topic.title
    if post.number == 0 and theme_id is not None and theme_id != topic.theme_id:
        topic.theme_id = lists.chosen(session, Theme, theme_id).id
        record(session, Reworded(topic, post))  # the search files it elsewhere
    if words == post.body and heading == topic.title:
        return
    session.add(
        Revision(
            post_id=post.id,
            title=topic.title if post.number == 0 else None,
            body=post.body,
            replaced_at=clock.now(),
            replaced_by_id=author.member_id,
        )
    )
    post.body, post.html = words, html_of(session, words, topic.audience_id)
    post.edited_at = clock.now()
    if post.number == 0:
        topic.title, topic.excerpt = heading, text.excerpt(post.html, EXCERPT)
    if post.state is State.VISIBLE:
        record(session, Reworded(topic, post))


def follow(session: Session, viewer: Viewer, topic_id: int, *, active: bool = True) -> None:
    """Follow a topic, or stop."""
    _one_at_a_time(session, viewer)
    following = session.get(Following, (viewer.member_id, topic_id))
    if following is None:
        session.add(Following(member_id=viewer.member_id, topic_id=topic_id, active=active))
    else:
        following.active = active


def mark_read(session: Session, viewer: Viewer, topic: Topic, post_id: int) -> None:
    """Note how far a topic was read; never backwards, never beyond its end."""
    last = session.scalar(
        select(func.max(Post.id)).where(Post.topic_id == topic.id, Post.id <= post_id)
    )
    if last is not None:
        _mark_read(session, viewer.member_id, topic.id, last)


def _mark_read(session: Session, member_id: int, topic_id: int, post_id: int) -> None:
    mark = insert_into(session, Reading).values(
        member_id=member_id, topic_id=topic_id, post_id=post_id
    )
    session.execute(
        mark.on_conflict_do_update(
            index_elements=[Reading.member_id, Reading.topic_id],
            set_={"post_id": mark.excluded.post_id},
            where=Reading.post_id < mark.excluded.post_id,
        )
    )


def mark_all_read(
    session: Session, member_id: int, sections: Collection[Section] = tuple(Section)
) -> None:
    """Everything written there until now counts as read (also how a new member starts)."""
    last = session.scalar(select(func.max(Post.id))) or 0
    column = {Section.FORUM: "post_id", Section.NEWS: "news_post_id"}
    read = {column[section]: last for section in sections}
    session.merge(ReadingStart(member_id=member_id, **read))


def thank(session: Session, post: Post, *, by: Viewer) -> bool:
    """Thank, or take it back; whether the post is now thanked. Raises Refused("not-thankable")."""
    if not policy.may_thank(by, post):
        raise Refused("not-thankable")
    _one_at_a_time(session, by)
    given = session.get(Thank, (post.id, by.member_id))
    if given is not None:
        session.delete(given)
        return False
    session.add(Thank(post_id=post.id, member_id=by.member_id, at=clock.now()))
    return True


def choose_answer(session: Session, topic: Topic, post: Post | None, *, by: Viewer) -> None:
    """Say which reply answers the question; None: none does any longer.

    Raises Refused("not-yours") or Refused("no-answer") for a post that cannot be one.
    """
    if not policy.may_choose_answer(by, topic):
        raise Refused("not-yours")
    if post is None:
        topic.useful_id = None
        record(session, Unanswered(topic))
        return
    if post.topic_id != topic.id or post.number == 0 or post.state is not State.VISIBLE:
        raise Refused("no-answer")
    if topic.useful_id != post.id:
        topic.useful_id = post.id
        record(session, Answered(topic, post, by.member_id))


def report(session: Session, post: Post, *, by: Viewer, reason: ReportReason, words: str) -> Report:
    """Bring a post to the moderators.

    Raises Refused("not-reportable") for one's own words, Refused("already-reported").
    """
    if not policy.may_report(by, post):
        raise Refused("not-reportable")
    if reason is ReportReason.OTHER and not words.strip():
        raise Refused("reason-needed")
    _one_at_a_time(session, by)
    made = session.scalar(
        select(Report).where(Report.post_id == post.id, Report.reporter_id == by.member_id)
    )
    if made is not None and made.closed_at is None:
        raise Refused("already-reported")
    if made is None:
        made = Report(post_id=post.id, reporter_id=by.member_id)
        session.add(made)
    made.reason, made.words = reason, words.strip()
    made.created_at, made.closed_at, made.closed_by_id = clock.now(), None, None
    record(session, Reported(post.topic, made))
    return made
