"""What notifications hold about a member: given to them, let go with them, and for how long."""

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from accounts.departures import Departure
from accounts.facts import MemberLeft
from agenda.models import Event
from agenda.polls.models import Poll
from core.portable import Held, rows_of
from core.retention import deleting
from forum.models import Post
from notifications.models import Notification, Preference
from resources.models import Document

AT_ONCE = 10_000
"""Notifications gone through in one transaction."""


def its_data_of(session: Session, member_id: int) -> Held:
    """What they were told of, and the pace they chose.

    Not what others were told of them, which says who follows a topic, who was asked to answer, and
    when each read it; nor by whose decision they are told: a moderator has no name there.
    """
    told = Notification.member_id == member_id
    return Held(
        {
            "notification": rows_of(session, Notification, told, without=("actor_id",)),
            "notification_preference": rows_of(
                session, Preference, Preference.member_id == member_id
            ),
        }
    )


def forget(session: Session, fact: MemberLeft) -> None:
    """At once: what they were told, and the pace they chose."""
    for model in (Notification, Preference):
        session.execute(
            delete(model)
            .where(model.member_id == fact.member_id)
            .execution_options(synchronize_session=False)
        )


def erase(session: Session, departure: Departure, after: int) -> int | None:
    """What others were told of words that go, goes too; some of it at a time."""
    if not departure.erases:
        return None
    posts = select(Post.id).where(Post.author_id == departure.member_id)
    documents = select(Document.id).where(Document.owner_id == departure.member_id)
    events = select(Event.id).where(Event.owner_id == departure.member_id)
    polls = select(Poll.id).where(Poll.owner_id == departure.member_id)
    last = session.scalar(select(func.max(Notification.id))) or 0
    end = after + AT_ONCE
    some = (Notification.id > after) & (Notification.id <= end)
    for statement in (
        delete(Notification).where(
            some,
            or_(
                Notification.post_id.in_(posts),
                Notification.document_id.in_(documents),
                Notification.event_id.in_(events),
                Notification.poll_id.in_(polls),
            ),
        ),
        update(Notification)
        .where(some, Notification.actor_id == departure.member_id)
        .values(reason=None),
    ):
        session.execute(statement.execution_options(synchronize_session=False))
    return end if end < last else None


RULES = (deleting("notifications", 180, Notification, lambda limit: Notification.seen_at < limit),)
