"""Schemes on the map and beside it: the page, the markers, the sheet of one."""

from dataclasses import replace
from typing import Any

from flask import Response, jsonify, render_template, request, url_for
from flask_babel import gettext as _

from access.geography import Box
from blueprints._access import found, viewer
from blueprints._topics import address_of
from blueprints.directory import _finding
from blueprints.directory import schemes as in_directory
from blueprints.map import bp
from blueprints.map._frame import frame as framed
from blueprints.map._shell import shell
from blueprints.map.index import in_squares, mark
from core.db import db
from directory import schemes as directory
from directory.models import Placed
from directory.schemes import Filters
from map import queries


@bp.get("/dispositifs")
def all_schemes() -> str:
    """The map, and the same schemes by name or by distance."""
    near, frame = _finding.place(), framed()
    filters = _asked(near, frame)
    rows = directory.schemes(db.session(), viewer(), filters, _finding.cursor())
    shown = rows[: directory.PER_PAGE]
    kept = {"cadre": request.args["cadre"]} if frame else {}
    alone = "HX-Request" in request.headers
    return render_template(
        "map/index.html",
        of_schemes=True,
        sheets=url_for("map.scheme_sheet", scheme_id=0),
        fragment=alone,
        rows=[_row(row) for row in shown],
        pins={},
        count=directory.count(db.session(), viewer(), filters),
        find=_finding.field_line(near, _("A name, who runs it, for whom")),
        older=_finding.older(shown[-1], **kept) if len(rows) > len(shown) else None,
        newest=_finding.here(**kept) if "apres" in request.args else None,
        whole=_finding.here() if frame else None,
        markers=_finding.here(path=url_for("map.scheme_markers")),
        in_directory=_finding.here(path=url_for("directory.all_schemes")),
        drawn=None if alone else shell("map"),
        **_finding.filter_line(in_directory.choices(filters), near),
    )


def _asked(near: _finding.Place | None, frame: Box | None) -> Filters:
    """What the list of the directory would show of this part of the map."""
    return replace(in_directory.asked(near), box=frame, withdrawn=False)


def _row(row: directory.SchemeRow) -> dict[str, Any]:
    """The arguments of scheme_row: what leads to the map, and no telephone."""
    return in_directory.row_of(row) | {"phone": None, "email": None, "mark": mark(row[0])}


@bp.get("/dispositifs/reperes")
def scheme_markers() -> Response:
    """Where they are, for the script: all of them, or how many in each square of the frame."""
    filters = _asked(_finding.place(), framed())
    count = queries.scheme_count(db.session(), viewer(), filters)
    if count > queries.MOST_MARKERS:
        found = queries.scheme_squares(db.session(), viewer(), filters)
        return jsonify({"count": count, "squares": in_squares(found)})
    marks = [
        [one.id, round(one.latitude, 5), round(one.longitude, 5), one.name]
        for one in queries.scheme_marks(db.session(), viewer(), filters)
        if one.latitude is not None and one.longitude is not None
    ]
    return jsonify({"count": count, "marks": {"scheme": marks}})


@bp.get("/dispositifs/<int:scheme_id>")
def scheme_sheet(scheme_id: int) -> Response:
    """What the map says of one scheme: who runs it, for whom, until when."""
    one = found(directory.scheme(viewer(), scheme_id))
    house = one.organisation
    said = (house.name if house else one.run_by, one.for_whom, in_directory.dates(one))
    return jsonify(
        {
            "name": one.name,
            "href": address_of("directory.scheme", one.id),
            "what": one.town,
            "networks": [],
            "precise": one.placed is not Placed.COMMUNE,
            "position": url_for("map.scheme_position", scheme_id=one.id)
            if viewer().administers
            else None,
            "lines": [words for words in said if words],
        }
    )
