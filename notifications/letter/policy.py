"""Who writes in the letter of a network."""

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from access.models import MemberNetwork, Network
from access.viewers import Viewer
from core.refusals import Refused


def edited_by(viewer: Viewer) -> Select[Network]:
    """The networks whose letter they edit: all for administrators, their own for moderators."""
    found = select(Network).order_by(Network.name)
    if viewer.administers:
        return found
    mine = exists().where(
        MemberNetwork.network_id == Network.id, MemberNetwork.member_id == viewer.member_id
    )
    return found.where(mine) if viewer.moderates else found.where(Network.id < 0)


def needs_editor(session: Session, viewer: Viewer, network: Network) -> None:
    """Raise Refused("not-editor") for anybody else."""
    if session.scalar(edited_by(viewer).where(Network.id == network.id)) is None:
        raise Refused("not-editor")
