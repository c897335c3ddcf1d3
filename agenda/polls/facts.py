"""What happens to polls of dates."""

from dataclasses import dataclass
from typing import ClassVar

from accounts.facts import Sensitive
from agenda.polls.models import Poll
from core.facts import Fact


@dataclass(frozen=True, slots=True)
class Proposed(Fact):
    """A poll can be answered."""

    poll: Poll


@dataclass(frozen=True, slots=True)
class Replied(Fact):
    """Somebody answered a poll, or answers otherwise."""

    poll: Poll
    by_id: int


@dataclass(frozen=True, slots=True)
class SlotAdded(Fact):
    """There are slots that those who answered have not seen."""

    poll: Poll
    by_id: int


@dataclass(frozen=True, slots=True)
class Reminded(Fact):
    """Those who have not answered are to be reminded."""

    poll: Poll
    by_id: int


@dataclass(frozen=True, slots=True)
class Closed(Fact):
    """A poll takes no more answers: it became a date, or nothing came of it."""

    poll: Poll
    by_id: int


@dataclass(frozen=True, slots=True)
class PollWithdrawn(Sensitive):
    """A poll can no longer be found, or can again."""

    act: ClassVar[str] = "poll-withdrawn"
    poll: Poll | None = None

    @property
    def reach(self) -> int | None:
        """That of the poll."""
        return self.poll.audience_id if self.poll else None
