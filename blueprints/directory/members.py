"""Colleagues: the list, and the page of one."""

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _

import directory.queries
from access import audiences
from blueprints._access import found, key, viewer
from blueprints._shell import initials
from blueprints._topics import address_of
from blueprints.directory import _finding, bp
from core import clock
from core.db import db
from directory import members as queries
from directory.members import Cursor, Filters, MemberRow


@bp.get("")
def members() -> str:
    """Who works where, by name or by distance."""
    near = _finding.place()
    filters = Filters(
        words=_finding.words(),
        kind=_finding.kind(),
        network_id=_finding.network_id(),
        territory_id=_finding.territory_id(),
        around=near.around if near else None,
    )
    rows = queries.members(db.session(), viewer(), clock.now(), filters, _cursor())
    shown = rows[: queries.PER_PAGE]
    return render_template(
        "directory/members.html",
        fragment="HX-Request" in request.headers,
        rows=[_row(row) for row in shown],
        count=queries.count(db.session(), viewer(), clock.now(), filters),
        find=_finding.field_line(near, _("A name, a job, an employer")),
        older=_older(shown[-1]) if len(rows) > len(shown) else None,
        newest=_finding.here() if "apres" in request.args else None,
        **_finding.filter_line(_finding.shared_choices(), near),
    )


def _cursor() -> Cursor | None:
    after = request.args.get("apres", type=key)
    if after is None:
        return None
    squared = request.args.get("loin", 0.0, type=float)
    return Cursor(after, request.args.get("nom", "")[:401], squared)


def _older(row: MemberRow) -> str:
    place = {"nom": row[0].name_key} if row.squared is None else {"loin": row.squared}
    return _finding.here(apres=row[0].id, **place)


def _row(row: MemberRow) -> dict[str, Any]:
    """The arguments of components/directory.html's member_row."""
    someone = row[0]
    return {
        "name": someone.name,
        "href": address_of("directory.member", someone.id),
        "initials": initials(someone),
        "job": row.job or "",
        "employer": row.organisation or row.employer or "",
        "town": row.town or "",
        "far": _finding.kilometres(row.squared),
        "email": someone.email if row.email_shown else None,
        "phone": row.phone if row.phone_shown else None,
    }


@bp.get("/membres/<int:member_id>")
def member(member_id: int) -> str:
    """Who a colleague is, and how to reach them."""
    someone = found(directory.queries.colleague(viewer(), member_id))
    profile, house = directory.queries.profile(db.session(), viewer(), someone.id)
    return render_template(
        "directory/member.html",
        someone=someone,
        initials=initials(someone),
        profile=profile,
        house=house,
        their_networks=db.session.scalars(audiences.networks_of(someone.id)).all(),
        territories=db.session.scalars(audiences.territories_of(someone.id)).all(),
        mine=someone.id == viewer().member_id,
        may_administer=viewer().administers,
    )
