"""The figures of use: the page, the report to print, the table that leaves."""

from typing import Any

from flask import Response as FlaskResponse
from flask import render_template, request
from flask_babel import gettext as _

from access.viewers import Viewer
from blueprints._access import key, viewer
from blueprints._figures import (
    MEASURES,
    chart_rows,
    days_in_words,
    number,
    parts,
    period,
    period_choice,
    sheet_rows,
)
from blueprints._filters import Choice, active, address, menus
from blueprints._sheets import ENDINGS, send_sheet
from blueprints._words import date_words
from blueprints.administration import bp
from core import clock
from core.db import db
from core.masking import FEWEST
from core.sheets import Sheet
from figures import jobs, queries
from figures.circles import HOUSE, Key
from figures.models import Group
from figures.periods import Period
from figures.queries import Choices, Figures

NAMES = ("periode", "du", "au", "reseau", "territoire", "type", "comparer")
SIDES = {"reseau": 0, "territoire": 1, "type": 2}


def _here(**changes: Any) -> str:
    """This page with these changes; a period that has a name takes the place of dates."""
    dates = {"du": None, "au": None} if "periode" in changes else {}
    return address(NAMES, **(dates | changes))


def _beside(path: str) -> str:
    """Another page with the filters of this one."""
    _path, _mark, said = _here().partition("?")
    return f"{path}?{said}" if said else path


def _group() -> Key:
    """The group that the address names."""
    found = tuple(request.args.get(name, type=key) for name in SIDES)
    return found[0], found[1], found[2]


def _found(who: Viewer, group_key: Key, days: Period) -> Figures | None:
    """The figures of a group, or None when they may not be read."""
    group: Group | None = db.session.scalars(queries.group(who, group_key)).one_or_none()
    return queries.figures(db.session(), who, group.id, days) if group else None


@bp.get("/chiffres")
def figures() -> str:
    """A few large numbers with their difference, one chart for each question."""
    days, stretch = period()
    group_key = _group()
    found = _found(viewer(), group_key, days)
    listed = queries.choices(db.session(), viewer(), group_key)
    named = queries.names(db.session(), viewer(), group_key)
    choices = _choices(group_key, listed, named)
    return render_template(
        "administration/figures.html",
        **_shown(found, group_key, days, listed, named),
        menus=menus([period_choice(stretch), *choices], _here),
        active=active(choices, _here),
        clear=_here(reseau=None, territoire=None, type=None),
        kept={name: request.args[name] for name in SIDES if name in request.args},
        report=_beside("/administration/chiffres/bilan"),
        csv=_beside("/administration/chiffres/exporter.csv"),
        xlsx=_beside("/administration/chiffres/exporter.xlsx"),
    )


def _choices(group_key: Key, listed: Choices, named: list[tuple[int, str] | None]) -> list[Choice]:
    options = (listed.networks, listed.territories, listed.kinds)
    labels = (_("Network"), _("Territory"), _("Organisation"))
    # What is chosen can be taken away, even when its own figures are not shown.
    return [
        Choice(
            name,
            labels[side],
            group_key[side],
            [*options[side], *([one] if (one := named[side]) and one not in options[side] else [])],
        )
        for name, side in SIDES.items()
    ]


def _shown(
    found: Figures | None,
    group_key: Key,
    days: Period,
    listed: Choices,
    named: list[tuple[int, str] | None],
) -> dict[str, Any]:
    """What the page and the report both show."""
    of_house = group_key == HOUSE
    names = [one[1] for one in named if one]
    return {
        "parts": parts(found, of_house=of_house) if found else [],
        "counted_to": (done := jobs.counted_to(db.session())),
        "counted_day": date_words(done) if done else "",
        "period": days,
        "days": days_in_words(days.first, days.last),
        "days_before": days_in_words(days.before_first, days.before_last),
        "who": ", ".join(names)
        or (_("All networks and territories") if of_house else _("This group")),
        "fewest": FEWEST,
        "opened": queries.most_opened(db.session(), viewer(), days) if found and of_house else [],
        "compared": _compared(group_key, days, listed) if found else None,
        "chart_rows": chart_rows,
        "number": number,
    }


def _compared(group_key: Key, days: Period, listed: Choices) -> dict[str, Any]:
    """The table of the networks, territories or kinds beside each other."""
    asked = request.args.get("comparer", "")
    asked = (
        asked
        if asked in SIDES
        else next((name for name, side in SIDES.items() if group_key[side] is None), "reseau")
    )
    side = SIDES[asked]
    given = queries.compared(db.session(), viewer(), group_key, side, days)
    options = (listed.networks, listed.territories, listed.kinds)[side]
    words = {"reseau": _("Network"), "territoire": _("Territory"), "type": _("Organisation")}
    return {
        "tabs": [
            {"label": label, "href": _here(comparer=name) + "#comparer", "current": name == asked}
            for name, label in words.items()
        ],
        "columns": [
            {"label": words[asked]},
            *({"label": str(MEASURES[one]), "kind": "number"} for one in queries.COMPARED),
        ],
        "rows": [
            [label, *(number(one) for one in given[value])]
            for value, label in options
            if value in given
        ],
    }


@bp.get("/chiffres/bilan")
def figures_report() -> str:
    """The same on paper, every table open: what a network hands to its board."""
    days, _stretch = period()
    group_key = _group()
    found = _found(viewer(), group_key, days)
    listed = queries.choices(db.session(), viewer(), group_key)
    return render_template(
        "administration/figures_report.html",
        **_shown(found, group_key, days, listed, queries.names(db.session(), viewer(), group_key)),
        back=_beside("/administration/chiffres"),
        today=clock.now(),
    )


@bp.get(f"/chiffres/exporter.<{ENDINGS}:ending>")
def export_figures(ending: str) -> FlaskResponse:
    """A line for each figure, for a spreadsheet."""
    days, _stretch = period()
    group_key = _group()
    found = _found(viewer(), group_key, days)
    if found is None:
        return send_sheet("chiffres", ending, Sheet(_("Figures"), [_("Figure")], []))
    header, rows = sheet_rows(found, of_house=group_key == HOUSE)
    return send_sheet("chiffres", ending, Sheet(_("Figures"), header, rows))
