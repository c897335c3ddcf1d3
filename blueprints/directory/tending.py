"""What administrators do with organisations: add, correct, withdraw, give back."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from accounts.policy import needs_administrator
from blueprints._access import SAFE, found, member, viewer
from blueprints._forms import show_refusal
from blueprints._words import explain
from blueprints.directory import bp
from blueprints.directory._tending import reach, who_sees
from blueprints.directory.forms import FIELDS, OrganisationForm
from core.db import db
from core.refusals import Refused
from directory import organisations, tending
from directory.models import Organisation

Page = Response | str | tuple[str, int]


@bp.route("/structures/nouvelle", methods=["GET", "POST"])
def new_organisation() -> Page:
    """Add an organisation."""
    needs_administrator(viewer())
    form = OrganisationForm()
    form.offer()
    others: list[str] = []
    if form.validate_on_submit():
        try:
            made = tending.create(db.session(), viewer(), form.said(), reach(), by=member())
        except Refused as refused:
            others = show_refusal(form, refused, FIELDS)
        else:
            db.session.commit()
            flash(_("“%(name)s” is in the directory.", name=made.name), "success")
            return redirect(url_for(".organisation", organisation_id=made.id))
    return _form_page(form, others)


@bp.route("/structures/<int:organisation_id>/modifier", methods=["GET", "POST"])
def edit_organisation(organisation_id: int) -> Page:
    """Correct what is known of an organisation."""
    one = found(organisations.tended(viewer(), organisation_id))
    form = OrganisationForm(data=_known(one))
    form.offer(one)
    others: list[str] = []
    if form.validate_on_submit():
        try:
            tending.correct(db.session(), viewer(), one, form.said(one), reach(), by=member())
        except Refused as refused:
            others = show_refusal(form, refused, FIELDS)
            one = found(organisations.tended(viewer(), organisation_id))
        else:
            db.session.commit()
            flash(_("“%(name)s” is up to date.", name=one.name), "success")
            return redirect(url_for(".organisation", organisation_id=one.id))
    return _form_page(form, others, one)


def _known(one: Organisation) -> dict[str, object]:
    """What the fields start with; boxes are ticked by the form."""
    lines = (
        *("name", "siret", "address", "postcode", "town", "phone", "email", "website"),
        *("opening_hours", "places", "description", "source"),
    )
    return {"kind": one.kind_id} | {name: getattr(one, name) for name in lines}


def _form_page(form: OrganisationForm, others: list[str], one: Organisation | None = None) -> Page:
    page = render_template(
        "directory/edit_organisation.html",
        form=form,
        others=others,
        organisation=one,
        **who_sees(one),
    )
    return page if request.method in SAFE else (page, 422)


@bp.post("/structures/<int:organisation_id>/<any(retirer,rendre):way>")
def show_organisation(organisation_id: int, way: str) -> Response:
    """Withdraw an organisation from every list, or give it back."""
    one = found(organisations.tended(viewer(), organisation_id))
    shown = way == "rendre"
    try:
        tending.show(db.session(), viewer(), one, shown, by=member())
    except Refused as refused:
        db.session.rollback()
        flash(explain(refused), "warning")
    else:
        db.session.commit()
        flash(_shown(one, shown), "success")
    return redirect(url_for(".organisations", etat=None if shown else "retirees"))


def _shown(one: Organisation, shown: bool) -> Markup | str:
    if shown:
        return _("“%(name)s” can be found again.", name=one.name)
    return _("“%(name)s” is withdrawn: nobody finds it any more.", name=one.name)
