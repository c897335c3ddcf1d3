"""The video rooms of the demonstration: one that stays for each network."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from access import audiences
from access.models import Network
from accounts.models import Member
from demo import DOMAIN
from demo.calendar import Month
from rooms.models import Room

OPENED = 60.0
"""Days before today."""
HOST = f"moderation@{DOMAIN}"


def rooms(
    session: Session, month: Month, networks: dict[str, int], members: dict[str, Member]
) -> None:
    """Whoever moderates hosts them all."""
    found = select(Network).where(Network.id.in_(networks.values())).order_by(Network.id)
    for number, network in enumerate(session.scalars(found)):
        session.add(
            Room(
                title=f"Salon {network.name}",
                words="Toujours ouvert aux membres du réseau : un point à plusieurs, une "
                "permanence, une question qui se règle de vive voix.",
                phone="",
                audience_id=audiences.audience(session, [network.id], []),
                owner_id=members[HOST].id,
                event_id=None,
                waits=False,
                guests=number == 0,
                link=1,
                created_at=month.ago(OPENED - number),
                withdrawn_at=None,
            )
        )
