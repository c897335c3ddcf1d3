"""One event, as a file that calendars open."""

import re

from flask import Response

from agenda.ics import told, writing
from blueprints._access import found, viewer
from blueprints._downloads import attached
from blueprints.calendars import bp
from core.db import db
from core.text import folded

CALENDAR = "text/calendar"


@bp.get("/<int:event_id>.ics")
def event_file(event_id: int) -> Response:
    """An event that the viewer sees, with all its dates."""
    event = found(told.event(viewer(), event_id))
    content = writing.calendar(told.as_entries(db.session(), viewer(), [event]))
    name = re.sub(r"[^a-z0-9]+", "-", folded(event.title)).strip("-")[:60] or "date"
    response = attached(Response(content, mimetype=CALENDAR), f"{name}.ics")
    response.headers["Cache-Control"] = "private, no-cache"
    return response
