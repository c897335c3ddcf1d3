"""What the figures of the desk do not say: anything of fewer than five companies.

Parts stand beside each other and beside their total. When some are not said, what is left out
together must hold a part of five companies at least: whoever takes what is said away from the
total finds no fewer. Companies may stand in several parts: sums of them would say too much.
"""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from core.masking import FEWEST, is_few

Part = TypeVar("Part", bound=Hashable)


@dataclass(slots=True)
class Total:
    """How much of a measure there is."""

    times: int = 0
    amount: int = 0
    companies: frozenset[str] = frozenset()
    """Five of them at most, by their numbers."""
    spread: dict[int, int] = field(default_factory=dict)

    @property
    def is_few(self) -> bool:
        """Whether it tells of fewer than five companies."""
        return is_few(len(self.companies))

    def add(self, times: int, amount: int, companies: str, spread: Mapping[str, int]) -> None:
        """One month more."""
        self.times += times
        self.amount += amount
        if len(self.companies) < FEWEST:
            self.companies |= frozenset(companies.split())
        for days, often in spread.items():
            self.spread[int(days)] = self.spread.get(int(days), 0) + often


def few(parts: Mapping[Part, Total]) -> set[Part]:
    """Those that tell of fewer than five companies."""
    return {one for one, total in parts.items() if total.is_few}


def unsaid(
    parts: Mapping[Part, Total], wholes: Sequence[tuple[Part | None, Collection[Part]]] = ()
) -> set[Part]:
    """The parts that are not said beside each other.

    `wholes`: parts, and the one that they add up to (None: a total that is said beside). Without
    any, all of them are the parts of one total.
    """
    divided = list(wholes) or [(None, list(parts))]
    hidden = few(parts)
    before = -1
    while before != len(hidden):
        before = len(hidden)
        for whole, inside in divided:
            shown = [one for one in inside if one not in hidden and parts[one].times]
            if shown and _would_tell(parts, hidden, whole, inside):
                hidden.add(min(shown, key=lambda one: (parts[one].times, str(one))))
    return hidden


def _would_tell(
    parts: Mapping[Part, Total], hidden: set[Part], whole: Part | None, inside: Collection[Part]
) -> bool:
    left_out = [one for one in inside if one in hidden]
    if whole is not None and whole in hidden:
        return not left_out  # they would add up to what is not said
    return bool(left_out) and all(parts[one].is_few for one in left_out)
