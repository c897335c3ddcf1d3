"""What administrators do with organisations: add, correct, withdraw, give back."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts.policy import needs_administrator
from blueprints._access import found, member, viewer
from blueprints.directory import bp
from blueprints.directory._tending import Page, form_page, kept, reach, shown
from blueprints.directory.forms import OrganisationForm
from core.db import db
from directory import organisations, tending
from directory.models import Organisation

FORM = "directory/edit_organisation.html"


@bp.route("/structures/nouvelle", methods=["GET", "POST"])
def new_organisation() -> Page:
    """Add an organisation."""
    needs_administrator(viewer())
    form = OrganisationForm()
    form.offer()
    made, others = kept(
        form, lambda: tending.create(db.session(), viewer(), form.said(), reach(), by=member())
    )
    if made is None:
        return form_page(FORM, form, others, url_for(".organisations"))
    flash(_("“%(name)s” is in the directory.", name=made.name), "success")
    return redirect(url_for(".organisation", organisation_id=made.id))


@bp.route("/structures/<int:organisation_id>/modifier", methods=["GET", "POST"])
def edit_organisation(organisation_id: int) -> Page:
    """Correct what is known of an organisation."""
    one = found(organisations.tended(viewer(), organisation_id))
    form = OrganisationForm(data=_known(one))
    form.offer(one)
    back = url_for(".organisation", organisation_id=organisation_id)
    corrected, others = kept(
        form,
        lambda: tending.correct(db.session(), viewer(), one, form.said(one), reach(), by=member()),
    )
    if corrected is None:
        return form_page(FORM, form, others, back, one)
    flash(_("“%(name)s” is up to date.", name=one.name), "success")
    return redirect(back)


def _known(one: Organisation) -> dict[str, object]:
    """What the fields start with; boxes are ticked by the form."""
    lines = (
        *("name", "siret", "address", "postcode", "town", "phone", "email", "website"),
        *("opening_hours", "places", "description", "source"),
    )
    return {"kind": one.kind_id} | {name: getattr(one, name) for name in lines}


@bp.post("/structures/<int:organisation_id>/<any(retirer,rendre):way>")
def show_organisation(organisation_id: int, way: str) -> Response:
    """Withdraw an organisation from every list, or give it back."""
    one = found(organisations.tended(viewer(), organisation_id))
    return shown(one, way, tending.show, ".organisations")
