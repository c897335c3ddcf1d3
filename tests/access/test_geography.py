"""The French territories are those of the official tables."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session, aliased

from access import geography
from access.models import Commune, Level, Overlap, Territory

Pair = tuple[int, int]


@pytest.fixture(scope="module")
def session(sqlite_template: Path) -> Iterator[Session]:
    engine = create_engine(f"sqlite:///file:{sqlite_template}?mode=ro&uri=true")
    with Session(engine) as opened:
        yield opened
    engine.dispose()


@pytest.fixture(scope="module")
def overlaps(session: Session) -> dict[Pair, bool]:
    """(territory, other) → whether the first contains the second."""
    rows = session.execute(select(Overlap.territory_id, Overlap.other_id, Overlap.contains))
    return {(one, other): contains for one, other, contains in rows}


def territory(session: Session, reference: str) -> Territory:
    found = geography.by_code(session, reference)
    assert found is not None, reference
    return found


def test_the_whole_of_france_is_there(session: Session) -> None:
    levels = select(Territory.level, func.count()).group_by(Territory.level)
    counts: dict[Level, int] = dict(session.execute(levels).all())
    assert counts[Level.DEPARTEMENT] >= 101
    assert counts[Level.REGION] >= 18
    assert counts[Level.ZONE_EMPLOI] == 306
    communes = session.scalar(select(func.count()).select_from(Commune)) or 0
    assert 34_900 < communes < 35_100


def test_every_departement_is_made_of_communes_and_lies_in_one_region(
    session: Session, overlaps: dict[Pair, bool]
) -> None:
    levels = dict(session.execute(select(Territory.id, Territory.level)).all())
    holders = defaultdict(list)
    for (one, other), contains in overlaps.items():
        if levels[one] is Level.REGION and levels[other] is Level.DEPARTEMENT:
            assert contains
            holders[other].append(one)
    departements = {one for one, level in levels.items() if level is Level.DEPARTEMENT}
    assert set(holders) == departements
    assert all(len(regions) == 1 for regions in holders.values())
    assert not session.scalar(select(func.count()).where(Territory.communes == 0))


@pytest.mark.parametrize(
    ("commune", "name", "departement", "zone"),
    [
        ("44109", "Nantes", "44", "Nantes"),
        ("72181", "Le Mans", "72", "Le Mans"),
        ("49007", "Angers", "49", "Angers"),
        ("44184", "Saint-Nazaire", "44", "Saint-Nazaire"),
        ("97411", "Saint-Denis", "974", "Nord"),
    ],
)
def test_a_town_is_in_its_departement_and_its_zone(
    session: Session, commune: str, name: str, departement: str, zone: str
) -> None:
    place = session.get_one(Commune, commune)
    assert place.name == name
    assert session.get_one(Territory, place.departement_id).code == departement
    assert place.zone_emploi_id is not None
    assert zone in session.get_one(Territory, place.zone_emploi_id).name


def test_pays_de_la_loire_is_five_departements(
    session: Session, overlaps: dict[Pair, bool]
) -> None:
    region = territory(session, "region:52")
    within = {other for (one, other), contains in overlaps.items() if one == region.id and contains}
    departements = session.scalars(
        select(Territory.code).where(Territory.id.in_(within), Territory.level == Level.DEPARTEMENT)
    )
    assert set(departements) == {"44", "49", "53", "72", "85"}


def test_a_zone_may_straddle_departements(session: Session, overlaps: dict[Pair, bool]) -> None:
    alencon = territory(session, "zone_emploi:0051")
    for code in ("53", "61", "72"):
        departement = territory(session, f"departement:{code}")
        assert overlaps[departement.id, alencon.id] is False
        assert overlaps[alencon.id, departement.id] is False
    assert (territory(session, "departement:44").id, alencon.id) not in overlaps
    assert overlaps[territory(session, "region:52").id, alencon.id] is False


def test_every_territory_contains_itself(session: Session, overlaps: dict[Pair, bool]) -> None:
    ids = session.scalars(select(Territory.id)).all()
    assert all(overlaps.get((one, one)) for one in ids)


def test_overlapping_is_mutual(overlaps: dict[Pair, bool]) -> None:
    assert all((other, one) in overlaps for one, other in overlaps)


def test_what_lies_inside_is_not_larger(session: Session, overlaps: dict[Pair, bool]) -> None:
    size = dict(session.execute(select(Territory.id, Territory.communes)).all())
    assert all(size[other] <= size[one] for (one, other), inside in overlaps.items() if inside)


def test_two_departements_never_overlap(session: Session) -> None:
    one, other = aliased(Territory), aliased(Territory)
    crossed = session.scalar(
        select(func.count())
        .select_from(Overlap)
        .join(one, one.id == Overlap.territory_id)
        .join(other, other.id == Overlap.other_id)
        .where(one.level == other.level, one.id != other.id)
    )
    assert crossed == 0


def test_a_zone_says_that_it_is_one(session: Session) -> None:
    assert territory(session, "departement:44").label == "Loire-Atlantique"
    zone = session.scalars(
        select(Territory).where(Territory.level == Level.ZONE_EMPLOI, Territory.name == "Nantes")
    ).one()
    assert zone.label == "Nantes (zone d’emploi)"


def test_a_reference_that_names_nothing_finds_nothing(session: Session) -> None:
    assert geography.by_code(session, "departement:99") is None
    assert geography.by_code(session, "") is None
