"""Contrast, as WCAG counts it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.colours import WHITE, checked, contrast, ink_on
from core.refusals import Refused


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#ffffff", "#ffffff", 1.0), ("#777777", "#ffffff", 4.48)],
)
def test_the_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert contrast(other, one) == contrast(one, other)


@given(st.integers(0, 0xFFFFFF))
def test_the_ink_chosen_is_always_readable(number: int) -> None:
    ground = f"#{number:06x}"
    assert contrast(ground, ink_on(ground)) >= 4.5


def test_a_colour_is_kept_in_one_way() -> None:
    assert checked(" #8A1C3B ") == "#8a1c3b"


@pytest.mark.parametrize("typed", ["", "rouge", "#fff", "#12345g", "8a1c3b", "#8a1c3b;}"])
def test_what_is_no_colour_is_refused(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        checked(typed)
    assert refused.value.code == "colour-unknown"


def test_a_colour_that_does_not_show_on_white_is_refused_with_its_ratio() -> None:
    with pytest.raises(Refused) as refused:
        checked("#f2e205")
    assert refused.value.code == "colour-too-light"
    assert float(refused.value.values["ratio"]) < 3  # type: ignore[arg-type]
    assert contrast("#f2e205", WHITE) < 3
