"""What happens to how institutions answer."""

from dataclasses import dataclass

from core.facts import Fact
from expertise.programmes.models import Institution, Programme
from expertise.quality.models import Kind
from expertise.quality.rates import Rates


@dataclass(frozen=True, slots=True)
class QualityCrossed(Fact):
    """A rate of an institution crossed its limit."""

    programme: Programme
    institution: Institution
    kind: Kind
    rates: Rates
