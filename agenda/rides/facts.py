"""What happens about rides."""

from dataclasses import dataclass
from enum import StrEnum

from agenda.rides.models import Ride, Seat
from core.facts import Fact


class What(StrEnum):
    """What was decided, as the one who is told of it reads it."""

    ASKED = "asked"
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    """The driver gives the place that was asked for."""
    TAKEN = "taken"
    """The place that the driver proposed is taken."""
    DECLINED = "declined"
    REFUSED = "refused"
    GIVEN_BACK = "given_back"
    NO_LONGER_ASKED = "no_longer_asked"
    NO_LONGER_PROPOSED = "no_longer_proposed"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Decided(Fact):
    """Somebody decided something about a ride that concerns somebody else."""

    what: What
    told_id: int
    by_id: int
    ride: Ride
    seat: Seat | None = None
