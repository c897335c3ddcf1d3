"""What is measured: each measure is a column of `GroupDay`, named here and counted in counting.py.

To add one: its name here, its column (and a migration), a counter in `figures.counting.COUNTERS`,
its words in blueprints/_figures.py. Days already counted take it at `maillage figures --rebuild`.
"""

from enum import StrEnum


class Measure(StrEnum):
    """The name of a column of `GroupDay`."""

    MEMBERS = "members"
    """On that day."""
    CHARTER = "charter"
    """Members who had accepted the charter then in force."""
    ACTIVE_WEEK = "active_week"
    """Members seen in the seven days that end there."""
    ACTIVE_MONTH = "active_month"
    """Members seen in the thirty days that end there."""
    INVITED = "invited"
    JOINED = "joined"
    VISITS = "visits"
    """One for each member and day."""
    MAIL_VISITS = "mail_visits"
    """Those where a link of our mails led here."""
    TOPICS = "topics"
    ANSWERS = "answers"
    ANSWERED_IN_TIME = "answered_in_time"
    """Topics of that day that somebody else answered within 48 hours."""
    ANSWERED_LATE = "answered_late"
    """Topics of that day whose 48 hours went by without an answer."""
    DELAY_MINUTES = "delay_minutes"
    """Of the first answers that came on that day, added up."""
    FIRST_4_HOURS = "first_4_hours"
    """First answers of that day by the time that the question had waited."""
    FIRST_DAY = "first_day"
    FIRST_2_DAYS = "first_2_days"
    FIRST_WEEK = "first_week"
    FIRST_LATER = "first_later"
    DOCUMENTS = "documents"
    OPENINGS = "openings"
    """One for each member, document and day; the owner's own do not count."""
    EVENTS = "events"
    """Announced for the agenda; one that comes back counts once."""
    MAILS = "mails"
    SOUGHT_IN_VAIN = "sought_in_vain"
    """For the whole house only: who sought is not kept."""


STATES = frozenset({Measure.MEMBERS, Measure.CHARTER, Measure.ACTIVE_WEEK, Measure.ACTIVE_MONTH})
"""What is so on a day, and is not added up over several."""

DELAYS = (
    Measure.FIRST_4_HOURS,
    Measure.FIRST_DAY,
    Measure.FIRST_2_DAYS,
    Measure.FIRST_WEEK,
    Measure.FIRST_LATER,
)
HOURS = (4, 24, 48, 168)
"""Where each of them ends, but the last."""

PERSONAL = STATES | {Measure.VISITS, Measure.MAIL_VISITS, Measure.OPENINGS}
"""What says how people behave: from 1 to 4, the figure is not said."""
