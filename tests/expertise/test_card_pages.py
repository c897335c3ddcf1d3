"""Paying by card: the page of the service, its silence, and another implementation of it."""

import json
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import select

from accounts.models import Member
from core.refusals import Refused
from expertise.subscriptions.models import State, Subscription
from expertise.subscriptions.payments import Asked
from expertise.subscriptions.stripe_checkout import StripeCheckout
from tests.expertise import desks
from tests.expertise.billing import sells
from tests.expertise.paying import SECRET, THERE, call, event, now
from tests.world import World


def test_without_keys_there_is_no_card_and_no_door(world: World, team: Member) -> None:
    boss = world.member("Inès", networks=[])
    sells(world, team=(team,))
    mine = desks.company(world, boss)
    client, there = world.client(boss), f"/expertise/entreprises/{mine.id}/abonnement"
    assert world.client().post(THERE, data=b"{}").status_code == 404
    assert "Carte bancaire" not in client.get(there).text
    assert client.post(f"{there}/essai", data={"paid_by": "card"}).status_code == 422
    world.app.extensions["maillage.payments"] = StripeCheckout("sk_test_x", SECRET)
    assert "Carte bancaire" in client.get(there).text


# --- the page of the service -------------------------------------------------


class Stripe(BaseHTTPRequestHandler):
    """Answers POST /v1/checkout/sessions in the documented shape: localstripe has no Checkout."""

    asked: list[dict[str, str]] = []
    keys: list[str] = []
    broken = False

    def do_POST(self) -> None:
        """Open a page."""
        length = int(self.headers["Content-Length"])
        said = dict(urllib.parse.parse_qsl(self.rfile.read(length).decode()))
        Stripe.asked.append(said)
        Stripe.keys.append(self.headers["Idempotency-Key"])
        body = {
            "id": "cs_42",
            "object": "checkout.session",
            "url": "https://checkout.example/cs_42",
            "expires_at": int(time.time()) + 86_400,
        }
        answer = {"error": {"type": "api_error", "message": "down"}} if Stripe.broken else body
        self.send_response(500 if Stripe.broken else 200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def stripe_at() -> Iterator[str]:
    Stripe.asked, Stripe.keys, Stripe.broken = [], [], False
    server = HTTPServer(("127.0.0.1", 0), Stripe)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_ordering_by_card_leads_to_the_page_of_the_service(
    world: World, team: Member, stripe_at: str
) -> None:
    world.app.extensions["maillage.payments"] = StripeCheckout("sk_x", SECRET, api=stripe_at)
    boss = world.member("Inès", networks=[])
    sells(world, team=(team,))
    mine, client = desks.company(world, boss), world.client(boss)
    there = f"/expertise/entreprises/{mine.id}/abonnement/essai"
    posted = client.post(there, data={"paid_by": "card"})
    assert posted.status_code == 302
    page = client.get(posted.location).text
    assert 'href="https://checkout.example/cs_42"' in page
    [asked] = Stripe.asked
    assert asked["line_items[0][price_data][unit_amount]"] == "42000"
    assert asked["line_items[0][price_data][currency]"] == "eur"
    assert asked["mode"] == "payment"
    assert asked["success_url"].endswith(f"{posted.location}?retour=paye")
    order = world.one(select(Subscription))
    assert order is not None
    assert asked["client_reference_id"] == str(order.id)
    again = f"/expertise/entreprises/{mine.id}/commandes/{order.id}/carte"
    assert client.post(again).status_code == 302
    assert len(set(Stripe.keys)) == 2
    assert call(world, event(order, id="cs_42")).status_code == 204
    assert now(world, order).state is State.PAID
    assert "checkout.example" not in client.get(posted.location).text
    client.post(again)
    assert len(Stripe.asked) == 2


def test_a_service_that_does_not_answer_loses_no_order(
    world: World, team: Member, stripe_at: str
) -> None:
    Stripe.broken = True
    world.app.extensions["maillage.payments"] = StripeCheckout("sk_x", SECRET, api=stripe_at)
    boss = world.member("Inès", networks=[])
    sells(world, team=(team,))
    mine, client = desks.company(world, boss), world.client(boss)
    there = f"/expertise/entreprises/{mine.id}/abonnement/essai"
    posted = client.post(there, data={"paid_by": "card"})
    assert posted.status_code == 302
    page = client.get(posted.location).text
    assert "ne répond pas" in page
    assert "Payer par carte" in page
    assert [one.state for one in world.all(select(Subscription))] == [State.WAITING]


# --- localstripe, another implementation of Stripe ---------------------------


@pytest.fixture
def localstripe() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "localstripe", "--from-scratch", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        address = f"http://127.0.0.1:{port}"
        for _try in range(100):
            try:
                with socket.create_connection(("127.0.0.1", port), 1):
                    break
            except OSError:
                time.sleep(0.1)
        yield address
        process.terminate()
        process.wait(10)


def ask_localstripe(address: str, path: str, **said: str) -> dict[str, Any]:
    request = urllib.request.Request(
        f"{address}{path}",
        data=urllib.parse.urlencode(said).encode(),
        headers={"Authorization": "Basic c2tfdGVzdF94Og=="},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        found: dict[str, Any] = json.loads(answer.read() or b"{}")
    return found


def test_what_localstripe_signs_is_read_and_its_lack_of_checkout_is_a_refusal(
    localstripe: str,
) -> None:
    """It signs as Stripe does; it has no Checkout, which a shape of ours stands for above."""
    heard: list[tuple[bytes, str]] = []

    class Ear(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append((body, self.headers["Stripe-Signature"]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    ear = HTTPServer(("127.0.0.1", 0), Ear)
    thread = Thread(target=ear.serve_forever, daemon=True)
    thread.start()
    here = f"http://127.0.0.1:{ear.server_port}/"
    try:
        ask_localstripe(localstripe, "/_config/webhooks/ours", url=here, secret=SECRET)
        ask_localstripe(localstripe, "/v1/customers", email="ines@essai.example")
        for _try in range(100):
            if heard:
                break
            time.sleep(0.1)
    finally:
        ear.shutdown()
        ear.server_close()
        thread.join()
    cards = StripeCheckout("sk_test_x", SECRET, api=localstripe)
    payload, signature = heard[0]
    said = cards.read(payload, signature)
    assert said.kind == "customer.created"
    assert not said.paid
    with pytest.raises(Refused, match="payment-forged"):
        cards.read(payload + b" ", signature)
    asked = Asked(order_id=1, attempt=1, words="Une année", cents=42_000, email="a@b.fr", back=here)
    with pytest.raises(Refused, match="payment-unreachable"):
        cards.open(asked)
