"""What happens about incidents."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.facts import Fact
from expertise.incidents.models import Incident
from expertise.programmes.models import Programme


@dataclass(frozen=True, slots=True)
class IncidentTold(Fact):
    """Somebody told the teams of these programmes that something went wrong."""

    incident: Incident
    programmes: Sequence[Programme]
    who: str
