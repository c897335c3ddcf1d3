"""The figures of the desk in words: what each line counts, from which date, how it is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from babel.numbers import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from blueprints._charts import Chart, Series
from blueprints._figures import Stat, difference, number, share
from blueprints._languages import spoken
from core.masking import Said, Unsaid
from core.sheets import Cell
from expertise.figures.masking import Total
from expertise.figures.measures import ENDINGS, OF_INSTITUTION, Measure
from expertise.figures.parts import Division
from expertise.figures.queries import Figures
from expertise.figures.terms import Term

TOP = 5


class How(Enum):
    """How a line reads what is counted."""

    TIMES = auto()
    AMOUNT = auto()
    DAYS = auto()
    """Half-days, in days."""
    MEAN_DAYS = auto()
    """Days of each."""
    MEDIAN = auto()
    """Working days, for half of them."""
    MARK = auto()
    """Out of five."""
    SHARE = auto()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table."""

    measure: Measure
    how: How
    label: Any
    definition: Any


M = Measure
ASKED = Line(
    M.NEEDS, How.TIMES, _l("Needs asked"), _l("All that companies asked, on the day they did.")
)
VALIDATED = Line(
    M.VALIDATED,
    How.TIMES,
    _l("Needs validated"),
    _l("On the day of their first validation; at once where no team reads them."),
)
SENT = Line(
    M.SENT, How.TIMES, _l("Needs sent"), _l("On the day they first went to who may answer.")
)
ANSWERED = Line(
    M.ANSWERED,
    How.TIMES,
    _l("Needs answered"),
    _l("On the day of the first answer, be it a no: reserved, taken charge of, declined."),
)
FIRST_ANSWER = Line(
    M.ANSWERED,
    How.MEDIAN,
    _l("Working days to the first answer"),
    _l("From the first sending; half of the needs were answered in less."),
)
CALLED = Line(
    M.CALLED,
    How.TIMES,
    _l("Companies put in touch"),
    _l("Needs whose company was told who calls, on that day, the first time."),
)
FIRST_CALL = Line(
    M.CALLED,
    How.MEDIAN,
    _l("Working days to the first call"),
    _l(
        "From the validation (for an institution, from the sending) to the day the company is told "
        "who calls; the median."
    ),
)
EXPIRED = Line(
    M.EXPIRED,
    How.TIMES,
    _l("Reservations expired"),
    _l("Reservations whose time ran out with no expert confirmed."),
)
HELPED = Line(
    M.HELPED,
    How.TIMES,
    _l("Needs helped"),
    _l("Closed with help: advice, one-off help, funding, support. On the day of the closing."),
)
COMPANIES = Line(
    M.COMPANIES,
    How.TIMES,
    _l("Companies helped"),
    _l("Each SIRET counts once in a calendar year, in the month of its first help."),
)
LOCAL = Line(
    M.LOCAL,
    How.SHARE,
    _l("Local or regional help"),
    _l(
        "Among the needs helped where one knows: a local employer, or an expert whose territory "
        "holds the company. An expert who answers everywhere is not local; an institution that "
        "answers as a whole is left out."
    ),
)
AGREEMENTS = Line(
    M.CONTRACTED,
    How.TIMES,
    _l("Agreements signed"),
    _l("On the day when the last party signed."),
)
CONTRACTED = Line(
    M.CONTRACTED,
    How.DAYS,
    _l("Days contracted"),
    _l("Those of the agreements signed, on the day when the last party signed."),
)
EACH = Line(
    M.CONTRACTED, How.MEAN_DAYS, _l("Days for each mission"), _l("On average, as contracted.")
)
DONE = Line(M.DONE, How.DAYS, _l("Days done"), _l("Days noted as done, on their own day."))
CREATED = Line(
    M.JOBS_CREATED,
    How.AMOUNT,
    _l("Jobs created"),
    _l("As companies say three, then six months on: the last answer counts, on its day."),
)
KEPT = Line(M.JOBS_KEPT, How.AMOUNT, _l("Jobs kept"), _l("In the same way, from the same answers."))
SATISFACTION = Line(
    M.SATISFACTION,
    How.MARK,
    _l("Satisfaction of companies"),
    _l("Mean mark out of 5 of the surveys after a closing, on the day of the answer."),
)
LINES = (
    *(ASKED, VALIDATED, SENT, ANSWERED, FIRST_ANSWER, CALLED, FIRST_CALL, EXPIRED),
    *(HELPED, COMPANIES, LOCAL, AGREEMENTS, CONTRACTED, EACH, DONE),
    *(CREATED, KEPT, SATISFACTION),
)
STATS = (ASKED, COMPANIES, CONTRACTED, CREATED, KEPT)
ENDING_WORDS = {
    M.HELPED: _l("Helped"),
    M.NOT_HELPED: _l("No help could be offered"),
    M.UNREACHABLE: _l("The company could not be reached"),
    M.NO_TAKER: _l("Nobody could answer"),
    M.ORIENTED: _l("Guided to others"),
    M.REFUSED: _l("Not taken up"),
    M.WITHDRAWN: _l("Withdrawn by the company"),
}
MASKED = Unsaid.WITHHELD
Value = Said | float


def value(line: Line, total: Total | None) -> Value:
    """What a line reads; MASKED when it is not said, None when there is nothing to read."""
    if total is None:
        return MASKED
    if line.how is How.TIMES:
        return total.times
    if line.how is How.AMOUNT:
        return total.amount
    if line.how is How.DAYS:
        return total.amount / 2 if total.amount % 2 else total.amount // 2
    if not total.times:
        return None
    if line.how is How.MEDIAN:
        return median(total.spread)
    if line.how is How.SHARE:
        return _share(total)
    mean = total.amount / total.times
    return mean / 2 if line.how is How.MEAN_DAYS else mean


def _share(total: Total) -> Value:
    """How many of them; not when the rest, or they, are a few."""
    rest = total.times - total.amount
    if 0 < rest < TOP or 0 < total.amount < TOP:
        return MASKED
    return total.amount / total.times


def median(spread: dict[int, int]) -> float:
    """Of values and how often each was seen: the middle one, or between the two."""
    seen = sum(spread.values())
    middle = [_at(spread, (seen - 1) // 2), _at(spread, seen // 2)]
    return sum(middle) / 2


def _at(spread: dict[int, int], place: int) -> int:
    for one in sorted(spread):
        place -= spread[one]
        if place < 0:
            return one
    raise ValueError("nothing was seen")


def in_words(line: Line, found: Value) -> str:
    """As people read it."""
    if not isinstance(found, int | float):
        return number(found)
    if line.how is How.SHARE:
        return share(found)
    if line.how is How.MARK:
        return _("%(mean)s out of 5", mean=_decimal(found))
    return number(found) if isinstance(found, int) else _decimal(found)


def _decimal(found: float) -> str:
    return str(format_decimal(round(found, 1), locale=spoken()))


def in_cell(line: Line, found: Value) -> Cell:
    """In a spreadsheet: a number, or words."""
    if isinstance(found, int | float) and not isinstance(found, bool):
        return round(found, 3) if isinstance(found, float) else found
    return None if found is None else in_words(line, found)


def lines_of(*, institution: bool) -> tuple[Line, ...]:
    """Those that make sense for a whole programme, or for an institution."""
    wanted = [one for one in LINES if not institution or one.measure in OF_INSTITUTION]
    return tuple(one for one in wanted if not institution or one is not LOCAL)


def apart(line: Line, found: Figures) -> str:
    """How a term differs from the one before, in words; nothing while it lasts."""
    now, before = values(line, found)
    if not found.is_over or not isinstance(now, int) or not isinstance(before, int):
        return ""
    return difference(now, before) or ""


def values(line: Line, found: Figures) -> tuple[Value, Value]:
    """Of the term, and of the one before."""
    terms = (found.term, found.term.before)
    now, before = (value(line, found.total(line.measure, one)) for one in terms)
    return now, before


def stat(line: Line, found: Figures) -> Stat:
    """A large number."""
    return Stat(in_words(line, values(line, found)[0]), str(line.label), apart(line, found) or None)


def term_words(term: Term) -> str:
    """ "2026", "3e trimestre 2026"."""
    if term.quarter is None:
        return str(term.year)
    return _("quarter %(number)s of %(year)s", number=term.quarter, year=term.year)


def key_figures(totals: Mapping[Measure, Total]) -> list[Stat]:
    """What everybody reads on the first page of a programme."""
    shown = (COMPANIES, CONTRACTED, EACH, CREATED, KEPT, SATISFACTION)
    return [
        Stat(_public_words(one, totals[one.measure]), str(one.label), None)
        for one in shown
        if one.measure in totals and value(one, totals[one.measure])
    ]


def _public_words(line: Line, total: Total) -> str:
    """As seeds/001 says it: "3 jours en moyenne"."""
    found = value(line, total)
    if line is EACH and isinstance(found, int | float):
        return _("%(number)s on average", number=round(found))
    return in_words(line, found)


# --- charts --------------------------------------------------------------------------------------


def said(total: Total | None) -> Said:
    """How often, for a chart."""
    return MASKED if total is None else total.times


def by_quarter(found: Figures) -> Chart:
    """Needs asked and helped, quarter by quarter."""
    year = found.term.year
    return Chart(
        "quarters",
        _("How many needs, quarter by quarter of %(year)s?", year=year),
        _("Quarter"),
        [_("quarter %(number)s", number=one.quarter) for one in Term(year).quarters],
        [
            Series(str(line.label), [said(one) for one in found.quarters(line.measure)])
            for line in (ASKED, HELPED)
        ],
    )


def endings(found: Figures) -> Chart:
    """How needs ended."""
    totals = [(one, found.total(one, found.term)) for one in ENDINGS]
    shown = [(one, total) for one, total in totals if total is None or total.times]
    return Chart(
        "endings",
        _("How did needs end?"),
        _("Ending"),
        [str(ENDING_WORDS[one]) for one, _total in shown],
        [Series(_("Needs"), [said(total) for _one, total in shown])],
        flat=True,
    )


def top(division: Division) -> Chart:
    """The subjects that were asked about most, in percent of what was asked."""
    shares = top_shares(division)
    return Chart(
        "top",
        _("Which competences are asked for most?"),
        _("Competence"),
        [division.names[of_id] for of_id, _part in shares],
        [
            Series(
                _("Share of what was asked, in percent"),
                [round(100 * part) for _id, part in shares],
            )
        ],
        flat=True,
    )


def top_shares(division: Division) -> list[tuple[int, float]]:
    """The five subjects that were asked about most, and their share; what is in no list apart."""
    asked = {
        of_id: totals[M.NEEDS].times
        for of_id, totals in division.parts.items()
        if of_id and M.NEEDS in totals
    }
    whole = sum(asked.values())
    said_ones = [one for one in asked if division.total(M.NEEDS, one) is not None]
    first = sorted(said_ones, key=lambda one: (-asked[one], division.names[one]))[:TOP]
    return [(one, asked[one] / whole) for one in first]
