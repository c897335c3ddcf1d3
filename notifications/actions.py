"""Writes about notifications: seen, and how often mails come."""

from collections.abc import Mapping

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from access.viewers import Viewer
from core import clock
from core.facts import record
from forum.models import Post
from notifications.facts import Seen
from notifications.models import PERSONAL, Frequency, Kind, Notification, Preference


def see_topic(session: Session, viewer: Viewer, topic_id: int, post_id: int) -> None:
    """What was told about a topic is seen, as far as it was read."""
    session.execute(
        update(Notification)
        .where(
            Notification.member_id == viewer.member_id,
            Notification.seen_at.is_(None),
            Notification.post_id.in_(
                select(Post.id).where(Post.topic_id == topic_id, Post.id <= post_id)
            ),
        )
        .values(seen_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    record(session, Seen(viewer.member_id))


def see_document(session: Session, viewer: Viewer, document_id: int) -> None:
    """What was told about a document is seen."""
    session.execute(
        update(Notification)
        .where(
            Notification.member_id == viewer.member_id,
            Notification.document_id == document_id,
            Notification.seen_at.is_(None),
        )
        .values(seen_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    record(session, Seen(viewer.member_id))


def see_event(session: Session, viewer: Viewer, event_id: int) -> None:
    """What was told about an event is seen."""
    session.execute(
        update(Notification)
        .where(
            Notification.member_id == viewer.member_id,
            Notification.event_id == event_id,
            Notification.seen_at.is_(None),
        )
        .values(seen_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    record(session, Seen(viewer.member_id))


def see_poll(session: Session, viewer: Viewer, poll_id: int) -> None:
    """What was told about a poll is seen."""
    session.execute(
        update(Notification)
        .where(
            Notification.member_id == viewer.member_id,
            Notification.poll_id == poll_id,
            Notification.seen_at.is_(None),
        )
        .values(seen_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    record(session, Seen(viewer.member_id))


def see_all(session: Session, viewer: Viewer) -> None:
    """Everything that the bell counts is seen; new topics still come by mail."""
    session.execute(
        update(Notification)
        .where(
            Notification.member_id == viewer.member_id,
            Notification.kind.in_(PERSONAL),
            Notification.seen_at.is_(None),
        )
        .values(seen_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    record(session, Seen(viewer.member_id))


def choose(session: Session, member_id: int, wanted: Mapping[Kind, Frequency]) -> None:
    """Set how often some kinds come by mail. What waits of a kind no longer wanted never leaves."""
    for kind, frequency in wanted.items():
        session.merge(Preference(member_id=member_id, kind=kind, frequency=frequency))
    stopped = [kind for kind, frequency in wanted.items() if frequency is Frequency.NEVER]
    session.execute(
        update(Notification)
        .where(
            Notification.member_id == member_id,
            Notification.kind.in_(stopped),
            Notification.mailed_at.is_(None),
        )
        .values(mailed_at=clock.now())
        .execution_options(synchronize_session=False)
    )
