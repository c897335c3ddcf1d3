"""Reads about notifications."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, SQLColumnExpression, and_, case, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload
from sqlalchemy.sql.elements import ColumnElement

from access.prepared import prepared
from access.viewers import Viewer
from accounts.models import Member
from agenda.models import Event
from agenda.polls.queries import seen as poll_seen
from agenda.queries import seen as event_seen
from forum.models import Post, Topic
from forum.queries import seen as topic_seen
from forum.queries import words_seen
from notifications.models import (
    DEFAULTS,
    PERSONAL,
    REPORT_HIDDEN,
    REPORT_KEPT,
    Frequency,
    Kind,
    Notification,
    Preference,
)
from resources.models import Document
from resources.queries import seen as document_seen

PER_PAGE = 30
PER_MAIL = 100
"""Told by one mail at most; what is left is told by the next one, at once."""


def _mine(viewer: Viewer) -> Select[Notification]:
    return _about(select(Notification)).where(
        Notification.member_id == viewer.member_id,
        Notification.kind.in_(PERSONAL),
        _stands(viewer),
    )


def _about(found: Select[Notification]) -> Select[Notification]:
    """With what each is about: a post in its topic, a document, an event or a poll."""
    return (
        found.outerjoin(Notification.post)
        .outerjoin(Post.topic)
        .outerjoin(Notification.document)
        .outerjoin(Notification.event)
        .outerjoin(Notification.poll)
    )


_WITH_SUBJECT = (
    contains_eager(Notification.post).contains_eager(Post.topic).joinedload(Topic.theme),
    contains_eager(Notification.document).joinedload(Document.kind),
    contains_eager(Notification.event).joinedload(Event.kind),
    contains_eager(Notification.poll),
    joinedload(Notification.actor),
)


def _stands(viewer: Viewer) -> ColumnElement[bool]:
    """About what they still see; or the end of their own report, words hidden since or not."""
    return or_(
        and_(topic_seen(viewer), words_seen(viewer)),
        document_seen(viewer),
        event_seen(viewer),
        poll_seen(viewer),
        and_(Notification.what.in_([REPORT_HIDDEN, REPORT_KEPT]), Topic.visible_to(viewer)),
    )


def latest(
    session: Session, viewer: Viewer, before: int | None = None, *, unseen_only: bool = False
) -> Sequence[Notification]:
    """What a member was told, newest first, about topics that they still see."""
    found = _latest.run(session, viewer, before or None, unseen_only=unseen_only)
    return found.scalars().all()


@prepared
def _latest(viewer: Viewer, before: int | None, *, unseen_only: bool) -> Select[Notification]:
    found = (
        _mine(viewer).options(*_WITH_SUBJECT).order_by(Notification.id.desc()).limit(PER_PAGE + 1)
    )
    if unseen_only:
        found = found.where(Notification.seen_at.is_(None))
    return found if before is None else found.where(Notification.id < before)


@prepared
def unseen(viewer: Viewer) -> Select[int]:
    """How many a member has not seen."""
    return _mine(viewer).where(Notification.seen_at.is_(None)).with_only_columns(func.count())


def told_of(member_ids: Collection[int], subject: str, about_id: int) -> Select[int]:
    """Those among these members who were told of it: `subject` is "post_id", "event_id"…"""
    about = Notification.__table__.c[subject] == about_id
    return select(Notification.member_id).where(about, Notification.member_id.in_(member_ids))


def frequency_of(kind: SQLColumnExpression[Kind]) -> ColumnElement[str]:
    """The frequency in force, for rows outer-joined with Preference."""
    default = case({kind.value: chosen.value for kind, chosen in DEFAULTS.items()}, value=kind)
    return func.coalesce(Preference.frequency, default)


def preferences(session: Session, member_id: int) -> dict[Kind, Frequency]:
    """The frequency in force for each kind."""
    chosen = {
        preference.kind: preference.frequency
        for preference in session.scalars(
            select(Preference).where(Preference.member_id == member_id)
        )
    }
    return {kind: chosen.get(kind, DEFAULTS[kind]) for kind in Kind}


def to_mail(viewer: Viewer, frequency: Frequency) -> Select[Notification]:
    """What waits to be mailed at this frequency, unseen and still visible, in reading order."""
    return (
        _to_tell(viewer)
        .where(
            Notification.mailed_at.is_(None),
            Notification.seen_at.is_(None),
            frequency_of(Notification.kind) == frequency.value,
        )
        .limit(PER_MAIL)
    )


def _to_tell(viewer: Viewer) -> Select[Notification]:
    """What a member was told and still sees, with its pace, in reading order."""
    return (
        _about(select(Notification))
        .join(Member, Member.id == Notification.member_id)
        .outerjoin(
            Preference,
            (Preference.member_id == Notification.member_id)
            & (Preference.kind == Notification.kind),
        )
        .options(*_WITH_SUBJECT, contains_eager(Notification.post).joinedload(Post.author))
        .where(Notification.member_id == viewer.member_id, _stands(viewer))
        .order_by(
            Topic.id,
            Notification.document_id,
            Notification.event_id,
            Notification.poll_id,
            Notification.id,
        )
    )


def to_letter(viewer: Viewer, since: datetime) -> Select[Notification]:
    """What the weekly letter tells of what awaits a member: unseen, and still visible.

    What comes once a week and waits; and what came by another mail since then, and was not read.
    A new poll awaits them too: it asks for an answer.
    """
    pace = frequency_of(Notification.kind)
    return (
        _to_tell(viewer)
        .where(
            _awaits(),
            Notification.seen_at.is_(None),
            or_(
                and_(pace == Frequency.WEEKLY.value, Notification.mailed_at.is_(None)),
                and_(
                    pace != Frequency.NEVER.value,
                    Notification.kind != Kind.MODERATION,
                    Notification.created_at >= since,
                ),
            ),
        )
        .limit(PER_MAIL)
    )


def _awaits() -> ColumnElement[bool]:
    return or_(Notification.kind.in_(PERSONAL), Notification.poll_id.is_not(None))


def of_letter(viewer: Viewer, told: Collection[int]) -> Select[Notification]:
    """These of what a letter told a member, as far as they still see it."""
    return _to_tell(viewer).where(Notification.id.in_(told))


def awaited(member_ids: Collection[int]) -> Select[int]:
    """Those among these members whom something may await."""
    return (
        select(Notification.member_id)
        .where(
            Notification.member_id.in_(member_ids),
            _awaits(),
            Notification.seen_at.is_(None),
        )
        .distinct()
    )


def told_by(member_id: int, mailed_at: datetime) -> Select[Notification]:
    """What one mail told a member, whether or not they still see it."""
    return select(Notification).where(
        Notification.member_id == member_id, Notification.mailed_at == mailed_at
    )


def still_open(viewer: Viewer, told: Collection[int]) -> Select[int]:
    """Which of these notifications are about what a member still sees."""
    found = _about(select(Notification)).where(Notification.id.in_(told), _stands(viewer))
    return found.with_only_columns(Notification.id)


def who_waits(frequency: Frequency) -> Select[int]:
    """The members for whom something waits to be mailed at this frequency."""
    return (
        select(Notification.member_id)
        .outerjoin(
            Preference,
            (Preference.member_id == Notification.member_id)
            & (Preference.kind == Notification.kind),
        )
        .where(
            Notification.mailed_at.is_(None),
            Notification.seen_at.is_(None),
            frequency_of(Notification.kind) == frequency.value,
        )
        .distinct()
    )
