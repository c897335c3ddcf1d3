"""Figures of fewer than five people are not said, nor what a difference would tell of them."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.models import Level
from core.masking import FEWEST, AtLeast, Unsaid, is_few, masked, said, said_parts
from figures.circles import HOUSE, Circle, Key, Land
from figures.masking import shown_groups

REGION, WEST, EAST, TOWN = 1, 2, 3, 4
LAND = Land(
    {
        REGION: Level.REGION,
        WEST: Level.DEPARTEMENT,
        EAST: Level.DEPARTEMENT,
        TOWN: Level.ZONE_EMPLOI,
    },
    {REGION: (REGION,), WEST: (REGION, WEST), EAST: (REGION, EAST), TOWN: (REGION, WEST, TOWN)},
)
ACI, ESAT = 7, 8


def circle(*networks: int, at: int = REGION, kind: int | None = None) -> Circle:
    return Circle(networks, LAND.holders[at], kind)


def shown(members: dict[Circle, int]) -> set[Key]:
    return {group for group, is_shown in shown_groups(members, LAND).items() if is_shown}


def test_a_group_of_four_is_not_shown_and_one_of_five_is() -> None:
    found = shown({circle(1): 4, circle(2): 5, circle(3): 20})
    assert (1, None, None) not in found
    assert {(3, None, None), HOUSE} <= found


def test_a_group_is_not_shown_when_the_rest_of_the_house_is_four() -> None:
    found = shown({circle(1): 30, circle(2): 4})
    assert HOUSE in found
    assert (1, None, None) not in found
    assert (1, None, None) in shown({circle(1): 30, circle(2): 5})
    assert (1, None, None) in shown({circle(1): 30})


def test_parts_do_not_add_up_to_all_but_four() -> None:
    """60 in one kind, 38 in another, 2 in a third: the smaller of the large ones is kept back."""
    house = {circle(1, kind=ACI): 60, circle(1, kind=ESAT): 38, circle(1, kind=9): 2}
    found = shown(house)
    assert (None, None, ACI) in found
    assert (None, None, ESAT) not in found
    assert (None, None, 9) not in found


def test_a_departement_is_not_what_is_left_of_its_region() -> None:
    found = shown({circle(1, at=WEST): 20, circle(1, at=EAST): 3})
    assert (None, REGION, None) in found
    assert (None, WEST, None) not in found


def test_crossings_follow_the_same_rule() -> None:
    found = shown({circle(1, kind=ACI): 10, circle(1): 3, circle(2, kind=ACI): 10, circle(2): 9})
    assert (1, None, None) in found
    assert (1, None, ACI) not in found, "three others would be left of network 1"
    assert (2, None, ACI) in found


circles = st.builds(
    circle,
    st.sampled_from([1, 2]),
    at=st.sampled_from([REGION, WEST, EAST, TOWN]),
    kind=st.sampled_from([None, ACI, ESAT]),
)


@given(st.dictionaries(circles, st.integers(1, 12), max_size=12))
def test_nothing_shown_is_or_leaves_a_small_group(members: dict[Circle, int]) -> None:
    sizes: Counter[Key] = Counter()
    for one, number in members.items():
        for group in one.groups():
            sizes[group] += number
    found = shown(members)
    assert all(sizes[group] >= FEWEST for group in found)
    for group in found:
        for side in range(3):
            if group[side] is not None:
                wider = tuple(None if place == side else one for place, one in enumerate(group))
                assert not is_few(sizes[wider] - sizes[group])  # type: ignore[index]
    for whole in found:  # kinds share out a group: what they leave, added up, is never a few
        if whole[2] is None:
            parts = [(whole[0], whole[1], kind) for kind in (ACI, ESAT)]
            left = sizes[whole] - sum(sizes[part] for part in parts if part in found)
            assert not is_few(left)


@pytest.mark.parametrize(
    ("values", "given"),
    [
        ([10, 20, 0], [10, 20, 0]),
        ([10, 3, 20], [None, None, 20]),  # the total would give the 3
        ([10, 3, 3], [10, None, None]),  # it gives their sum, 6
        ([1, 2, 9, 30], [None, None, None, 30]),  # their sum would be 3
        ([3], [None]),
    ],
)
def test_parts_of_a_total(values: list[int], given: list[int | None]) -> None:
    assert masked(values) == given


def test_what_all_but_a_few_do_is_not_left_by_a_total() -> None:
    """48 of 50 are active, 20 of 40 elsewhere, and the total is said: the 20 would give the 2."""
    assert masked([48, 20, 30], [50, 40, 90]) == [None, None, 30]
    assert masked([48, 49, 20, 30], [50, 50, 40, 90]) == [None, None, None, 30], "3 of 100"
    assert said_parts([48, 20, 30], personal=True, people=[50, 40, 90]) == [
        AtLeast(46),
        Unsaid.WITHHELD,
        30,
    ]


def test_parts_of_parts_are_not_what_is_left_of_them() -> None:
    """Two régions, the first of which has two départements, the second one as well."""
    west, east, wood, shore, plain, hill = range(6)
    wholes = [
        (None, [west, east]),
        (None, [wood, shore, plain, hill]),
        (west, [wood, shore]),
        (east, [plain, hill]),
    ]
    found = masked([23, 60, 3, 20, 50, 10], wholes=wholes)
    assert found[wood] is None
    assert found[west] is None or found[shore] is None, "23 - 20 is 3"
    found = masked([3, 60, 3, 0, 50, 10], wholes=wholes)
    assert found[west] is found[wood] is found[east] is None, "their total would give the 3"
    assert None in (found[plain], found[hill]), "50 and 10 would give the 60, hence the 3"


def test_what_is_said_instead() -> None:
    assert said(4, personal=True) is Unsaid.FEW
    assert said(0, personal=True) == 0
    assert said(5, personal=True) == 5
    assert said(4, personal=False) == 4
    assert said(48, personal=True, whole=50) == AtLeast(46)
    assert said(45, personal=True, whole=50) == 45
    assert said(50, personal=True, whole=50) == 50
    assert said_parts([10, 3], personal=True) == [Unsaid.WITHHELD, Unsaid.FEW]
    assert said_parts([10, 3], personal=False) == [10, 3]
