"""What is counted of the desk: each measure in its unit, named here and counted in counting.py.

Their words, with what is counted and from which date, stand in
blueprints/expertise/_figure_words.py.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Measure(StrEnum):
    """What a line of the figures counts."""

    NEEDS = "needs"
    VALIDATED = "validated"
    SENT = "sent"
    """Needs that went to an institution, or to an expert, for the first time."""
    ANSWERED = "answered"
    """Needs that were answered for the first time; how long that took."""
    CALLED = "called"
    """Needs whose company was told who calls, for the first time; how long that took."""
    EXPIRED = "expired"
    """Reservations whose time ran out."""
    HELPED = "helped"
    COMPANIES = "companies"
    """Companies that were helped: in the month of their first help of a calendar year."""
    NOT_HELPED = "not_helped"
    UNREACHABLE = "unreachable"
    NO_TAKER = "no_taker"
    ORIENTED = "oriented"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LOCAL = "local"
    """Needs that were helped by somebody of whom one knows where they answer; how many of them
    were near."""
    CONTRACTED = "contracted"
    """Agreements that were signed; their half-days."""
    DONE = "done"
    """Days of missions that took place; their half-days."""
    JOBS_CREATED = "jobs_created"
    """Companies that answered; the jobs that they say were created."""
    JOBS_KEPT = "jobs_kept"
    SATISFACTION = "satisfaction"
    """Companies that answered; the marks from 1 to 5, added up."""


SAID_BY_COMPANIES = frozenset({Measure.JOBS_CREATED, Measure.JOBS_KEPT, Measure.SATISFACTION})
"""What companies answered to surveys: no institution reads it one by one."""

DELAYS = (Measure.ANSWERED, Measure.CALLED)
"""What is also measured in working days."""

ENDINGS = (
    Measure.HELPED,
    Measure.NOT_HELPED,
    Measure.UNREACHABLE,
    Measure.NO_TAKER,
    Measure.ORIENTED,
    Measure.REFUSED,
    Measure.WITHDRAWN,
)
"""How a need may end."""

OF_INSTITUTION = tuple(
    one
    for one in Measure
    if one
    not in {
        *(Measure.NEEDS, Measure.VALIDATED, Measure.NO_TAKER),
        *(Measure.ORIENTED, Measure.REFUSED, Measure.WITHDRAWN),
    }
)
"""What an institution did; the rest happens before it is asked, or without it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """On that day, so much of that, about a need; for an institution, or for all of them."""

    measure: Measure
    day: date
    need_id: int
    institution_id: int | None = None
    amount: int = 0
    waited: int | None = None
    """Working days."""
