"""How many organisations and members there are in each zone d'emploi: a map, and its table."""

from dataclasses import dataclass
from typing import Any

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _

from access import places
from blueprints._access import key, viewer
from blueprints._filters import Choice, Drawn, active, address, menus
from blueprints._sheets import ENDINGS, send_sheet
from blueprints.directory._finding import kind, network_id, networks
from blueprints.map import bp
from blueprints.map._shell import shell
from core import clock
from core.db import db
from core.sheets import Sheet
from directory import lists
from directory.models import OrganisationKind
from map import queries
from map.queries import Zone

NAMES = ("voir", "region", "reseau", "type")
EVERYWHERE = "toutes"
STEPS = (1, 5, 10, 20)
"""From how many on a zone takes each of the four tints."""


@dataclass(frozen=True, slots=True)
class Region:
    """The région that is looked at; none is the whole country."""

    id: int | None
    options: list[tuple[int | str, str]]


def _region() -> Region:
    """As the address says; else where the member works, when that is one région."""
    known = db.session.execute(places.regions_for(viewer().member_id)).all()
    options: list[tuple[int | str, str]] = [(one_id, name) for one_id, name, _mine in known]
    options.append((EVERYWHERE, _("All of France")))
    mine = [one_id for one_id, _name, there in known if there]
    asked = request.args.get("region", type=key)
    if asked in {one_id for one_id, _name, _there in known}:
        return Region(asked, options)
    if "region" in request.args or len(mine) != 1:
        return Region(None, options)
    return Region(mine[0], options)


def _zones(region: Region) -> list[Zone]:
    return queries.zones(
        db.session(),
        viewer(),
        clock.now(),
        region_id=region.id,
        kind=kind(),
        network_id=network_id(),
    )


def _here(**changes: Any) -> str:
    return address(NAMES, **changes)


@bp.get("/zones")
def zones() -> str:
    """Who is where, and where nobody is."""
    region, people = _region(), request.args.get("voir") == "membres"
    found = _zones(region)
    kinds = lists.names(db.session(), OrganisationKind)[0]
    known = [(one.id, one.name) for one in networks()]
    choices = [
        Choice("region", _("Region"), region.id or EVERYWHERE, region.options),
        Choice("reseau", _("Network"), network_id(), known),
        Choice("type", _("Organisation"), kind(), kinds),
    ]
    return render_template(
        "map/zones.html",
        zones=[
            {
                "code": one.territory.code,
                "name": one.territory.name,
                "organisations": one.organisations,
                "members": one.members,
                "href": _listed(one),
            }
            for one in found
        ],
        people=people,
        empty=sum(1 for one in found if not (one.members if people else one.organisations)),
        steps=STEPS,
        views=_views(people),
        menus=menus(choices, _here),
        active=active(choices[1:], _here),
        region=region.options[[one for one, _name in region.options].index(choices[0].chosen)][1],
        exports={one: _export(one) for one in ("csv", "xlsx")},
        drawn=shell("zones"),
    )


def _listed(zone: Zone) -> str:
    """The map and the list of its organisations, with the same filters."""
    here = url_for("map.index")
    return address(("reseau", "type"), path=here, territoire=zone.territory.id)


def _views(people: bool) -> Drawn:
    return [
        {"label": _("Organisations"), "href": _here(voir=None), "current": not people},
        {"label": _("Members"), "href": _here(voir="membres"), "current": people},
    ]


def _export(ending: str) -> str:
    return _here(path=url_for("map.zones_file", ending=ending), voir=None)


@bp.get(f"/zones/exporter.<{ENDINGS}:ending>")
def zones_file(ending: str) -> Response:
    """The same table as a file."""
    header = [_("Code"), _("Employment zone"), _("Organisations"), _("Members")]
    rows = [
        (one.territory.code, one.territory.name, one.organisations, one.members)
        for one in _zones(_region())
    ]
    return send_sheet("zones-d-emploi", ending, Sheet(_("Coverage"), header, rows))
