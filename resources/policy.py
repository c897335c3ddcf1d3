"""Who may do what in the library. Seeing is settled before: what is not seen never comes here."""

from access.viewers import Viewer
from resources.models import Document


def may_tend(viewer: Viewer, document: Document) -> bool:
    """Change, renew, replace, withdraw: its owner, or a moderator."""
    return document.may_be_tended_by(viewer)
