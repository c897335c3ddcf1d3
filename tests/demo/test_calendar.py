"""The month of the demonstration ends now, on working hours, in order."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import PARIS
from demo.calendar import Month

START = datetime(2024, 1, 1, tzinfo=UTC)
ENDS = st.integers(0, 6 * 365 * 24 * 3600).map(lambda seconds: START + timedelta(seconds=seconds))
DAYS = st.floats(0, 40, allow_nan=False)


@given(end=ENDS, days=st.lists(DAYS, min_size=2, max_size=8))
def test_order_is_kept_and_nothing_is_to_come(end: datetime, days: list[float]) -> None:
    month = Month(end)
    moments = [month.ago(day) for day in sorted(days, reverse=True)]
    assert moments == sorted(moments)
    assert moments[-1] <= end + timedelta(microseconds=2)


@given(end=ENDS, days=st.floats(1.1, 40))
def test_people_write_by_day(end: datetime, days: float) -> None:
    hour = Month(end).ago(days).astimezone(PARIS).hour
    assert 7 <= hour <= 19  # an hour of tolerance on the days when the clocks change


def test_at_night_the_evening_is_not_moved_to_the_morning() -> None:
    end = datetime(2026, 3, 3, 5, 0, tzinfo=UTC)
    assert Month(end).ago(0.1) == end - timedelta(days=0.1)


@pytest.mark.parametrize("days", [0, 0.3, 12])
def test_moments_are_aware(days: float) -> None:
    assert Month(datetime(2026, 3, 3, 15, 0, tzinfo=UTC)).ago(days).tzinfo is not None
