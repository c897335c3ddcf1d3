"""What happens in the video rooms."""

from dataclasses import dataclass
from typing import ClassVar

from accounts.facts import Sensitive
from core.facts import Fact
from rooms.models import Presence, Room


@dataclass(frozen=True, slots=True)
class MeetingMoved(Fact):
    """Somebody came, left, was let in or sent away, changed what they show; or it was locked."""

    meeting_id: int


@dataclass(frozen=True, slots=True)
class Noted(Fact):
    """Somebody wrote a note during a meeting."""

    meeting_id: int


@dataclass(frozen=True, slots=True)
class Excluded(Fact):
    """Somebody is no longer in a meeting, of their own will or not."""

    presence: Presence


@dataclass(frozen=True, slots=True)
class MeetingEnded(Fact):
    """The last one has left."""

    meeting_id: int


@dataclass(frozen=True, slots=True)
class RoomChanged(Fact):
    """A room is open, or has other rules: who is in it is looked at again."""

    room: Room


@dataclass(frozen=True, slots=True)
class RoomWithdrawn(Sensitive):
    """A room can no longer be found, or can again."""

    act: ClassVar[str] = "room-withdrawn"
    room: Room | None = None

    @property
    def reach(self) -> int | None:
        """That of the room."""
        return self.room.audience_id if self.room else None
