"""No subtraction of what is said gives a figure of fewer than five companies."""

from hypothesis import given
from hypothesis import strategies as st

from core import clock
from core.masking import FEWEST
from expertise.figures import queries
from expertise.figures.masking import Total, unsaid
from expertise.figures.measures import Measure
from expertise.figures.models import DeskMonth, Side
from tests.expertise import desks
from tests.world import World

COMPANIES = [str(number) for number in range(9)]
asked = st.lists(st.lists(st.sampled_from(COMPANIES), max_size=12), max_size=6)
"""Parts: the company of each need."""


def total(companies: list[str]) -> Total:
    """A part, as the months add it up."""
    made = Total()
    for one in companies:
        made.add(1, 0, one, {})
    return made


@given(asked)
def test_what_is_left_out_is_of_five_companies_at_least(parts: list[list[str]]) -> None:
    totals = {place: total(companies) for place, companies in enumerate(parts)}
    hidden = unsaid(totals)
    for place, companies in enumerate(parts):
        if 0 < len(set(companies)) < FEWEST:
            assert place in hidden
    left = {one for place in hidden for one in parts[place]}
    others = [place for place in totals if place not in hidden and parts[place]]
    # When all that is said is nothing, the whole is as few as its parts, and is not said either.
    assert not left or len(left) >= FEWEST or not others
    assert len(hidden) != 1 or not others


@given(st.lists(asked, max_size=3))
def test_regions_and_their_departements(regions: list[list[list[str]]]) -> None:
    """(région, département): the parts of each région, the régions of the whole."""
    parts: dict[tuple[int, int], list[str]] = {}
    for region, departements in enumerate(regions):
        parts[region, -1] = [one for companies in departements for one in companies]
        for place, companies in enumerate(departements):
            parts[region, place] = companies
    inside = {
        (region, -1): [one for one in parts if one[0] == region and one[1] >= 0]
        for region in range(len(regions))
    }
    tops = list(inside)
    wholes = [(None, tops), (None, [one for one in parts if one not in inside]), *inside.items()]
    hidden = unsaid({one: total(companies) for one, companies in parts.items()}, wholes)
    for whole, children in inside.items():
        left = {one for child in children if child in hidden for one in parts[child]}
        some = [child for child in children if child not in hidden and parts[child]]
        if whole in hidden:
            assert not some or left, "they would add up to what is not said"
        else:
            assert not left or len(left) >= FEWEST


def test_months_together_may_hold_five_companies() -> None:
    year = Total()
    for month in range(3):
        year.add(2, 4, f"{month} {month + 10}", {"2": 1, "4": 1})
    assert not year.is_few
    assert (year.times, year.amount, year.spread) == (6, 12, {2: 3, 4: 3})
    same = Total()
    for _month in range(12):
        same.add(1, 0, "7", {})
    assert same.is_few


def test_the_public_reads_what_companies_answered_once_the_year_is_over(world: World) -> None:
    """From one night to the next, what changes would be the answer of one company."""
    made = desks.programme(world)
    now = clock.today().replace(day=1)
    with world.session() as session:
        for measure in (Measure.JOBS_CREATED, Measure.HELPED):
            for month in (now, now.replace(year=now.year - 1)):
                session.add(
                    DeskMonth(
                        programme_id=made.id, side=Side.ALL, month=month, of_id=0, measure=measure,
                        times=10, amount=10, companies="1 2 3 4 5",
                    )
                )  # fmt: skip
    found = world.act(lambda session: queries.public(session, made))
    assert (found[Measure.HELPED].times, found[Measure.JOBS_CREATED].times) == (20, 10)
