"""What happens to positions."""

from dataclasses import dataclass

from core.facts import Fact
from expertise.needs.models import Need
from expertise.positions.life import Act
from expertise.positions.models import By, Note, Position


@dataclass(frozen=True, slots=True)
class PositionMoved(Fact):
    """A need was sent to somebody, or they answered, or their time ran out."""

    position: Position
    act: Act
    by: By
    words: str


@dataclass(frozen=True, slots=True)
class Noted(Fact):
    """One of those who answer told the others something."""

    note: Note


@dataclass(frozen=True, slots=True)
class Deserted(Fact):
    """Nobody answers a need any more, or nobody did in time."""

    need: Need
