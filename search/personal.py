"""What the search lets go of with a member, and how long it remembers searches in vain."""

from sqlalchemy.orm import Session

from accounts.departures import Departure
from core.jobs import enqueue
from core.retention import deleting
from search.jobs import FORGET
from search.models import SearchedInVain


def forget(session: Session, _departure: Departure, _after: int) -> None:
    """The index is built anew: an index that is written to keeps for a time what left it."""
    enqueue(session, FORGET, key=FORGET)


RULES = (
    deleting("searches-in-vain", 365, SearchedInVain, lambda limit: SearchedInVain.last_at < limit),
)
