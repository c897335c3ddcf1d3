"""Who is at the desk, for a request."""

from flask import g

from blueprints._access import viewer
from core.db import db
from expertise.desk import Desk, desk_of


def desk() -> Desk:
    """What the signed-in member is at the desk. One query, once."""
    if "desk" not in g:
        g.desk = desk_of(db.session(), viewer().member_id)
    found: Desk = g.desk
    return found
