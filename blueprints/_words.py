"""Dates, sizes and languages as people say them."""

from datetime import date, datetime
from functools import cache

from babel import Locale
from babel.numbers import format_decimal
from flask import Flask
from flask_babel import lazy_gettext as _l

from blueprints._languages import gettext, ngettext, spoken
from core import clock
from directory.practice import Done

MANY = 100
"""From here on a number beside a word is a "99+"."""


@cache
def _names(language: str) -> tuple[list[str], list[str]]:
    locale = Locale.parse(language)
    months, days = locale.months["format"]["wide"], locale.days["format"]["wide"]
    return [months[n] for n in range(1, 13)], [days[n] for n in range(7)]


def _hour(when: datetime, language: str) -> str:
    return f"{when.hour}\u00a0h\u00a0{when.minute:02}" if language == "fr" else f"{when:%H:%M}"


def _day(when: datetime, language: str) -> str:
    months, _days = _names(language)
    first = when.day == 1 and language == "fr"
    return f"{'1er' if first else when.day}\u00a0{months[when.month - 1]}"


def ago(moment: datetime) -> str:
    """ "hier 14 h 20", "mardi", then "12 mars"; in French time."""
    present = clock.now().astimezone(clock.PARIS)
    when, language = moment.astimezone(clock.PARIS), spoken()
    minutes = int((present - when).total_seconds() // 60)
    days = (present.date() - when.date()).days
    if 0 <= minutes < 1:
        return gettext("just now")
    if 0 < minutes < 60:
        return ngettext("%(num)s min ago", "%(num)s min ago", minutes)
    if days == 0:
        return gettext("today %(hour)s", hour=_hour(when, language))
    if days == 1:
        return gettext("yesterday %(hour)s", hour=_hour(when, language))
    if 1 < days < 7:
        return _names(language)[1][when.weekday()]
    if when.year == present.year:
        return _day(when, language)
    return f"{_day(when, language)}\u00a0{when.year}"


def exact(moment: datetime) -> str:
    """ "mardi 3 mars 2026 à 14 h 20"."""
    when, language = moment.astimezone(clock.PARIS), spoken()
    day = f"{_names(language)[1][when.weekday()]} {_day(when, language)}\u00a0{when.year}"
    return gettext("%(day)s at %(hour)s", day=day, hour=_hour(when, language))


def hour(moment: datetime) -> str:
    """ "14 h 20"; in French time."""
    return _hour(moment.astimezone(clock.PARIS), spoken())


def instant(moment: datetime) -> str:
    """ "3 mars 2026 à 14 h 20"."""
    when = moment.astimezone(clock.PARIS)
    return gettext("%(day)s at %(hour)s", day=day(moment), hour=_hour(when, spoken()))


def day(moment: datetime) -> str:
    """ "3 mars 2026"."""
    when, language = moment.astimezone(clock.PARIS), spoken()
    return f"{_day(when, language)}\u00a0{when.year}"


def date_words(day: date) -> str:
    """ "3 mars 2027", for a day without an hour."""
    words = _day(datetime(day.year, day.month, day.day, tzinfo=clock.PARIS), spoken())
    return f"{words}\u00a0{day.year}"


def day_and_month(day: date) -> str:
    """ "3 mars"."""
    return _day(datetime(day.year, day.month, day.day, tzinfo=clock.PARIS), spoken())


def weekday_name(day: date) -> str:
    """ "mardi"."""
    return _names(spoken())[1][day.weekday()]


def month_name(month: int) -> str:
    """ "mars" for 3."""
    return _names(spoken())[0][month - 1]


def weekday_words(day: date) -> str:
    """ "jeudi 3 décembre 2026"."""
    return f"{_names(spoken())[1][day.weekday()]} {date_words(day)}"


def language_name(code: str) -> str:
    """ "arabe" for "ar", in the language of the page."""
    if code == "fsl":
        return gettext("French sign language")
    if code == "rom":
        return gettext("Romani")
    return str(Locale(spoken()).languages.get(code, code))


def done_in_words(done: Done) -> str:
    """ "4 réponses utiles, 1 document"; nothing for nothing."""
    said = []
    if done.answers:
        said.append(ngettext("%(num)s useful answer", "%(num)s useful answers", done.answers))
    if done.documents:
        said.append(
            ngettext("%(num)s document deposited", "%(num)s documents deposited", done.documents)
        )
    return ", ".join(said)


def weight(size: int) -> str:
    """ "2,3 Mo" for so many bytes."""
    for step, unit in ((10**9, _l("%(number)s GB")), (10**6, _l("%(number)s MB"))):
        if size >= step:
            return str(unit) % {"number": format_decimal(round(size / step, 1), locale=spoken())}
    return str(_l("%(number)s kB")) % {"number": max(round(size / 1000), 1)}


def capped(count: int) -> str:
    """ "12", or "99+"."""
    return str(count) if count < MANY else f"{MANY - 1}+"


def init(app: Flask) -> None:
    """Let templates say dates."""
    app.jinja_env.filters.update(ago=ago, exact=exact, instant=instant, day=day, hour=hour)
    app.jinja_env.filters.update(date=date_words, weight=weight, capped=capped)
