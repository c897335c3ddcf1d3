"""What happens to needs."""

from dataclasses import dataclass

from core.facts import Fact
from expertise.needs.life import Act
from expertise.needs.models import By, Need


@dataclass(frozen=True, slots=True)
class NeedAsked(Fact):
    """A company asked for help."""

    need: Need
    files: tuple[str, ...] = ()
    """The names of those that came with it."""


@dataclass(frozen=True, slots=True)
class NeedHidden(Fact):
    """A need is hidden from more institutions: what they had of it is theirs no more."""

    need: Need
    institution_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class NeedMoved(Fact):
    """Something happened to a need after that, and what was said then."""

    need: Need
    act: Act
    by: By
    words: str
    changes: tuple[tuple[str, str, str], ...] = ()
    """What was corrected, as in Step.changes."""
    files: tuple[str, ...] = ()
    """The names of those that came with it."""
