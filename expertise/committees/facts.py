"""What happens in committees."""

from dataclasses import dataclass

from core.facts import Fact
from expertise.committees.models import CommitteeCase, CommitteeSeat, Minutes


@dataclass(frozen=True, slots=True)
class CasePut(Fact):
    """A need was put before a committee."""

    case: CommitteeCase


@dataclass(frozen=True, slots=True)
class CaseProlonged(Fact):
    """Too few voted in time: the vote goes on, once."""

    case: CommitteeCase


@dataclass(frozen=True, slots=True)
class CaseClosed(Fact):
    """The vote is over."""

    case: CommitteeCase


@dataclass(frozen=True, slots=True)
class Seated(Fact):
    """Somebody sits in a committee."""

    seat: CommitteeSeat


@dataclass(frozen=True, slots=True)
class MinutesPublished(Fact):
    """The minutes of a committee are there, for good."""

    minutes: Minutes
