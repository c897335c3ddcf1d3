"""What lending one's people may take off the tax: the rule of each year, by examples."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.refusals import Refused
from expertise.agreements.models import Agreement, Refund
from expertise.agreements.models import Kind as AgreementKind
from expertise.figures import tax
from expertise.positions.life import Act as PositionAct
from tests.expertise import desks
from tests.expertise.counted import Cases
from tests.world import World

D = Decimal
CASES: dict[str, tuple[int, list[int], Any, Any, Any, Any, Any]] = {
    # year, half-days of each person, cost of a day, turnover → counted, reduction, carried over
    "2016: 60 % within 0.5 % (seeds/001)": (2016, [4], 400, 1_000_000, 800, 480, 0),
    "2016: the cap is 0.5 % of the turnover": (2016, [20], 600, 1_000_000, 5_000, 3_000, 1_000),
    "2016: nothing beside the turnover": (2016, [20], 600, 0, 0, 0, 6_000),
    "2016: 60 % above two millions too": (2016, [2], 3_000_000, 10**9, 3_000_000, 1_800_000, 0),
    "2018 is as 2016": (2018, [20], 600, 1_000_000, 5_000, 3_000, 1_000),
    "2019: 10,000 € at least": (2019, [40], 600, 1_000_000, 10_000, 6_000, 2_000),
    "2020: 20,000 € at least": (2020, [80], 600, 1_000_000, 20_000, 12_000, 4_000),
    "just 20,000 €": (2026, [80], 500, 1_000_000, 20_000, 12_000, 0),
    "0.5 % is 20,000 €": (2026, [100], 500, 4_000_000, 20_000, 12_000, 5_000),
    "0.5 % is a cent more": (2026, [100], 500, 4_000_002, "20000.01", "12000.01", "4999.99"),
    "half a day": (2026, [1], 333, 0, "166.50", "99.90", 0),
    "a third of a cent is rounded": (2026, [1], "333.33", 0, "166.67", "100.00", 0),
    "3 PASS of 2026, reached": (2026, [2], 144_180, 10**9, 144_180, 86_508, 0),
    "3 PASS of 2026, exceeded": (2026, [2], 144_181, 10**9, 144_180, 86_508, 0),
    "3 PASS for each person": (2026, [2, 2], 200_000, 10**9, 288_360, 173_016, 0),
    "3 PASS of 2022": (2022, [2], 200_000, 10**9, 123_408, "74044.80", 0),
    "just 2 M€": (2026, [2] * 20, 100_000, 10**9, 2_000_000, 1_200_000, 0),
    "2 M€ and a bit: 40 % above": (2026, [2] * 21, 100_000, 10**9, 2_100_000, 1_240_000, 0),
    "no day": (2026, [], 500, 1_000_000, 0, 0, 0),
}


@pytest.mark.parametrize("case", CASES)
def test_the_rule_of_a_year(case: str) -> None:
    year, half_days, cost, turnover, base, reduction, carried = CASES[case]
    made = tax.estimate(year, half_days, D(cost), D(turnover))
    assert (made.base, made.reduction, made.carried) == (D(base), D(reduction), D(carried))


@pytest.mark.parametrize("year", [tax.FIRST_YEAR - 1, tax.LAST_YEAR + 1])
def test_a_year_that_the_table_does_not_know_is_refused(year: int) -> None:
    with pytest.raises(Refused, match="tax-year-unknown"):
        tax.estimate(year, [2], D(500), D(1_000_000))


@pytest.mark.parametrize("amount", ["-1", "NaN", "Infinity", "1e14"])
def test_amounts_that_are_none_are_refused(amount: str) -> None:
    with pytest.raises(Refused, match="tax-amount"):
        tax.estimate(2026, [2], D(amount), D(1))
    with pytest.raises(Refused, match="tax-amount"):
        tax.estimate(2026, [2], D(1), D(amount))


def test_each_year_with_a_limit_has_its_ceiling() -> None:
    for year in tax.years():
        assert tax.rule_of(year).ceilings is None or year in tax.CEILINGS
    assert [one.since for one in tax.RULES] == sorted(one.since for one in tax.RULES)


def test_the_page_estimates_from_the_days_done(world: World) -> None:
    boss, chief, other = (world.member(one, networks=[]) for one in ("Thomas", "Rémi", "Zoé"))
    made = desks.programme(world, team=(boss,))
    house = desks.institution(world, made)
    desks.manager(world, house, chief)
    beside = desks.programme(world, "autre", team=(other,))
    desks.take_part(world, beside, house)
    for programme, days in ((made, (5, 6)), (beside, (7,))):
        told = Cases(world, programme, house)
        need = told.asked(date(2025, 1, 6))
        one = told.position(need, (PositionAct.SEND, date(2025, 1, 6)))
        done = tuple(date(2025, 2, day) for day in days)
        told.agreement(one, 6, date(2025, 1, 20), done=(*done, date(2024, 12, 30)))
    address = f"/expertise/institutions/{house.id}/mecenat"
    typed = {"year": "2025", "daily_cost": "1 000,50 €", "turnover": "1 000 000"}
    for who, expected in ((chief, "1\u202f800,90"), (boss, "1\u202f200,60"), (other, "600,30")):
        page = world.client(who).post(address, data=typed).text
        assert f"{expected}\u00a0€" in page
        assert "Estimation à faire valider par votre service fiscal" in page
        assert "art. 238 bis" in page
        assert "47\u202f100,00" in page
    with world.session() as session:
        for agreement in session.query(Agreement).filter_by(programme_id=made.id):
            agreement.kind, agreement.refund = AgreementKind.LOAN, Refund.FULL
    assert "600,30\u00a0€" in world.client(chief).post(address, data=typed).text
    for bad in ({"daily_cost": "-1"}, {"turnover": "NaN"}, {"year": "1999"}, {"daily_cost": "x"}):
        assert world.client(chief).post(address, data=typed | bad).status_code == 422
