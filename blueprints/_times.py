"""When something takes place, in words: days, hours, the clock that they are read on."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from agenda.models import Event, Occurrence
from agenda.recurrence import wall
from blueprints._languages import spoken
from blueprints._words import day_and_month, weekday_name
from core.clock import PARIS

HERE = str(PARIS)
ZONES = {
    HERE: _l("mainland France"),
    "America/Guadeloupe": _l("Guadeloupe"),
    "America/Martinique": _l("Martinique"),
    "America/Cayenne": _l("French Guiana"),
    "Indian/Reunion": _l("Réunion"),
    "Indian/Mayotte": _l("Mayotte"),
    "America/Miquelon": _l("Saint-Pierre-et-Miquelon"),
    "Pacific/Noumea": _l("New Caledonia"),
    "Pacific/Tahiti": _l("Tahiti"),
    "Pacific/Wallis": _l("Wallis-et-Futuna"),
}
"""The clocks of the French territories, by their IANA name."""


def hour(when: datetime | time) -> str:
    """ "9 h", "9 h 30"."""
    if spoken() != "fr":
        return f"{when:%H:%M}"
    return f"{when.hour}\u00a0h" + (f"\u00a0{when.minute:02}" if when.minute else "")


def long_day(day: date, *, year: bool = True) -> str:
    """ "mardi 2 mars 2027"."""
    words = f"{weekday_name(day)} {day_and_month(day)}"
    return f"{words}\u00a0{day.year}" if year else words


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when, as a clock shows it; whole days end at a midnight that is not theirs."""

    starts: datetime
    ends: datetime
    all_day: bool

    @property
    def last_day(self) -> date:
        """Included."""
        if self.ends <= self.starts:
            return self.starts.date()
        return (self.ends - timedelta(microseconds=1)).date()

    def words(self) -> str:
        """ "le mardi 2 mars 2027, de 9 h 30 à 11 h 30"."""
        first, last = self.starts.date(), self.last_day
        if self.all_day and first == last:
            return _("on %(day)s, all day", day=long_day(first))
        if self.all_day:
            return _(
                "from %(first)s to %(last)s inclusive",
                first=long_day(first, year=first.year != last.year),
                last=long_day(last),
            )
        if first == last:
            return _("on %(day)s, %(hours)s", day=long_day(first), hours=self.hours())
        return _(
            "from %(first)s at %(start)s to %(last)s at %(end)s",
            first=long_day(first),
            start=hour(self.starts),
            last=long_day(self.ends.date()),
            end=hour(self.ends),
        )

    def hours(self) -> str:
        """ "de 9 h 30 à 11 h 30", "à 9 h 30", or until which day."""
        if self.all_day:
            if self.starts.date() == self.last_day:
                return _("all day")
            return _("until %(day)s", day=long_day(self.last_day, year=False))
        if self.ends == self.starts:
            return _("at %(hour)s", hour=hour(self.starts))
        if self.starts.date() == self.last_day:
            return _("from %(start)s until %(end)s", start=hour(self.starts), end=hour(self.ends))
        return _(
            "from %(start)s until %(day)s at %(end)s",
            start=hour(self.starts),
            day=long_day(self.ends.date(), year=False),
            end=hour(self.ends),
        )


def span(one: Occurrence | Event, event: Event, zone: str | None = None) -> Span:
    """When it takes place, on the clock of its event or on another."""
    zone = event.zone if event.all_day or zone is None else zone
    return Span(wall(one.starts_at, zone), wall(one.ends_at, zone), event.all_day)


def in_words(one: Occurrence | Event, event: Event) -> list[str]:
    """When it takes place: on its own clock, and in Paris when that is another."""
    said = span(one, event).words()
    if event.zone == HERE or event.all_day:
        return [said]
    here = span(one, event, HERE)
    there = ZONES.get(event.zone, event.zone.rpartition("/")[2].replace("_", " "))
    return [
        _("%(when)s (time in %(place)s)", when=said, place=there),
        _("in Paris: %(when)s", when=here.words()),
    ]


def hours_here(one: Occurrence, event: Event) -> str:
    """Its hours in a list, whose days are those of Paris."""
    said = span(one, event, HERE).hours()
    if event.zone == HERE or event.all_day:
        return said
    return _("%(when)s, Paris time", when=said)
