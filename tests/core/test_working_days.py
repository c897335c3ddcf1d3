"""Working days in France: week-ends and the eleven public holidays."""

from datetime import UTC, date, datetime, timedelta

import pytest

from core.clock import PARIS
from core.working_days import after, easter, holidays, is_working

EASTERS = """
    1818-03-22 1954-04-18 1961-04-02 2000-04-23 2008-03-23 2011-04-24 2019-04-21 2024-03-31
    2025-04-20 2026-04-05 2027-03-28 2038-04-25 2049-04-18 2076-04-19
"""
"""As the almanacs give them; the earliest and the latest that there can be are among them."""


@pytest.mark.parametrize("day", EASTERS.split())
def test_easter(day: str) -> None:
    assert easter(int(day[:4])) == date.fromisoformat(day)


def test_the_holidays_of_a_year() -> None:
    given = """
        2026-01-01 2026-04-06 2026-05-01 2026-05-08 2026-05-14 2026-05-25 2026-07-14 2026-08-15
        2026-11-01 2026-11-11 2026-12-25
    """
    assert holidays(2026) == {date.fromisoformat(day) for day in given.split()}
    assert not is_working(date(2026, 4, 6))
    assert not is_working(date(2026, 4, 5))
    assert is_working(date(2026, 4, 7))


TWO_LATER = (
    ("a Monday", "2026-03-09 10:00", "2026-03-11 10:00"),
    ("a Friday", "2026-03-13 16:00", "2026-03-17 16:00"),
    ("a Saturday", "2026-03-14 11:00", "2026-03-18 09:00"),
    ("the Friday before Easter", "2026-04-03 16:00", "2026-04-08 16:00"),
    ("Easter Monday", "2026-04-06 09:00", "2026-04-09 09:00"),
    ("the eve of Ascension", "2026-05-13 15:00", "2026-05-18 15:00"),
    ("the eve of 1 May", "2026-04-30 08:00", "2026-05-05 08:00"),
    ("Christmas Eve", "2026-12-24 12:00", "2026-12-29 12:00"),
    ("before the hour changes", "2026-03-27 17:00", "2026-03-31 17:00"),
)


@pytest.mark.parametrize(("name", "asked", "later"), TWO_LATER)
def test_two_working_days_later(name: str, asked: str, later: str) -> None:
    start = datetime.fromisoformat(asked).replace(tzinfo=PARIS)
    end = after(start.astimezone(UTC), 2)
    assert end == datetime.fromisoformat(later).replace(tzinfo=PARIS), name
    assert end - start >= timedelta(days=2) - timedelta(hours=1)
