"""THE rule of access, stated once.

A member sees an audience when they belong to a network at all, their networks meet those that the
audience names (or it names none) and their territories overlap those that it names (or it names
none). Every other module asks here.
"""

from collections.abc import Collection

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    String,
    and_,
    cast,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from access.models import (
    Audience,
    AudienceNetwork,
    AudienceTerritory,
    MemberNetwork,
    MemberTerritory,
    Network,
    Overlap,
    Territory,
)
from access.viewers import Role, Viewer


def _opens(
    member_id: SQLColumnExpression[int],
    named_networks: Select[int],
    named_territories: Select[int],
) -> ColumnElement[bool]:
    # correlate_except: whatever is not theirs comes from the query around, at any depth.
    mine, theirs = aliased(MemberNetwork), aliased(MemberTerritory)
    my_networks = select(mine.network_id).where(mine.member_id == member_id).correlate_except(mine)
    my_territories = (
        select(Overlap.other_id)
        .join(theirs, theirs.territory_id == Overlap.territory_id)
        .where(theirs.member_id == member_id)
        .correlate_except(Overlap, theirs)
    )
    network_id = named_networks.selected_columns[0]
    territory_id = named_territories.selected_columns[0]
    return and_(
        my_networks.exists(),
        or_(
            ~named_networks.exists(),
            named_networks.where(network_id.in_(my_networks)).exists(),
        ),
        or_(
            ~named_territories.exists(),
            named_territories.where(territory_id.in_(my_territories)).exists(),
        ),
    )


def _named(
    audience_id: SQLColumnExpression[int] | int,
) -> tuple[Select[int], Select[int]]:
    """The networks and the territories that an audience names."""
    return (
        select(AudienceNetwork.network_id)
        .where(AudienceNetwork.audience_id == audience_id)
        .correlate_except(AudienceNetwork),
        select(AudienceTerritory.territory_id)
        .where(AudienceTerritory.audience_id == audience_id)
        .correlate_except(AudienceTerritory),
    )


def open_audiences(member_id: SQLColumnExpression[int]) -> Select[int]:
    """The ids of the audiences that this member sees."""
    return select(Audience.id).where(_opens(member_id, *_named(Audience.id)))


def reached(member_id: SQLColumnExpression[int], audience_id: int) -> ColumnElement[bool]:
    """Whether the member of that column sees this audience: for lists of people."""
    return _opens(member_id, *_named(audience_id))


def would_be_reached(
    member_id: SQLColumnExpression[int], networks: Collection[int], territories: Collection[int]
) -> ColumnElement[bool]:
    """The same for an audience that is only being thought of."""
    return _opens(
        member_id,
        select(Network.id).where(Network.id.in_(networks)).correlate_except(Network),
        select(Territory.id).where(Territory.id.in_(territories)).correlate_except(Territory),
    )


def audience_list(member_id: SQLColumnExpression[int]) -> ScalarSelect[str | None]:
    """The ids of the audiences that the member of that column sees, as "1,4,7"."""
    ids = func.aggregate_strings(cast(Audience.id, String), ",")
    return open_audiences(member_id).with_only_columns(ids).scalar_subquery()


def viewer_of(member_id: int, role: Role, listed: str | None) -> Viewer:
    """Who is looking, from what `audience_list` gave."""
    return Viewer(member_id, role, tuple(int(one) for one in (listed or "").split(",") if one))


def viewer(session: Session, member_id: int, role: Role) -> Viewer:
    """Who is looking, with what is open to them now."""
    return Viewer(member_id, role, tuple(session.scalars(open_audiences(literal(member_id)))))
