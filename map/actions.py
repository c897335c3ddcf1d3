"""Writes of the map: where an organisation stands, said by hand."""

import math

from sqlalchemy.orm import Session

from access.viewers import Viewer
from accounts.models import Member
from accounts.policy import needs_administrator
from core import clock
from core.facts import record
from core.refusals import Refused
from directory.facts import DirectoryChanged
from directory.models import Organisation, Placed


def place_by_hand(
    session: Session,
    viewer: Viewer,
    organisation: Organisation,
    *,
    by: Member,
    latitude: float,
    longitude: float,
) -> None:
    """An administrator says where an organisation stands, in degrees; nothing moves it afterwards.

    Raises Refused("point-unknown") for what is on no map.
    """
    needs_administrator(viewer)
    if not (math.isfinite(latitude) and math.isfinite(longitude)):
        raise Refused("point-unknown")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise Refused("point-unknown")
    organisation.latitude, organisation.longitude = latitude, longitude
    organisation.placed = Placed.HAND
    organisation.changed_at = clock.now()
    record(session, DirectoryChanged(by, organisation.name, {"organisation": "placed"}))
