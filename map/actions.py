"""Writes of the map: where an organisation, a scheme, a date stands, said by hand."""

import math

from sqlalchemy.orm import Session

from access.viewers import Viewer
from accounts.models import Member
from accounts.policy import needs_administrator
from agenda.facts import Rearranged
from agenda.models import Event
from agenda.policy import may_tend
from core import clock
from core.facts import record
from core.refusals import Refused
from directory.facts import DirectoryChanged
from directory.models import Organisation, Placed, Scheme


def place_by_hand(
    session: Session,
    viewer: Viewer,
    entry: Organisation | Scheme,
    *,
    by: Member,
    latitude: float,
    longitude: float,
) -> None:
    """An administrator says where an entry stands, in degrees; nothing moves it afterwards.

    Raises Refused("point-unknown") for what is on no map.
    """
    needs_administrator(viewer)
    _place(entry, latitude, longitude)
    record(session, DirectoryChanged(by, entry.name, {entry.__tablename__: "placed"}, entry))


def place_date_by_hand(
    session: Session, viewer: Viewer, event: Event, *, latitude: float, longitude: float
) -> None:
    """Who tends an event says where it takes place, with all its dates, in degrees.

    Raises Refused("not-yours"), Refused("point-unknown").
    """
    if not may_tend(viewer, event):
        raise Refused("not-yours")
    _place(event, latitude, longitude)
    record(session, Rearranged(event, matters=False))


def _place(entry: Organisation | Scheme | Event, latitude: float, longitude: float) -> None:
    if not (math.isfinite(latitude) and math.isfinite(longitude)):
        raise Refused("point-unknown")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise Refused("point-unknown")
    entry.latitude, entry.longitude = latitude, longitude
    entry.placed = Placed.HAND
    entry.changed_at = clock.now()
