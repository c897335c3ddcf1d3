"""When the month took place: it always ends now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.clock import PARIS

OPENS, CLOSES = timedelta(hours=8, minutes=15), timedelta(hours=18, minutes=30)
"""People write during the working day."""


@dataclass(frozen=True, slots=True)
class Month:
    """The days before an instant, seen as working days."""

    end: datetime

    def ago(self, days: float) -> datetime:
        """So many days before the end, drawn into the working day; order is kept."""
        moment = self.end - timedelta(days=days)
        local = moment.astimezone(PARIS)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        end = self.end.astimezone(PARIS)
        if local.date() == end.date():
            if end - midnight <= OPENS:
                return moment  # before work, today is the night still
            share = (local - midnight) / (end - midnight)
            return (midnight + OPENS + share * (end - midnight - OPENS)).astimezone(moment.tzinfo)
        share = (local - midnight) / timedelta(days=1)
        return (midnight + OPENS + share * (CLOSES - OPENS)).astimezone(moment.tzinfo)
