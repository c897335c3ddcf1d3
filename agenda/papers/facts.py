"""What happens to what goes with a date."""

from dataclasses import dataclass

from agenda.papers.models import Minutes
from core.facts import Fact


@dataclass(frozen=True, slots=True)
class MinutesWritten(Fact):
    """The minutes of a date are there to be read, or say something else."""

    minutes: Minutes
    event_id: int
    first: bool
    """Those who came have not heard of them yet."""
