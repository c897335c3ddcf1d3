"""What notifications hold about a member: given to them, let go with them, and for how long."""

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from accounts.facts import MemberLeft
from agenda.models import Event
from core.portable import Held, rows_of
from core.retention import deleting
from forum.models import Post
from notifications.models import Notification, Preference
from resources.models import Document


def its_data_of(session: Session, member_id: int) -> Held:
    """What they were told of, what others were told of them, and the pace they chose."""
    told = or_(Notification.member_id == member_id, Notification.actor_id == member_id)
    return Held(
        {
            "notification": rows_of(session, Notification, told),
            "notification_preference": rows_of(
                session, Preference, Preference.member_id == member_id
            ),
        }
    )


def forget(session: Session, fact: MemberLeft) -> None:
    """What they were told goes. What others were told of words that go, too."""
    gone = [Notification.member_id == fact.member_id]
    if fact.erases:
        posts = select(Post.id).where(Post.author_id == fact.member_id)
        documents = select(Document.id).where(Document.owner_id == fact.member_id)
        events = select(Event.id).where(Event.owner_id == fact.member_id)
        gone += [
            Notification.post_id.in_(posts),
            Notification.document_id.in_(documents),
            Notification.event_id.in_(events),
        ]
    statements = [
        delete(Notification).where(or_(*gone)),
        delete(Preference).where(Preference.member_id == fact.member_id),
    ]
    if fact.erases:
        theirs = Notification.actor_id == fact.member_id
        statements.append(update(Notification).where(theirs).values(reason=None))  # type: ignore[arg-type]
    for statement in statements:
        session.execute(statement.execution_options(synchronize_session=False))


RULES = (deleting("notifications", 180, Notification, lambda limit: Notification.seen_at < limit),)
