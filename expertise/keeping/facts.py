"""What happened to what the desk keeps."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.facts import Fact
from expertise.needs.models import Need
from expertise.programmes.models import Programme


@dataclass(frozen=True, slots=True)
class NeedsLapsing(Fact):
    """Needs of a programme stand open, and nobody has touched them for years."""

    programme: Programme
    needs: Sequence[Need]
