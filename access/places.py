"""Networks and territories to choose from, and their names. They are no secret: no viewer here."""

from collections.abc import Collection

from sqlalchemy import Select, false, select
from sqlalchemy.orm import Session

from access.audiences import WIDEST_FIRST
from access.models import Level, MemberNetwork, MemberTerritory, Network, Overlap, Territory


def networks() -> Select[Network]:
    """Every network, by name."""
    return select(Network).order_by(Network.name)


def network(network_id: int) -> Select[Network]:
    """One network."""
    return select(Network).where(Network.id == network_id)


def networks_for(member_id: int | None) -> Select[int, str, str, bool]:
    """Every network (id, slug, name) and whether this member belongs to it."""
    belongs = (
        select(MemberNetwork.member_id)
        .where(MemberNetwork.member_id == member_id, MemberNetwork.network_id == Network.id)
        .exists()
        if member_id is not None
        else false()
    )
    return select(Network.id, Network.slug, Network.name, belongs).order_by(Network.name)


def territories_for(member_id: int | None) -> Select[int, Level, str, str, bool]:
    """Every territory (id, level, code, name), widest first, and whether this member is there."""
    there = (
        select(MemberTerritory.member_id)
        .where(MemberTerritory.member_id == member_id, MemberTerritory.territory_id == Territory.id)
        .exists()
        if member_id is not None
        else false()
    )
    return select(Territory.id, Territory.level, Territory.code, Territory.name, there).order_by(
        WIDEST_FIRST, Territory.name, Territory.id
    )


def names(
    session: Session, network_ids: Collection[int], territory_ids: Collection[int]
) -> tuple[list[str], list[str]]:
    """The names of these networks and of these territories, in order."""
    territories = session.scalars(
        select(Territory)
        .where(Territory.id.in_(territory_ids))
        .order_by(WIDEST_FIRST, Territory.name)
    )
    return (
        list(
            session.scalars(
                select(Network.name).where(Network.id.in_(network_ids)).order_by(Network.name)
            )
        ),
        [territory.label for territory in territories],
    )


def regions_for(member_id: int) -> Select[int, str, bool]:
    """Every région (id, name), and whether this member works in some part of it; by name."""
    there = (
        select(MemberTerritory.member_id)
        .join(Overlap, Overlap.territory_id == MemberTerritory.territory_id)
        .where(MemberTerritory.member_id == member_id, Overlap.other_id == Territory.id)
        .exists()
    )
    return (
        select(Territory.id, Territory.name, there)
        .where(Territory.level == Level.REGION)
        .order_by(Territory.name)
    )
