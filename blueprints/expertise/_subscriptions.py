"""Subscriptions in words: where an order stands, what it costs, what a credit is for."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from blueprints._refusals import REFUSALS
from expertise.subscriptions.grid import bands
from expertise.subscriptions.models import (
    Credit,
    PaidBy,
    PriceGrid,
    ServiceKind,
    State,
    Subscription,
)
from expertise.subscriptions.money import in_euros, in_percent, vat_on

WAYS = {
    PaidBy.CARD: _l("Card"),
    PaidBy.CHEQUE: _l("Cheque"),
    PaidBy.TRANSFER: _l("Bank transfer"),
}
SERVICE_KINDS = {
    ServiceKind.PROVIDED: _l("A partner gives it, a credit pays it"),
    ServiceKind.RELAYED: _l("A scheme of others: a link"),
    ServiceKind.EXPERT: _l("The loan of an expert: a need is asked"),
}


def size_in_words(least: int, most: int | None) -> str:
    """ "50 to 99 people"."""
    if most is None:
        return _("%(least)s people and more", least=least) if least else _("All sizes")
    if not least:
        return _("Fewer than %(most)s people", most=most + 1)
    return _("%(least)s to %(most)s people", least=least, most=most)


def state_of(one: Subscription, day: date) -> dict[str, str]:
    """Its badge: kind of components/badges.html, words."""
    if one.state is State.WAITING:
        return {"kind": "held", "words": _("Awaiting payment")}
    if one.state is State.CANCELLED:
        return {"kind": "other", "words": _("Cancelled")}
    if one.state is State.CREDITED:
        return {"kind": "other", "words": _("Ended by a credit note")}
    if one.runs(day):
        return {"kind": "answered", "words": _("Active")}
    if one.starts_on and one.starts_on > day:
        return {"kind": "answered", "words": _("Paid, begins later")}
    return {"kind": "expired", "words": _("Over")}


def amounts(one: Subscription) -> dict[str, str]:
    """What it costs, in words."""
    return {
        "net": in_euros(one.net_cents),
        "vat": in_euros(one.vat_cents),
        "rate": in_percent(one.vat_points),
        "gross": in_euros(one.gross_cents),
    }


def reference(one: Subscription) -> str:
    """What the payer writes on a cheque or a transfer, so that it is known again."""
    return f"CDE-{one.id:05}"


def price_rows(grid: PriceGrid) -> list[list[str]]:
    """A grid as a table: the size, without VAT, with it."""
    return [
        [
            size_in_words(band.least_staff, band.most_staff),
            in_euros(band.net_cents),
            in_euros(band.net_cents + vat_on(band.net_cents, grid.vat_points)),
        ]
        for band in bands(grid)
    ]


def credit_state(credit: Credit, of: Subscription, day: date) -> dict[str, str]:
    """Where a credit stands: its badge, and why it cannot be used when it cannot."""
    if credit.used_at is not None:
        return {"kind": "other", "words": _("Used"), "why": str(REFUSALS["credit-used"])}
    if credit.need_id is not None:
        words = _("Kept for your need")
        return {"kind": "held", "words": words, "why": str(REFUSALS["credit-held"])}
    if not of.runs(day):
        later = of.state is State.PAID and of.starts_on is not None and of.starts_on > day
        words = _("From %(day)s", day=f"{of.starts_on:%d/%m/%Y}") if later else _("Not used")
        return {"kind": "expired", "words": words, "why": str(REFUSALS["subscription-over"])}
    return {"kind": "answered", "words": _("To be used"), "why": ""}


def credit_line(credit: Credit, of: Subscription, day: date) -> dict[str, Any]:
    """A credit as the page of a company shows it."""
    state = credit_state(credit, of, day)
    return {
        "id": credit.id,
        "service": credit.service.name,
        "since": of.paid_on,
        "used_at": credit.used_at,
        "state": state,
        "of_needs": credit.service.kind is ServiceKind.EXPERT,
        "usable": not state["why"],
    }
