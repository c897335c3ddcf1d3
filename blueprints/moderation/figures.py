"""The figures of moderation: what was reported, how long it waited, what was decided."""

from typing import Any

from flask import Response as FlaskResponse
from flask import render_template, url_for
from flask_babel import gettext as _

from blueprints._access import viewer
from blueprints._charts import Chart, Series
from blueprints._decisions import DECISIONS
from blueprints._figures import (
    Stat,
    chart_rows,
    days_in_words,
    difference,
    duration,
    duration_difference,
    minutes,
    number,
    period,
    period_choice,
)
from blueprints._filters import address, menus
from blueprints._sheets import ENDINGS, send_sheet
from blueprints.moderation import bp
from blueprints.moderation.queue import tabs
from core.db import db
from core.sheets import Cell, Sheet
from figures import moderation
from figures.moderation import Moderation

NAMES = ("periode", "du", "au")


@bp.get("/chiffres")
def figures() -> str:
    """On what this moderator sees, over a period, beside the one before."""
    days, stretch = period()
    now, before = moderation.figures(db.session(), viewer(), days)
    said = address(NAMES).partition("?")[2]
    return render_template(
        "moderation/figures.html",
        tabs=tabs("figures"),
        menus=menus([period_choice(stretch)], _here),
        days=days_in_words(days.first, days.last),
        days_before=days_in_words(days.before_first, days.before_last),
        period=days,
        stats=_stats(now, before),
        chart=_chart(now),
        chart_rows=chart_rows,
        number=number,
        exports={
            ending: url_for(".export_figures", ending=ending) + (f"?{said}" if said else "")
            for ending in ("csv", "xlsx")
        },
    )


def _here(**changes: Any) -> str:
    return address(NAMES, **({"du": None, "au": None} | changes))


def _stats(now: Moderation, before: Moderation) -> list[Stat]:
    waited, waited_before = minutes(now.delay), minutes(before.delay)
    return [
        Stat(number(now.reported), _("Reports"), difference(now.reported, before.reported)),
        Stat(number(now.closed), _("Reports closed"), difference(now.closed, before.closed)),
        Stat(number(now.open), _("Still open at the end"), difference(now.open, before.open)),
        Stat(
            duration(waited),
            _("Before the decision, for half of them"),
            duration_difference(waited, waited_before),
        ),
    ]


def _chart(now: Moderation) -> Chart:
    made = [act for act in DECISIONS if now.decisions[act]]
    return Chart(
        "decisions",
        _("What was decided?"),
        _("Decision"),
        [str(DECISIONS[act]) for act in made],
        [Series(_("Decisions"), [now.decisions[act] for act in made])],
        flat=True,
    )


@bp.get(f"/chiffres/exporter.<{ENDINGS}:ending>")
def export_figures(ending: str) -> FlaskResponse:
    """A line for each figure, for a spreadsheet."""
    days, _stretch = period()
    now, before = moderation.figures(db.session(), viewer(), days)
    decided: list[list[Cell]] = [
        [str(words), now.decisions[act], before.decisions[act]] for act, words in DECISIONS.items()
    ]
    rows: list[list[Cell]] = [
        [_("Reports"), now.reported, before.reported],
        [_("Reports closed"), now.closed, before.closed],
        [_("Still open at the end"), now.open, before.open],
        [_("Before the decision, for half of them (minutes)"), *map(_whole, (now, before))],
        *decided,
    ]
    header = [
        _("Figure"),
        days_in_words(days.first, days.last),
        days_in_words(days.before_first, days.before_last),
    ]
    return send_sheet("chiffres-moderation", ending, Sheet(_("Moderation"), header, rows))


def _whole(figures: Moderation) -> int | None:
    waited = minutes(figures.delay)
    return None if waited is None else round(waited)


__all__ = ["export_figures", "figures"]
