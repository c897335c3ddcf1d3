"""What happens to agreements."""

from dataclasses import dataclass

from core.facts import Fact
from expertise.agreements.life import Act
from expertise.agreements.models import Agreement, AgreementDay, By, Party


@dataclass(frozen=True, slots=True)
class AgreementMoved(Fact):
    """An agreement was prepared, proposed, signed; or something else happened to it."""

    agreement: Agreement
    act: Act
    by: By
    words: str
    party: Party | None = None
    """Who signed."""
    void: tuple[Party, ...] = ()
    """Whose signature counts no more."""


@dataclass(frozen=True, slots=True)
class DayPlanned(Fact):
    """Calendars hear of a day: a new one, one that moved, one that is off."""

    agreement: Agreement
    day: AgreementDay
    cancels: bool
