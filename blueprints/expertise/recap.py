"""The weekly mail of what waits: stopping it, and having it again, by its signed link."""

from flask import render_template, request

from blueprints._access import public, settings
from blueprints._security import csrf
from blueprints.expertise import bp
from core.db import db
from core.refusals import Refused
from expertise.recap import links


@bp.route("/recapitulatif/<token>", methods=["GET", "POST"])
@csrf.exempt
@public
def recap(token: str) -> tuple[str, int]:
    """Mail programs post here by themselves (RFC 8058); people may change their mind."""
    session = db.session()
    try:
        address = links.read(settings(), token)
    except Refused:
        return render_template("expertise/recap.html", address=None, stopped=False), 404
    if request.method == "POST":
        if request.form.get("reprendre") == "1":
            links.resume(session, address)
        else:
            links.stop(session, address)
        db.session.commit()
    stopped = links.has_stopped(session, address)
    return render_template("expertise/recap.html", address=address, stopped=stopped), 200
