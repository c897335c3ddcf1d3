"""The reference of the rule: a territory is a set of communes, and ten lines say who sees."""

import csv
import gzip
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import count

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from access import audiences, geography
from access.models import Network
from access.viewers import Role
from accounts import actions
from tests.ground import NETWORKS

Communes = frozenset[str]


def sees(
    my_networks: Collection[str],
    my_territories: Collection[Communes],
    networks: Collection[str],
    territories: Collection[Communes],
) -> bool:
    """Whether such a member sees such an audience."""
    if not my_networks:
        return False
    if networks and not set(my_networks) & set(networks):
        return False
    if not territories:
        return True
    mine, named = frozenset().union(*my_territories), frozenset().union(*territories)
    return bool(mine & named)


@cache
def communes_of(reference: str) -> Communes:
    """The communes of "departement:44", read from the official table itself."""
    level, _, wanted = reference.partition(":")
    table = gzip.decompress((geography.DATA / "communes.csv.gz").read_bytes()).decode()
    column = {"departement": "dep", "zone_emploi": "ze2020"}.get(level)
    departements = (geography.DATA / "departements.csv").read_text().splitlines()
    region_of = {row["code"]: row["region"] for row in csv.DictReader(departements)}
    return frozenset(
        row["code"]
        for row in csv.DictReader(table.splitlines())
        if (row[column] if column else region_of[row["dep"]]) == wanted
    )


PLACES = (
    "region:52",  # Pays de la Loire
    "region:53",  # Bretagne
    "departement:44",
    "departement:49",
    "departement:53",
    "departement:61",
    "departement:72",
    "departement:35",
    "zone_emploi:0051",  # Alençon: Mayenne, Orne and Sarthe
    "nantes",
    "chateaubriant",
    "redon",
    "angers",
    "le-mans",
)
ZONES = {
    "nantes": "Nantes",
    "chateaubriant": "Châteaubriant",
    "redon": "Redon",
    "angers": "Angers",
    "le-mans": "Le Mans",
}


@cache
def reference_of(place: str) -> str:
    """ "nantes" as "zone_emploi:5209"."""
    if place not in ZONES:
        return place
    zones = csv.DictReader((geography.DATA / "zones_emploi.csv").read_text().splitlines())
    return "zone_emploi:" + next(row["code"] for row in zones if row["nom"] == ZONES[place])


some_networks = st.frozensets(st.sampled_from(sorted(NETWORKS)), max_size=3)
some_places = st.frozensets(st.sampled_from(PLACES), max_size=3)
whole = st.tuples(some_networks, some_places)
Place = tuple[frozenset[str], frozenset[str]]


def reference(member: Place, audience: Place) -> bool:
    """What the ten lines say."""
    territories = [[communes_of(reference_of(one)) for one in two[1]] for two in (member, audience)]
    return sees(member[0], territories[0], audience[0], territories[1])


@dataclass
class Atlas:
    """A database session, and the ids of what examples name."""

    session: Session
    networks: dict[str, int]
    places: dict[str, int]
    numbers: Iterator[int] = field(default_factory=count)

    def member(self, place: Place) -> int:
        made = actions.new_member(
            self.session,
            email=f"hypothesis{next(self.numbers)}@example.org",
            first_name="Une",
            last_name="Personne",
            role=Role.USER,
            networks=[self.networks[one] for one in place[0]],
            territories=[self.places[one] for one in place[1]],
        )
        return made.id

    def named(self, place: Place) -> tuple[list[int], list[int]]:
        return [self.networks[one] for one in place[0]], [self.places[one] for one in place[1]]

    def audience(self, place: Place) -> int:
        return audiences.audience(self.session, *self.named(place))


def network_id(session: Session, slug: str) -> int:
    """The id of a network."""
    return session.scalars(select(Network.id).where(Network.slug == slug)).one()


def territory_id(session: Session, name: str) -> int:
    """The id of "departement:44"."""
    found = geography.by_code(session, name)
    assert found is not None, name
    return found.id


calm = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # a failure names its pair: nothing to shrink
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
