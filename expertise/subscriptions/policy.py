"""Who may do what with a subscription, and when a company may ask."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from core import clock
from expertise.desk import Desk
from expertise.programmes.models import Asking, Programme
from expertise.subscriptions.models import (
    Credit,
    Seller,
    Service,
    ServiceKind,
    State,
    Subscription,
)

RENEWS_BEFORE = timedelta(days=60)
"""How long before its end a year may be followed by another."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a company may do something; `why` not is the code of a refusal."""

    may: bool
    why: str = ""


YES = Answer(may=True)


def runs_on(day: date, programme_id: int, company_id: int) -> Select[Subscription]:
    """The years of a company that are active on a day."""
    return select(Subscription).where(
        Subscription.programme_id == programme_id,
        Subscription.company_id == company_id,
        Subscription.state == State.PAID,
        Subscription.starts_on <= day,
        Subscription.ends_on >= day,
    )


def may_ask(session: Session, programme: Programme, company_id: int | None) -> Answer:
    """Whether a company may ask for an expert now, and why not.

    Where subscribed companies ask: it needs an active year, and the credit of the expert service,
    which is used once (seeds/000 §3.2). A programme with no such service asks for the year alone.
    """
    if programme.asking is Asking.ANYONE:
        return YES
    if company_id is None:
        return Answer(may=False, why="subscription-needed")
    today = clock.today()
    if session.scalar(runs_on(today, programme.id, company_id).limit(1)) is None:
        waiting = select(Subscription.id).where(
            Subscription.programme_id == programme.id,
            Subscription.company_id == company_id,
            Subscription.state == State.WAITING,
        )
        known = session.scalar(waiting) is not None
        return Answer(may=False, why="subscription-unpaid" if known else "subscription-needed")
    found = session.scalars(expert_credits(today, programme.id, company_id)).all()
    if any(one.need_id is None and one.used_at is None for one in found):
        return YES
    if not found:
        sold = select(Service.id).where(
            Service.programme_id == programme.id, Service.kind == ServiceKind.EXPERT
        )
        return YES if session.scalar(sold) is None else Answer(may=False, why="credit-none")
    held = any(one.used_at is None for one in found)
    return Answer(may=False, why="credit-held" if held else "credit-used")


def expert_credits(day: date, programme_id: int, company_id: int) -> Select[Credit]:
    """The credits for an expert of the years that run, those that end first before."""
    return (
        select(Credit)
        .join(Credit.subscription)
        .join(Credit.service)
        .where(
            Service.kind == ServiceKind.EXPERT,
            Subscription.programme_id == programme_id,
            Subscription.company_id == company_id,
            Subscription.state == State.PAID,
            Subscription.starts_on <= day,
            Subscription.ends_on >= day,
        )
        .options(joinedload(Credit.service))
        .order_by(Subscription.ends_on, Credit.id)
    )


def may_order(
    desk: Desk, company_id: int, seller: Seller | None, latest: Subscription | None, day: date
) -> Answer:
    """Whether somebody may order a year; `latest`: the last that waits or was paid."""
    if company_id not in desk.companies:
        return Answer(may=False, why="not-of-the-company")
    if seller is None:
        return Answer(may=False, why="nothing-sold")
    if latest is None:
        return YES
    if latest.state is State.WAITING:
        return Answer(may=False, why="order-waits")
    if latest.ends_on is not None and latest.ends_on - RENEWS_BEFORE > day:
        return Answer(may=False, why="subscribed-already")
    return YES


def why_not_use(credit: Credit, day: date) -> str:
    """Why a credit cannot be used now, as the code of a refusal; "" when it can."""
    if credit.used_at is not None:
        return "credit-used"
    if credit.need_id is not None:
        return "credit-held"
    if not credit.subscription.runs(day):
        return "subscription-over"
    return ""
