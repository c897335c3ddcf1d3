"""What the payment service says of an order, signed as it signs."""

import hashlib
import hmac
import json
import time
from typing import Any

from werkzeug.test import TestResponse

from expertise.subscriptions.models import Subscription
from tests.world import World

SECRET = "whsec_une_phrase_secrete_de_test"
THERE = "/expertise/paiements/stripe/avis"


def event(of: Subscription, event_id: str = "evt_1", **more: Any) -> dict[str, Any]:
    """What Stripe says when a page was paid, in its own shape."""
    about = {
        "id": "cs_1",
        "object": "checkout.session",
        "client_reference_id": str(of.id),
        "payment_status": "paid",
        "payment_intent": "pi_1",
        "amount_total": 42_000,
        "currency": "eur",
    }
    kind = more.pop("type", "checkout.session.completed")
    return {"id": event_id, "object": "event", "type": kind, "data": {"object": about | more}}


def signed(payload: bytes, *, secret: str = SECRET, at: float | None = None) -> str:
    """Stripe's own scheme: the HMAC of "time.payload"."""
    moment = int(time.time() if at is None else at)
    said = f"{moment}.".encode() + payload
    return f"t={moment},v1={hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()}"


def call(world: World, said: dict[str, Any], **how: Any) -> TestResponse:
    payload = json.dumps(said).encode()
    signature = how.pop("signature", None) or signed(payload, **how)
    return world.client().post(
        THERE, data=payload, headers={"Stripe-Signature": signature}, mimetype="application/json"
    )


def now(world: World, order: Subscription) -> Subscription:
    return world.act(lambda session: session.get_one(Subscription, order.id))
