"""The directory: for now, one colleague's page."""

from flask import Blueprint, render_template

import directory.queries
from access import audiences
from blueprints._access import found, viewer
from blueprints._shell import initials
from core.db import db

bp = Blueprint("directory", __name__, url_prefix="/annuaire")


@bp.get("/membres/<int:member_id>")
def member(member_id: int) -> str:
    """Who a colleague is, and how to reach them."""
    someone = found(directory.queries.colleague(viewer(), member_id))
    return render_template(
        "directory/member.html",
        someone=someone,
        initials=initials(someone),
        profile=directory.queries.profile(db.session(), someone.id),
        their_networks=db.session.scalars(audiences.networks_of(someone.id)).all(),
        territories=db.session.scalars(audiences.territories_of(someone.id)).all(),
        mine=someone.id == viewer().member_id,
        may_administer=viewer().administers,
    )
