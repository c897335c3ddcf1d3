"""The mails about subscriptions: to the people of the company, to the team, to providers."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Member
from core import clock, outbox
from expertise.companies.models import Representative
from expertise.subscriptions import grid
from expertise.subscriptions.facts import (
    MoneyAstray,
    OrderCancelled,
    ServiceAsked,
    SubscriptionCredited,
    SubscriptionEnding,
    SubscriptionOrdered,
    SubscriptionPaid,
)
from expertise.subscriptions.models import Subscription

COMPANY, TEAM, PROVIDER = "subscription", "subscription_team", "service_asked"
"""The kinds of these mails."""


class About(StrEnum):
    """What a mail says."""

    ORDERED = "ordered"
    PAID = "paid"
    CANCELLED = "cancelled"
    CREDITED = "credited"
    ASTRAY = "astray"
    USED = "used"
    ENDING = "ending"


def on_ordered(session: Session, fact: SubscriptionOrdered) -> None:
    """The company reads how to pay; the team knows that a payment is on its way."""
    one = fact.subscription
    seller = session.scalar(grid.seller_of(one.programme_id))
    _tell_company(session, one, About.ORDERED, {"seller": seller})
    _tell_team(session, one, About.ORDERED)


def on_paid(session: Session, fact: SubscriptionPaid) -> None:
    """The company has its invoice."""
    _tell_company(session, fact.subscription, About.PAID, {"invoice": fact.invoice})
    _tell_team(session, fact.subscription, About.PAID)


def on_cancelled(session: Session, fact: OrderCancelled) -> None:
    """Each reads what the other did."""
    if fact.by_team:
        _tell_company(session, fact.subscription, About.CANCELLED)
    else:
        _tell_team(session, fact.subscription, About.CANCELLED)


def on_credited(session: Session, fact: SubscriptionCredited) -> None:
    """The company has its credit note."""
    _tell_company(session, fact.subscription, About.CREDITED, {"invoice": fact.note})


def on_astray(session: Session, fact: MoneyAstray) -> None:
    """The team gives money back."""
    more = {"outcome": fact.outcome, "payment": fact.payment, "cents": fact.cents}
    _tell_team(session, fact.subscription, About.ASTRAY, more)


def on_service_asked(session: Session, fact: ServiceAsked) -> None:
    """The provider has what it needs to call; the company and the team know that it was told."""
    credit, one = fact.credit, fact.credit.subscription
    values = {"credit": credit, "subscription": one, "asker": fact.asker}
    outbox.post(
        session,
        PROVIDER,
        to_address=credit.service.provider_email,
        to_name=credit.service.provider,
        language="fr",
        values=values,
    )
    more = {"credit": credit}
    _tell_company(session, one, About.USED, more)
    _tell_team(session, one, About.USED, more)


def on_ending(session: Session, fact: SubscriptionEnding) -> None:
    """The people of the company have time to renew it."""
    _tell_company(session, fact.subscription, About.ENDING, {"days": fact.days})


def _tell_company(
    session: Session, one: Subscription, about: About, more: Mapping[str, Any] | None = None
) -> None:
    people = (
        select(Member)
        .join(Representative, Representative.member_id == Member.id)
        .where(Representative.company_id == one.company_id)
        .order_by(Member.id)
    )
    present = clock.now()
    for someone in session.scalars(people):
        if someone.is_suspended(present):
            continue
        outbox.post(
            session,
            COMPANY,
            to_address=someone.email,
            to_name=someone.name,
            language=someone.language,
            values={"subscription": one, "about": about, **(more or {})},
        )


def _tell_team(
    session: Session, one: Subscription, about: About, more: Mapping[str, Any] | None = None
) -> None:
    outbox.post(
        session,
        TEAM,
        to_address=one.programme.email,
        to_name=one.programme.name,
        language="fr",
        values={"subscription": one, "about": about, **(more or {})},
    )
