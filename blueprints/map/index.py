"""Organisations on the map and beside it: the page, the markers, the sheet of one."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Response, jsonify, render_template, request, url_for
from flask_babel import gettext as _

from access.geography import Box
from blueprints._access import found, viewer
from blueprints._topics import address_of
from blueprints.directory import _finding
from blueprints.directory import organisations as in_directory
from blueprints.map import bp
from blueprints.map._frame import frame as framed
from blueprints.map._shell import shell
from core import clock
from core.db import db
from directory import members, skills
from directory import organisations as directory
from directory.models import Organisation, Placed, Scheme, Side
from directory.organisations import Filters
from map import queries


@bp.get("")
def index() -> str:
    """The map, and the same organisations by name or by distance."""
    near, frame = _finding.place(), framed()
    filters = _asked(near, frame)
    rows = directory.organisations(db.session(), viewer(), filters, _finding.cursor())
    shown = rows[: directory.PER_PAGE]
    kept = {"cadre": request.args["cadre"]} if frame else {}
    alone = "HX-Request" in request.headers
    return render_template(
        "map/index.html",
        fragment=alone,
        rows=_rows(shown),
        pins=_networks(),
        count=directory.count(db.session(), viewer(), filters),
        find=_finding.field_line(near, _("A name, a kind, a town")),
        older=_finding.older(shown[-1], **kept) if len(rows) > len(shown) else None,
        newest=_finding.here(**kept) if "apres" in request.args else None,
        whole=_finding.here() if frame else None,
        markers=_finding.here(path=url_for("map.markers")),
        in_directory=_finding.here(path=url_for("directory.organisations")),
        drawn=None if alone else shell("map"),
        of_schemes=False,
        sheets=url_for("map.sheet", organisation_id=0),
        **_finding.filter_line(in_directory.choices(filters), near),
    )


def _asked(near: _finding.Place | None, frame: Box | None) -> Filters:
    """What the list of the directory would show of this part of the map."""
    return replace(in_directory.asked(near), box=frame, withdrawn=False)


def _rows(shown: Any) -> list[dict[str, Any]]:
    """The arguments of organisation_row: what leads to the map, and no telephone."""
    written = in_directory.rows(shown)
    return [
        row | {"phone": None, "email": None, "mark": mark(found[0])}
        for found, row in zip(shown, written, strict=True)
    ]


def mark(one: Organisation | Scheme) -> dict[str, Any] | None:
    """What the script opens on the map: its key, and where it is."""
    if one.latitude is None:
        return None
    return {"key": f"{one.__tablename__}-{one.id}", "at": f"{one.latitude:.5f},{one.longitude:.5f}"}


def _networks() -> dict[int, dict[str, str]]:
    """Each network with the letters that its markers carry: colour alone would say nothing."""
    known = _finding.networks()
    firsts = [one.name[:1] for one in known]
    return {
        one.id: {
            "slug": one.slug,
            "name": one.name,
            "letters": one.name[: 1 if firsts.count(one.name[:1]) == 1 else 2],
        }
        for one in known
    }


def in_squares(found: Sequence[queries.Square]) -> list[list[float]]:
    """What the script shows of squares: the middle of each, and how many it holds."""
    return [[round(square[0], 4), round(square[1], 4), square[2]] for square in found]


@bp.get("/reperes")
def markers() -> Response:
    """Where they are, for the script: all of them, or how many in each square of the frame."""
    filters = _asked(_finding.place(), framed())
    count = queries.count(db.session(), viewer(), filters)
    answer: dict[str, Any] = {"count": count}
    if count > queries.MOST_MARKERS:
        answer["squares"] = in_squares(queries.squares(db.session(), viewer(), filters))
    else:
        # One list for each kind of thing that has a place: the script knows their sheets by it.
        answer["marks"] = {
            "organisation": [
                [mark.id, round(mark.latitude, 5), round(mark.longitude, 5), mark.name, *networks]
                for mark in queries.marks(db.session(), viewer(), filters)
                for networks in [sorted(map(int, filter(None, (mark.networks or "").split(","))))]
            ]
        }
    return jsonify(answer)


@bp.get("/structures/<int:organisation_id>")
def sheet(organisation_id: int) -> Response:
    """What the map says of one organisation: who works there, and what they can help with."""
    one = found(directory.organisation(viewer(), organisation_id))
    working = members.working_at(viewer(), clock.now(), one.id).limit(queries.MOST_PEOPLE + 1)
    people = db.session.execute(working).all()
    more, people = len(people) > queries.MOST_PEOPLE, people[: queries.MOST_PEOPLE]
    known = skills.skills_of(db.session(), [someone.id for someone, _job in people])
    networks = directory.networks_of(db.session(), [one.id]).get(one.id, [])
    return jsonify(
        {
            "name": one.name,
            "href": address_of("directory.organisation", one.id),
            "what": ", ".join(filter(None, (one.kind.name, one.town))),
            "networks": [{"slug": network.slug, "name": network.name} for network in networks],
            "precise": one.placed is not Placed.COMMUNE,
            "position": url_for("map.position", organisation_id=one.id)
            if viewer().administers
            else None,
            "people": [
                {
                    "name": someone.name,
                    "href": address_of("directory.member", someone.id),
                    "job": job,
                    "offers": [skill.name for skill in known[someone.id][Side.OFFERS]],
                }
                for someone, job in people
            ],
            "more": more,
        }
    )
