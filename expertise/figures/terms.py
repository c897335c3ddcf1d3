"""The periods of the desk's figures: calendar years and their quarters, and nothing else.

Any other dates would let a difference between two of them tell of one company.
"""

from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)
QUARTERS = (1, 2, 3, 4)


@dataclass(frozen=True, slots=True, order=True)
class Term:
    """A calendar year, or one of its quarters (1 to 4)."""

    year: int
    quarter: int | None = None

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 3 * (self.quarter or 1) - 2, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        month = 3 * (self.quarter or 4)
        return date(self.year + month // 12, month % 12 + 1, 1) - DAY

    @property
    def before(self) -> "Term":
        """The one that it is set beside: as long, just before."""
        if self.quarter is None:
            return Term(self.year - 1)
        return Term(self.year, self.quarter - 1) if self.quarter > 1 else Term(self.year - 1, 4)

    @property
    def whole(self) -> "Term":
        """Its year."""
        return Term(self.year)

    @property
    def quarters(self) -> "list[Term]":
        """Those of its year."""
        return [Term(self.year, one) for one in QUARTERS]

    def is_over(self, counted_to: date) -> bool:
        """Whether all its days are counted."""
        return self.last <= counted_to

    def __str__(self) -> str:
        """As an address says it: "2026", "2026-T3"."""
        return f"{self.year}-T{self.quarter}" if self.quarter else str(self.year)


def read(words: str, first_year: int, today: date) -> Term:
    """What an address says; this year when it says nothing that was counted."""
    year, _mark, quarter = words.partition("-T")
    here = Term(today.year)
    if not (year.isascii() and year.isdecimal() and len(year) == len(str(today.year))):
        return here
    if not first_year <= int(year) <= today.year:
        return here
    if quarter not in {"", *map(str, QUARTERS)}:
        return here
    asked = Term(int(year), int(quarter) if quarter else None)
    return asked if asked.first <= today else here
