"""Stripe Checkout, behind the port of payments. No card number comes near us."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from core.refusals import Refused
from core.settings import Settings
from expertise.subscriptions.payments import CURRENCY, Asked, Heard, Opened, Payments

if TYPE_CHECKING:
    from stripe import StripeClient
    from stripe.params.checkout import SessionCreateParams

TIMEOUT_SECONDS = 10
PAID = frozenset({"checkout.session.completed", "checkout.session.async_payment_succeeded"})
LATE_SECONDS = 300
"""How old a signature may be: Stripe signs anew what it says again."""


class StripeCheckout:
    """The adapter; `api`: another address than Stripe's own, in tests."""

    def __init__(self, secret_key: str, webhook_secret: str, *, api: str | None = None) -> None:
        self.secret_key = secret_key
        self.webhook_secret = webhook_secret
        self.api = api

    def _client(self) -> "StripeClient":
        # It takes half a second to load: only who pays by card waits for it.
        import stripe

        return stripe.StripeClient(
            self.secret_key,
            base_addresses={"api": self.api} if self.api else {},
            max_network_retries=1,
            http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
        )

    def open(self, asked: Asked) -> Opened:
        """Open a page where one pays. Raises Refused("payment-unreachable")."""
        from stripe import StripeError

        wanted: SessionCreateParams = {
            "mode": "payment",
            "client_reference_id": str(asked.order_id),
            "customer_email": asked.email,
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": CURRENCY,
                        "unit_amount": asked.cents,
                        "product_data": {"name": asked.words},
                    },
                }
            ],
            "success_url": f"{asked.back}?retour=paye",
            "cancel_url": f"{asked.back}?retour=annule",
        }
        once = f"maillage-order-{asked.order_id}-{asked.attempt}"
        try:
            made = self._client().v1.checkout.sessions.create(wanted, {"idempotency_key": once})
        except StripeError as error:
            raise Refused("payment-unreachable") from error
        if not made.url:
            raise Refused("payment-unreachable")
        return Opened(made.id, made.url, datetime.fromtimestamp(made.expires_at, UTC))

    def read(self, payload: bytes, signature: str) -> Heard:
        """What a call says. Raises Refused("payment-forged") for one that is not of Stripe."""
        from stripe import StripeError, WebhookSignature

        try:
            WebhookSignature.verify_header(
                payload.decode(), signature, self.webhook_secret, LATE_SECONDS
            )
            return _heard(json.loads(payload))
        except (StripeError, ValueError, TypeError, KeyError) as error:
            raise Refused("payment-forged") from error


def _heard(event: dict[str, Any]) -> Heard:
    """The event of Stripe, in our words. What is of no page is of no order."""
    kind, about = str(event["type"]), event["data"]["object"]
    if not kind.startswith("checkout.session."):
        return Heard(event_id=str(event["id"]), kind=kind)
    named = str(about.get("client_reference_id") or "")
    return Heard(
        event_id=str(event["id"]),
        kind=kind,
        paid=kind in PAID and about.get("payment_status") == "paid",
        session_id=str(about["id"]),
        order_id=int(named) if named.isascii() and named.isdecimal() and len(named) < 10 else None,
        payment=str(about.get("payment_intent") or about["id"]),
        cents=about.get("amount_total"),
        currency=str(about.get("currency") or ""),
    )


def of(settings: Settings) -> Payments | None:
    """The payment service of this installation; None without its keys: no card is offered."""
    if not settings.stripe_secret_key:
        return None
    return StripeCheckout(settings.stripe_secret_key, settings.stripe_webhook_secret)
