"""Who may open a socket of a room: members, and guests whom a link of today let give their name."""

from flask import request, session

from blueprints._access import LARGEST_KEY
from blueprints.live.door import Door
from blueprints.meetings.entrance import guest_and_room
from core.db import db
from rooms.models import Guest, Room

PATH = "/visio/prises/"
GUEST = "guest"
"""In the signed cookie of who has no account: their number."""
AS_GUEST = "invite"
"""In the address of the socket of a guest's page."""


def guest_of_cookie() -> tuple[Guest, Room] | None:
    """The guest that this browser is, while their link opens something, and their room."""
    number = session.get(GUEST)
    if type(number) is not int or not 0 < number <= LARGEST_KEY:
        return None
    return guest_and_room(db.session(), number)


class RoomDoor(Door):
    """Stands before the sockets of the rooms."""

    path = PATH

    def _who(self) -> tuple[int, int] | None:
        """A member as for any page; else, from the page of guests, a negative number."""
        if AS_GUEST not in request.args:
            return super()._who()
        found = guest_of_cookie()
        return None if found is None else (-found[0].id, found[0].link)
