"""The dates as a month: a table of weeks, whose every date is a link with its words."""

import re
from datetime import date, timedelta
from typing import Any

from flask import abort, render_template, url_for
from flask_babel import gettext as _

from agenda import listing
from agenda.listing import DateRow, Day
from blueprints._access import viewer
from blueprints._times import HERE, hour, long_day, span
from blueprints._words import month_name, weekday_name
from blueprints.agenda import _finding, bp
from blueprints.directory import _finding as places
from core import clock
from core.db import db

_WRITTEN = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
A_WEEK = timedelta(days=7)


@bp.get("/mois", defaults={"month": None})
@bp.get("/mois/<month>")
def month(month: str | None) -> str:
    """One month, whole weeks; this one when none is said."""
    first = _first_day(month)
    begins = first - timedelta(days=first.weekday())
    last = _after(first) - timedelta(days=1)
    ends = last + timedelta(days=6 - last.weekday())
    near = places.place()
    filters = _finding.whenever(_finding.asked(near))
    found = listing.days(db.session(), viewer(), filters, begins, ends)
    cells = [_cell(one, first) for one in found]
    today = clock.today()
    return render_template(
        "agenda/month.html",
        name=f"{month_name(first.month)} {first.year}",
        weekdays=[weekday_name(begins + timedelta(days=one)) for one in range(7)],
        weeks=[
            {"number": (begins + A_WEEK * one).isocalendar().week, "days": cells[7 * one :][:7]}
            for one in range(len(cells) // 7)
        ],
        is_empty=not any(one.shown for one in found if one.day.month == first.month),
        previous=_turn(first - timedelta(days=1)),
        following=_turn(_after(first)),
        this_month=None if first == today.replace(day=1) else _turn(today),
        near=_finding.near_line(near),
        tabs=_finding.tabs(first),
        **_finding.filter_line(filters, near) | {"views": _views(filters.mine)},
    )


def _first_day(month: str | None) -> date:
    if month is None:
        return clock.today().replace(day=1)
    written = _WRITTEN.fullmatch(month)
    if written is None or not _finding.FIRST_YEAR <= int(written[1]) <= _finding.LAST_YEAR:
        abort(404)
    return date(int(written[1]), int(written[2]), 1)


def _after(first: date) -> date:
    """The first day of the next month."""
    return (first + timedelta(days=31)).replace(day=1)


def _turn(day: date) -> dict[str, str] | None:
    """A link to the month of this day."""
    if not _finding.FIRST_YEAR <= day.year <= _finding.LAST_YEAR:
        return None
    return {
        "label": f"{month_name(day.month)} {day.year}",
        "href": _finding.here(path=_finding.address_of_month(day)),
    }


def _views(mine: bool) -> list[dict[str, Any]]:
    return [
        {"label": _("All the dates"), "href": _finding.here(voir=None), "current": not mine},
        {
            "label": _("Those I announced"),
            "href": _finding.here(voir=_finding.MINE),
            "current": mine,
        },
    ]


def _cell(one: Day, first: date) -> dict[str, Any]:
    """A day of the table."""
    return {
        "number": one.day.day,
        "words": long_day(one.day, year=False),
        "href": _finding.here(path=url_for("agenda.index"), jour=one.day.isoformat()),
        "outside": one.day.month != first.month,
        "today": one.day == clock.today(),
        "dates": [_chip(row, one.day) for row in one.shown],
        "others": one.others,
    }


def _chip(row: DateRow, day: date) -> dict[str, Any]:
    """A date in the cell of a day."""
    one, event = row[0], row[0].event
    begins = one.first_day == day
    return {
        "title": one.title or event.title,
        "href": _finding.address_of_date(event, one),
        "hour": hour(span(one, event, HERE).starts) if begins and not event.all_day else None,
        "goes_on": not begins,
        "whole": event.all_day or one.first_day != one.last_day,
        "cancelled": _finding.is_cancelled(event, one),
        "place": _finding.place_of(event, one),
    }
