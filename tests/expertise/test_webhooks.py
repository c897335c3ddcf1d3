"""The payment service speaks to us: doubled, reordered, forged, late, of nothing we know."""

import hashlib
import hmac
import json
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from accounts.models import Member
from core import clock
from core.refusals import Refused
from expertise.desk import desk_of
from expertise.subscriptions import actions, payments
from expertise.subscriptions.invoices.models import Invoice
from expertise.subscriptions.models import (
    Checkout,
    Credit,
    Outcome,
    PaidBy,
    PaymentEvent,
    State,
    Subscription,
)
from expertise.subscriptions.payments import Asked, Opened
from expertise.subscriptions.stripe_checkout import StripeCheckout
from tests.expertise import desks
from tests.expertise.billing import ordered, paid, sells
from tests.world import BOTH, World

SECRET = "whsec_une_phrase_secrete_de_test"
THERE = "/expertise/paiements/stripe/avis"


@pytest.fixture
def order(world: World, team: Member) -> Subscription:
    """A company ordered a year by card, and is on the page of the service."""
    world.app.extensions["maillage.payments"] = StripeCheckout("sk_test_x", SECRET)
    boss = world.member("Inès", networks=[])
    made = sells(world, team=(team,))
    one = ordered(world, boss, made, desks.company(world, boss), PaidBy.CARD)
    until = clock.now() + timedelta(hours=24)
    with world.session() as session:
        payments.keep_page(session, one.id, Opened("cs_1", "https://pay.example/cs_1", until))
    return one


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


def events(world: World) -> dict[str, Outcome]:
    return {one.id: one.outcome for one in world.all(select(PaymentEvent))}


@BOTH
def test_a_payment_by_card_opens_the_year(world: World, order: Subscription) -> None:
    assert call(world, event(order)).status_code == 204
    one = now(world, order)
    assert (one.state, one.paid_by, one.paid_reference) == (State.PAID, PaidBy.CARD, "pi_1")
    assert len(world.all(select(Credit))) == 3
    assert len(world.all(select(Invoice))) == 1
    assert events(world) == {"evt_1": Outcome.PAID}


@BOTH
def test_what_is_said_twice_or_eight_times_at_once_happens_once(
    world: World, order: Subscription
) -> None:
    client_calls = range(8)

    def say(_number: int) -> int:
        with world.app.app_context():
            return call(world, event(order)).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(say, client_calls)) == {204}
    assert call(world, event(order)).status_code == 204
    # The same money under another event, as Stripe says for payments that take days.
    late = event(order, "evt_2", type="checkout.session.async_payment_succeeded")
    assert call(world, late).status_code == 204
    assert len(world.all(select(Invoice))) == 1
    assert len(world.all(select(Credit))) == 3
    assert events(world) == {"evt_1": Outcome.PAID, "evt_2": Outcome.IGNORED}
    assert [mail.kind for mail in world.mails()].count("subscription_team") == 2


@pytest.mark.parametrize(
    "how",
    [
        {"secret": "whsec_un_autre"},
        {"signature": "t=1,v1=00"},
        {"signature": "n’importe quoi".encode().decode("latin-1")},
        {"signature": " "},
        {"at": time.time() - 3600},
    ],
)
def test_what_is_forged_or_played_again_an_hour_later_does_nothing(
    world: World, order: Subscription, how: dict[str, Any]
) -> None:
    assert call(world, event(order), **how).status_code == 400
    assert now(world, order).state is State.WAITING
    assert events(world) == {}


def test_what_was_signed_and_then_changed_does_nothing(world: World, order: Subscription) -> None:
    said = json.dumps(event(order, amount_total=1)).encode()
    signature = signed(said)
    assert call(world, event(order), signature=signature).status_code == 400
    assert now(world, order).state is State.WAITING


@pytest.mark.parametrize("payload", [b"", b"[]", b"{}", b"\xff\xfe", b'{"id": 1, "type": "x"}'])
def test_what_is_signed_and_no_event_is_refused(
    world: World, order: Subscription, payload: bytes
) -> None:
    answer = world.client().post(THERE, data=payload, headers={"Stripe-Signature": signed(payload)})
    assert answer.status_code == 400
    assert now(world, order).state is State.WAITING


def test_reordered_what_expires_after_it_was_paid_stays_paid(
    world: World, order: Subscription
) -> None:
    expired = event(order, "evt_0", type="checkout.session.expired", payment_status="unpaid")
    assert call(world, event(order)).status_code == 204
    assert call(world, expired).status_code == 204
    assert now(world, order).state is State.PAID
    assert events(world)["evt_0"] is Outcome.IGNORED


def test_what_is_not_paid_yet_waits_for_its_money(world: World, order: Subscription) -> None:
    assert call(world, event(order, payment_status="unpaid")).status_code == 204
    assert now(world, order).state is State.WAITING
    after = event(order, "evt_2", type="checkout.session.async_payment_succeeded")
    assert call(world, after).status_code == 204
    assert now(world, order).state is State.PAID


@pytest.mark.parametrize("more", [{"amount_total": 41_999}, {"currency": "usd"}])
def test_another_amount_opens_nothing_and_the_team_is_told(
    world: World, order: Subscription, more: dict[str, Any]
) -> None:
    assert call(world, event(order, **more)).status_code == 204
    assert now(world, order).state is State.WAITING
    assert events(world) == {"evt_1": Outcome.MISMATCH}
    assert "pi_1" in world.mails()[-1].text
    page = world.client(team_of(world)).get(f"/expertise/equipe/essai/abonnements/{order.id}")
    assert "À rembourser" in page.text


def team_of(world: World) -> Member:
    found = world.one(select(Member).where(Member.first_name == "Thomas"))
    assert found is not None
    return found


def test_paid_by_card_once_the_cheque_was_recorded_is_given_back(
    world: World, order: Subscription, team: Member
) -> None:
    paid(world, team, order, reference="Chèque 12")
    assert call(world, event(order)).status_code == 204
    assert events(world) == {"evt_1": Outcome.TWICE}
    assert now(world, order).paid_reference == "Chèque 12"
    assert len(world.all(select(Invoice))) == 1
    assert "remboursez-le" in world.mails()[-1].text


def test_late_on_a_page_left_open_after_the_order_was_cancelled(
    world: World, order: Subscription, team: Member
) -> None:
    with world.session() as session:
        actions.cancel(session, desk_of(session, team.id), order.id, "Trop tard.", by=team)
    assert call(world, event(order)).status_code == 204
    one = now(world, order)
    assert (one.state, one.reason) == (State.PAID, "")


def test_late_once_another_order_took_its_place(
    world: World, order: Subscription, team: Member
) -> None:
    boss = world.one(select(Member).where(Member.first_name == "Inès"))
    assert boss is not None
    with world.session() as session:
        one = actions.cancel(session, desk_of(session, team.id), order.id, "Non.", by=team)
        again = actions.order(
            session, desk_of(session, boss.id), one.programme, one.company_id, PaidBy.CHEQUE
        )
    assert call(world, event(order)).status_code == 204
    assert events(world) == {"evt_1": Outcome.TWICE}
    assert now(world, order).state is State.CANCELLED
    assert now(world, again).state is State.WAITING


def test_a_page_that_we_forgot_is_known_by_its_order(world: World, order: Subscription) -> None:
    """Killed between the page of the service and our own row: nothing is lost."""
    with world.session() as session:
        session.delete(session.get_one(Checkout, "cs_1"))
    assert call(world, event(order)).status_code == 204
    assert now(world, order).state is State.PAID


def test_money_of_no_order_of_ours_is_kept_in_sight(world: World, order: Subscription) -> None:
    strange = event(order, id="cs_9", client_reference_id="99999")
    assert call(world, strange).status_code == 204
    assert events(world) == {"evt_1": Outcome.UNKNOWN}
    assert now(world, order).state is State.WAITING


def test_other_events_of_stripe_are_only_noted(world: World, order: Subscription) -> None:
    assert call(world, event(order, type="charge.succeeded")).status_code == 204
    assert events(world) == {"evt_1": Outcome.IGNORED}
    assert now(world, order).state is State.WAITING


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
