"""What lending the time of one's people may take off the tax of an institution: an estimate.

The rule is a table of years, each with its text. What the law says of a year that is not here, the
house does not guess.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from core.refusals import Refused

CENT = Decimal("0.01")
FIRST_YEAR = 2008
"""Earlier ones are long over: the excess is carried over for five years."""
MOST = Decimal(10) ** 13
"""Euros: more is a mistake of typing."""


@dataclass(frozen=True, slots=True)
class TaxRule:
    """What the tax code says from a fiscal year on."""

    since: int
    rate: Decimal
    threshold: Decimal | None
    """Above it, gifts are worth `upper_rate`."""
    upper_rate: Decimal
    least_cap: Decimal
    """What may always be counted, however small the turnover."""
    share: Decimal
    """Of the turnover, before tax: the cap when it is higher."""
    ceilings: int | None
    """How many yearly ceilings of the social security the cost of one person may reach."""
    source: str


RULES = (
    TaxRule(
        since=FIRST_YEAR,
        rate=Decimal("0.60"),
        threshold=None,
        upper_rate=Decimal("0.60"),
        least_cap=Decimal(0),
        share=Decimal("0.005"),
        ceilings=None,
        source="CGI, art. 238 bis, dans sa rédaction issue de la loi nº 2003-709 du 1er août 2003",
    ),
    TaxRule(
        since=2019,
        rate=Decimal("0.60"),
        threshold=None,
        upper_rate=Decimal("0.60"),
        least_cap=Decimal(10_000),
        share=Decimal("0.005"),
        ceilings=None,
        source="CGI, art. 238 bis, modifié par la loi nº 2018-1317 du 28 décembre 2018 (finances "
        "pour 2019)",
    ),
    TaxRule(
        since=2020,
        rate=Decimal("0.60"),
        threshold=Decimal(2_000_000),
        upper_rate=Decimal("0.40"),
        least_cap=Decimal(20_000),
        share=Decimal("0.005"),
        ceilings=3,
        source="CGI, art. 238 bis, modifié par l’article 134 de la loi nº 2019-1479 du 28 décembre "
        "2019 (finances pour 2020)",
    ),
)
"""By the fiscal year that ends on the 31 December; the oldest first."""

CEILINGS = {
    2020: Decimal(41_136),
    2021: Decimal(41_136),
    2022: Decimal(41_136),
    2023: Decimal(43_992),
    2024: Decimal(46_368),
    2025: Decimal(47_100),
    2026: Decimal(48_060),
}
"""The yearly ceiling of the social security (PASS): art. D. 242-17 of the Code de la sécurité
sociale, the decree of each year, as the Bulletin officiel de la sécurité sociale gives it
(Assiette générale, chapter 6)."""
CEILING_SOURCE = (
    "arrêté annuel pris pour l’article D. 242-17 du code de la sécurité sociale, repris par le "
    "Bulletin officiel de la sécurité sociale (Assiette générale, chapitre 6)"
)
LAST_YEAR = max(CEILINGS)


@dataclass(frozen=True, slots=True)
class Estimate:
    """An estimate, step by step; in euros and cents."""

    year: int
    rule: TaxRule
    cost: Decimal
    """Of the days, wages and social charges."""
    kept: Decimal
    """Once the cost of each person is limited."""
    ceiling: Decimal | None
    """What the cost of one person may reach in the year."""
    cap: Decimal
    """What may be counted this year."""
    base: Decimal
    """What is."""
    reduction: Decimal
    carried: Decimal
    """What is above the cap: for the five years that follow."""


def rule_of(year: int) -> TaxRule:
    """The rule of a fiscal year.

    Raises Refused("tax-year-unknown") when the law of that year is not in the table.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused("tax-year-unknown", first=FIRST_YEAR, last=LAST_YEAR)
    return [one for one in RULES if one.since <= year][-1]


def years() -> Collection[int]:
    """Those that may be estimated, the last first."""
    return range(LAST_YEAR, FIRST_YEAR - 1, -1)


def estimate(
    year: int, half_days: Sequence[int], daily_cost: Decimal, turnover: Decimal
) -> Estimate:
    """What may be taken off the tax of a fiscal year.

    `half_days`: those of each person; `daily_cost`: of one day, wages and social charges, in
    euros; `turnover`: of the year, before tax.

    Raises Refused: "tax-year-unknown", "tax-amount".
    """
    rule = rule_of(year)
    if not all(one.is_finite() and 0 <= one <= MOST for one in (daily_cost, turnover)):
        raise Refused("tax-amount")
    costs = [Decimal(one) / 2 * daily_cost for one in half_days]
    ceiling = rule.ceilings * CEILINGS[year] if rule.ceilings else None
    kept = sum((one if ceiling is None else min(one, ceiling) for one in costs), Decimal(0))
    cap = max(rule.least_cap, rule.share * turnover)
    base = min(kept, cap)
    above = max(base - rule.threshold, Decimal(0)) if rule.threshold is not None else Decimal(0)
    reduction = rule.rate * (base - above) + rule.upper_rate * above
    return Estimate(
        year=year,
        rule=rule,
        cost=cents(sum(costs, Decimal(0))),
        kept=cents(kept),
        ceiling=ceiling,
        cap=cents(cap),
        base=cents(base),
        reduction=cents(reduction),
        carried=cents(kept - base),
    )


def cents(amount: Decimal) -> Decimal:
    """To the nearest cent, half a cent up."""
    return amount.quantize(CENT, ROUND_HALF_UP)
