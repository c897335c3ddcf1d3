"""What a meeting leaves: its notes, and who was there, for the minutes."""

from typing import Any

from flask import Response, abort, render_template, url_for
from flask_babel import gettext as _

from blueprints._access import viewer
from blueprints._sheets import ENDINGS, send_sheet
from blueprints.rooms import bp
from blueprints.rooms.reading import seen
from core.db import db
from core.sheets import Cell, Sheet
from rooms import queries
from rooms.attendance import Stay, stays
from rooms.models import Meeting


def _meeting(room_id: int, meeting_id: int) -> Meeting:
    seen(room_id)
    one = db.session.scalars(queries.meeting(viewer(), meeting_id)).one_or_none()
    if one is None or one.room_id != room_id:
        abort(404)
    return one


def _stays(one: Meeting) -> list[Stay]:
    return stays(db.session.scalars(queries.attendance(viewer(), one.id)).all())


@bp.get("/<int:room_id>/reunions/<int:meeting_id>")
def meeting(room_id: int, meeting_id: int) -> str:
    """The notes of a meeting and who was there."""
    one = _meeting(room_id, meeting_id)
    here: dict[str, Any] = {"room_id": room_id, "meeting_id": meeting_id}
    return render_template(
        "rooms/meeting.html",
        meeting=one,
        room=one.room,
        stays=_stays(one),
        notes=db.session.scalars(queries.notes(viewer(), one.id)).all(),
        csv=url_for(".attendance", ending="csv", **here),
        xlsx=url_for(".attendance", ending="xlsx", **here),
    )


@bp.get(f"/<int:room_id>/reunions/<int:meeting_id>/presence.<{ENDINGS}:ending>")
def attendance(room_id: int, meeting_id: int, ending: str) -> Response:
    """Who was there, for the minutes."""
    one = _meeting(room_id, meeting_id)
    header = [_("Name"), _("From"), _("To"), _("Minutes"), _("Guest")]
    rows: list[list[Cell]] = [
        [stay.name, stay.since, stay.until, stay.minutes, _("yes") if stay.guest else ""]
        for stay in _stays(one)
    ]
    return send_sheet("presence", ending, Sheet(_("Attendance"), header, rows))
