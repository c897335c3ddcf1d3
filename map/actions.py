"""Writes of the map: where an organisation or a scheme stands, said by hand."""

import math

from sqlalchemy.orm import Session

from access.viewers import Viewer
from accounts.models import Member
from accounts.policy import needs_administrator
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
    if not (math.isfinite(latitude) and math.isfinite(longitude)):
        raise Refused("point-unknown")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise Refused("point-unknown")
    entry.latitude, entry.longitude = latitude, longitude
    entry.placed = Placed.HAND
    entry.changed_at = clock.now()
    record(session, DirectoryChanged(by, entry.name, {entry.__tablename__: "placed"}, entry))
