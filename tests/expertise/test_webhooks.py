"""The payment service speaks to us: doubled, reordered, forged, late, of nothing we know."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from accounts.models import Member
from core import clock
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
from expertise.subscriptions.payments import Opened
from expertise.subscriptions.stripe_checkout import StripeCheckout
from tests.expertise import desks
from tests.expertise.billing import ordered, paid, sells
from tests.expertise.paying import SECRET, THERE, call, event, now, signed
from tests.world import BOTH, World


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
