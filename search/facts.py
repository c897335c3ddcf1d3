"""What happens in the search."""

from dataclasses import dataclass

from core.facts import Fact


@dataclass(frozen=True, slots=True)
class SoughtInVain(Fact):
    """A search found nothing. Neither who asked nor for what."""
