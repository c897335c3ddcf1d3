"""Who may do what with accounts."""

from access.viewers import Viewer
from core.refusals import Refused


def needs_administrator(viewer: Viewer) -> None:
    """Raise Refused("not-administrator") for anybody else."""
    if not viewer.administers:
        raise Refused("not-administrator")
