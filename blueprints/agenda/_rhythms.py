"""How an event comes back, in words."""

from datetime import date, datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from agenda.models import Event
from agenda.recurrence import wall
from agenda.rhythm import Every, Monthly, Rhythm, rank_of, read
from blueprints._words import date_words, day_and_month, weekday_name

RANKS = {
    1: _l("first"),
    2: _l("second"),
    3: _l("third"),
    4: _l("fourth"),
    -1: _l("last"),
}
MONDAY = date(2024, 1, 1)
"""Any Monday."""


def recurs(event: Event) -> str:
    """ "le premier mardi de chaque mois, jusqu'au 30 juin 2027"; nothing for one date."""
    if not event.recurrence:
        return ""
    starts = wall(event.starts_at, event.zone)
    rhythm = read(event.recurrence, starts)
    return in_words(rhythm, starts) if rhythm else _("on several dates, listed below")


def in_words(rhythm: Rhythm, starts: datetime) -> str:
    """What comes back, until when, and but when."""
    said = [_every(rhythm, starts.date())]
    if rhythm.until is not None:
        said.append(_("until %(day)s", day=date_words(rhythm.until)))
    if rhythm.times is not None:
        said.append(ngettext("%(num)s time in all", "%(num)s times in all", rhythm.times))
    if rhythm.but:
        said.append(_("except %(days)s", days=_and([date_words(one) for one in rhythm.but])))
    return ", ".join(said)


def _every(rhythm: Rhythm, first: date) -> str:
    if rhythm.every is Every.DAY:
        return ngettext("every day", "every %(num)s days", rhythm.interval)
    if rhythm.every is Every.WEEK:
        return _weekly(rhythm, first)
    if rhythm.every is Every.MONTH:
        how = ngettext("of each month", "every %(num)s months", rhythm.interval)
        return _("%(day)s %(how)s", day=of_month(rhythm.monthly, first), how=how)
    how = ngettext("every year", "every %(num)s years", rhythm.interval)
    return _("on %(day)s %(how)s", day=day_and_month(first), how=how)


def _weekly(rhythm: Rhythm, first: date) -> str:
    days = sorted(set(rhythm.weekdays)) or [first.weekday()]
    names = [weekday_name(MONDAY.replace(day=1 + one)) for one in days]
    if rhythm.interval == 1 and days == [0, 1, 2, 3, 4]:
        return _("every day from Monday to Friday")
    if rhythm.interval == 1:
        return _("every %(days)s", days=_and(names))
    return ngettext(
        "every week, on %(days)s",
        "every %(num)s weeks, on %(days)s",
        rhythm.interval,
        days=_and(names),
    )


def of_month(monthly: Monthly, first: date) -> str:
    """ "le 2", "le premier mardi", "le dernier mardi"."""
    if monthly is Monthly.BY_DAY:
        return _("on the 1st") if first.day == 1 else _("on the %(day)s", day=first.day)
    rank = rank_of(first) if monthly is Monthly.BY_WEEKDAY else -1
    return _("on the %(rank)s %(weekday)s", rank=RANKS[rank], weekday=weekday_name(first))


def _and(words: list[str]) -> str:
    """ "mardi et jeudi"."""
    if len(words) < 2:
        return "".join(words)
    return _("%(some)s and %(last)s", some=", ".join(words[:-1]), last=words[-1])
