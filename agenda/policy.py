"""Who may do what in the agenda. Seeing is settled before: what is not seen never comes here."""

from access.viewers import Viewer
from agenda.models import Event


def may_tend(viewer: Viewer, event: Event) -> bool:
    """Change, cancel, withdraw: who announced it, or a moderator."""
    return event.may_be_tended_by(viewer)
