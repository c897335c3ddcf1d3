"""Calendars as other programs write them."""

from agenda.ics.reading import read
from agenda.ics.values import Read


def event(*lines: str, uid: str = "a@example.org") -> str:
    """A VEVENT of these lines."""
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT"])


def calendar(*parts: str) -> bytes:
    """A VCALENDAR of these parts."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Essai//FR", *parts, "END:VCALENDAR", ""]
    return "\r\n".join(lines).encode()


def reading(*lines: str) -> Read:
    """What is read of an event of these lines."""
    return read(calendar(event(*lines)))


WEEKLY = event(
    "SUMMARY:Point d’équipe",
    "DTSTART;TZID=Europe/Paris:20270301T093000",
    "DTEND;TZID=Europe/Paris:20270301T110000",
    "RRULE:FREQ=WEEKLY;COUNT=6",
    "LOCATION:Salle des fêtes",
    "SEQUENCE:1",
)
MOVED = event(
    "SUMMARY:Point d’équipe",
    "RECURRENCE-ID;TZID=Europe/Paris:20270308T093000",
    "DTSTART;TZID=Europe/Paris:20270309T140000",
    "DTEND;TZID=Europe/Paris:20270309T150000",
    "LOCATION:Mairie",
    "SEQUENCE:2",
)
CANCELLED = event(
    "SUMMARY:Point d’équipe",
    "RECURRENCE-ID;TZID=Europe/Paris:20270315T093000",
    "DTSTART;TZID=Europe/Paris:20270315T093000",
    "DTEND;TZID=Europe/Paris:20270315T110000",
    "STATUS:CANCELLED",
    "SEQUENCE:2",
)
