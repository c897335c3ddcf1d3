"""Where the commune of a need lies, for those who answer about its subjects."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from access import geography
from access.models import Commune, Overlap, Territory
from expertise.matching import reasons
from expertise.matching.models import EVERYWHERE, place_of_commune, place_of_territory
from expertise.matching.reasons import Nearness, Reach


@dataclass(frozen=True, slots=True)
class Place:
    """A place that holds the commune of a need, as experts name it."""

    name: str
    """In the table of places."""
    nearness: Nearness


def places_of(session: Session, commune_code: str) -> list[Place]:
    """The places that hold a commune, the nearest first: those who answer there may be sent it.

    The distance to a territory is the one to its middle: who answers in one zone d'emploi is
    nearer than who answers in a whole region. One query.
    """
    holding = (
        select(Overlap.territory_id)
        .join(Commune, Commune.departement_id == Overlap.other_id)
        .where(Commune.code == commune_code, Overlap.contains)
        .union_all(select(Commune.zone_emploi_id).where(Commune.code == commune_code))
    )
    around = session.execute(
        select(Commune, Territory)
        .join(Territory, Territory.id.in_(holding))
        .where(Commune.code == commune_code)
    )
    found = [_place(place_of_commune(commune_code), Reach.COMMUNE, 0)]
    for here, one in around:
        distance = geography.kilometres(
            (here.latitude, here.longitude), (one.latitude, one.longitude)
        )
        found.append(_place(place_of_territory(one.id), Reach.TERRITORY, distance, one.id))
    found.append(_place(EVERYWHERE, Reach.EVERYWHERE, None))
    return sorted(found, key=lambda place: (-place.nearness.points, place.name))


def _place(
    name: str, reach: Reach, kilometres: int | None, territory_id: int | None = None
) -> Place:
    counted = reasons.EVERYWHERE_KM if kilometres is None else kilometres
    return Place(name, Nearness(reasons.near_points(counted), reach, kilometres, territory_id))
