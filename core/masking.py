"""What is not said: a figure of fewer than five, nor what a difference tells of one.

Parts that stand beside each other and beside their total: a part too small is not said, nor as
many others as are needed so that taking those that are said away from the whole tells nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

FEWEST = 5


def is_few(number: int) -> bool:
    """Whether so many people are too few for a figure, and more than nobody."""
    return 0 < number < FEWEST


Whole = tuple[int | None, Sequence[int]]
"""Places of parts in a table, and that of what they add up to; None when it is said beside."""


def masked(
    values: Sequence[int], people: Sequence[int] | None = None, wholes: Sequence[Whole] = ()
) -> list[int | None]:
    """Parts that stand beside each other and beside their total: None for what is not said.

    From 1 to 4 is not said, nor what leaves 1 to 4 of `people`. In each whole, neither is the
    smallest of the others, when only one number would be left out or all that are left out would
    make fewer than five. Without `wholes`, the parts are those of one whole.
    """
    divided: list[Whole] = list(wholes) or [(None, range(len(values)))]
    rests = [of - value for value, of in zip(values, people, strict=True)] if people else None
    hidden = {
        place
        for place, value in enumerate(values)
        if is_few(value) or (rests and is_few(rests[place]))
    }
    before = -1
    while before != len(hidden):
        before = len(hidden)
        for whole, places in divided:
            left_out = [place for place in places if place in hidden]
            others = [place for place in places if place not in hidden and values[place] >= FEWEST]
            if others and _would_tell(values, rests, left_out, known=whole not in hidden):
                hidden.add(min(others, key=lambda place: (values[place], place)))
    return [None if place in hidden else value for place, value in enumerate(values)]


def _would_tell(
    values: Sequence[int], rests: Sequence[int] | None, left_out: Sequence[int], *, known: bool
) -> bool:
    """Whether adding up the other parts of a whole, known or not, gives what is left out."""
    if not known or not left_out:
        return not known and not left_out
    few = is_few(sum(values[place] for place in left_out))
    return (
        len(left_out) == 1
        or few
        or (rests is not None and is_few(sum(rests[place] for place in left_out)))
    )


class Unsaid(Enum):
    """What stands in the place of a figure."""

    FEW = "few"
    """From one to four."""
    WITHHELD = "withheld"
    """The only part that could give another away."""


@dataclass(frozen=True, slots=True)
class AtLeast:
    """So many or more: all but one to four, and saying how many would tell of those."""

    number: int


Said = int | AtLeast | Unsaid | None
"""A figure, or what is said of it; None when nothing was counted."""


def said(number: int | None, *, personal: bool, whole: int | None = None) -> Said:
    """A figure as it may be read. `whole`: how many there are in all, when that is said beside."""
    if number is None or not personal:
        return number
    if is_few(number):
        return Unsaid.FEW
    if whole is not None and is_few(whole - number):
        return AtLeast(max(whole - FEWEST + 1, 0))
    return number


def said_parts(
    values: Sequence[int],
    *,
    personal: bool,
    people: Sequence[int] | None = None,
    wholes: Sequence[Whole] = (),
) -> list[Said]:
    """Parts as they may be read beside each other and beside their total, as `masked` says."""
    if not personal:
        return list(values)
    found: list[Said] = []
    for place, given in enumerate(masked(values, people, wholes)):
        if given is not None:
            found.append(given)
            continue
        alone = said(values[place], personal=True, whole=people[place] if people else None)
        found.append(Unsaid.WITHHELD if isinstance(alone, int) else alone)
    return found
