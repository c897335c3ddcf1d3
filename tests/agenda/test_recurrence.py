"""Dates that come back, on the clock of the place where they stand."""

# ruff: noqa: DTZ001 - what a clock shows has no zone

from datetime import UTC, date, datetime

import pytest

from agenda import recurrence
from agenda.recurrence import dates
from core.refusals import Refused

UNTIL = datetime(2028, 1, 1)


def at(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2026, month, day, hour)


def test_every_second_tuesday_but_one() -> None:
    rule = "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;COUNT=4\nEXDATE:20260217T090000"
    assert dates(at(2, 3), rule, UNTIL) == [at(2, 3), at(3, 3), at(3, 17)]


def test_the_last_friday_of_each_month_and_a_day_more() -> None:
    rule = "RRULE:FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20260430T235959\nRDATE:20260415T090000"
    assert dates(at(2, 27), rule, UNTIL) == [at(2, 27), at(3, 27), at(4, 15), at(4, 24)]


def test_the_first_date_counts_even_where_the_rule_does_not_say_it() -> None:
    assert dates(at(2, 4), "RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=2", UNTIL) == [
        at(2, 4),
        at(2, 10),
        at(2, 17),
    ]


def test_a_rule_without_end_is_followed_as_far_as_asked() -> None:
    found = dates(at(1, 1), "RRULE:FREQ=DAILY", at(1, 31))
    assert (len(found), found[-1]) == (31, at(1, 31))
    assert len(dates(at(1, 1), "RRULE:FREQ=DAILY", datetime(2090, 1, 1))) == recurrence.MOST


@pytest.mark.parametrize("count", ["", ";COUNT=3"])
def test_a_rule_that_nothing_satisfies_ends(count: str) -> None:
    rule = f"RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30{count}"
    assert dates(at(1, 1), rule, UNTIL) == [at(1, 1)]


@pytest.mark.parametrize("freq", ["SECONDLY", "MINUTELY", "HOURLY"])
def test_nobody_meets_every_hour(freq: str) -> None:
    with pytest.raises(Refused, match="recurrence-too-fine"):
        dates(at(1, 1), f"RRULE:FREQ={freq}", UNTIL)


@pytest.mark.parametrize(
    "rule",
    [
        "tous les mardis",
        "RRULE:",
        "RRULE:FREQ=PARFOIS",
        "RRULE:FREQ=DAILY;INTERVAL=-1",
        "RRULE:FREQ=DAILY;INTERVAL=0",
        "RRULE:FREQ=DAILY;UNTIL=demain",
        "RRULE:FREQ=WEEKLY;BYDAY=XX",
        "RDATE:demain",
        "EXDATE:20261301T000000",
        "EXRULE:FREQ=DAILY",
        "RRULE:FREQ=DAILY;COUNT=0",
        "RDATE:" + "20260101T090000," * 2_000,
    ],
)
def test_what_is_no_rule_is_refused(rule: str) -> None:
    with pytest.raises(Refused, match="recurrence-unknown"):
        dates(at(1, 1), rule, UNTIL)


def test_nine_oclock_stays_nine_oclock_when_summer_time_begins() -> None:
    walls = dates(at(3, 23), "RRULE:FREQ=WEEKLY;COUNT=2", UNTIL)
    assert [recurrence.moment(one, "Europe/Paris") for one in walls] == [
        datetime(2026, 3, 23, 8, tzinfo=UTC),
        datetime(2026, 3, 30, 7, tzinfo=UTC),
    ]


def test_a_time_that_the_clock_skips_or_shows_twice_is_one_instant() -> None:
    skipped = recurrence.moment(datetime(2026, 3, 29, 2, 30), "Europe/Paris")
    assert skipped == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    twice = recurrence.moment(datetime(2026, 10, 25, 2, 30), "Europe/Paris")
    assert twice == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_the_days_that_something_takes() -> None:
    def days(starts: datetime, ends: datetime, **more: object) -> tuple[date, date]:
        zone = str(more.get("zone", "Europe/Paris"))
        return recurrence.days(
            recurrence.moment(starts, zone),
            recurrence.moment(ends, zone),
            zone=zone,
            all_day=bool(more.get("all_day")),
        )

    assert days(at(3, 2), at(3, 2, 11)) == (date(2026, 3, 2), date(2026, 3, 2))
    assert days(at(3, 2, 20), at(3, 3, 0)) == (date(2026, 3, 2), date(2026, 3, 2))
    assert days(at(3, 2, 20), at(3, 3, 2)) == (date(2026, 3, 2), date(2026, 3, 3))
    assert days(at(3, 2), at(3, 2)) == (date(2026, 3, 2), date(2026, 3, 2))
    whole = {"all_day": True, "zone": "Indian/Reunion"}
    assert days(at(3, 2, 0), at(3, 4, 0), **whole) == (date(2026, 3, 2), date(2026, 3, 3))
    assert days(at(3, 2, 1), at(3, 2, 2), zone="Indian/Reunion") == (
        date(2026, 3, 1),
        date(2026, 3, 1),
    )
