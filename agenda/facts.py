"""What happens in the agenda."""

from dataclasses import dataclass
from typing import ClassVar

from accounts.facts import Sensitive
from agenda.models import Event, Occurrence
from core.facts import Fact


@dataclass(frozen=True, slots=True)
class Announced(Fact):
    """An event is in the agenda."""

    event: Event


@dataclass(frozen=True, slots=True)
class Rearranged(Fact):
    """An event changed: its dates, its place, what is said of it."""

    event: Event
    matters: bool
    """Those who come must know: the dates or the place are not the same."""


@dataclass(frozen=True, slots=True)
class OccurrenceRearranged(Fact):
    """One date of an event was changed alone, or cancelled."""

    occurrence: Occurrence
    matters: bool


@dataclass(frozen=True, slots=True)
class Divided(Fact):
    """One series became two: what hung on the later dates hangs on those of the second."""

    event: Event
    follows: Event


@dataclass(frozen=True, slots=True)
class Cancelled(Fact):
    """An event will not take place."""

    event: Event


@dataclass(frozen=True, slots=True)
class EventWithdrawn(Sensitive):
    """An event can no longer be found, or can again."""

    act: ClassVar[str] = "event-withdrawn"
    event: Event | None = None

    @property
    def reach(self) -> int | None:
        """That of the event."""
        return self.event.audience_id if self.event else None
