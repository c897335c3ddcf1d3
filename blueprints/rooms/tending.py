"""What who opened a room does with it; and the room of a date of the agenda."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

import agenda.queries
from agenda.models import Event
from blueprints._access import SAFE, found, member, viewer
from blueprints._forms import show_refusal
from blueprints._picker import reaches_in_words
from blueprints.rooms import bp
from blueprints.rooms.forms import FIELDS, RoomForm, known
from blueprints.rooms.reading import seen
from core.db import db
from core.refusals import Refused
from rooms import actions, policy, queries
from rooms.models import Room

Page = Response | str | tuple[str, int]


def _tended(room_id: int) -> Room:
    room = seen(room_id)
    if not policy.may_tend(viewer(), room):
        abort(403)
    return room


@bp.route("/<int:room_id>/modifier", methods=["GET", "POST"])
def edit(room_id: int) -> Page:
    """Say otherwise what a room is."""
    room = _tended(room_id)
    form = RoomForm(data=known(room))
    others: list[str] = []
    if form.validate_on_submit():
        try:
            actions.describe(db.session(), room, form.said(), by=viewer())
        except Refused as refused:
            others = show_refusal(form, refused, FIELDS)
            room = _tended(room_id)
        else:
            db.session.commit()
            flash(_("“%(title)s” is up to date.", title=room.title), "success")
            return redirect(url_for(".room", room_id=room.id))
    page = render_template(
        "rooms/edit.html",
        form=form,
        others=others,
        room=room,
        audience=reaches_in_words({room.audience_id})[room.audience_id],
    )
    return page if request.method in SAFE else (page, 422)


@bp.post("/<int:room_id>/lien")
def renew_link(room_id: int) -> Response:
    """Have the former link of guests open nothing."""
    room = _tended(room_id)
    actions.renew_link(db.session(), room, by=viewer())
    db.session.commit()
    flash(_("The link of guests is changed: send the new one."), "success")
    return redirect(url_for(".room", room_id=room_id))


@bp.post("/<int:room_id>/retirer")
def withdraw(room_id: int) -> Response:
    """Take a room away from everyone."""
    room = _tended(room_id)
    actions.withdraw(db.session(), room, by=member(), viewer=viewer())
    db.session.commit()
    undo = Markup('<a href="{}">{}</a>').format(url_for(".withdrawn", room_id=room_id), _("Undo"))
    flash(_("“%(title)s” is withdrawn.", title=room.title) + Markup(" ") + undo, "success")
    return redirect(url_for(".index"))


@bp.route("/<int:room_id>/retire", methods=["GET", "POST"])
def withdrawn(room_id: int) -> Page:
    """A room that was taken away, and the button that gives it back."""
    room = found(queries.withdrawn(viewer(), room_id))
    if request.method in SAFE:
        may = room.may_be_brought_back_by(viewer())
        return render_template("rooms/withdrawn.html", room=room, may=may)
    actions.give_back(db.session(), room, by=member(), viewer=viewer())
    db.session.commit()
    flash(_("It can be found again."), "success")
    return redirect(url_for(".room", room_id=room_id))


@bp.post("/dates/<int:event_id>")
def of_date(event_id: int) -> Response:
    """Open the room of a date of the agenda."""
    event: Event = found(agenda.queries.event(viewer(), event_id))
    try:
        room = actions.open_for_event(
            db.session(),
            actions.Said(title=event.title[: actions.LONGEST_TITLE]),
            by=viewer(),
            event_id=event.id,
            owner_id=event.owner_id,
            audience_id=event.audience_id,
        )
    except Refused:
        db.session.rollback()
        abort(403)
    db.session.commit()
    flash(_("The date has its video room: its page leads to it."), "success")
    return redirect(url_for(".room", room_id=room.id))
