"""What the forum gives to the search: one entry a topic, a page of it for each visible message.

The news read theirs with it: an article is a topic.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from core.indexing import PAGE, Changed, Entry, Source
from core.text import excerpt
from files.facts import FileRead
from files.models import StoredFile
from forum.facts import Answered, Moderated, Published, Reworded, Unanswered
from forum.models import Attachment, Post, Section, State, Topic

TOPIC = "topic"
LONGEST_MESSAGE = 20_000
LONGEST_FILE = 50_000
"""Characters read of a file attached to a message."""


def read(
    session: Session, ids: Collection[int], section: Section = Section.FORUM, kind: str = TOPIC
) -> Iterator[Entry]:
    """The entries of these topics, when they are of this section and can be read."""
    topics = session.scalars(
        select(Topic)
        .options(joinedload(Topic.theme))
        .where(
            Topic.id.in_(ids),
            Topic.section == section,
            Topic.state == State.VISIBLE,
            Topic.merged_into_id.is_(None),
        )
    ).all()
    pages: dict[int, dict[int, str]] = defaultdict(dict)
    authors: dict[int, int] = {}
    for topic_id, number, html, post_id, author_id in session.execute(
        select(Post.topic_id, Post.number, Post.html, Post.id, Post.author_id).where(
            Post.topic_id.in_([topic.id for topic in topics]), Post.state == State.VISIBLE
        )
    ):
        pages[topic_id][number] = excerpt(html, LONGEST_MESSAGE)
        authors[post_id] = author_id
    for topic_id, number, name, words in session.execute(_attached([t.id for t in topics])):
        pages[topic_id][number] += f"\n{name} {words[:LONGEST_FILE].replace(PAGE, ' ')}"
    for topic in topics:
        yield Entry(
            kind=kind,
            id=topic.id,
            audience_id=topic.audience_id,
            title=topic.title,
            body=_paged(pages[topic.id]),
            at=topic.created_at,
            theme=topic.theme.slug,
            author_id=topic.author_id,
            credit_id=_helper(topic, authors),
        )


def _helper(topic: Topic, authors: dict[int, int]) -> int | None:
    """Who gave the useful answer to somebody else's question."""
    helper_id = authors.get(topic.useful_id or 0)
    return None if helper_id == topic.author_id else helper_id


def _attached(topic_ids: Collection[int]) -> Select[int, int, str, str]:
    """The files of visible messages: their words are read on the page of their message."""
    return (
        select(Post.topic_id, Post.number, Attachment.name, StoredFile.text)
        .join(Attachment, Attachment.post_id == Post.id)
        .join(StoredFile, StoredFile.id == Attachment.file_id)
        .where(Post.topic_id.in_(topic_ids), Post.state == State.VISIBLE, Post.files > 0)
        .order_by(Attachment.id)
    )


def _paged(messages: dict[int, str]) -> str:
    """Message n on page n + 1: those that readers do not see leave an empty page."""
    last = max(messages, default=0)
    return PAGE.join(messages.get(number, "") for number in range(last + 1))


def source(
    section: Section, kind: str, reads: Callable[[Session, Collection[int]], Iterable[Entry]]
) -> Source:
    """The topics of a section, for the search."""
    there = Topic.section == section

    def ids(session: Session, after_id: int, limit: int) -> list[int]:
        found = select(Topic.id).where(Topic.id > after_id, there).order_by(Topic.id).limit(limit)
        return list(session.scalars(found))

    def count(session: Session) -> int:
        return session.scalar(select(func.count()).select_from(Topic).where(there)) or 0

    return Source(kind, reads, ids, count)


topics = source(Section.FORUM, TOPIC, read)


class Telling:
    """Turns the forum's facts into entries of a section that are to be read again."""

    def __init__(
        self, changed: Changed, section: Section = Section.FORUM, kind: str = TOPIC
    ) -> None:
        self.changed = changed
        self.section = section
        self.kind = kind

    def __call__(
        self, session: Session, fact: Published | Reworded | Moderated | Answered | Unanswered
    ) -> None:
        """The topic of this fact changed, and the one that it was merged into or split from."""
        if fact.topic is None or fact.topic.section is not self.section:
            return
        self.changed(session, self.kind, fact.topic.id)
        if fact.topic.merged_into_id is not None:
            self.changed(session, self.kind, fact.topic.merged_into_id)

    def file_read(self, session: Session, fact: FileRead) -> None:
        """The words of a file are known: those of each topic in which it is attached."""
        holds = (
            select(Post.topic_id)
            .join(Attachment, Attachment.post_id == Post.id)
            .join(Topic, Topic.id == Post.topic_id)
            .where(Attachment.file_id == fact.file_id, Topic.section == self.section)
            .distinct()
        )
        for topic_id in session.scalars(holds):
            self.changed(session, self.kind, topic_id)
