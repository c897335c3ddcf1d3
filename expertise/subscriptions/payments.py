"""Payment by card: what a payment service must do, and what is done with what it says.

The service says things again, late, in any order; whoever knows the address may forge. So what it
says is signed, kept by its name, and carried out once.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import clock
from core.db import insert_into
from core.facts import record
from expertise.subscriptions import actions
from expertise.subscriptions.facts import MoneyAstray
from expertise.subscriptions.models import (
    Checkout,
    Outcome,
    PaidBy,
    PaymentEvent,
    State,
    Subscription,
)

CURRENCY = "eur"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a company is to pay, and where it comes back."""

    order_id: int
    attempt: int
    """How many pages were opened for this order: each is opened once."""
    words: str
    cents: int
    email: str
    back: str
    """The address of the order's page."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A page of the service, where one pays."""

    session_id: str
    url: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What the service said, once its signature was checked."""

    event_id: str
    kind: str
    paid: bool = False
    """Whether money came in."""
    session_id: str = ""
    order_id: int | None = None
    """The order, as we named it when the page was opened."""
    payment: str = ""
    cents: int | None = None
    currency: str = ""


class Payments(Protocol):
    """A payment service."""

    def open(self, asked: Asked) -> Opened:
        """Open a page where one pays. Raises Refused("payment-unreachable")."""

    def read(self, payload: bytes, signature: str) -> Heard:
        """What a call says. Raises Refused("payment-forged") for one that is not of the service."""


def keep_page(session: Session, order_id: int, opened: Opened) -> None:
    """Keep the page that was opened for an order: the same one given again is kept once."""
    session.merge(
        Checkout(
            session_id=opened.session_id,
            subscription_id=order_id,
            url=opened.url,
            opened_at=clock.now(),
            until=opened.until,
        )
    )


def hear(session: Session, heard: Heard) -> Outcome:
    """Carry out what the service says, once; what it said already changes nothing."""
    order_id = _order_of(session, heard)
    new = session.scalar(
        insert_into(session, PaymentEvent)
        .values(
            id=heard.event_id,
            kind=heard.kind[:60],
            outcome=Outcome.IGNORED,
            subscription_id=order_id,
            payment=heard.payment[:200],
            cents=heard.cents,
            received_at=clock.now(),
        )
        .on_conflict_do_nothing()
        .returning(PaymentEvent.id)
    )
    if new is None:
        return session.get_one(PaymentEvent, heard.event_id).outcome
    event = session.get_one(PaymentEvent, heard.event_id)
    if heard.paid:
        event.outcome = _receive(session, heard, order_id)
    return event.outcome


def _order_of(session: Session, heard: Heard) -> int | None:
    """Which order it speaks of: by the page that we opened, else by the name we gave with it."""
    known = session.get(Checkout, heard.session_id) if heard.session_id else None
    if known is not None:
        return known.subscription_id
    if heard.order_id is None:
        return None
    return session.scalar(select(Subscription.id).where(Subscription.id == heard.order_id))


def _receive(session: Session, heard: Heard, order_id: int | None) -> Outcome:
    if order_id is None:
        return Outcome.UNKNOWN
    one = actions.hold(session, order_id)
    cents = heard.cents or 0
    if one.paid_reference and one.paid_reference == heard.payment:
        return Outcome.IGNORED  # the same money, under another name of event
    if (cents, heard.currency) != (one.gross_cents, CURRENCY):
        return _astray(session, one, Outcome.MISMATCH, heard)
    if one.state is State.CANCELLED and _replaced(session, one):
        return _astray(session, one, Outcome.TWICE, heard)
    if one.state not in {State.WAITING, State.CANCELLED}:
        return _astray(session, one, Outcome.TWICE, heard)
    # Cancelled, then paid after all on a page that was left open: it is paid.
    one.paid_by = PaidBy.CARD
    actions.paid(session, one, clock.today(), heard.payment[:200])
    return Outcome.PAID


def _replaced(session: Session, cancelled: Subscription) -> bool:
    """Whether another order took the place of one that was cancelled."""
    latest = session.scalar(actions.latest_of(cancelled.programme_id, cancelled.company_id))
    return latest is not None


def _astray(session: Session, one: Subscription, outcome: Outcome, heard: Heard) -> Outcome:
    record(session, MoneyAstray(one, outcome, heard.payment, heard.cents or 0))
    return outcome


def attempts(session: Session, order_id: int) -> int:
    """How many pages were opened for an order."""
    return (
        session.scalar(
            select(func.count()).select_from(Checkout).where(Checkout.subscription_id == order_id)
        )
        or 0
    )
