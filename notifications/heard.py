"""What the facts of the rooms leave to the worker: one row of work each, in their transaction."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from agenda.facts import Announced
from core import clock
from core.jobs import enqueue
from forum.facts import Answered, Held, Moderated, Published, Reported
from forum.models import Act, Post, Topic
from notifications.models import (
    HELD,
    RENEWED,
    REPLACED,
    REPORT_HIDDEN,
    REPORT_KEPT,
    REPORTED,
    TO_REVIEW,
    Kind,
    Notification,
)
from resources.facts import Deposited, Renewed, Replaced, ReviewDue
from resources.models import Document

PUBLISHED = "notifications.published"
TOLD = "notifications.told"
DEPOSITED = "notifications.deposited"
ANNOUNCED = "notifications.announced"
DOCUMENT_CHANGED = "notifications.document_changed"

SETTLING = {Act.HIDE, Act.KEEP, Act.APPROVE}
CLOSING = {Act.LOCK, Act.MERGE}
TOLD_TO_AUTHORS = {Act.HIDE, Act.RESTORE, Act.APPROVE, Act.MOVE, Act.LOCK, Act.MERGE}


def on_published(session: Session, fact: Published) -> None:
    """Those concerned will be told of a new post."""
    enqueue(session, PUBLISHED, {"post_id": fact.post.id})
    if fact.post.number:
        _no_longer_asked(session, fact.topic)


def on_answered(session: Session, fact: Answered) -> None:
    """The author of the chosen reply is told."""
    if fact.post.author_id != fact.by_id:
        _tell_later(session, Kind.USEFUL, "", fact.post.id, fact.by_id, [fact.post.author_id])


def on_held(session: Session, fact: Held) -> None:
    """The moderators who see the topic are told that a post waits."""
    _tell_later(session, Kind.MODERATION, HELD, fact.post.id, fact.post.author_id, None)


def on_reported(session: Session, fact: Reported) -> None:
    """The moderators who see the topic are told of a report."""
    report = fact.report
    _tell_later(session, Kind.MODERATION, REPORTED, report.post_id, report.reporter_id, None)


def on_moderated(session: Session, fact: Moderated) -> None:
    """The author is told of what was decided and why; those who reported, that it was seen to."""
    assert fact.topic is not None  # noqa: S101 - the fact is recorded with it
    by_id = fact.actor.id if fact.actor else None
    post = fact.post or session.scalar(
        select(Post).where(Post.topic_id == fact.topic.id, Post.number == 0)
    )
    if post is None:
        return
    if fact.decision in SETTLING:
        _settle(session, post.id)
    if fact.decision in CLOSING:
        _no_longer_asked(session, fact.topic)
    told = Kind.MODERATION, fact.decision.value
    if fact.decision in TOLD_TO_AUTHORS and post.author_id != by_id:
        _tell_later(session, *told, post.id, by_id, [post.author_id], fact.reason)
    reporters = [reporter_id for reporter_id in fact.reporter_ids if reporter_id != by_id]
    end = REPORT_KEPT if fact.decision is Act.KEEP else REPORT_HIDDEN
    _tell_later(session, Kind.MODERATION, end, post.id, by_id, reporters, fact.reason)


def on_deposited(session: Session, fact: Deposited) -> None:
    """Those who see a new document will be told of it."""
    enqueue(session, DEPOSITED, {"document_id": fact.document.id})


def on_announced(session: Session, fact: Announced) -> None:
    """Those who see a new event will be told of it, unless it is over already."""
    enqueue(session, ANNOUNCED, {"event_id": fact.event.id})


def on_renewed(session: Session, fact: Renewed) -> None:
    """Those who keep the document, or have an older version, will be told of the new one."""
    version = fact.version
    by_id = version.deposited_by_id
    _document_later(session, RENEWED, fact.document, by_id, version.number, version.note)


def on_replaced(session: Session, fact: Replaced) -> None:
    """Those who keep the document, or have a version of it, will be told what takes its place."""
    document = fact.document
    _document_later(session, REPLACED, document, fact.by_id, document.number + 1)


def on_review_due(session: Session, fact: ReviewDue) -> None:
    """The owner is asked whether the document is still true."""
    _document_later(session, TO_REVIEW, fact.document, None)


def _document_later(
    session: Session,
    what: str,
    document: Document,
    actor_id: int | None,
    number: int = 0,
    note: str = "",
) -> None:
    """Have members told; `number`: those who have an older version than it are concerned."""
    enqueue(
        session,
        DOCUMENT_CHANGED,
        {
            "document_id": document.id,
            "what": what,
            "number": number,
            "actor_id": actor_id,
            "note": note,
            "at": clock.now().isoformat(),
        },
    )


def _settle(session: Session, post_id: int) -> None:
    """What waited for the moderators no longer does: their bells and mails forget it."""
    session.execute(
        update(Notification)
        .where(
            Notification.post_id == post_id,
            Notification.what.in_([HELD, REPORTED]),
            Notification.seen_at.is_(None),
        )
        .values(seen_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def _no_longer_asked(session: Session, topic: Topic) -> None:
    """Nobody is asked to answer any longer: it was done, or can no longer be."""
    here = select(Post.id).where(Post.topic_id.in_([topic.id, topic.merged_into_id or topic.id]))
    session.execute(
        update(Notification)
        .where(
            Notification.kind == Kind.PROPOSED,
            Notification.post_id.in_(here),
            Notification.seen_at.is_(None),
        )
        .values(seen_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def _tell_later(
    session: Session,
    kind: Kind,
    what: str,
    post_id: int,
    actor_id: int | None,
    to: list[int] | None,
    reason: str = "",
) -> None:
    """Have members told; `to` None: the moderators who see the topic."""
    if to == []:
        return
    enqueue(
        session,
        TOLD,
        {
            "kind": kind.value,
            "what": what,
            "post_id": post_id,
            "actor_id": actor_id,
            "to": to,
            "reason": reason,
            "at": clock.now().isoformat(),
        },
    )
