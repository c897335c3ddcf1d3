"""Files as the field publishes them: data·inclusion, and the real structures."""

import csv
from collections import Counter

import pytest
from sqlalchemy import select

from core.refusals import Refused
from directory.imports.cells import columns_of, key
from directory.imports.models import Fate, State, Subject
from directory.models import (
    Organisation,
    OrganisationKind,
    Placed,
    Scheme,
    SchemeTerritory,
)
from tests.directory.test_imports import SIRET, confirm, fates, houses, problems
from tests.http.sample import send_table
from tests.services import ROOT, leave_out
from tests.world import BOTH, World


@BOTH
def test_services_of_data_inclusion_are_read_as_they_are(world: World) -> None:
    administrator = world.administrator()
    house = world.organisation("Mission locale", reference="dora--42")
    table = (
        "source,id,structure_id,nom,description,date_maj,type,thematiques,publics,"
        "conditions_acces,commune,code_postal,code_insee,adresse,longitude,latitude,telephone,"
        "courriel,contact_nom_prenom,zone_eligibilite,score_qualite\n"
        'dora,dora--1,dora--42,Atelier mobilité,"Une\ndescription",2026-02-14,atelier,'
        '"[""mobilite--acceder""]","[""jeunes"", ""beneficiaires-rsa""]",Habiter là,Nantes,44000,'
        '44109,1 rue Haute,-1.55,47.21,0240000000,a@example.org,Accueil,"[""44""]",0.9\n'
        "dora,dora--2,inconnue,Ailleurs,Rien,2026-02-14,,,,,,,,,,,,,,france,\n"
    )
    one = send_table(world, administrator, table, Subject.SCHEMES)
    assert (one.state, one.about) == (State.READ, {"unknown": ["type"]})
    assert fates(world, one) == {2: Fate.NEW, 3: Fate.NEW}
    confirm(world, administrator, one)
    found = {one.reference: one for one in world.all(select(Scheme))}
    first = found["dora--1"]
    assert (first.organisation_id, first.for_whom) == (house.id, "jeunes, beneficiaires rsa")
    assert (first.latitude, first.placed, first.contact) == (47.21, Placed.ADDRESS, "Accueil")
    territories = world.all(select(SchemeTerritory.territory_id))
    assert territories == [world.territory("departement:44")]
    again = send_table(world, administrator, table, Subject.SCHEMES)
    assert set(fates(world, again).values()) == {Fate.SAME}


def test_structures_of_data_inclusion_are_read_as_they_are(world: World) -> None:
    administrator = world.administrator()
    table = (
        "source,id,nom,date_maj,siret,commune,code_postal,code_insee,adresse,complement_adresse,"
        "longitude,latitude,telephone,courriel,site_web,description,horaires_accueil,"
        "reseaux_porteurs,lien_source,accessibilite_lieu\n"
        f"soliguide,s--1,Les Écluses,2026-01-02,{SIRET},Nantes,44000,44109,1 rue Haute,,-1.55,"
        "47.21,0240000000,a@example.org,https://example.org,Bonjour,Mo-Fr 09:00-17:00,,,\n"
    )
    kind = world.one(select(OrganisationKind.id).where(OrganisationKind.slug == "aci"))
    one = send_table(world, administrator, table, kind_id=kind)
    assert fates(world, one) == {2: Fate.NEW}, problems(world, one)
    confirm(world, administrator, one)
    found = houses(world)["Les Écluses"]
    assert (found.siret, found.latitude, found.source) == (SIRET, 47.21, "soliguide")
    assert found.opening_hours == "Mo-Fr 09:00-17:00"


def test_titles_are_known_whatever_their_dress() -> None:
    columns = {"postcode": ("Code postal", "cp"), "name": ("Nom",)}
    fields, unknown = columns_of(["CODE_POSTAL", " nom ", "Mystère", "", "SIGLE"], columns)
    assert (fields, unknown) == (["postcode", "name", None, None, None], ["Mystère"])
    assert key("N° SIRET") == "n siret"
    with pytest.raises(Refused, match="column-twice"):
        columns_of(["Nom", "nom"], columns)


@pytest.mark.data
def test_the_real_structures_are_imported_where_they_are(world: World) -> None:
    path = ROOT.parent / "shared/data/orgs/structures_insertion_pdl.csv"
    if not path.exists():
        leave_out("the shared data are not there")
    more = {"ai": "AI", "etti": "ETTI", "geiq": "GEIQ", "france-travail": "France Travail"}
    kinds = [
        OrganisationKind(slug=slug, name=name, position=9, retired=False)
        for slug, name in more.items()
    ]
    world.act(lambda s: s.add_all(kinds))
    administrator = world.administrator()
    one = send_table(world, administrator, path.read_text(encoding="utf-8"))
    assert Counter(fates(world, one).values()) == {Fate.NEW: 381}, problems(world, one)[:5]
    confirm(world, administrator, one)
    with path.open(encoding="utf-8") as file:
        expected = {row["id"]: row for row in csv.DictReader(file)}
    found = world.all(select(Organisation))
    assert len(found) == 381
    for house in found:
        row = expected[house.reference or ""]
        assert (house.name, house.siret or "") == (row["nom"], row["siret"])
        if row["lat"]:
            assert house.latitude == pytest.approx(float(row["lat"]))
            assert house.longitude == pytest.approx(float(row["lon"]))
    again = send_table(world, administrator, path.read_text(encoding="utf-8"))
    assert Counter(fates(world, again).values()) == {Fate.SAME: 381}
