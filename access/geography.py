"""The French territories, from the official tables in access/data (see its README)."""

import csv
import gzip
import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Select, func, insert, or_, select, update
from sqlalchemy.orm import Session

from access.models import Commune, Level, Overlap, Territory
from core.text import folded

DATA = Path(__file__).parent / "data"
BATCH = 5_000

Progress = Callable[[int, int], None]
"""(done, total), in rows."""

Key = tuple[Level, str]
_NOT_LETTERS = re.compile(r"[^a-z0-9]+")
KM_PER_DEGREE = 111.195
"""Of latitude, on a sphere of 6,371 km."""


@dataclass(frozen=True, slots=True)
class Around:
    """Within so many kilometres of a point, as the crow flies."""

    latitude: float
    longitude: float
    kilometres: int

    def squared(self, latitude: Any, longitude: Any) -> ColumnElement[float]:
        """The distance to each row, in square kilometres.

        Meridians are taken for parallel: right within 1 % at 100 km, and made of products alone,
        which every database knows.
        """
        north = (latitude - self.latitude) * KM_PER_DEGREE
        shrunk = KM_PER_DEGREE * math.cos(math.radians(self.latitude))
        east = (longitude - self.longitude) * shrunk
        distance: ColumnElement[float] = north * north + east * east
        return distance

    def holds(self, latitude: Any, longitude: Any) -> ColumnElement[bool]:
        """Whether each row is there; the box comes first, which an index answers."""
        tall = self.kilometres / KM_PER_DEGREE
        wide = tall / max(math.cos(math.radians(self.latitude)), 0.01)
        inside: ColumnElement[bool] = (
            latitude.between(self.latitude - tall, self.latitude + tall)
            & longitude.between(self.longitude - wide, self.longitude + wide)
            & (self.squared(latitude, longitude) <= self.kilometres**2)
        )
        return inside


@dataclass(frozen=True, slots=True)
class Box:
    """What lies between two parallels and two meridians: the frame of a map."""

    south: float
    west: float
    north: float
    east: float

    @property
    def middle(self) -> Around:
        """Its centre, to tell distances from."""
        return Around((self.south + self.north) / 2, (self.west + self.east) / 2, 0)

    def holds(self, latitude: Any, longitude: Any) -> ColumnElement[bool]:
        """Whether each row is in it."""
        inside: ColumnElement[bool] = latitude.between(self.south, self.north) & longitude.between(
            self.west, self.east
        )
        return inside


def _rows(name: str) -> Iterator[dict[str, str]]:
    path = DATA / name
    content = path.read_bytes()
    table = gzip.decompress(content) if path.suffix == ".gz" else content
    yield from csv.DictReader(table.decode().splitlines())


def is_loaded(session: Session) -> bool:
    """Whether the territories are there."""
    return bool(session.scalar(select(func.count()).select_from(Territory)))


def load(session: Session, progress: Progress) -> None:
    """Fill the empty tables of territories, communes and overlaps. Does not commit."""
    communes = list(_rows("communes.csv.gz"))
    region_of = {row["code"]: row["region"] for row in _rows("departements.csv")}
    within: dict[Key, set[str]] = defaultdict(set)
    for row in communes:
        within[Level.REGION, region_of[row["dep"]]].add(row["code"])
        within[Level.DEPARTEMENT, row["dep"]].add(row["code"])
        if row["ze2020"]:
            within[Level.ZONE_EMPLOI, row["ze2020"]].add(row["code"])
    ids = _load_territories(session, within)
    _load_overlaps(session, within, ids)
    for start in range(0, len(communes), BATCH):
        session.execute(
            insert(Commune),
            [
                {
                    "code": row["code"],
                    "name": row["nom"],
                    "folded_name": commune_key(row["nom"]),
                    "postcodes": row["codes_postaux"],
                    "population": int(row["population"] or 0),
                    "latitude": float(row["lat"]) if row["lat"] else None,
                    "longitude": float(row["lon"]) if row["lon"] else None,
                    "departement_id": ids[Level.DEPARTEMENT, row["dep"]],
                    "zone_emploi_id": ids.get((Level.ZONE_EMPLOI, row["ze2020"])),
                }
                for row in communes[start : start + BATCH]
            ],
        )
        progress(min(start + BATCH, len(communes)), len(communes))
    _find_middles(session, communes, region_of, ids)


def _find_middles(
    session: Session,
    communes: list[dict[str, str]],
    region_of: dict[str, str],
    ids: dict[Key, int],
) -> None:
    """The mean of the places of its communes, each weighing its people."""
    sums: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for row in communes:
        if not row["lat"]:
            continue
        weight = int(row["population"] or 0)
        for key in (
            (Level.REGION, region_of[row["dep"]]),
            (Level.DEPARTEMENT, row["dep"]),
            (Level.ZONE_EMPLOI, row["ze2020"]),
        ):
            if key in ids:
                north_east = sums[ids[key]]
                north_east[0] += weight
                north_east[1] += weight * float(row["lat"])
                north_east[2] += weight * float(row["lon"])
    session.execute(
        update(Territory),
        [
            {"id": one, "latitude": north / people, "longitude": east / people}
            for one, (people, north, east) in sums.items()
            if people
        ],
    )


def kilometres(
    from_: tuple[float | None, float | None], to: tuple[float | None, float | None]
) -> int | None:
    """As the crow flies, from (latitude, longitude) to another; None when one is not known."""
    (north, east), (other_north, other_east) = from_, to
    if north is None or east is None or other_north is None or other_east is None:
        return None
    up = (other_north - north) * KM_PER_DEGREE
    across = (other_east - east) * KM_PER_DEGREE * math.cos(math.radians(north))
    return round(math.hypot(up, across))


def _load_territories(session: Session, within: dict[Key, set[str]]) -> dict[Key, int]:
    files = {
        Level.REGION: "regions.csv",
        Level.DEPARTEMENT: "departements.csv",
        Level.ZONE_EMPLOI: "zones_emploi.csv",
    }
    session.execute(
        insert(Territory),
        [
            {
                "level": level,
                "code": row["code"],
                "name": row["nom"],
                "communes": len(within[level, row["code"]]),
            }
            for level, name in files.items()
            for row in _rows(name)
            if within[level, row["code"]]
        ],
    )
    found = session.execute(select(Territory.level, Territory.code, Territory.id))
    return {(level, code): territory_id for level, code, territory_id in found}


def _load_overlaps(session: Session, within: dict[Key, set[str]], ids: dict[Key, int]) -> None:
    holders: dict[str, list[Key]] = defaultdict(list)
    for key, communes in within.items():
        for commune in communes:
            holders[commune].append(key)
    pairs = {(a, b) for keys in holders.values() for a in keys for b in keys}
    session.execute(
        insert(Overlap),
        [
            {
                "territory_id": ids[a],
                "other_id": ids[b],
                "contains": within[b] <= within[a],
            }
            for a, b in sorted(pairs)
        ],
    )


def by_code(session: Session, reference: str) -> Territory | None:
    """The territory written "departement:44"."""
    level, _, code = reference.partition(":")
    return session.scalar(select(Territory).where(Territory.level == level, Territory.code == code))


def commune_key(name: str) -> str:
    """The name of a commune whatever its hyphens: "St-Denis Cedex 2" and "SAINT DENIS" are one."""
    words = _NOT_LETTERS.sub(" ", folded(name)).split()
    if "cedex" in words:
        words = words[: words.index("cedex")]
    return " ".join({"st": "saint", "ste": "sainte"}.get(word, word) for word in words)


def communes_called(words: str) -> Select[Commune]:
    """The communes whose name begins so, or with this postcode or code; the largest first."""
    named = Commune.folded_name.startswith(commune_key(words), autoescape=True)
    code = words.replace(" ", "").upper()
    if len(code) == 5 and code[-1].isdigit():
        named = or_(Commune.code == code, Commune.postcodes.contains(code, autoescape=True))
    return select(Commune).where(named).order_by(Commune.population.desc(), Commune.code)


def commune_called(session: Session, town: str, postcode: str) -> Commune | None:
    """The commune of this name that has this postcode, or the largest when none is said."""
    if not town.strip():
        return None
    exact = select(Commune).where(Commune.folded_name == commune_key(town))
    # The exact name is read from an index; how others begin, from the whole list.
    for named in (
        exact.order_by(Commune.population.desc(), Commune.code),
        communes_called(town.strip()).limit(50),
    ):
        for one in session.scalars(named):
            if not postcode or postcode in one.postcodes:
                return one
    return None


def within(territory_id: int) -> Select[str]:
    """The codes of the communes of a territory."""
    inside = select(Overlap.other_id).where(Overlap.territory_id == territory_id, Overlap.contains)
    return select(Commune.code).where(
        or_(Commune.departement_id.in_(inside), Commune.zone_emploi_id == territory_id)
    )
