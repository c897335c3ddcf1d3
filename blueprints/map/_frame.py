"""The part of the map that is looked at."""

from flask import request

from access.geography import Box


def frame() -> Box | None:
    """What the address says, "south,west,north,east" in degrees, when it is a frame."""
    told = request.args.get("cadre", "").split(",")
    if len(told) != 4 or max(map(len, told)) > 20:
        return None
    try:
        south, west, north, east = map(float, told)
    except ValueError:
        return None
    if -90 <= south < north <= 90 and -360 <= west < east <= 360:
        return Box(south, west, north, east)
    return None
