"""A chart as components/chart.html draws it: bars made by the server from the rows of its table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.masking import Said

SLOT, GAP = 10.0, 1.5
"""Width of what stands over one label, and what is left free at each side; heights are in %."""
MOST_LABELS = 6
STUB = 2.5
"""How high stands what is not said."""


@dataclass(frozen=True, slots=True)
class Series:
    """What one colour shows: a value for each label."""

    name: str
    values: Sequence[Said]


@dataclass(frozen=True, slots=True)
class Chart:
    """One question, its bars and its table."""

    name: str
    """A word for addresses inside the page."""
    question: str
    column: str
    """What the labels are: "Day", "Week"…"""
    labels: Sequence[str]
    series: Sequence[Series]
    flat: bool = False
    """Bars lie, each beside its label: for what does not follow the days."""

    @property
    def top(self) -> int:
        """The height of the scale: a round number that holds every bar, even for halving."""
        told = [one for line in self.series for one in line.values if isinstance(one, int)]
        highest = max(told, default=0)
        if highest <= 4:
            return 4
        step: int = 10 ** (len(str(highest)) - 1)
        return next(step * one for one in (1, 2, 4, 6, 8, 10) if step * one >= highest)

    @property
    def width(self) -> float:
        """Of the drawing."""
        return SLOT * len(self.labels)

    @property
    def bars(self) -> list[dict[str, Any]]:
        """Each bar: where it stands, how high it is, its series, and whether it is said."""
        wide = (SLOT - 2 * GAP) / len(self.series)
        drawn = []
        for number, line in enumerate(self.series):
            for place, value in enumerate(line.values):
                high = _height(value, self.top)
                if high:
                    drawn.append(
                        {
                            "x": round(SLOT * place + GAP + wide * number, 2),
                            "y": round(100 - high, 2),
                            "width": round(wide, 2),
                            "height": round(high, 2),
                            "series": number + 1,
                            "said": isinstance(value, int),
                        }
                    )
        return drawn

    @property
    def few_labels(self) -> Sequence[str]:
        """Those that have room below the bars: all, or the first, the middle and the last."""
        if len(self.labels) <= MOST_LABELS:
            return self.labels
        return [self.labels[0], self.labels[len(self.labels) // 2], self.labels[-1]]

    @property
    def lengths(self) -> list[float]:
        """Of bars that lie, in % of the longest."""
        told = [one if isinstance(one, int) else 0 for one in self.series[0].values]
        return [round(100 * one / max(max(told), 1), 2) for one in told]

    @property
    def is_empty(self) -> bool:
        """Whether nothing happened."""
        return not self.bars


def _height(value: Said, top: int) -> float:
    if isinstance(value, int):
        return 100 * value / top
    return 0.0 if value is None else STUB
