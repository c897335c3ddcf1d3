"""What happens to those who answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.facts import Fact
from expertise.experts.models import DeskSeat, Expert
from expertise.programmes.models import Institution, Programme


class News(StrEnum):
    """What is told."""

    NAMED = "named"
    """Somebody manages an institution."""
    PROPOSED = "proposed"
    """An expert waits for the team of a programme."""
    ADDED = "added"
    """The team itself let one in."""
    APPROVED = "approved"
    DECLINED = "declined"
    WIDENED = "widened"
    """One who was approved answers for one more programme."""
    JOINED = "joined"
    """Somebody answers with a team of experts."""
    LEFT = "left"
    SUSPENDED = "suspended"
    REINSTATED = "reinstated"


@dataclass(frozen=True, slots=True)
class PeopleChanged(Fact):
    """Somebody came, waits, was let in or left, in an institution; or all of it was closed."""

    news: News
    institution: Institution
    programmes: Sequence[Programme] = ()
    """Those whose teams are told."""
    expert: Expert | None = None
    seat: DeskSeat | None = None
    words: str = ""
    """What was said with it."""
