"""« Ma fiche »: an expert says what they know, and when they are away."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blueprints._access import SAFE, found
from blueprints._forms import show_refusal, words
from blueprints._refusals import explain
from blueprints.expertise import bp
from blueprints.expertise._desk import desk
from blueprints.expertise.people_forms import (
    FIELDS,
    AbsenceForm,
    offer_delegates,
    own_form,
    specialities,
)
from core import clock
from core.db import db
from core.refusals import Refused
from expertise.experts import own, queries
from expertise.experts.models import Expert
from expertise.experts.policy import rights

Page = Response | str | tuple[str, int]


@bp.get("/ma-fiche")
def my_sheets() -> Page:
    """One's own sheet; or which, for who answers as several."""
    sheets = db.session.scalars(queries.own(desk())).all()
    if not sheets:
        abort(404)
    if len(sheets) == 1:
        return redirect(url_for(".expert", expert_id=sheets[0].id))
    return render_template("expertise/my_sheets.html", sheets=sheets)


@bp.route("/ma-fiche/<int:expert_id>", methods=["GET", "POST"])
def own_sheet(expert_id: int) -> Page:
    """One's own words."""
    one = found(queries.expert(desk(), expert_id).where(Expert.id.in_(desk().experts)))
    form, lines = own_form(one)
    others: list[str] = []
    if form.validate_on_submit():
        try:
            own.speak(
                db.session(),
                desk(),
                one,
                about=words(form.about),
                phone=words(form.phone),
                quota=form.quota.data,
                words=specialities(form, one),
            )
        except Refused as refused:
            others = show_refusal(form, refused, {c: n for c, n in FIELDS.items() if n in form})
        else:
            db.session.commit()
            flash(_("Your sheet is corrected."), "success")
            return redirect(url_for(".expert", expert_id=expert_id))
    page = render_template(
        "expertise/own_sheet.html", expert=one, form=form, lines=lines, others=others
    )
    return page if request.method in SAFE else (page, 422)


def _away(expert_id: int) -> Expert:
    """An expert whose absence one may say, or 404."""
    one = found(queries.known(desk(), expert_id))
    if not rights(desk(), one, ()).may_say_absence:
        abort(404)
    return one


@bp.route("/experts/<int:expert_id>/absence", methods=["GET", "POST"])
def absence(expert_id: int) -> Page:
    """Say that one is away."""
    one = _away(expert_id)
    form = AbsenceForm(
        data={"first": one.absent_from, "last": one.absent_until, "delegate": one.delegate_id}
    )
    offer_delegates(form, db.session.scalars(queries.delegates(one)).all())
    others: list[str] = []
    if form.validate_on_submit():
        try:
            own.go_away(
                db.session(),
                desk(),
                one,
                first=form.first.data,
                last=form.last.data,
                delegate_id=form.delegate.data,
            )
        except Refused as refused:
            others = show_refusal(form, refused, FIELDS)
            one = _away(expert_id)
        else:
            db.session.commit()
            flash(_("The absence is noted."), "success")
            return redirect(url_for(".expert", expert_id=expert_id))
    page = render_template(
        "expertise/absence.html",
        expert=one,
        form=form,
        others=others,
        is_away=one.is_absent(clock.today()),
    )
    return page if request.method in SAFE else (page, 422)


@bp.post("/experts/<int:expert_id>/retour")
def come_back(expert_id: int) -> Response:
    """There again, before it was said."""
    one = _away(expert_id)
    try:
        own.come_back(desk(), one)
    except Refused as refused:
        db.session.rollback()
        flash(explain(refused), "warning")
    else:
        db.session.commit()
        flash(_("Welcome back: needs are sent again."), "success")
    return redirect(url_for(".expert", expert_id=expert_id))
