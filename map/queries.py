"""Reads of the map. Each takes a viewer: what they may not see is in no marker and no count."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Integer, Row, Select, String, cast, func, select
from sqlalchemy.orm import Session

from access.geography import Around, Box
from access.models import Commune, Level, Overlap, Territory
from access.viewers import Viewer
from accounts.models import Member
from core.text import folded
from directory import members, organisations, schemes
from directory.models import Organisation, OrganisationNetwork, Scheme, Standing

MOST_MARKERS = 5_000
"""Sent at once; beyond, the map gets how many there are in each square of its frame."""
MOST_PEOPLE = 30
"""Named on the sheet of an organisation; its page has them all."""
SQUARES = 12
"""From one side of the frame to the other."""
FRANCE = Box(41.0, -5.5, 51.5, 10.0)
"""The mainland: what is looked at before anything is chosen."""
NEIGHBOURS_KM, MOST_NEIGHBOURS = 15, 100

Mark = Row[int, float, float, str, str | None]
"""Id, latitude, longitude, name, and the ids of the networks: "1,3"."""
Square = Row[float, float, int, int, int]
"""The middle of what it holds (latitude, longitude), how many that is, its row and its column."""


_PLACED = Organisation.latitude.is_not(None)


def communes_around(one: Standing) -> Select[str, float | None, float | None]:
    """Name, latitude and longitude of the communes around a place: no secret either."""
    around = Around(one.latitude or 0.0, one.longitude or 0.0, NEIGHBOURS_KM)
    return (
        select(Commune.name, Commune.latitude, Commune.longitude)
        .where(around.holds(Commune.latitude, Commune.longitude))
        .order_by(Commune.population.desc(), Commune.code)
        .limit(MOST_NEIGHBOURS)
    )


def count(session: Session, viewer: Viewer, filters: organisations.Filters) -> int:
    """How many organisations have a place on the map."""
    found = select(func.count()).select_from(Organisation).where(_PLACED)
    return session.scalar(organisations.narrowed(found, viewer, filters)) or 0


def scheme_count(session: Session, viewer: Viewer, filters: schemes.Filters) -> int:
    """How many schemes have a place on the map."""
    found = select(func.count()).select_from(Scheme).where(Scheme.latitude.is_not(None))
    return session.scalar(schemes.narrowed(found, viewer, filters)) or 0


def marks(session: Session, viewer: Viewer, filters: organisations.Filters) -> Sequence[Mark]:
    """The organisations that have a place, with their networks. One query."""
    networks = (
        select(func.aggregate_strings(cast(OrganisationNetwork.network_id, String), ","))
        .where(OrganisationNetwork.organisation_id == Organisation.id)
        .scalar_subquery()
    )
    found = select(
        Organisation.id,
        Organisation.latitude,
        Organisation.longitude,
        Organisation.name,
        networks.label("networks"),
    ).where(_PLACED)
    narrowed = organisations.narrowed(found, viewer, filters)
    return session.execute(narrowed.order_by(Organisation.id).limit(MOST_MARKERS)).all()


def scheme_marks(
    session: Session, viewer: Viewer, filters: schemes.Filters
) -> Sequence[Row[int, float | None, float | None, str]]:
    """The schemes that have a place: id, latitude, longitude, name. One query."""
    found = select(Scheme.id, Scheme.latitude, Scheme.longitude, Scheme.name).where(
        Scheme.latitude.is_not(None)
    )
    narrowed = schemes.narrowed(found, viewer, filters)
    return session.execute(narrowed.order_by(Scheme.id).limit(MOST_MARKERS)).all()


def squares(session: Session, viewer: Viewer, filters: organisations.Filters) -> Sequence[Square]:
    """How many organisations there are in each square of the frame. One query."""
    found = organisations.narrowed(_in_squares(Organisation, filters.box), viewer, filters)
    return session.execute(found).all()


def scheme_squares(session: Session, viewer: Viewer, filters: schemes.Filters) -> Sequence[Square]:
    """Likewise of schemes. One query."""
    found = schemes.narrowed(_in_squares(Scheme, filters.box), viewer, filters)
    return session.execute(found).all()


def _in_squares(
    kind: type[Organisation] | type[Scheme], box: Box | None
) -> Select[float, float, int, int, int]:
    frame = box or FRANCE
    tall = max(frame.north - frame.south, 0.001) / SQUARES
    wide = max(frame.east - frame.west, 0.001) / SQUARES
    return (
        select(
            func.avg(kind.latitude),
            func.avg(kind.longitude),
            func.count().label("many"),
            cast((kind.latitude - frame.south) / tall, Integer).label("row_of"),
            cast((kind.longitude - frame.west) / wide, Integer).label("column_of"),
        )
        .where(kind.latitude.is_not(None))
        .group_by("row_of", "column_of")
        .order_by("row_of", "column_of")
    )


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone d'emploi and who is there."""

    territory: Territory
    organisations: int
    members: int


def zones(
    session: Session,
    viewer: Viewer,
    present: datetime,
    *,
    region_id: int | None = None,
    kind: str = "",
    network_id: int | None = None,
) -> list[Zone]:
    """Every zone d'emploi of a région or of the country, empty ones too. Three queries.

    Members are counted where they work, when the viewer sees that organisation.
    """
    wanted = organisations.Filters(kind=kind, network_id=network_id)
    houses = organisations.narrowed(
        select(Commune.zone_emploi_id, func.count(Organisation.id))
        .select_from(Organisation)
        .join(Commune, Commune.code == Organisation.commune_code),
        viewer,
        wanted,
    )
    people = members.narrowed(
        session,
        select(Commune.zone_emploi_id, func.count(Member.id)).select_from(Member),
        viewer,
        members.Filters(kind=kind, network_id=network_id),
        present,
    ).join(Commune, Commune.code == Organisation.commune_code)
    in_zone = Commune.zone_emploi_id
    counted = dict(session.execute(houses.group_by(in_zone)).all())
    working = dict(session.execute(people.group_by(in_zone)).all())
    named = select(Territory).where(Territory.level == Level.ZONE_EMPLOI)
    if region_id is not None:
        inside = select(Overlap.other_id).where(Overlap.territory_id == region_id)
        named = named.where(Territory.id.in_(inside))
    found = sorted(session.scalars(named), key=lambda one: (folded(one.name), one.id))
    return [Zone(one, counted.get(one.id, 0), working.get(one.id, 0)) for one in found]
