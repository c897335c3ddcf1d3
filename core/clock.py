"""The time, asked in one place so that a test can set it."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The day it is in Paris."""
    return now().astimezone(PARIS).date()


def day_of(moment: datetime) -> date:
    """The day it was in Paris."""
    return moment.astimezone(PARIS).date()


def midnight(day: date) -> datetime:
    """When a day begins in Paris."""
    return datetime.combine(day, time.min, PARIS).astimezone(UTC)


def next_at(present: datetime, hour: int, minute: int) -> datetime:
    """The next time that it is so late in Paris."""
    local = present.astimezone(PARIS)
    wanted = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    if wanted <= local:
        wanted = (wanted + timedelta(days=1)).replace(hour=hour, minute=minute)
    return wanted.astimezone(UTC)
