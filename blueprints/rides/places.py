"""A place in a car: asking, proposing, answering, giving back. One click each."""

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from agenda.rides import seats
from blueprints._access import viewer
from blueprints.rides import bp
from blueprints.rides._shared import done, shared
from core.db import db


@bp.post("/trajets/<int:ride_id>/demander")
def ask(occurrence_id: int, ride_id: int) -> Response:
    """Ask the driver for a place."""
    one = shared(occurrence_id)
    words = request.form.get("words", "")
    return done(
        one.id,
        lambda: seats.ask(db.session(), one.id, ride_id, words, by=viewer()),
        _("The driver is asked: a mail will tell you the answer."),
    )


@bp.post("/trajets/<int:ride_id>/proposer")
def propose(occurrence_id: int, ride_id: int) -> Response:
    """Propose a place to somebody who looks for one."""
    one = shared(occurrence_id)
    return done(
        one.id,
        lambda: seats.propose(db.session(), one.id, ride_id, by=viewer()),
        _("The place is proposed: a mail will tell you the answer."),
    )


@bp.post("/places/<int:seat_id>/accepter")
def accept(occurrence_id: int, seat_id: int) -> Response:
    """Give the place that was asked for, or take the one that is proposed."""
    one = shared(occurrence_id)
    return done(
        one.id,
        lambda: seats.accept(db.session(), one.id, seat_id, by=viewer()),
        _("It is agreed. The other person is told by mail."),
    )


@bp.post("/places/<int:seat_id>/refuser")
def decline(occurrence_id: int, seat_id: int) -> Response:
    """Say no."""
    one = shared(occurrence_id)
    return done(
        one.id,
        lambda: seats.decline(db.session(), one.id, seat_id, by=viewer()),
        _("It is noted. The other person is told by mail."),
    )


@bp.post("/places/<int:seat_id>/rendre")
def give_back(occurrence_id: int, seat_id: int) -> Response:
    """Give one's place back, or no longer ask for it or propose it."""
    one = shared(occurrence_id)
    return done(
        one.id,
        lambda: seats.give_back(db.session(), one.id, seat_id, by=viewer()),
        _("It is noted. The other person is told by mail."),
    )
