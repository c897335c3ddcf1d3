"""What a host does during a meeting: let in, send away, close the door."""

from collections.abc import Callable

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blueprints._access import settings, viewer
from blueprints._refusals import explain
from blueprints.rooms import bp
from blueprints.rooms.reading import seen
from core.db import db
from core.refusals import Refused
from rooms import meetings, policy, queries, ways
from rooms.models import Presence, Room

Done = Response | tuple[str, int]


def _hosted(room_id: int) -> Room:
    room = seen(room_id)
    if not policy.may_host(viewer(), room):
        abort(403)
    return room


def _about(room_id: int, presence_id: int, act: Callable[[Presence], None], said: str) -> Done:
    """Do this about somebody of the meeting that goes on."""
    _hosted(room_id)
    found = queries.presence(viewer(), room_id, presence_id)
    presence = db.session.scalars(found).one_or_none()
    if presence is None:
        abort(404)
    name = presence.name
    try:
        act(presence)
    except Refused as refused:
        db.session.rollback()
        return _answer(room_id, explain(refused), "warning")
    db.session.commit()
    return _answer(room_id, said % {"name": name}, "success")


def _answer(room_id: int, words: str, kind: str) -> Done:
    if request.headers.get("X-Fragment"):
        return words, 200 if kind == "success" else 409
    flash(words, kind)
    return redirect(url_for(".room", room_id=room_id))


@bp.post("/<int:room_id>/presences/<int:presence_id>/accepter")
def admit(room_id: int, presence_id: int) -> Done:
    """Let in somebody who waits."""
    most = ways.most(settings())
    said = _("%(name)s may come in.", name="%(name)s")
    return _about(
        room_id, presence_id, lambda one: meetings.admit(db.session(), one, most=most), said
    )


@bp.post("/<int:room_id>/presences/<int:presence_id>/refuser")
def refuse(room_id: int, presence_id: int) -> Done:
    """Do not let them in."""
    said = _("%(name)s is not let in.", name="%(name)s")
    return _about(room_id, presence_id, lambda one: meetings.refuse(db.session(), one), said)


@bp.post("/<int:room_id>/presences/<int:presence_id>/exclure")
def remove(room_id: int, presence_id: int) -> Done:
    """Send somebody away, until the end of this meeting."""
    said = _("%(name)s is no longer in the meeting.", name="%(name)s")
    return _about(room_id, presence_id, lambda one: meetings.remove(db.session(), one), said)


@bp.post("/<int:room_id>/verrou")
def lock(room_id: int) -> Done:
    """Close the door of the meeting that goes on, or open it again."""
    _hosted(room_id)
    meeting = db.session.scalars(queries.open_meeting(room_id)).one_or_none()
    if meeting is None:
        abort(404)
    locked = request.form.get("locked") == "1"
    meetings.lock(db.session(), meeting, locked=locked)
    db.session.commit()
    said = _("The door is closed.") if locked else _("The door is open again.")
    return _answer(room_id, said, "success")
