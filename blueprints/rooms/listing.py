"""The rooms that one may enter, and opening another."""

from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

import agenda.queries
from blueprints import _picker
from blueprints._access import SAFE, reads, viewer
from blueprints._forms import show_refusal
from blueprints._picker import Reached, reaches_in_words
from blueprints._times import in_words
from blueprints.rooms import bp
from blueprints.rooms.forms import FIELDS, RoomForm
from core import clock
from core.db import db
from core.refusals import Refused
from rooms import actions, queries
from rooms.models import Room

Page = Response | str | tuple[str, int]
SOON_DAYS = 7


@bp.get("")
def index() -> str:
    """The rooms that stay, and those of the dates of the week."""
    session = db.session()
    stay = session.scalars(queries.permanent(viewer())).all()
    soon = _of_dates()
    rooms = [*stay, *(room for room, _when in soon)]
    inside = session.execute(queries.numbers_in(viewer(), {room.id for room in rooms}))
    numbers = {row[0]: row[1] for row in inside}
    reaches = reaches_in_words({room.audience_id for room in stay})
    return render_template(
        "rooms/index.html",
        stay=[
            _line(
                room,
                numbers,
                [reaches[room.audience_id], _("opened by %(name)s", name=room.owner.name)],
            )
            for room in stay
        ],
        soon=[_line(room, numbers, [when]) for room, when in soon],
    )


def _of_dates() -> list[tuple[Room, str]]:
    session = db.session()
    until = clock.today() + timedelta(days=SOON_DAYS)
    served = queries.dates_served(viewer())
    first: dict[int, str] = {}
    for date in session.scalars(agenda.queries.coming_of(viewer(), served, until)):
        first.setdefault(date.event_id, in_words(date, date.event)[0])
    if not first:
        return []
    rooms = {room.event_id: room for room in session.scalars(queries.of_events(viewer(), first))}
    return [(rooms[event_id], when) for event_id, when in first.items()]


def _line(room: Room, numbers: dict[int, int], meta: list[str]) -> dict[str, Any]:
    number = numbers.get(room.id, 0)
    return {
        "title": room.title,
        "href": url_for(".room", room_id=room.id),
        "words": room.words,
        "meta": meta,
        "now": ngettext("%(num)s person inside", "%(num)s people inside", number) if number else "",
    }


@bp.route("/nouveau", methods=["GET", "POST"])
def open_room() -> Page:
    """Open a room that stays."""
    form = RoomForm()
    others: list[str] = []
    if form.validate_on_submit():
        try:
            if _picker.undecided():
                raise Refused("audience-undecided")
            reach = _picker.chosen()
            made = actions.open_room(
                db.session(),
                form.said(),
                owner=viewer(),
                networks=reach.networks,
                territories=reach.territories,
            )
        except Refused as refused:
            others = show_refusal(form, refused, FIELDS)
        else:
            db.session.commit()
            flash(_("“%(title)s” is open.", title=made.title), "success")
            return redirect(url_for(".room", room_id=made.id))
    safe = request.method in SAFE
    reach = Reached() if safe else _picker.chosen()
    page = render_template(
        "rooms/open.html",
        form=form,
        others=others,
        picker=_picker.picker(viewer(), reach, url_for(".count"), enters=True),
    )
    return page if safe else (page, 422)


@bp.post("/portee")
@reads
def count() -> str:
    """How many members could enter."""
    return _picker.count_words(viewer(), _picker.chosen(), enters=True)
