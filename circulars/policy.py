"""Who may publish by mail for a network."""

from sqlalchemy import Select, select

from access.models import MemberNetwork, Network
from access.viewers import Viewer


def networks_served(viewer: Viewer) -> Select[Network]:
    """Those whose circulars become drafts of this member: they moderate, and belong to them."""
    mine = select(MemberNetwork.network_id).where(MemberNetwork.member_id == viewer.member_id)
    found = select(Network).where(Network.id.in_(mine)).order_by(Network.name)
    return found if viewer.moderates else found.where(Network.id < 0)
