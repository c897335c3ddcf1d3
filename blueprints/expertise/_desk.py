"""Who is at the desk, for a request."""

from collections.abc import Callable

from flask import flash, g, redirect, request, url_for
from werkzeug.wrappers import Response

from blueprints._access import viewer
from blueprints._refusals import explain
from core.db import db
from core.refusals import Refused
from expertise.desk import Desk, desk_of


def desk() -> Desk:
    """What the signed-in member is at the desk. One query, once."""
    if "desk" not in g:
        g.desk = desk_of(db.session(), viewer().member_id)
    found: Desk = g.desk
    return found


def conduct_first() -> Response | None:
    """Where who answers goes before any need: the rules of conduct, until they accept them."""
    if not desk().must_be_bound or desk().is_bound:
        return None
    return redirect(url_for("expertise.conduct", suite=request.full_path.rstrip("?")))


def carried_out(act: Callable[[], object], said: str, there: str) -> Response:
    """Do it, say so, and come back `there`; a refusal is said there."""
    try:
        act()
    except Refused as refused:
        db.session.rollback()
        flash(explain(refused), "warning")
    else:
        db.session.commit()
        flash(said, "success")
    return redirect(there)
