"""The rows of notifications: one for each member concerned, in one statement."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, case, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from accounts.models import Member
from agenda.models import Event
from agenda.polls.models import Poll
from core import clock
from core.db import insert_into
from core.facts import record
from forum.models import Post
from notifications.facts import Told
from notifications.models import DEFAULTS, Frequency, Kind, Notification, Preference
from resources.models import Document

About = Post | Document | Event | Poll
"""What a notification is about."""


def subject_of(about: About) -> InstrumentedAttribute[int | None]:
    """The column that names it."""
    if isinstance(about, Post):
        return Notification.post_id
    if isinstance(about, Poll):
        return Notification.poll_id
    return Notification.document_id if isinstance(about, Document) else Notification.event_id


def insert(
    session: Session,
    kind: Kind,
    about: About,
    readers: Select[int],
    *,
    what: str = "",
    actor_id: int | None = None,
    reason: str | None = None,
    at: datetime | None = None,
) -> None:
    """Tell these members. What happens again, later (`at`), is new again."""
    present = at or clock.now()
    subject = subject_of(about)
    author_id = about.author_id if isinstance(about, Post) else about.owner_id
    frequency = case(
        (Preference.frequency.is_(None), literal(DEFAULTS[kind].value)),
        else_=Preference.frequency,
    )
    moment = Notification.created_at.type
    chosen = readers.outerjoin(
        Preference, (Preference.member_id == Member.id) & (Preference.kind == kind)
    ).add_columns(
        literal(kind, Notification.kind.type),
        literal(what),
        literal(about.id),
        literal(actor_id or author_id),
        literal(reason, Notification.reason.type),
        literal(present, moment),
        case((frequency == Frequency.NEVER.value, literal(present, moment))),
    )
    statement = insert_into(session, Notification).from_select(
        [
            "member_id",
            "kind",
            "what",
            subject.key,
            "actor_id",
            "reason",
            "created_at",
            "mailed_at",
        ],
        chosen,
    )
    told = statement.excluded
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["member_id", "kind", subject.key, "what"],
            set_={
                "created_at": told.created_at,
                "reason": told.reason,
                "actor_id": told.actor_id,
                "seen_at": None,
                "mailed_at": told.mailed_at,
            },
            where=Notification.created_at < told.created_at,
        )
        if at
        else statement.on_conflict_do_nothing()
    )
    record(session, Told(subject.key, about.id))


def waiting_at_once(session: Session, kind: Kind, about: About, what: str) -> Sequence[int]:
    """The members for whom this waits and who want it mailed as it happens."""
    subject = subject_of(about)
    at_once = or_(
        Preference.frequency == Frequency.IMMEDIATELY,
        Preference.frequency.is_(None) & literal(DEFAULTS[kind] is Frequency.IMMEDIATELY),
    )
    return session.scalars(
        select(Notification.member_id)
        .outerjoin(
            Preference,
            (Preference.member_id == Notification.member_id) & (Preference.kind == kind),
        )
        .where(
            subject == about.id,
            Notification.kind == kind,
            Notification.what == what,
            Notification.mailed_at.is_(None),
            at_once,
        )
        .order_by(Notification.member_id)  # always in one order: no two workers embrace
    ).all()
