"""Choosing an audience among one's own networks and territories."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, String, bindparam, case, cast, literal, null, select, union_all
from sqlalchemy.orm import Session, aliased

from access.models import (
    Audience,
    AudienceNetwork,
    AudienceTerritory,
    Level,
    MemberNetwork,
    MemberTerritory,
    Network,
    Overlap,
    Territory,
    territory_label,
)
from core.db import insert_into
from core.refusals import Refused

MOST_NAMED = 20
WIDEST_FIRST = case({level: rank for rank, level in enumerate(Level)}, value=Territory.level)


@dataclass(frozen=True, slots=True)
class Reach:
    """What an audience names, in words: both empty means everyone."""

    networks: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()
    network_ids: tuple[int, ...] = ()
    """Those of the networks, in the same order."""


def networks_of(member_id: int) -> Select[Network]:
    """The networks that a member belongs to, by name."""
    return (
        select(Network)
        .join(MemberNetwork, MemberNetwork.network_id == Network.id)
        .where(MemberNetwork.member_id == member_id)
        .order_by(Network.name)
    )


def territories_of(member_id: int) -> Select[Territory]:
    """The territories that a member works on, by name."""
    return (
        select(Territory)
        .join(MemberTerritory, MemberTerritory.territory_id == Territory.id)
        .where(MemberTerritory.member_id == member_id)
        .order_by(Territory.name, Territory.id)
    )


def territories_within(member_id: int) -> Select[Territory]:
    """What a member may address: their territories and those that lie inside, widest first."""
    inside = (
        select(Overlap.other_id)
        .join(MemberTerritory, MemberTerritory.territory_id == Overlap.territory_id)
        .where(MemberTerritory.member_id == member_id, Overlap.contains)
    )
    return (
        select(Territory)
        .where(Territory.id.in_(inside))
        .order_by(WIDEST_FIRST, Territory.name, Territory.id)
    )


def key_of(networks: Collection[int], territories: Collection[int]) -> str:
    """The one way to write a reach."""
    return (
        f"networks {','.join(map(str, sorted(set(networks))))}; "
        f"territories {','.join(map(str, sorted(set(territories))))}"
    )


def audience(session: Session, networks: Collection[int], territories: Collection[int]) -> int:
    """The id of the audience with this reach, made when it is the first of its kind."""
    if len(networks) > MOST_NAMED or len(territories) > MOST_NAMED:
        raise Refused("audience-too-long", most=MOST_NAMED)
    key = key_of(networks, territories)
    found = session.scalar(select(Audience.id).where(Audience.key == key))
    if found is not None:
        return found
    made: int | None = session.scalar(
        insert_into(session, Audience)
        .values(key=key)
        .on_conflict_do_nothing()
        .returning(Audience.id)
    )
    if made is None:  # somebody made it at the same instant; their commit filled it
        return session.scalars(select(Audience.id).where(Audience.key == key)).one()
    session.add_all(
        AudienceNetwork(audience_id=made, network_id=network_id) for network_id in set(networks)
    )
    session.add_all(
        AudienceTerritory(audience_id=made, territory_id=territory_id)
        for territory_id in set(territories)
    )
    session.flush()
    return made


def check_own(
    session: Session, member_id: int, networks: Collection[int], territories: Collection[int]
) -> None:
    """See that a reach is one that this member may address, or count.

    Raises Refused("audience-not-yours") when a network or a territory is not among their own,
    Refused("no-network") for an account that belongs to none.
    """
    mine = {network.id for network in session.scalars(networks_of(member_id))}
    if not mine:
        raise Refused("no-network")
    within = {territory.id for territory in session.scalars(territories_within(member_id))}
    if not set(networks) <= mine or not set(territories) <= within:
        raise Refused("audience-not-yours")


def own_audience(
    session: Session, member_id: int, networks: Collection[int], territories: Collection[int]
) -> int:
    """The audience an author chose. Raises what check_own does."""
    check_own(session, member_id, networks, territories)
    return audience(session, networks, territories)


_NAMED: Any = union_all(
    select(
        AudienceNetwork.audience_id,
        null().label("level"),
        Network.name.label("name"),
        Network.id.label("id"),
    )
    .join(Network, Network.id == AudienceNetwork.network_id)
    .where(AudienceNetwork.audience_id.in_(bindparam("ids", expanding=True))),
    select(
        AudienceTerritory.audience_id, cast(Territory.level, String), Territory.name, Territory.id
    )
    .join(Territory, Territory.id == AudienceTerritory.territory_id)
    .where(AudienceTerritory.audience_id.in_(bindparam("ids", expanding=True))),
)


def reaches(session: Session, audience_ids: Iterable[int]) -> Mapping[int, Reach]:
    """In words, who each audience is for. One query, whatever their number."""
    ids = set(audience_ids)
    if not ids:
        return {}
    networks: dict[int, list[tuple[str, int]]] = {one: [] for one in ids}
    territories: dict[int, list[str]] = {one: [] for one in ids}
    named: Any = session.execute(_NAMED, {"ids": list(ids)})
    for audience_id, level, name, number in named:
        if level is None:
            networks[audience_id].append((name, number))
        else:
            territories[audience_id].append(territory_label(Level(level), name))
    return {one: _reach(sorted(networks[one]), sorted(territories[one])) for one in ids}


def _reach(networks: list[tuple[str, int]], territories: list[str]) -> Reach:
    return Reach(
        networks=tuple(name for name, _id in networks),
        territories=tuple(territories),
        network_ids=tuple(number for _name, number in networks),
    )


def named(session: Session, audience_id: int) -> tuple[frozenset[int], frozenset[int]]:
    """The ids of the networks and of the territories that an audience names. One query."""
    networks = select(AudienceNetwork.network_id, literal(True)).where(
        AudienceNetwork.audience_id == audience_id
    )
    territories = select(AudienceTerritory.territory_id, literal(False)).where(
        AudienceTerritory.audience_id == audience_id
    )
    found = session.execute(union_all(networks, territories)).all()
    return (
        frozenset(one for one, is_network in found if is_network),
        frozenset(one for one, is_network in found if not is_network),
    )


def covers(session: Session, wide_id: int, narrow_id: int) -> bool:
    """Whether whoever sees the narrow audience surely sees the wide one too."""
    if wide_id == narrow_id:
        return True
    wide_networks, wide_territories = named(session, wide_id)
    narrow_networks, narrow_territories = named(session, narrow_id)
    if wide_networks and not (narrow_networks and narrow_networks <= wide_networks):
        return False
    if not wide_territories:
        return True
    if not narrow_territories:
        return False
    within = aliased(Overlap)
    covered = set(
        session.scalars(
            select(within.other_id).where(
                within.territory_id.in_(wide_territories), within.contains
            )
        )
    )
    return narrow_territories <= covered


def addressed_to(territory_id: int) -> Select[int]:
    """The audiences that name a territory overlapping this one."""
    return (
        select(AudienceTerritory.audience_id)
        .join(Overlap, Overlap.other_id == AudienceTerritory.territory_id)
        .where(Overlap.territory_id == territory_id)
    )


def naming(network_id: int) -> Select[int]:
    """The audiences that name this network."""
    return select(AudienceNetwork.audience_id).where(AudienceNetwork.network_id == network_id)
