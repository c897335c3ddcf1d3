"""What a vote decides: a table, and what no combination may do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expertise.committees.closing import ENDS
from expertise.committees.deciding import Tally, Verdict, verdict
from expertise.needs import life
from expertise.needs.life import State

RUNS, OVER, AGAIN = (False, False), (True, False), (True, True)
"""Before its date; at its date; at its date, once it was prolonged."""
QUORUM = 3
TABLE = {
    "somebody may still vote": (Tally(3, waiting=1), RUNS, Verdict.WAIT),
    "all voted, before the date": (Tally(2, 1), RUNS, Verdict.SELECT),
    "the date, more for": (Tally(2, 1, waiting=3), OVER, Verdict.SELECT),
    "the date, more against": (Tally(1, 2, waiting=3), OVER, Verdict.REFUSE),
    "too few at the date": (Tally(1, waiting=3), OVER, Verdict.PROLONG),
    "too few, prolonged already": (Tally(1, waiting=3), AGAIN, Verdict.NO_QUORUM),
    "too few, nobody left to vote": (Tally(1, aside=4), RUNS, Verdict.NO_QUORUM),
    "nobody voted, twice": (Tally(waiting=5), AGAIN, Verdict.NO_QUORUM),
    "nobody sits any more": (Tally(), RUNS, Verdict.NO_QUORUM),
    "prolonged, and enough then": (Tally(2, 1, waiting=1), AGAIN, Verdict.SELECT),
    "who abstains counts": (Tally(1, abstained=2), RUNS, Verdict.SELECT),
    "who steps aside does not": (Tally(1, 1, aside=2), RUNS, Verdict.NO_QUORUM),
    "a tie, the chair for": (Tally(1, 1, 1, chairs_favourable=1), RUNS, Verdict.SELECT),
    "a tie, the chair against": (Tally(1, 1, 1, chairs_unfavourable=1), RUNS, Verdict.REFUSE),
    "a tie, the chair abstains": (Tally(1, 1, 1), RUNS, Verdict.TIE),
    "a tie, two chairs who differ": (
        Tally(2, 2, chairs_favourable=1, chairs_unfavourable=1),
        RUNS,
        Verdict.TIE,
    ),
    "all abstain": (Tally(abstained=3), RUNS, Verdict.TIE),
    "the chair does not outvote": (Tally(1, 2, chairs_favourable=1), RUNS, Verdict.REFUSE),
}


@pytest.mark.parametrize("row", TABLE)
def test_the_table(row: str) -> None:
    tally, (is_over, prolonged), expected = TABLE[row]
    assert verdict(tally, quorum=QUORUM, is_over=is_over, prolonged=prolonged) is expected


@st.composite
def tallies(draw: st.DrawFn) -> Tally:
    few = st.integers(0, 6)
    fors, against = draw(few), draw(few)
    return Tally(
        *(fors, against, draw(few), draw(few), draw(few)),
        chairs_favourable=draw(st.integers(0, min(2, fors))),
        chairs_unfavourable=draw(st.integers(0, min(2, against))),
    )


@given(tallies(), st.integers(1, 8), st.booleans(), st.booleans())
def test_no_combination_loses_a_need_and_the_quorum_is_kept(
    tally: Tally, quorum: int, is_over: bool, prolonged: bool
) -> None:
    said = verdict(tally, quorum=quorum, is_over=is_over, prolonged=prolonged)
    if said is Verdict.WAIT:
        assert (bool(tally.waiting), is_over) == (True, False), "for somebody, until the date"
    elif said is Verdict.PROLONG:
        assert (is_over, prolonged, bool(tally.waiting)) == (True, False, True), "once"
    else:
        _outcome, act, _by = ENDS[said]
        assert life.after(State.SELECTION, act) in {State.OPEN, State.CLOSED, State.ASKED}
    if said in {Verdict.SELECT, Verdict.REFUSE, Verdict.TIE}:
        assert tally.voters >= quorum
    if said is Verdict.SELECT:
        assert tally.favourable >= tally.unfavourable
        assert tally.favourable
    if said is Verdict.REFUSE:
        assert tally.unfavourable >= tally.favourable
        assert tally.unfavourable


@given(tallies(), st.integers(1, 8))
def test_a_vote_that_was_prolonged_ends_at_its_date(tally: Tally, quorum: int) -> None:
    said = verdict(tally, quorum=quorum, is_over=True, prolonged=True)
    assert said not in {Verdict.WAIT, Verdict.PROLONG}


@given(tallies(), st.integers(1, 8), st.booleans())
def test_those_who_step_aside_change_nothing(tally: Tally, quorum: int, is_over: bool) -> None:
    fields = ("favourable", "unfavourable", "abstained", "waiting")
    chairs = ("chairs_favourable", "chairs_unfavourable")
    without = Tally(**{name: getattr(tally, name) for name in (*fields, *chairs)})
    assert verdict(tally, quorum=quorum, is_over=is_over, prolonged=False) is verdict(
        without, quorum=quorum, is_over=is_over, prolonged=False
    )
