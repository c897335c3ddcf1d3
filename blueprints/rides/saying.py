"""Saying that one offers a ride or looks for one; changing it, taking it back."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from agenda.models import Occurrence
from agenda.rides import actions, queries
from agenda.rides.models import RideKind
from blueprints import _times
from blueprints._access import SAFE, found, viewer
from blueprints._forms import show_refusal
from blueprints.agenda_attending._part import crumbs_of, title_of
from blueprints.rides import bp
from blueprints.rides._shared import done, shared
from blueprints.rides.forms import FIELDS, OfferForm, SearchForm, known
from core.db import db
from core.refusals import Refused

Page = Response | str | tuple[str, int]


@bp.route("/proposer", methods=["GET", "POST"])
def offer(occurrence_id: int) -> Page:
    """Offer a ride."""
    return _say(shared(occurrence_id), OfferForm())


@bp.route("/chercher", methods=["GET", "POST"])
def search(occurrence_id: int) -> Page:
    """Look for a place."""
    return _say(shared(occurrence_id), SearchForm())


@bp.route("/trajets/<int:ride_id>/modifier", methods=["GET", "POST"])
def change(occurrence_id: int, ride_id: int) -> Page:
    """Say a ride otherwise."""
    one = shared(occurrence_id)
    ride = found(queries.ride(one.id, ride_id))
    if ride.member_id != viewer().member_id:
        abort(404)
    made = OfferForm if ride.kind is RideKind.OFFER else SearchForm
    return _say(one, made(data=known(ride)), ride.id)


def _say(one: Occurrence, form: SearchForm, ride_id: int | None = None) -> Page:
    """The form of a ride, and what becomes of it."""
    offers, number = isinstance(form, OfferForm), one.id
    form.offer(one)
    others: list[str] = []
    if form.validate_on_submit():
        session = db.session()
        try:
            said = form.said()
            if ride_id is not None:
                actions.change(session, number, ride_id, said, by=viewer())
            elif offers:
                actions.offer(session, number, said, by=viewer())
            else:
                actions.seek(session, number, said, by=viewer())
        except Refused as refused:
            others = show_refusal(form, refused, FIELDS)
            one = shared(number)
        else:
            session.commit()
            flash(_told(offers=offers, changed=ride_id is not None), "success")
            return redirect(url_for(".index", occurrence_id=number))
    page = render_template(
        "rides/ride.html",
        date=one,
        title=title_of(one),
        when=_times.in_words(one, one.event)[0],
        crumbs=crumbs_of(one),
        form=form,
        others=others,
        offers=offers,
        changes=ride_id is not None,
    )
    return page if request.method in SAFE else (page, 422)


def _told(*, offers: bool, changed: bool) -> str:
    if changed:
        return _("It is noted. Those who have a place are told by mail.") if offers else _("Noted.")
    if offers:
        return _("Your ride is offered: a mail will tell you who asks for a place.")
    return _("It is noted: a mail will tell you when somebody proposes you a place.")


@bp.post("/trajets/<int:ride_id>/retirer")
def withdraw(occurrence_id: int, ride_id: int) -> Response:
    """Take a ride back."""
    one = shared(occurrence_id)
    return done(
        one.id,
        lambda: actions.withdraw(db.session(), one.id, ride_id, by=viewer()),
        _("It is withdrawn. Those whom it concerns are told by mail."),
    )
