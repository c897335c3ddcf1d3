"""What the worker does for the house: what was deleted a month ago goes for good."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Table, delete, exists, select
from sqlalchemy.orm import Session

from agenda.attending import personal as attending
from agenda.facts import EventWithdrawn
from agenda.models import Event
from agenda.rides import personal as rides
from core import clock, outbox
from core.facts import record
from core.indexing import Changed
from core.jobs import enqueue
from files.models import Upload
from forum.facts import Moderated
from forum.models import Act, Attachment, Post, Section, Thank, Topic
from forum.models import State as TopicState
from house.contents import KEPT, Kind
from house.erasing import erase
from house.facts import Erased, Merged
from house.models import Deletion
from resources.facts import Withdrawn
from resources.models import Document, Version

ERASE = "house.erase"
AT_ONCE = 100
_TABLES: dict[Kind, type[Topic] | type[Document] | type[Event]] = {
    Kind.TOPIC: Topic,
    Kind.ARTICLE: Topic,
    Kind.DOCUMENT: Document,
    Kind.EVENT: Event,
}


def next_night(present: datetime) -> datetime:
    """When it goes: at four in the morning, UTC."""
    night = present.replace(hour=4, minute=0, second=0, microsecond=0)
    return night if night > present else night + timedelta(days=1)


def given_back(session: Session, fact: Moderated | Withdrawn | EventWithdrawn) -> None:
    """A content that is shown again, from wherever, is no longer deleted."""
    shown = _shown(fact)
    if shown is not None:
        kind, item_id = shown
        session.execute(
            delete(Deletion).where(Deletion.kind == kind.value, Deletion.item_id == item_id)
        )


def _shown(fact: Moderated | Withdrawn | EventWithdrawn) -> tuple[Kind, int] | None:
    """The content that this fact shows again."""
    if isinstance(fact, EventWithdrawn):
        event = fact.event
        shown = event is not None and event.withdrawn_at is None
        return (Kind.EVENT, event.id) if event is not None and shown else None
    if isinstance(fact, Withdrawn):
        document = fact.document
        back = document is not None and document.withdrawn_at is None
        return (Kind.DOCUMENT, document.id) if document is not None and back else None
    of_question = fact.post is not None and fact.post.number == 0
    if fact.decision is Act.RESTORE and of_question and fact.topic is not None:
        return _kind(fact.topic.section), fact.topic.id
    return None


def _kind(section: Section) -> Kind:
    return Kind.ARTICLE if section is Section.NEWS else Kind.TOPIC


class Eraser:
    """The handler, which tells the search."""

    def __init__(self, changed: Changed) -> None:
        self.changed = changed

    def erase(self, session: Session, _payload: dict[str, Any]) -> None:
        """Remove for good what was deleted thirty days ago."""
        over = (
            select(Deletion)
            .where(Deletion.at <= clock.now() - KEPT)
            .order_by(Deletion.at, Deletion.kind, Deletion.item_id)
            .limit(AT_ONCE)
        )
        deletions = session.scalars(over).all()
        for deletion in deletions:
            self._gone(session, Kind(deletion.kind), deletion.item_id)
            session.delete(deletion)
        if len(deletions) == AT_ONCE:
            enqueue(session, ERASE, key=ERASE)

    def _gone(self, session: Session, kind: Kind, item_id: int) -> None:
        gone = _named(session, kind, item_id)
        if gone is None:
            return
        uploads = _uploads(session, kind, item_id)
        table = _TABLES[kind].__table__
        assert isinstance(table, Table)  # noqa: S101 - each is a table
        erase(session, table, [item_id])
        attached = exists().where(Attachment.upload_id == Upload.id)
        deposited = exists().where(Version.upload_id == Upload.id)
        session.execute(delete(Upload).where(Upload.id.in_(uploads), ~attached, ~deposited))
        self.changed(session, kind.value, item_id)
        record(session, Erased(None, gone.title, {"what": kind.value}, gone.audience_id))


def _named(session: Session, kind: Kind, item_id: int) -> Row[str, int] | None:
    """The title and the audience of what is still deleted; None when it is shown again, or gone."""
    if kind.is_topic:
        found = select(Topic.title, Topic.audience_id).where(
            Topic.id == item_id, Topic.state == TopicState.HIDDEN
        )
    elif kind is Kind.EVENT:
        found = select(Event.title, Event.audience_id).where(
            Event.id == item_id, Event.withdrawn_at.is_not(None)
        )
    else:
        found = select(Document.title, Document.audience_id).where(
            Document.id == item_id, Document.withdrawn_at.is_not(None)
        )
    return session.execute(found).one_or_none()


def _uploads(session: Session, kind: Kind, item_id: int) -> list[str]:
    """The files that were sent for it, as they arrived."""
    if kind is Kind.EVENT:
        return []
    attached = (
        select(Attachment.upload_id)
        .join(Post, Post.id == Attachment.post_id)
        .where(Post.topic_id == item_id)
    )
    deposited = select(Version.upload_id).where(Version.document_id == item_id)
    found = session.scalars(attached if kind.is_topic else deposited)
    return [one for one in found if one is not None]


def mail_merged(session: Session, fact: Merged) -> None:
    """The person is told which of their two accounts stays."""
    member = fact.kept
    assert member is not None  # noqa: S101 - the fact is recorded with it
    outbox.post(
        session,
        "accounts_merged",
        to_address=member.email,
        to_name=member.name,
        language=member.language,
        values={"member": member, "former_address": fact.former_address},
    )


class Merging:
    """What follows from two accounts being one; it tells the search."""

    def __init__(self, changed: Changed) -> None:
        self.changed = changed

    def __call__(self, session: Session, fact: Merged) -> None:
        """What follows for the places of both, for thanks, for what is found by its author."""
        member = fact.kept
        assert member is not None  # noqa: S101 - the fact is recorded with it
        attending.merged(session, member.id)
        rides.merged(session, member.id)
        own = select(Post.id).where(Post.author_id == member.id)
        session.execute(delete(Thank).where(Thank.member_id == member.id, Thank.post_id.in_(own)))
        opened = select(Topic.id, Topic.section).where(Topic.author_id == member.id)
        for topic_id, section in session.execute(opened):
            self.changed(session, _kind(section).value, topic_id)
        theirs = select(Document.id).where(Document.owner_id == member.id)
        for document_id in session.scalars(theirs):
            self.changed(session, Kind.DOCUMENT.value, document_id)
