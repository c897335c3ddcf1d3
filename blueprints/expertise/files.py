"""The files of needs: opened by whom the rule of the desk says, taken back by their company."""

from flask import Response as FileResponse
from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blueprints._access import found, member, public
from blueprints._downloads import send
from blueprints._limits import FOLLOW, limiter
from blueprints._refusals import explain
from blueprints.expertise import bp
from blueprints.expertise._desk import desk
from blueprints.expertise.company_needs import its_need
from blueprints.expertise.following import followed
from core.db import db
from core.refusals import Refused
from expertise.files import actions, queries
from expertise.needs.models import Need


@bp.get("/fichiers/<int:file_id>")
def need_file(file_id: int) -> FileResponse:
    """A file, for its team, its company, or those who answer. It is never opened in place."""
    one = found(queries.file(desk(), file_id))
    return send(one.file, one.name, download=True)


@bp.get("/suivi/<token>/fichiers/<int:file_id>")
@public
def followed_file(token: str, file_id: int) -> FileResponse:
    """The same, for the company, by its personal link."""
    one = found(queries.file_of(followed(token), file_id))
    return send(one.file, one.name, download=True)


@bp.post("/suivi/<token>/fichiers/<int:file_id>/retirer")
@public
@limiter.limit(FOLLOW)
def take_file_back(token: str, file_id: int) -> Response:
    """The company takes a file of its need back, by its personal link."""
    _take_back(followed(token), file_id)
    return redirect(url_for(".follow", token=token))


@bp.post("/entreprises/<int:company_id>/besoins/<int:need_id>/fichiers/<int:file_id>/retirer")
def take_company_file_back(company_id: int, need_id: int, file_id: int) -> Response:
    """The same, from the account of the company."""
    _take_back(its_need(company_id, need_id), file_id, member().id)
    return redirect(url_for(".company_need", company_id=company_id, need_id=need_id))


def _take_back(need: Need, file_id: int, member_id: int | None = None) -> None:
    one = found(queries.file_of(need, file_id))
    session, name = db.session(), one.name
    try:
        actions.take_back(session, need, one, member_id=member_id)
    except Refused as refused:
        session.rollback()
        flash(explain(refused), "warning")
        return
    session.commit()
    flash(_("“%(name)s” was taken back: the team is told.", name=name), "success")
