"""The days that are looked at, and those beside which they are set."""

from datetime import date
from itertools import pairwise

import pytest

from figures.periods import LONGEST, Period, Stretch, chosen, named, slices

YESTERDAY = date(2027, 5, 10)


@pytest.mark.parametrize(
    ("stretch", "first", "last", "before_first", "before_last"),
    [
        (Stretch.WEEK, (2027, 5, 4), (2027, 5, 10), (2027, 4, 27), (2027, 5, 3)),
        (Stretch.MONTH, (2027, 4, 11), (2027, 5, 10), (2027, 3, 12), (2027, 4, 10)),
        (Stretch.QUARTER, (2027, 4, 1), (2027, 5, 10), (2027, 1, 1), (2027, 2, 9)),
        (Stretch.LAST_QUARTER, (2027, 1, 1), (2027, 3, 31), (2026, 10, 1), (2026, 12, 31)),
        (Stretch.YEAR, (2027, 1, 1), (2027, 5, 10), (2026, 1, 1), (2026, 5, 10)),
        (Stretch.LAST_YEAR, (2026, 1, 1), (2026, 12, 31), (2025, 1, 1), (2025, 12, 31)),
    ],
)
def test_named_periods(
    stretch: Stretch,
    first: tuple[int, int, int],
    last: tuple[int, int, int],
    before_first: tuple[int, int, int],
    before_last: tuple[int, int, int],
) -> None:
    wanted = Period(date(*first), date(*last), date(*before_first), date(*before_last))
    assert named(stretch, YESTERDAY) == wanted


def test_every_name_ends_before_today_and_after_what_it_is_compared_with() -> None:
    for stretch in Stretch:
        for yesterday in (date(2028, 2, 29), date(2027, 1, 1), date(2027, 12, 31), YESTERDAY):
            period = named(stretch, yesterday)
            assert period.first <= period.last <= yesterday
            assert period.before_first <= period.before_last < period.first


def test_chosen_dates_are_put_in_order_and_bounded() -> None:
    assert chosen(date(2027, 5, 2), date(2027, 5, 1), YESTERDAY).first == date(2027, 5, 1)
    assert chosen(date(2000, 1, 1), date(2090, 1, 1), YESTERDAY).length == LONGEST
    assert chosen(date(2090, 1, 1), date(2091, 1, 1), YESTERDAY).last == YESTERDAY


@pytest.mark.parametrize(("days", "number"), [(7, 7), (31, 31), (60, 9), (365, 13)])
def test_slices_make_a_chart_that_can_be_read(days: int, number: int) -> None:
    period = chosen(date.fromordinal(YESTERDAY.toordinal() - days + 1), YESTERDAY, YESTERDAY)
    cut = slices(period)
    assert len(cut) in {number, number + 1}
    assert (cut[0][0], cut[-1][1]) == (period.first, period.last)
    assert all(one[1] < other[0] for one, other in pairwise(cut))
