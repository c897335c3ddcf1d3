"""People without an account: a link, a name, and a host who lets them in. They see nothing else."""

from flask import abort, redirect, render_template, request, session, url_for
from flask_limiter.util import get_remote_address
from werkzeug.wrappers import Response

from blueprints._access import SAFE, public, settings
from blueprints._forms import show_refusal, words
from blueprints._limits import limiter
from blueprints.meetings.door import GUEST, guest_of_cookie
from blueprints.meetings.entrance import room_stands
from blueprints.rooms import bp
from blueprints.rooms.forms import GuestForm
from blueprints.rooms.reading import films, modules, stage
from core.db import db
from core.refusals import Refused
from rooms import meetings, queries, ways
from rooms.models import Room

Page = Response | str | tuple[str, int]
NAMES_BY_ADDRESS = "20/hour"


def _room(token: str) -> Room:
    """The room that this link opens today."""
    read = ways.read_guest_token(settings(), token)
    if read is None:
        abort(404)
    room = db.session.scalars(queries.room_of_link(*read)).one_or_none()
    if room is None or not room_stands(db.session(), room):
        abort(404)
    return room


@bp.route("/invite/<token>", methods=["GET", "POST"])
@limiter.limit(NAMES_BY_ADDRESS, key_func=get_remote_address, methods=["POST"])
@public
def invitation(token: str) -> Page:
    """A guest gives their name."""
    room = _room(token)
    form = GuestForm()
    others: list[str] = []
    if form.validate_on_submit():
        try:
            guest = meetings.come_as_guest(db.session(), room, words(form.name))
        except Refused as refused:
            others = show_refusal(form, refused, {"name-empty": "name"})
        else:
            db.session.commit()
            session[GUEST] = guest.id
            return redirect(url_for(".guest", token=token))
    page = render_template("rooms/invitation.html", form=form, others=others, room=room)
    return page if request.method in SAFE else (page, 422)


@bp.get("/invite/<token>/salle")
@public
def guest(token: str) -> Page:
    """The room, for who gave their name: the check of their devices, then the meeting."""
    room = _room(token)
    known = guest_of_cookie()
    if known is None or known[1].id != room.id:
        return redirect(url_for(".invitation", token=token))
    films()
    return render_template(
        "rooms/guest.html",
        room=room,
        name=known[0].name,
        stage=stage(room, hosts=False, guest=True),
        modules=modules(),
        waits=True,
    )
