"""Dates to come on the map and beside it: the page, the markers, the sheet of one."""

from dataclasses import replace
from typing import Any

from flask import Response, jsonify, render_template, request, url_for
from flask_babel import gettext as _

from access.geography import Box
from agenda import listing, queries
from agenda.listing import Filters, When
from agenda.models import Event
from blueprints._access import found, viewer
from blueprints._times import in_words, long_day
from blueprints._topics import address_of
from blueprints.agenda import _finding
from blueprints.agenda._rhythms import recurs
from blueprints.directory import _finding as places
from blueprints.map import bp
from blueprints.map._frame import frame as framed
from blueprints.map._shell import shell
from core.db import db
from directory.models import Placed
from map.queries import MOST_MARKERS


@bp.get("/dates")
def dates() -> str:
    """The map, and the same dates in order."""
    near, frame = places.place(), framed()
    filters = _asked(near, frame)
    rows = listing.dates(db.session(), viewer(), filters, _finding.cursor())
    shown = rows[: listing.PER_PAGE]
    kept = {"cadre": request.args["cadre"]} if frame else {}
    alone = "HX-Request" in request.headers
    return render_template(
        "map/index.html",
        of="dates",
        sheets=url_for("map.date_sheet", event_id=0),
        fragment=alone,
        rows=[_row(row, said) for row, said in zip(shown, _finding.rows(shown), strict=True)],
        pins={},
        count=listing.count(db.session(), viewer(), filters),
        find=_finding.near_line(near),
        older=_finding.older(shown[-1], **kept) if len(rows) > len(shown) else None,
        newest=_finding.here(**kept) if "apres" in request.args else None,
        whole=_finding.here() if frame else None,
        markers=_finding.here(path=url_for("map.date_markers")),
        in_directory=_finding.here(path=url_for("agenda.index")),
        drawn=None if alone else shell("map"),
        views=[],
        **_finding.filter_line(filters, near),
    )


def _asked(near: places.Place | None, frame: Box | None) -> Filters:
    """What the agenda would show of this part of the map: what is to come."""
    asked = _finding.asked(near)
    return replace(asked, box=frame, when=When.COMING, mine=False, day=None, event_id=None)


def _row(row: listing.DateRow, said: dict[str, Any]) -> dict[str, Any]:
    """The arguments of date_row: with its day, and what leads to the map."""
    event = row[0].event
    mark = None
    if event.latitude is not None and event.longitude is not None and not row[0].place:
        mark = {"key": f"event-{event.id}", "at": f"{event.latitude:.5f},{event.longitude:.5f}"}
    return said | {"hours": f"{long_day(said['day'])}, {said['hours']}", "mark": mark}


@bp.get("/dates/reperes")
def date_markers() -> Response:
    """Where they are, for the script: one marker an event."""
    filters = _asked(places.place(), framed())
    marked = listing.marks(viewer(), filters).limit(MOST_MARKERS)
    marks = [
        [one.id, round(one.latitude, 5), round(one.longitude, 5), one.title]
        for one in db.session.execute(marked)
        if one.latitude is not None and one.longitude is not None
    ]
    return jsonify({"count": len(marks), "marks": {"event": marks}})


@bp.get("/dates/<int:event_id>")
def date_sheet(event_id: int) -> Response:
    """What the map says of one event: when, where, who invites."""
    one = found(queries.event(viewer(), event_id))
    return jsonify(
        {
            "name": one.title,
            "href": address_of("agenda.event", one.id),
            "what": one.kind.name,
            "networks": [],
            "precise": one.placed is not Placed.COMMUNE,
            "position": None,
            "lines": [
                words for words in (_off(one), _when(one), one.place, one.town, _who(one)) if words
            ],
        }
    )


def _off(one: Event) -> str:
    return _("Cancelled: it will not take place.") if one.cancelled_at else ""


def _when(one: Event) -> str:
    """How it comes back, else its next date."""
    return recurs(one) or in_words(one, one)[0]


def _who(one: Event) -> str:
    return one.organisation.name if one.organisation else one.owner.name
