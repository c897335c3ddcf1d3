"""Organisations: the list, and the page of one; the communes to look around."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from blueprints._access import found, viewer
from blueprints._filters import Choice
from blueprints._shell import initials
from blueprints._topics import address_of
from blueprints.directory import _finding, bp
from core import clock
from core.db import db
from directory import lists, members, schemes
from directory import organisations as queries
from directory.models import Activity, Organisation, OrganisationKind, Scheme
from directory.organisations import Filters
from directory.paging import PER_PAGE

AROUND_ONE = 0.15
"""Degrees from an organisation to the edges of the frame that shows it."""


def asked(near: _finding.Place | None) -> Filters:
    """What the address says of the organisations that are wanted."""
    return Filters(
        words=_finding.words(),
        kind=_finding.kind(),
        activity=_finding.slug("activite"),
        network_id=_finding.network_id(),
        territory_id=_finding.territory_id(),
        around=near.around if near else None,
        withdrawn=viewer().administers and request.args.get("etat") == "retirees",
    )


def choices(filters: Filters) -> list[Choice]:
    """The filters of the list."""
    activities, kinds = lists.names(db.session(), Activity, OrganisationKind)
    return [
        *_finding.shared_choices(kinds),
        Choice("activite", _("Activity"), filters.activity, activities),
    ]


@bp.get("/structures")
def organisations() -> str:
    """The organisations of the networks, by name or by distance."""
    near = _finding.place()
    filters = asked(near)
    listed = queries.organisations(db.session(), viewer(), filters, _finding.cursor())
    return render_template(
        "directory/organisations.html",
        rows=rows(listed[:PER_PAGE]),
        count=queries.count(db.session(), viewer(), filters),
        on_map=_finding.here(path=url_for("map.index"), etat=None),
        leaving=_finding.leaving(".print_organisations", ".export_organisations"),
        may_tend=viewer().administers,
        withdrawn=filters.withdrawn,
        **_finding.list_page(listed, choices(filters), near, _("A name, a kind, a town"))
        | {"views": _views(filters)},
    )


def _views(filters: Filters) -> list[dict[str, Any]]:
    """What is shown, and for administrators what was withdrawn."""
    if not viewer().administers:
        return []
    return [
        {
            "label": label,
            "href": _finding.here(etat=state),
            "current": filters.withdrawn is bool(state),
        }
        for label, state in ((_("In the directory"), None), (_("Withdrawn"), "retirees"))
    ]


def rows(found: Any) -> list[dict[str, Any]]:
    """The arguments of components/directory.html's organisation_row."""
    networks = queries.networks_of(db.session(), [row[0].id for row in found])
    return [
        {
            "name": row[0].name,
            "href": address_of("directory.organisation", row[0].id),
            "kind": row.kind,
            "town": row[0].town,
            "networks": networks.get(row[0].id, []),
            "far": _finding.kilometres(row.squared),
            "phone": row[0].phone,
            "email": row[0].email,
        }
        for row in found
    ]


@bp.get("/structures/<int:organisation_id>")
def organisation(organisation_id: int) -> str:
    """What an organisation does, how to reach it, and the members who work there."""
    administers = viewer().administers
    one = found(
        (queries.tended if administers else queries.organisation)(viewer(), organisation_id)
    )
    people = db.session.execute(members.working_at(viewer(), clock.now(), one.id)).all()
    return render_template(
        "directory/organisation.html",
        organisation=one,
        on_map=on_map(one),
        may_tend=administers,
        their_networks=queries.networks_of(db.session(), [one.id]).get(one.id, []),
        activities=db.session.scalars(queries.activities_of(one.id)).all(),
        schemes=db.session.scalars(schemes.run_by(viewer(), one.id)).all(),
        people=[
            {
                "name": someone.name,
                "initials": initials(someone),
                "job": job,
                "href": address_of("directory.member", someone.id),
            }
            for someone, job in people
        ],
    )


def on_map(one: Organisation | Scheme) -> str | None:
    """The map where this entry is in the middle, its sheet open; None without a place."""
    if one.withdrawn_at or one.latitude is None or one.longitude is None:
        return None
    frame = around(one.latitude, one.longitude)
    page = "map.index" if isinstance(one, Organisation) else "map.all_schemes"
    return url_for(page, cadre=frame, ouvrir=one.id)


def around(latitude: float, longitude: float) -> str:
    """The frame of the map in whose middle a place is, as addresses say it."""
    corners = (
        latitude - AROUND_ONE,
        longitude - AROUND_ONE,
        latitude + AROUND_ONE,
        longitude + AROUND_ONE,
    )
    return ",".join(f"{side:.4f}" for side in corners)


@bp.get("/communes")
def communes() -> str:
    """Communes that begin as is typed, to choose from."""
    names = _finding.proposed(_finding.typed_place())
    return render_template("directory/names.html", names=names)
