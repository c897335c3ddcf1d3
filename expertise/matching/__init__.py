"""Who could answer a need, ranked, and why (docs/decisions/0039)."""

from expertise.matching.keeping import refresh
from expertise.matching.ranking import best_for, candidates

__all__ = ["best_for", "candidates", "refresh"]
