"""A company subscribes: what it costs, when it runs, who sees it."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from accounts.models import AuditEntry, Member
from core import clock
from core.refusals import Refused
from expertise.companies.models import Company
from expertise.desk import desk_of
from expertise.programmes.models import Programme
from expertise.subscriptions import actions, grid
from expertise.subscriptions.models import Credit, PaidBy, PriceGrid, State, Subscription
from tests.expertise import desks
from tests.expertise.billing import PRICES, may_ask, ordered, paid, sells, subscribed
from tests.world import BOTH, World


def size(world: World, of: Company, staff: int | None) -> None:
    with world.session() as session:
        session.execute(update(Company).where(Company.id == of.id).values(staff=staff))


@pytest.mark.parametrize(
    ("staff", "net"),
    [
        *((0, 35_000), (49, 35_000), (50, 50_000), (99, 50_000)),
        *((100, 65_000), (249, 65_000), (250, 100_000), (40_000, 100_000)),
    ],
)
def test_the_price_follows_the_size(
    world: World, team: Member, boss: Member, staff: int, net: int
) -> None:
    made, mine = sells(world, team=(team,)), desks.company(world, boss)
    size(world, mine, staff)
    order = ordered(world, boss, made, mine)
    assert (order.net_cents, order.vat_cents, order.gross_cents) == (net, net // 5, net * 6 // 5)


def test_a_company_says_its_size_first(world: World, team: Member, boss: Member) -> None:
    made, mine = sells(world, team=(team,)), desks.company(world, boss)
    size(world, mine, None)
    with pytest.raises(Refused, match="staff-unsaid"):
        ordered(world, boss, made, mine)


@BOTH
def test_a_transfer_opens_the_year_and_its_three_credits(
    world: World, team: Member, boss: Member
) -> None:
    made, mine = sells(world, team=(team,)), desks.company(world, boss)
    order = ordered(world, boss, made, mine)
    to_company, to_team = world.mails()
    assert to_company.to_address == boss.email
    assert "FR7630006000011234567890189" in to_company.text
    assert "420,00" in to_company.text
    assert to_team.to_address == made.email
    assert world.all(select(Credit)) == []
    assert not may_ask(world, made, mine).may
    paid(world, team, order)
    now = world.act(lambda s: s.get_one(Subscription, order.id))
    assert now.state is State.PAID
    assert (now.starts_on, now.paid_reference) == (clock.today(), "VIR 1")
    assert len(world.all(select(Credit))) == 3
    assert may_ask(world, made, mine).may
    confirmed = world.mails(boss)[-1]
    assert "/expertise/factures/" in confirmed.text
    assert "active" in confirmed.text or "actif" in confirmed.subject
    kept = world.all(select(AuditEntry.act).where(AuditEntry.act == "money-handled"))
    assert len(kept) == 1


@BOTH
def test_one_order_waits_at_a_time(world: World, team: Member, boss: Member) -> None:
    made, mine = sells(world, team=(team,)), desks.company(world, boss)
    first = ordered(world, boss, made, mine)
    with pytest.raises(Refused, match="order-waits"):
        ordered(world, boss, made, mine)
    with world.session() as session:
        actions.cancel(session, desk_of(session, boss.id), first.id, "", by=boss)
    second = ordered(world, boss, made, mine, PaidBy.CHEQUE)
    paid(world, team, second)
    with pytest.raises(Refused, match="order-elsewhere"):
        paid(world, team, second)
    with pytest.raises(Refused, match="order-elsewhere"):
        paid(world, team, first)
    with pytest.raises(Refused, match="subscribed-already"):
        ordered(world, boss, made, mine)


def test_a_year_is_renewed_before_it_ends_and_follows_it(
    world: World, team: Member, boss: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, mine = sells(world, team=(team,)), desks.company(world, boss)
    first = subscribed(world, boss, team, made, mine)
    assert first.ends_on is not None
    later = clock.now() + timedelta(days=330)
    monkeypatch.setattr(clock, "now", lambda: later)
    second = subscribed(world, boss, team, made, mine)
    assert second.starts_on == first.ends_on + timedelta(days=1)
    assert second.ends_on == actions.year_after(second.starts_on) - timedelta(days=1)


def test_a_year_is_a_year() -> None:
    assert actions.year_after(date(2026, 11, 23)) == date(2027, 11, 23)
    assert actions.year_after(date(2028, 2, 29)) == date(2029, 3, 1)


def set_prices(
    world: World,
    by: Member,
    made: Programme,
    day: date,
    prices: Sequence[tuple[int, int]],
    vat: int = 2000,
) -> None:
    with world.session() as session:
        desk, one = desk_of(session, by.id), session.get_one(Programme, made.id)
        grid.set_prices(session, desk, one, day, vat, prices, by=by)


def test_prices_are_dated_and_the_past_ones_stay(
    world: World, team: Member, boss: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, mine = sells(world, team=(team,)), desks.company(world, boss)
    tomorrow = clock.today() + timedelta(days=1)

    set_prices(world, team, made, tomorrow, [(0, 1)])
    set_prices(world, team, made, tomorrow, [(0, 40_001)], vat=550)  # not in force: corrected
    assert ordered(world, boss, made, mine).net_cents == 35_000
    for code, day, prices in (
        ("grid-in-force", clock.today(), [(0, 1)]),
        ("prices-in-the-past", clock.today() - timedelta(days=1), [(0, 1)]),
        ("prices-from-nobody", tomorrow, [(1, 100)]),
        ("prices-twice", tomorrow, [(0, 100), (0, 200)]),
        ("price-unknown", tomorrow, [(0, 0)]),
        ("prices-missing", tomorrow, []),
    ):
        with pytest.raises(Refused, match=code):
            set_prices(world, team, made, day, prices)
    other = desks.company(world, boss, siret="99900010300013")
    later = clock.now() + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    order = ordered(world, boss, made, other)
    assert (order.net_cents, order.vat_cents) == (40_001, 2_200)
    days = world.all(select(PriceGrid.starts_on).order_by(PriceGrid.starts_on))
    assert days == [tomorrow - timedelta(days=1), tomorrow]


def test_only_the_team_sets_prices_and_records_payments(
    world: World, team: Member, boss: Member
) -> None:
    made, mine = sells(world, team=(team,)), desks.company(world, boss)
    order = ordered(world, boss, made, mine)
    sells(world, "autre", team=(world.member("Autre"),))
    for who in (boss, world.member("Membre"), world.administrator()):
        with pytest.raises(Refused, match="not-of-the-team"):
            paid(world, who, order)
        with pytest.raises(Refused, match="not-of-the-team"):
            set_prices(world, who, made, clock.today(), PRICES)


WHO = {
    "representative": (True, True, False),
    "another company": (False, False, False),
    "team": (True, True, True),
    "another team": (False, False, False),
    "member": (False, False, False),
    "administrator": (False, False, False),
}
"""Who → whether they see the page of the company, the invoice, the page of the team."""


@pytest.mark.parametrize(("who", "sees"), WHO.items())
def test_who_sees_what_a_company_bought(
    world: World, who: str, sees: tuple[bool, bool, bool]
) -> None:
    people = {
        "representative": world.member("Inès", networks=[]),
        "another company": world.member("Voisine", networks=[]),
        "team": world.member("Thomas"),
        "another team": world.member("Autre"),
        "member": world.member("Membre"),
        "administrator": world.administrator(),
    }
    made = sells(world, team=(people["team"],))
    sells(world, "autre", team=(people["another team"],))
    mine = desks.company(world, people["representative"])
    desks.company(world, people["another company"], siret="99900010300013")
    order = ordered(world, people["representative"], made, mine)
    invoice_id = paid(world, people["team"], order)
    credit = world.all(select(Credit).order_by(Credit.id))[1]
    client = world.client(people[who])
    company, invoice, team = sees

    def opens(address: str) -> bool:
        status = client.get(address).status_code
        assert status in {200, 404}, (address, status)
        return status == 200

    assert opens(f"/expertise/entreprises/{mine.id}/abonnement") is company
    assert opens(f"/expertise/entreprises/{mine.id}/commandes/{order.id}") is company
    assert opens(f"/expertise/credits/{credit.id}/utiliser") is company
    assert opens(f"/expertise/factures/{invoice_id}.pdf") is invoice
    there = "/expertise/equipe/essai"
    for address in ("/abonnements", f"/abonnements/{order.id}", "/abonnements/exporter.csv"):
        assert opens(there + address) is team
    for address in ("/tarifs", "/services", "/services/nouveau"):
        assert opens(there + address) is team
    posted = client.post(f"/expertise/entreprises/{mine.id}/commandes/{order.id}/annuler")
    assert posted.status_code == (302 if company else 404)
    for address in ("paiement", "avoir", "annuler"):
        posted = client.post(f"{there}/abonnements/{order.id}/{address}", data={})
        assert posted.status_code == (422 if team else 404)


def test_the_team_cancels_what_is_never_paid_and_says_why(
    world: World, team: Member, boss: Member
) -> None:
    made, mine = sells(world, team=(team,)), desks.company(world, boss)
    order = ordered(world, boss, made, mine)
    client, there = world.client(team), f"/expertise/equipe/essai/abonnements/{order.id}/annuler"
    assert client.post(there, data={"reason": " "}).status_code == 422
    assert client.post(there, data={"reason": "Jamais reçu."}).status_code == 302
    assert "Jamais reçu." in world.mails(boss)[-1].text
    assert client.post(there, data={"reason": "Encore."}).status_code == 422


def test_the_table_of_the_team_computes_nothing(world: World, team: Member, boss: Member) -> None:
    made, mine = sells(world, team=(team,)), desks.company(world, boss)
    with world.session() as session:
        session.get_one(Company, mine.id).name = "=HYPERLINK(1)"
    paid(world, team, ordered(world, boss, made, mine), reference="@SUM(A1)")
    client = world.client(team)
    text = client.get("/expertise/equipe/essai/abonnements/exporter.csv").data.decode("utf-8-sig")
    assert ";'=HYPERLINK(1);" in text
    assert ";'@SUM(A1);" in text
    assert ";350,00;70,00;420,00;" in text
    assert "ESSAI-F" in text
    xlsx = client.get("/expertise/equipe/essai/abonnements/exporter.xlsx")
    assert xlsx.data.startswith(b"PK")


@BOTH
def test_orders_are_found_where_they_stand(world: World, team: Member, boss: Member) -> None:
    made, mine = sells(world, team=(team,)), desks.company(world, boss)
    order = ordered(world, boss, made, mine)
    client, there = world.client(team), "/expertise/equipe/essai/abonnements"

    def where() -> list[str]:
        return [
            name
            for name in ("en-attente", "actifs", "termines")
            if mine.name in client.get(f"{there}?etat={name}").text
        ]

    assert where() == ["en-attente"]
    paid(world, team, order)
    assert where() == ["actifs"]
    with world.session() as session:
        actions.credit_note(session, desk_of(session, team.id), order.id, "Erreur.", by=team)
    assert where() == ["termines"]
    assert client.get(f"{there}?etat=nulle-part").status_code == 404
