"""The rules of conduct of the desk, to read and to accept."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blueprints._access import local_address
from blueprints._refusals import explain
from blueprints.expertise import bp
from blueprints.expertise._desk import desk
from core.db import db
from core.refusals import Refused
from expertise.experts import conduct as rules

Page = Response | str | tuple[str, int]


@bp.route("/conduite", methods=["GET", "POST"])
def conduct() -> Page:
    """What one undertakes when one answers; accepted, one goes on."""
    if request.method == "POST":
        return _accept()
    return render_template(
        "expertise/conduct.html",
        is_bound=desk().is_bound,
        answers=desk().must_be_bound,
        tells=desk().must_be_bound or bool(desk().teams),
        suite=local_address(request.args.get("suite")),
    )


def _accept() -> Response:
    try:
        rules.accept(db.session(), desk())
    except Refused as refused:
        db.session.rollback()
        flash(explain(refused), "warning")
    else:
        db.session.commit()
        flash(_("Thank you: you can receive needs."), "success")
    return redirect(local_address(request.form.get("suite")) or url_for(".index"))
