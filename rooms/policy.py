"""Who may do what in a video room. Seeing is settled before: what is not seen never comes here."""

from access.viewers import Viewer
from rooms.models import Room


def may_host(viewer: Viewer, room: Room) -> bool:
    """Let in, send away, lock: who opened the room, or a moderator."""
    return room.may_be_tended_by(viewer)


def may_tend(viewer: Viewer, room: Room) -> bool:
    """Change what it is, take it away: the same people."""
    return may_host(viewer, room)
