"""The dates as a list: those to come, those that are over, those of a day."""

from datetime import date
from itertools import groupby
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from agenda import listing
from agenda.listing import Filters, When
from blueprints._access import viewer
from blueprints._times import long_day
from blueprints._words import date_words
from blueprints.agenda import _finding, bp
from blueprints.directory import _finding as places
from core import clock
from core.db import db

MOST_PRINTED = 500


@bp.get("")
def index() -> str:
    """The dates of the networks, by day."""
    near = places.place()
    filters = _finding.asked(near)
    found = listing.dates(db.session(), viewer(), filters, _finding.cursor())
    shown = found[: listing.PER_PAGE]
    month = filters.day or (shown[0][0].first_day if shown else clock.today())
    return render_template(
        "agenda/index.html",
        days=_by_day(_finding.rows(shown), filters),
        filters_say=filters,
        title=long_day(filters.day) if filters.day else None,
        near=_finding.near_line(near),
        tabs=_finding.tabs(month),
        older=_finding.older(shown[-1]) if len(found) > len(shown) else None,
        newest=_finding.here() if "apres" in request.args else None,
        whole=_finding.here(jour=None, date=None) if filters.day or filters.event_id else None,
        printed=_finding.here(path=url_for(".print_dates")),
        **_finding.filter_line(filters, near) | {"views": _views(filters)},
    )


def _views(filters: Filters) -> list[dict[str, Any]]:
    views = [
        (_("To come"), None, filters.when is When.COMING),
        (_("Past dates"), "passees", filters.when is When.PAST),
        (_("Those I announced"), _finding.MINE, filters.mine),
    ]
    return [
        {"label": label, "href": _finding.here(voir=show, jour=None, date=None), "current": now}
        for label, show, now in views
    ]


def _by_day(rows: list[dict[str, Any]], filters: Filters) -> list[tuple[str, list[dict[str, Any]]]]:
    """The rows under their days; what has begun stands under today."""
    today = clock.today()

    def under(row: dict[str, Any]) -> date:
        begun = filters.when is When.COMING and row["day"] < today
        return filters.day or (today if begun else row["day"])

    return [(_heading(day, today), list(same)) for day, same in groupby(rows, under)]


def _heading(day: date, today: date) -> str:
    words = long_day(day, year=day.year != today.year)
    if day == today:
        return _("Today, %(day)s", day=words)
    if (day - today).days == 1:
        return _("Tomorrow, %(day)s", day=words)
    return words[:1].upper() + words[1:]


@bp.get("/imprimer")
def print_dates() -> str:
    """The dates that the filters leave, on paper."""
    near = places.place()
    filters = _finding.asked(near)
    rows = _finding.rows(listing.dates(db.session(), viewer(), filters, most=MOST_PRINTED))
    titles = [_("Day"), _("Hours"), _("Title"), _("Where"), _("Who invites"), _("For whom")]
    lines = [
        (
            long_day(row["day"]),
            row["hours"],
            _("Cancelled: %(title)s", title=row["title"]) if row["cancelled"] else row["title"],
            row["place"],
            row["who"],
            row["audience"],
        )
        for row in rows
    ]
    chips = _finding.filter_line(filters, near)["active"]
    return render_template(
        "agenda/print.html",
        titles=titles,
        lines=lines,
        count=listing.count(db.session(), viewer(), filters),
        narrowed=[chip["label"] for chip in chips]
        + ([date_words(filters.day)] if filters.day else []),
        today=clock.today(),
    )
