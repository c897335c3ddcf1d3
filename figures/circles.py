"""Who is counted where. Members with the same places and the same kind of employer share a circle.

A circle belongs to many groups: the house, each network, each territory that holds one of theirs,
their kind of organisation, and each crossing of these.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product

from sqlalchemy import select
from sqlalchemy.orm import Session

from access.models import Level, MemberNetwork, MemberTerritory, Overlap, Territory
from accounts.models import Member
from directory.models import Organisation, Profile

Key = tuple[int | None, int | None, int | None]
"""A group: network, territory, kind of organisation; None narrows nothing."""
HOUSE: Key = (None, None, None)


@dataclass(frozen=True, slots=True)
class Circle:
    """Networks, territories (with those that hold them) and kind of organisation."""

    networks: tuple[int, ...] = ()
    territories: tuple[int, ...] = ()
    kind: int | None = None

    def groups(self) -> Iterator[Key]:
        """Every group that its members belong to."""
        kinds = (None,) if self.kind is None else (None, self.kind)
        return product((None, *self.networks), (None, *self.territories), kinds)


NOBODY = Circle()
"""What happens to somebody who is no member yet."""


@dataclass(slots=True)
class Land:
    """How territories hold each other."""

    levels: dict[int, Level]
    holders: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """Territory → those that hold it whole, itself included."""

    def around(self, territories: Iterable[int]) -> tuple[int, ...]:
        """These territories and all that hold them."""
        return tuple(sorted({outer for one in territories for outer in self.holders[one]}))


def land(session: Session) -> Land:
    """The territories as they are."""
    levels = {row[0]: row[1] for row in session.execute(select(Territory.id, Territory.level))}
    found: dict[int, set[int]] = {one: {one} for one in levels}
    for outer, inner in session.execute(
        select(Overlap.territory_id, Overlap.other_id).where(Overlap.contains)
    ):
        found[inner].add(outer)
    return Land(levels, {one: tuple(sorted(outers)) for one, outers in found.items()})


@dataclass(slots=True)
class People:
    """The members, each in a circle."""

    land: Land
    circle_of: dict[int, Circle]

    def of(self, member_id: int | None) -> Circle:
        """The circle of a member; that of nobody for who is none."""
        return self.circle_of.get(member_id or 0, NOBODY)

    def placed(self, networks: Iterable[int], territories: Iterable[int]) -> Circle:
        """The circle of somebody who is invited there."""
        known = [one for one in territories if one in self.land.levels]
        return Circle(tuple(sorted(set(networks))), self.land.around(known))


def people(session: Session) -> People:
    """Every member where they belong today: that is where all that they did is counted."""
    ground = land(session)
    networks: dict[int, list[int]] = {}
    territories: dict[int, list[int]] = {}
    for member_id, network_id in session.execute(
        select(MemberNetwork.member_id, MemberNetwork.network_id).order_by(MemberNetwork.network_id)
    ):
        networks.setdefault(member_id, []).append(network_id)
    for member_id, territory_id in session.execute(
        select(MemberTerritory.member_id, MemberTerritory.territory_id).order_by(
            MemberTerritory.territory_id
        )
    ):
        territories.setdefault(member_id, []).append(territory_id)
    circles: dict[Circle, Circle] = {}
    around: dict[tuple[int, ...], tuple[int, ...]] = {}
    circle_of = {}
    for member_id, kind in session.execute(
        select(Member.id, Organisation.kind_id)
        .outerjoin(Profile, Profile.member_id == Member.id)
        .outerjoin(Organisation, Organisation.id == Profile.organisation_id)
    ):
        places = tuple(territories.get(member_id, ()))
        if places not in around:
            around[places] = ground.around(places)
        circle = Circle(tuple(networks.get(member_id, ())), around[places], kind)
        circle_of[member_id] = circles.setdefault(circle, circle)
    return People(ground, circle_of)
