"""What happens among those who take part."""

from dataclasses import dataclass

from agenda.attending.models import Message, Registration
from agenda.models import Event
from core.facts import Fact


@dataclass(frozen=True, slots=True)
class Opened(Fact):
    """One may register for the dates of an event, from now on."""

    event: Event


@dataclass(frozen=True, slots=True)
class Registered(Fact):
    """Somebody comes to a date, or waits for a place there."""

    registration: Registration


@dataclass(frozen=True, slots=True)
class Declined(Fact):
    """Somebody does not come, or no longer."""

    registration: Registration
    still_noted: bool
    """They had a place, which their calendar has not heard that they gave back."""


@dataclass(frozen=True, slots=True)
class PlaceFound(Fact):
    """Somebody who waited has a place."""

    registration: Registration


@dataclass(frozen=True, slots=True)
class PlaceTaken(Fact):
    """The organiser took somebody off the list."""

    registration: Registration
    why: str


@dataclass(frozen=True, slots=True)
class Written(Fact):
    """The organiser wrote to those who come."""

    message: Message
