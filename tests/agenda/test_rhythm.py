"""How a date comes back, as a form says it; and a series cut in two."""

# ruff: noqa: DTZ001 - what a clock shows has no zone

from datetime import date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from agenda import recurrence, splitting
from agenda.rhythm import Every, Monthly, Rhythm, read, written
from core.refusals import Refused

FIRST = datetime(2027, 3, 2, 9, 30)
"""The first Tuesday of March."""
UNTIL = FIRST + timedelta(days=700)


def dates(rule: str, starts: datetime = FIRST) -> list[datetime]:
    return recurrence.dates(starts, rule, UNTIL) if rule else [starts]


@pytest.mark.parametrize(
    ("rhythm", "rule"),
    [
        (Rhythm(every=Every.DAY, times=3), "RRULE:FREQ=DAILY;COUNT=3"),
        (Rhythm(every=Every.WEEK, interval=2), "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"),
        (Rhythm(every=Every.WEEK, weekdays=[3, 1]), "RRULE:FREQ=WEEKLY;BYDAY=TU,TH"),
        (Rhythm(every=Every.MONTH), "RRULE:FREQ=MONTHLY"),
        (
            Rhythm(every=Every.MONTH, monthly=Monthly.BY_WEEKDAY, until=date(2027, 6, 30)),
            "RRULE:FREQ=MONTHLY;BYDAY=1TU;UNTIL=20270630T235959",
        ),
        (
            Rhythm(every=Every.MONTH, monthly=Monthly.BY_LAST_WEEKDAY),
            "RRULE:FREQ=MONTHLY;BYDAY=-1TU",
        ),
        (
            Rhythm(every=Every.YEAR, but=[date(2028, 3, 2)]),
            "RRULE:FREQ=YEARLY\nEXDATE:20280302T093000",
        ),
    ],
)
def test_a_rhythm_is_written_and_read_again(rhythm: Rhythm, rule: str) -> None:
    assert written(rhythm, FIRST) == rule
    again = read(rule, FIRST)
    assert again is not None
    assert written(again, FIRST) == rule


@pytest.mark.parametrize(
    "rule",
    [
        "RDATE:20270303T093000",
        "RRULE:FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1",
        "RRULE:FREQ=WEEKLY\nRRULE:FREQ=MONTHLY",
        "RRULE:FREQ=WEEKLY\nEXDATE:20270309T100000",
        "RRULE:FREQ=DAILY;BYHOUR=9,15",
    ],
)
def test_a_rule_that_says_more_than_the_form_is_not_read_as_less(rule: str) -> None:
    assert read(rule, FIRST) is None


def test_what_goes_without_saying_may_be_said() -> None:
    assert read("RRULE:FREQ=WEEKLY;INTERVAL=1;WKST=MO", FIRST) == Rhythm(
        every=Every.WEEK, weekdays=[], but=[]
    )
    assert read("RRULE:FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=2", FIRST) == Rhythm(
        every=Every.YEAR, weekdays=[], but=[]
    )


def test_a_fifth_tuesday_is_rather_the_last() -> None:
    fifth = datetime(2027, 3, 30, 9, 30)
    said = Rhythm(every=Every.MONTH, monthly=Monthly.BY_WEEKDAY)
    assert written(said, fifth) == "RRULE:FREQ=MONTHLY;BYDAY=-1TU"


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"interval": 0}, "interval-unknown"),
        ({"interval": 100}, "interval-unknown"),
        ({"times": 0}, "times-unknown"),
        ({"times": 3, "until": date(2027, 6, 30)}, "ends-twice"),
        ({"until": date(2027, 3, 1)}, "until-past"),
        ({"but": [date(2027, 1, 1)] * 201}, "too-many-exceptions"),
    ],
)
def test_what_is_no_rhythm_is_refused(said: dict[str, object], refusal: str) -> None:
    with pytest.raises(Refused, match=refusal):
        written(Rhythm(every=Every.DAY, **said), FIRST)  # type: ignore[arg-type]


RULES = (
    "RRULE:FREQ=DAILY;COUNT=12",
    "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;COUNT=9",
    "RRULE:FREQ=WEEKLY;BYDAY=WE;COUNT=5",
    "RRULE:FREQ=MONTHLY;BYDAY=1TU;UNTIL=20271231T235959\nEXDATE:20270504T093000",
    "RRULE:FREQ=MONTHLY;BYDAY=-1TU;COUNT=6\nRDATE:20270415T140000",
    "RRULE:FREQ=WEEKLY;COUNT=4\nRDATE:20270310T093000,20270501T093000\nEXDATE:20270302T093000",
    "RRULE:FREQ=WEEKLY;UNTIL=20270330T235959\nRDATE:20270501T093000",
    "RRULE:FREQ=MONTHLY",
    "RDATE:20270310T093000,20270501T093000",
)


@example(rule=RULES[5], place=4)
@example(rule=RULES[6], place=5)
@given(rule=some.sampled_from(RULES), place=some.integers(min_value=1, max_value=30))
def test_a_series_cut_in_two_gives_the_same_dates(rule: str, place: int) -> None:
    whole = dates(rule)
    at = whole[min(place, len(whole) - 1)]
    before = dates(splitting.before(rule, FIRST, at))
    after = dates(splitting.since(rule, FIRST, at), at)
    assert before + after == whole


def test_a_series_followed_for_years_gives_its_next_dates() -> None:
    after = FIRST + timedelta(days=2000)
    found = recurrence.dates(FIRST, "RRULE:FREQ=DAILY", after + timedelta(days=10), after=after)
    assert (len(found), found[0]) == (11, after)
