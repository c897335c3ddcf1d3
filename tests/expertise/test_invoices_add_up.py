"""Invoices add up to the cent, in the table and on the paper."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from accounts.models import Member
from core import clock
from expertise.subscriptions import grid
from expertise.subscriptions.invoices import paper
from expertise.subscriptions.invoices.issuing import staff_in_french
from expertise.subscriptions.invoices.models import Invoice, InvoiceLine, Kind
from expertise.subscriptions.models import PriceGrid, PriceLine
from expertise.subscriptions.money import in_euros, in_percent, vat_on
from tests.expertise import desks
from tests.expertise.agreeing import read
from tests.expertise.billing import sells, siret, subscribed
from tests.world import World

CENTS = st.integers(1, 100_000_000)
POINTS = st.integers(0, 10_000)


@given(net=CENTS, points=POINTS)
def test_vat_is_rounded_to_the_nearest_cent_half_up(net: int, points: int) -> None:
    vat = vat_on(net, points)
    assert isinstance(vat, int)
    assert -5_000 < net * points - vat * 10_000 <= 5_000 or (net * points - vat * 10_000 == -5_000)
    assert vat_on(-net, points) == -vat


@pytest.mark.parametrize(
    ("net", "points", "vat"),
    [(35_000, 2000, 7_000), (1, 2000, 0), (3, 2000, 1), (5, 1000, 1), (4, 1000, 0), (99, 550, 5)],
)
def test_vat_of_examples(net: int, points: int, vat: int) -> None:
    assert vat_on(net, points) == vat


def test_money_in_words() -> None:
    assert in_euros(100_000_005).replace("\u202f", " ").replace("\u00a0", " ") == "1 000 000,05 €"
    assert in_euros(-5).replace("\u00a0", " ") == "−0,05 €"
    assert in_percent(2000).replace("\u00a0", " ") == "20 %"
    assert in_percent(550).replace("\u00a0", " ") == "5,5 %"
    assert staff_in_french(0, 49) == "de moins de 50 personnes"
    assert staff_in_french(50, 99) == "de 50 à 99 personnes"
    assert staff_in_french(250, None) == "de 250 personnes et plus"


@given(
    prices=st.dictionaries(st.integers(1, 5_000), CENTS, max_size=8),
    first=CENTS,
    staff=st.integers(0, 6_000),
)
def test_each_size_has_one_price(prices: dict[int, int], first: int, staff: int) -> None:
    lines = [
        PriceLine(least_staff=least, net_cents=cents)
        for least, cents in sorted({**prices, 0: first}.items())
    ]
    made = PriceGrid(lines=lines)
    found = [
        band
        for band in grid.bands(made)
        if band.least_staff <= staff and (band.most_staff is None or staff <= band.most_staff)
    ]
    assert found == [grid.band_of(made, staff)]


@given(
    lines=st.lists(st.tuples(CENTS, POINTS, st.integers(1, 9)), min_size=1, max_size=6),
    credit=st.booleans(),
)
def test_every_invoice_adds_up_and_its_paper_says_so(
    lines: list[tuple[int, int, int]], credit: bool
) -> None:
    """Over prices, rates and lines; what is read back in the file is what was summed."""
    sign = -1 if credit else 1
    made = [
        InvoiceLine(
            place=place,
            words=f"Ligne {place}",
            quantity=quantity,
            unit_cents=sign * cents,
            net_cents=sign * cents * quantity,
            vat_points=points,
            vat_cents=vat_on(sign * cents * quantity, points),
        )
        for place, (cents, points, quantity) in enumerate(lines, start=1)
    ]
    net, vat = sum(one.net_cents for one in made), sum(one.vat_cents for one in made)
    words = read(paper.pdf(_invoice(made, net, vat, credit))).replace("\u202f", " ")
    assert f"Total HT {plain(net)}" in words
    assert f"Total TTC {plain(net + vat)}" in words
    for points in {one.vat_points for one in made}:
        cents = sum(one.vat_cents for one in made if one.vat_points == points)
        assert f"TVA à {plain_words(in_percent(points))} {plain(cents)}" in words


def plain(cents: int) -> str:
    return plain_words(in_euros(cents))


def plain_words(words: str) -> str:
    return " ".join(words.replace("\u202f", " ").replace("\u00a0", " ").split())


def _invoice(lines: list[InvoiceLine], net: int, vat: int, credit: bool) -> Invoice:
    party = dict.fromkeys(("form", "address", "registration", "vat_number", "email"), "")
    return Invoice(
        kind=Kind.CREDIT_NOTE if credit else Kind.INVOICE,
        title="X-F2026-0001",
        issued_on=clock.today(),
        seller=party | {"name": "Vendeur", "siret": siret(1)},
        buyer={"name": "Acheteur", "siret": siret(2), "address": "44000 Nantes"},
        mentions=[],
        net_cents=net,
        vat_cents=vat,
        gross_cents=net + vat,
        lines=lines,
    )


def test_the_database_refuses_what_does_not_add_up(
    world: World, team: Member, boss: Member
) -> None:
    made = sells(world, team=(team,))
    order = subscribed(world, boss, team, made, desks.company(world, boss))
    wrong = _invoice([], 100, 20, credit=False)
    wrong.programme_id, wrong.subscription_id, wrong.kind = made.id, order.id, Kind.CREDIT_NOTE
    wrong.year, wrong.number, wrong.gross_cents = 2026, 9, 121
    with pytest.raises(IntegrityError, match=r"adds_up|corrects|has_its_sign"):
        world.act(lambda session: session.add_all([wrong]))
