"""The figures in words: numbers, differences, periods, and the parts of the page."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from blueprints._charts import Chart, Series
from blueprints._filters import Choice
from blueprints._languages import spoken
from blueprints._words import date_words
from core import clock
from core.masking import AtLeast, Said, Unsaid
from core.sheets import Cell
from figures.measures import DELAYS, Measure
from figures.periods import DAY, Period, Stretch, chosen, named, slices
from figures.queries import Figures

PERIODS = {
    Stretch.WEEK: _l("Last 7 days"),
    Stretch.MONTH: _l("Last 30 days"),
    Stretch.THREE_MONTHS: _l("Last 90 days"),
    Stretch.QUARTER: _l("This quarter"),
    Stretch.LAST_QUARTER: _l("Last quarter"),
    Stretch.YEAR: _l("This year"),
    Stretch.LAST_YEAR: _l("Last year"),
}

MEASURES = {
    Measure.MEMBERS: _l("Members"),
    Measure.CHARTER: _l("Have accepted the charter"),
    Measure.ACTIVE_WEEK: _l("Active in the last 7 days"),
    Measure.ACTIVE_MONTH: _l("Active in the last 30 days"),
    Measure.INVITED: _l("Invitations"),
    Measure.JOINED: _l("New members"),
    Measure.VISITS: _l("Visits"),
    Measure.MAIL_VISITS: _l("Visits from a link in a mail"),
    Measure.TOPICS: _l("Topics"),
    Measure.ANSWERS: _l("Answers"),
    Measure.ANSWERED_IN_TIME: _l("Topics answered within 48 hours"),
    Measure.ANSWERED_LATE: _l("Topics without an answer after 48 hours"),
    Measure.DELAY_MINUTES: _l("Delay to first answers, added up (minutes)"),
    Measure.FIRST_4_HOURS: _l("First answers in less than 4 h"),
    Measure.FIRST_DAY: _l("First answers in 4 to 24 h"),
    Measure.FIRST_2_DAYS: _l("First answers in 24 to 48 h"),
    Measure.FIRST_WEEK: _l("First answers in 2 to 7 days"),
    Measure.FIRST_LATER: _l("First answers after more than a week"),
    Measure.DOCUMENTS: _l("Documents deposited"),
    Measure.OPENINGS: _l("Documents opened"),
    Measure.EVENTS: _l("Dates announced"),
    Measure.MAILS: _l("Mails sent"),
    Measure.SOUGHT_IN_VAIN: _l("Searches in vain"),
}
HOUSE_ONLY = frozenset({Measure.SOUGHT_IN_VAIN})

DELAY_LABELS = (
    _l("less than 4 h"),
    _l("4 to 24 h"),
    _l("24 to 48 h"),
    _l("2 to 7 days"),
    _l("more than a week"),
)


def period() -> tuple[Period, str]:
    """What the address says, thirty days otherwise; and its name, empty for chosen dates."""
    yesterday = clock.today() - DAY
    first, last = _typed("du"), _typed("au")
    if first or last:
        return chosen(first or last or yesterday, last or yesterday, yesterday), ""
    name = request.args.get("periode", "")
    stretch = Stretch(name) if name in list(Stretch) else Stretch.MONTH
    return named(stretch, yesterday), stretch.value


def _typed(name: str) -> date | None:
    try:
        found = date.fromisoformat(request.args.get(name, "")[:10])
    except ValueError:
        return None
    return found if date(2000, 1, 1) <= found <= clock.today() else None


def period_choice(stretch: str) -> Choice:
    """The menu of the periods that have a name."""
    names = [(one.value, str(words)) for one, words in PERIODS.items()]
    label = str(PERIODS[Stretch(stretch)]) if stretch else _("Period")
    return Choice("periode", label, stretch, names)


def days_in_words(first: date, last: date) -> str:
    """ "du 3 au 9 mars 2026", with what both dates share said once."""
    if first == last:
        return date_words(first)
    return _("from %(first)s to %(last)s", first=date_words(first), last=date_words(last))


# --- numbers -----------------------------------------------------------------------------------


def number(value: Said) -> str:
    """A figure as people read it."""
    if value is None:
        return "–"
    if isinstance(value, AtLeast):
        return _("%(number)s or more", number=number(value.number))
    if isinstance(value, Unsaid):
        return {
            Unsaid.FEW: _("fewer than 5"),
            Unsaid.WITHHELD: _("not shown"),
        }[value]
    # Tables hold thousands of these: babel would take longer than the rest of the page.
    return f"{value:,}".replace(",", "\u202f") if spoken() == "fr" else f"{value:,}"


def cell(value: Said) -> Cell:
    """A figure in a spreadsheet: a number, or words."""
    return value if isinstance(value, int) else None if value is None else number(value)


def difference(now: Said, before: Said) -> str | None:
    """ "12 de plus", "autant"; nothing when one of both is not said."""
    if not isinstance(now, int) or not isinstance(before, int):
        return None
    if now == before:
        return _("as many as before")
    apart = number(abs(now - before))
    if now > before:
        return ngettext("%(apart)s more", "%(apart)s more", now - before, apart=apart)
    return ngettext("%(apart)s fewer", "%(apart)s fewer", before - now, apart=apart)


def share(value: float | None) -> str:
    """ "64 %"."""
    return "–" if value is None else str(format_percent(value, "#,##0\u00a0%", locale=spoken()))


def share_difference(now: float | None, before: float | None) -> str | None:
    """In points of percentage."""
    if now is None or before is None:
        return None
    points = round(100 * now) - round(100 * before)
    if points == 0:
        return _("as before")
    if points > 0:
        return ngettext("%(num)s point more", "%(num)s points more", points)
    return ngettext("%(num)s point less", "%(num)s points less", -points)


def duration(minutes: float | None) -> str:
    """ "40 min", "5 h", "3 jours"."""
    if minutes is None:
        return "–"
    if minutes < 60:
        return _("%(number)s min", number=round(minutes))
    if minutes < 48 * 60:
        return _("%(number)s h", number=format_decimal(round(minutes / 60, 1), locale=spoken()))
    days = round(minutes / 1440, 1)
    return _("%(number)s days", number=format_decimal(days, locale=spoken()))


def duration_difference(now: float | None, before: float | None) -> str | None:
    """ "2 h de moins"."""
    if now is None or before is None:
        return None
    if duration(now) == duration(before):
        return _("as before")
    if now > before:
        return _("%(time)s more", time=duration(now - before))
    return _("%(time)s less", time=duration(before - now))


# --- the parts of the page -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stat:
    """The arguments of components/stat.html."""

    value: str
    label: str
    difference: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """One question: a few large numbers, a chart."""

    name: str
    title: str
    stats: list[Stat]
    charts: list[Chart] = field(default_factory=list)
    note: str | None = None


def stat(found: Figures, measure: Measure) -> Stat:
    """A measure, and how it differs from before."""
    now, before = found.now(measure), found.before(measure)
    return Stat(number(now), str(MEASURES[measure]), difference(now, before))


def slice_labels(period: Period) -> tuple[str, list[str]]:
    """What the slices of a period are, and the name of each."""
    cut = slices(period)
    if period.length <= 31:
        column, form = _("Day"), "d MMM"
    elif period.length <= 190:
        column, form = _("Week from"), "d MMM"
    else:
        column, form = _("Month"), "MMM y"
    return column, [format_date(first, form, locale=spoken()) for first, _last in cut]


def _chart(found: Figures, name: str, question: str, *measures: Measure) -> Chart:
    column, labels = slice_labels(found.period)
    series = [Series(str(MEASURES[one]), found.parts(one)) for one in measures]
    return Chart(name, question, column, labels, series)


def parts(found: Figures, *, of_house: bool) -> list[Part]:
    """The page: who comes, whether questions are answered, whether documents serve, the mails."""
    return [
        Part(
            "people",
            _("Who comes?"),
            [
                stat(found, Measure.MEMBERS),
                stat(found, Measure.ACTIVE_WEEK),
                stat(found, Measure.ACTIVE_MONTH),
                stat(found, Measure.VISITS),
                stat(found, Measure.INVITED),
                stat(found, Measure.JOINED),
                stat(found, Measure.CHARTER),
            ],
            [_chart(found, "visits", _("How many visits?"), Measure.VISITS)],
            _("A visit is a person here on a day, however often they come back that day."),
        ),
        _forum(found),
        Part(
            "documents",
            _("Do the documents serve?"),
            [stat(found, Measure.DOCUMENTS), stat(found, Measure.OPENINGS)],
            [_chart(found, "openings", _("How many documents are opened?"), Measure.OPENINGS)],
            _(
                "A document opened by a person on a day counts once; its owner does not count. "
                "Its page or its file counts alike."
            ),
        ),
        Part(
            "agenda",
            _("Is the agenda filled?"),
            [stat(found, Measure.EVENTS)],
            [_chart(found, "events", _("How many dates are announced?"), Measure.EVENTS)],
            _("A date that comes back counts once."),
        ),
        Part(
            "mails",
            _("Do the mails bring people here?"),
            [stat(found, Measure.MAILS), stat(found, Measure.MAIL_VISITS)],
            note=_(
                "A mail holds no hidden picture: only the links that were followed are counted, "
                "once for each person and day."
            ),
        ),
        *([_search(found)] if of_house else []),
    ]


def _forum(found: Figures) -> Part:
    in_time = found.ratio(
        [Measure.ANSWERED_IN_TIME], [Measure.ANSWERED_IN_TIME, Measure.ANSWERED_LATE]
    )
    delay = found.ratio([Measure.DELAY_MINUTES], DELAYS)
    waits = Chart(
        "delays",
        _("How long does a question wait for its first answer?"),
        _("Wait"),
        [str(label) for label in DELAY_LABELS],
        [Series(_("First answers"), [found.now(one) or 0 for one in DELAYS])],
        flat=True,
    )
    return Part(
        "forum",
        _("Do questions get an answer?"),
        [
            stat(found, Measure.TOPICS),
            stat(found, Measure.ANSWERS),
            Stat(share(in_time[0]), _("Answered within 48 hours"), share_difference(*in_time)),
            Stat(
                duration(delay[0]),
                _("Before the first answer, on average"),
                duration_difference(*delay),
            ),
        ],
        [
            _chart(found, "topics", _("How much is written?"), Measure.TOPICS, Measure.ANSWERS),
            waits,
        ],
        _("The share leaves out the questions of the last two days that still wait."),
    )


def _search(found: Figures) -> Part:
    return Part(
        "search",
        _("What is sought in vain?"),
        [stat(found, Measure.SOUGHT_IN_VAIN)],
        note=_("Counted for the whole house only: who searched is not kept."),
    )


# --- what leaves ---------------------------------------------------------------------------------


def sheet_rows(found: Figures, *, of_house: bool) -> tuple[list[str], list[list[Cell]]]:
    """A line for each measure: the period, the one before, then slice by slice."""
    now, before = found.period, found.period
    _column, labels = slice_labels(found.period)
    header = [
        _("Figure"),
        days_in_words(now.first, now.last),
        days_in_words(before.before_first, before.before_last),
        *labels,
    ]
    rows: list[list[Cell]] = [
        [
            str(words),
            cell(found.now(measure)),
            cell(found.before(measure)),
            *(cell(one) for one in found.parts(measure)),
        ]
        for measure, words in MEASURES.items()
        if of_house or measure not in HOUSE_ONLY
    ]
    return header, rows


def minutes(delay: timedelta | None) -> float | None:
    """A delay in minutes."""
    return None if delay is None else delay.total_seconds() / 60


def chart_rows(chart: Chart) -> Sequence[Sequence[Any]]:
    """The rows of a chart's table."""
    return [
        [label, *(number(line.values[place]) for line in chart.series)]
        for place, label in enumerate(chart.labels)
    ]
