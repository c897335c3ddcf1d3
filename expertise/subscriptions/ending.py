"""Subscriptions that end: their people are told 30 days and 7 days before, once each."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from core import clock
from core.facts import record
from core.jobs import enqueue
from expertise.programmes.models import Programme
from expertise.subscriptions.facts import SubscriptionEnding
from expertise.subscriptions.models import State, Subscription

LOOK = "expertise.subscriptions_end"
"""The kind of this work."""
FIRST, LAST = 30, 7
"""Days before the end."""
AT_ONCE = 200
EIGHT = 8


def ending(day: date) -> Select[Subscription]:
    """The years that end soon, not told of as near as that, not renewed; the nearest first.

    An order that waits is a renewal: its mail says how to pay.
    """
    other = aliased(Subscription)
    renewed = exists().where(
        other.programme_id == Subscription.programme_id,
        other.company_id == Subscription.company_id,
        or_(
            other.state == State.WAITING,
            and_(other.state == State.PAID, other.ends_on > Subscription.ends_on),
        ),
    )
    first = and_(
        Subscription.told_days.is_(None), Subscription.ends_on <= day + timedelta(days=FIRST)
    )
    last = and_(
        or_(Subscription.told_days.is_(None), Subscription.told_days > LAST),
        Subscription.ends_on <= day + timedelta(days=LAST),
    )
    return (
        select(Subscription)
        .join(Subscription.programme)
        .where(
            Subscription.state == State.PAID,
            Subscription.ends_on >= day,
            or_(first, last),
            Programme.is_open,
            ~renewed,
        )
        .options(joinedload(Subscription.programme), joinedload(Subscription.company))
        .order_by(Subscription.ends_on, Subscription.id)
        .limit(AT_ONCE)
    )


def look(session: Session, _payload: dict[str, Any]) -> None:
    """Tell those whose year ends soon."""
    day = clock.today()
    found = session.scalars(ending(day)).all()
    for one in found:
        assert one.ends_on is not None  # noqa: S101 - it is paid
        left = (one.ends_on - day).days
        one.told_days = LAST if left <= LAST else FIRST
        record(session, SubscriptionEnding(one, left))
    if len(found) == AT_ONCE:
        enqueue(session, LOOK, key=f"{LOOK}+")


def next_morning(present: datetime) -> datetime:
    """At eight in France."""
    local = present.astimezone(clock.PARIS)
    morning = local.replace(hour=EIGHT, minute=0, second=0, microsecond=0)
    if morning <= local:
        morning += timedelta(days=1)
    return morning.astimezone(UTC)


periodic = {LOOK: next_morning}
