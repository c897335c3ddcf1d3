"""The clock that a time of a calendar is read on, by its IANA name."""

from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

HOUSE = "Europe/Paris"
"""Where times without any zone are read."""
SAMPLES = [datetime(2024, 1, 1, 12, tzinfo=UTC) + timedelta(days=15 * step) for step in range(72)]
"""Instants at which two clocks are compared: three years, both sides of each change."""


def known(name: str) -> bool:
    """Whether this is an IANA name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return 0 < len(name) <= 60


def named(clock: tzinfo) -> str | None:
    """The IANA name of a clock, or of one that shows the same; None when there is none."""
    key = getattr(clock, "key", None)
    if isinstance(key, str) and known(key):
        return key
    return _like(tuple(clock.utcoffset(_on(clock, at)) for at in SAMPLES))


def _on(clock: tzinfo, at: datetime) -> datetime:
    """An instant as a clock shows it, naive: clocks read from a file know only that way."""
    return at.astimezone(clock).replace(tzinfo=None)


@cache
def _like(offsets: tuple[timedelta | None, ...]) -> str | None:
    """The zone with these offsets; the house's own first, then the UTC, then by name."""
    for name in (HOUSE, "UTC", *sorted(available_timezones())):
        zone = ZoneInfo(name)
        if all(
            zone.utcoffset(_on(zone, at)) == offset
            for at, offset in zip(SAMPLES, offsets, strict=True)
        ):
            return name
    return None
