"""What a circular may be: its kind, its dates, its place. Somebody reads it again before a yes."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from agenda.actions import LONGEST_DESCRIPTION, LONGEST_TITLE
from agenda.ics.values import Entry, Read, series
from circulars import reading
from circulars.reading import Found
from core import clock
from core.text import folded, terms
from directory.lists import offered
from news.actions import LONGEST_PLACE
from news.models import ArticleKind

MOST_READ = 3
"""Dates proposed of those that the words tell."""
MOST_GIVEN = 10
"""Of those that a calendar gives."""
SAYS = {
    "offre-d-emploi": r"\brecrut|\bposte (?:a pourvoir|de|d’|d')|\bembauche|\b(?:cdi|cdd|cddi)\b",
    "portes-ouvertes": r"\bportes? ouvertes?\b",
    "assemblee-generale": r"\bassemblees? generales?\b|\bag\b",
    "appel-a-projets": r"\bappels? a (?:projets?|manifestation|candidatures?)\b|\baap\b|\bami\b",
    "bourse-aux-travaux": r"\bbourse aux travaux\b",
    "formation": r"\bformations?\b|\bwebinaire\b|\bsession de\b",
}
"""What the words of a circular say of its kind, without accents."""
_PLACE = re.compile(
    r"^\W{0,6}(?:lieu|où|adresse|rendez-vous|rdv)[ *_]*:[ *_]*(\S[^\n]{2,150})$",
    re.IGNORECASE | re.MULTILINE,
)


def dates(title: str, body: str, calendars: Sequence[Read]) -> list[dict[str, Any]]:
    """The dates that are proposed: those of its calendars, else those that its words tell."""
    given = [
        _given(one.event)
        for read in calendars
        for one in series(read.entries)
        if read.method not in {"REPLY", "CANCEL"} and not one.event.cancelled
    ]
    if given:
        return given[:MOST_GIVEN]
    found = reading.dates(f"{title}\n\n{body}", clock.today())
    return [_told(one, title, body) for one in found[:MOST_READ]]


def _given(entry: Entry) -> dict[str, Any]:
    last = (entry.ends - timedelta(microseconds=1)).date() if entry.all_day else entry.ends.date()
    first = entry.starts.date()
    return {
        "title": entry.title[:LONGEST_TITLE],
        "starts_on": first.isoformat(),
        "starts_at": None if entry.all_day else f"{entry.starts:%H:%M}",
        "ends_on": last.isoformat() if last > first else None,
        "ends_at": None if entry.all_day or entry.ends == entry.starts else f"{entry.ends:%H:%M}",
        "all_day": entry.all_day,
        "zone": entry.zone,
        "recurrence": entry.recurrence,
        "place": entry.place,
        "link": entry.link,
        "body": entry.description[:LONGEST_DESCRIPTION],
        "read_in": "",
        "doubtful": False,
    }


def _told(found: Found, title: str, body: str) -> dict[str, Any]:
    return {
        "title": title,
        "starts_on": found.first.isoformat(),
        "starts_at": _hour(found.starts),
        "ends_on": found.last.isoformat() if found.last else None,
        "ends_at": _hour(found.ends),
        "all_day": found.starts is None,
        "zone": "Europe/Paris",
        "recurrence": "",
        "place": place(body),
        "link": "",
        "body": body[:LONGEST_DESCRIPTION],
        "read_in": found.words,
        "doubtful": found.doubtful,
    }


def _hour(when: time | None) -> str | None:
    return f"{when:%H:%M}" if when else None


def place(body: str) -> str:
    """ "Lieu : Maison des associations, Nantes"."""
    found = _PLACE.search(body)
    return found.group(1).strip(" *_")[:LONGEST_PLACE] if found else ""


def article(
    session: Session, title: str, body: str, proposed: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """What the form of an article is filled with."""
    closes = reading.deadline(f"{title}\n\n{body}", clock.today())
    first = proposed[0] if proposed else {}
    names = ("starts_on", "starts_at", "ends_on", "ends_at")
    return {
        "title": title,
        "body": body,
        "kind": kind(session.scalars(offered(ArticleKind)), title, body),
        "place": str(first.get("place") or place(body))[:LONGEST_PLACE],
        "deadline": closes.isoformat() if closes else None,
        **{name: first.get(name) for name in names},
    }


def kind(kinds: Iterable[ArticleKind], title: str, body: str) -> str | None:
    """The kind that its title names, else that its first words do; None: one is to be chosen."""
    known = list(kinds)
    for words in (title, body[:600]):
        said, stems = folded(words), terms(words)
        for one in known:
            named = terms(one.name) if one.slug != "autre" else set()
            pattern = SAYS.get(one.slug)
            if (named and named <= stems) or (pattern and re.search(pattern, said)):
                return one.slug
    return None


def day(said: str | None) -> date | None:
    """A day that was kept."""
    return date.fromisoformat(said) if said else None


def hour(said: str | None) -> time | None:
    """An hour that was kept."""
    return time.fromisoformat(said) if said else None
