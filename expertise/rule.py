"""THE rule of the desk, stated once: who sees a need. It is closed unless a line here opens it.

Networks open nothing here, and the desk opens nothing of the networks.
"""

from sqlalchemy import ColumnElement

from expertise.desk import Desk
from expertise.needs.models import Need


def seen(desk: Desk) -> ColumnElement[bool]:
    """The needs that somebody sees: those of the programmes that they run."""
    return Need.programme_id.in_(desk.teams)
