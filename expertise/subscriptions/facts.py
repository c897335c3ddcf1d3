"""What happens to subscriptions."""

from dataclasses import dataclass
from typing import ClassVar

from accounts.facts import Sensitive
from accounts.models import Member
from core.facts import Fact
from expertise.subscriptions.invoices.models import Invoice
from expertise.subscriptions.models import Credit, Outcome, Subscription


@dataclass(frozen=True, slots=True)
class SubscriptionOrdered(Fact):
    """A company ordered a year: it is to be paid."""

    subscription: Subscription


@dataclass(frozen=True, slots=True)
class SubscriptionPaid(Fact):
    """Its payment is there: it runs."""

    subscription: Subscription
    invoice: Invoice


@dataclass(frozen=True, slots=True)
class OrderCancelled(Fact):
    """It is not to be paid any more."""

    subscription: Subscription
    by_team: bool


@dataclass(frozen=True, slots=True)
class SubscriptionCredited(Fact):
    """The team took an invoice back: the year ended."""

    subscription: Subscription
    note: Invoice


@dataclass(frozen=True, slots=True)
class ServiceAsked(Fact):
    """A company used a credit: the provider calls it."""

    credit: Credit
    asker: Member


@dataclass(frozen=True, slots=True)
class MoneyAstray(Fact):
    """A payment came that is not due: the team gives it back."""

    subscription: Subscription
    outcome: Outcome
    payment: str
    cents: int


@dataclass(frozen=True, slots=True)
class MoneyHandled(Sensitive):
    """The team recorded a payment, cancelled an order, took an invoice back, changed a price."""

    act: ClassVar[str] = "money-handled"


@dataclass(frozen=True, slots=True)
class SubscriptionEnding(Fact):
    """A year ends in so many days, and nobody has renewed it."""

    subscription: Subscription
    days: int
