"""Where a line says that something is."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from access.models import Level, Territory
from directory.imports import cells as cell
from directory.imports.cells import Cells


def territories(session: Session) -> dict[str, int]:
    """Every territory by the ways to name it: "Loire-Atlantique", "44", "departement:44"."""
    found: dict[str, int] = {}
    for level in (Level.ZONE_EMPLOI, Level.DEPARTEMENT, Level.REGION):  # the widest wins
        for one in session.scalars(select(Territory).where(Territory.level == level)):
            found |= {
                cell.key(one.name): one.id,
                cell.key(one.label): one.id,
                cell.key(f"{level}:{one.code}"): one.id,
            }
    by_code = select(Territory.code, Territory.id).where(Territory.level == Level.DEPARTEMENT)
    return found | {cell.key(code): one for code, one in session.execute(by_code)}


def point(line: Cells) -> list[float] | None:
    """Latitude and longitude, when both are there."""
    latitude = line.take("latitude", cell.degrees(90))
    longitude = line.take("longitude", cell.degrees(180))
    if latitude is None or longitude is None:
        return None
    return [latitude, longitude]
