"""The figures of moderation, for moderators: on what each of them sees, and on nothing else."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from access.viewers import Viewer
from core.clock import midnight
from core.refusals import Refused
from figures.periods import Period
from forum.models import Act, Decision, Post, Report, Topic

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Moderation:
    """What was reported and decided in some days."""

    reported: int
    closed: int
    open: int
    """Reports that waited at the end."""
    delay: timedelta | None
    """Half of the reports closed waited less than this; None without any."""
    decisions: Counter[Act]


def figures(session: Session, viewer: Viewer, period: Period) -> tuple[Moderation, Moderation]:
    """Over the period, and over the one that it is compared with. Two queries."""
    if not viewer.moderates:
        raise Refused("not-moderator")
    begins = midnight(min(period.before_first, period.first))
    ends = midnight(period.last + DAY)
    reports = [
        (row[0], row[1])
        for row in session.execute(
            select(Report.created_at, Report.closed_at)
            .join(Post, Post.id == Report.post_id)
            .join(Topic, Topic.id == Post.topic_id)
            .where(
                Topic.visible_to(viewer),
                Report.created_at < ends,
                or_(Report.closed_at.is_(None), Report.closed_at >= begins),
            )
        )
    ]
    decisions = [
        (row[0], row[1])
        for row in session.execute(
            select(Decision.at, Decision.act)
            .join(Topic, Topic.id == Decision.topic_id)
            .where(Topic.visible_to(viewer), Decision.at >= begins, Decision.at < ends)
        )
    ]
    spans = ((period.first, period.last), (period.before_first, period.before_last))
    now, before = (
        _counted(reports, decisions, midnight(first), midnight(last + DAY)) for first, last in spans
    )
    return now, before


def _counted(
    reports: list[tuple[datetime, datetime | None]],
    decisions: list[tuple[datetime, Act]],
    begins: datetime,
    ends: datetime,
) -> Moderation:
    waits = [
        (closed - created).total_seconds()
        for created, closed in reports
        if closed and begins <= closed < ends
    ]
    return Moderation(
        reported=sum(begins <= created < ends for created, _closed in reports),
        closed=len(waits),
        open=sum(
            created < ends and (closed is None or closed >= ends) for created, closed in reports
        ),
        delay=timedelta(seconds=median(waits)) if waits else None,
        decisions=Counter(act for at, act in decisions if begins <= at < ends),
    )
