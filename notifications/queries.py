"""Reads about notifications."""

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload
from sqlalchemy.sql.elements import ColumnElement

from access.viewers import Viewer
from accounts.models import Member
from forum.models import Post, Topic
from forum.queries import seen as topic_seen
from notifications.models import DEFAULTS, PERSONAL, Frequency, Kind, Notification, Preference

PER_PAGE = 30


def _mine(viewer: Viewer) -> Select[tuple[Notification]]:
    return (
        select(Notification)
        .join(Notification.post)
        .join(Post.topic)
        .where(
            Notification.member_id == viewer.member_id,
            Notification.kind.in_(PERSONAL),
            topic_seen(viewer),
        )
    )


def latest(viewer: Viewer, before: int | None = None) -> Select[tuple[Notification]]:
    """What a member was told, newest first, about topics that they still see."""
    found = (
        _mine(viewer)
        .options(
            contains_eager(Notification.post).contains_eager(Post.topic),
            joinedload(Notification.actor),
        )
        .order_by(Notification.id.desc())
        .limit(PER_PAGE + 1)
    )
    return found.where(Notification.id < before) if before else found


def unseen(viewer: Viewer) -> Select[tuple[int]]:
    """How many a member has not seen."""
    return _mine(viewer).where(Notification.seen_at.is_(None)).with_only_columns(func.count())


def frequency_of(kind: ColumnElement[Kind]) -> ColumnElement[str]:
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


def to_mail(viewer: Viewer, frequency: Frequency) -> Select[tuple[Notification]]:
    """What waits to be mailed at this frequency, unseen and still visible, in reading order."""
    return (
        select(Notification)
        .join(Notification.post)
        .join(Post.topic)
        .join(Member, Member.id == Notification.member_id)
        .outerjoin(
            Preference,
            (Preference.member_id == Notification.member_id)
            & (Preference.kind == Notification.kind),
        )
        .options(
            contains_eager(Notification.post).contains_eager(Post.topic).joinedload(Topic.theme),
            contains_eager(Notification.post).joinedload(Post.author),
            joinedload(Notification.actor),
        )
        .where(
            Notification.member_id == viewer.member_id,
            Notification.mailed_at.is_(None),
            Notification.seen_at.is_(None),
            frequency_of(Notification.kind) == frequency.value,
            topic_seen(viewer),
        )
        .order_by(Topic.id, Notification.id)
        .limit(100)
    )


def who_waits(frequency: Frequency) -> Select[tuple[int]]:
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
