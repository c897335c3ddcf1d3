"""A programme may be for companies of some sectors: those of the NAF, said by the company."""

from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from core.refusals import Refused
from expertise.companies.models import Company
from expertise.needs.models import Need
from expertise.programmes.models import Programme, Review
from expertise.programmes.sectors import SECTORS
from tests.expertise import desks, replying
from tests.expertise.partnered import key_of, partner
from tests.expertise.test_programmes import FORM
from tests.world import World

FORMED: dict[str, Any] = {
    "title": "Vendre en Allemagne",
    "description": "Deux salons au printemps.",
    "siret": desks.SIRET,
    "company": "Fours Essai",
    "postcode": "44000",
    "town": "Nantes",
    "first_name": "Inès",
    "last_name": "Essai",
    "phone": "02 40 00 00 00",
    "email": "ines@essai.example",
}
CASES = [
    ("", None, None),
    ("", "C", None),
    ("", "Z", "sector-unknown"),
    ("CF", "C", None),
    ("CF", None, "sector-missing"),
    ("CF", "G", "sector-out-of-range"),
]


def test_there_are_twenty_one_sections() -> None:
    assert "".join(SECTORS) == "ABCDEFGHIJKLMNOPQRSTU"


@pytest.mark.parametrize(("sectors", "said", "refused"), CASES)
def test_a_company_is_of_a_sector_that_the_programme_takes(
    world: World, sectors: str, said: str | None, refused: str | None
) -> None:
    made = desks.programme(world, sectors=sectors)
    if refused:
        with pytest.raises(Refused, match=refused):
            desks.need(world, made, sector=said)
    else:
        assert desks.need(world, made, sector=said).sector == said


def test_an_administrator_says_for_which_sectors_a_programme_is(world: World) -> None:
    client = world.client(world.administrator())
    answer = client.post("/administration/dispositifs/nouveau", data=FORM | {"sectors": ["F", "C"]})
    made = desks.the(world, select(Programme))
    assert made.sectors == "CF"
    page = client.get(answer.location).text
    assert "Industrie manufacturière" in page
    assert page.count('name="sectors"') == len(SECTORS)
    assert client.post(answer.location, data=FORM | {"sectors": ["Z"]}).status_code == 422
    assert client.post(answer.location, data=FORM | {"sectors": [*SECTORS]}).status_code == 302
    assert not desks.the(world, select(Programme)).sectors, "all of them: no limit"


def test_the_form_asks_for_it_and_says_no_in_plain_words(world: World) -> None:
    made = desks.programme(world, sectors="CF")
    there = f"/expertise/essai/demander/besoin?sujet={desks.subject(world, made).slug}"
    page = world.client().get(there).text
    assert "Hébergement et restauration" in page
    missing = world.client().post(there, data=FORMED)
    assert missing.status_code == 422
    assert "Dites dans quel secteur" in missing.text
    other = world.client().post(there, data=FORMED | {"sector": "I"})
    assert other.status_code == 422
    assert "entreprises de ce secteur" in other.text
    assert world.client().post(there, data=FORMED | {"sector": "C"}).status_code == 302
    assert desks.the(world, select(Need)).sector == "C"


def test_it_stands_on_the_sheet_and_its_pdf(world: World) -> None:
    made = desks.programme(world, review=Review.NONE)
    house, chief = desks.institution(world, made), world.member("Rémi", networks=())
    desks.manager(world, house, chief)
    one = replying.sent(world, desks.need(world, made, sector="C"), house)
    client = world.client(chief)
    assert "Industrie manufacturière" in client.get(f"/expertise/positions/{one.id}").text
    file = client.get(f"/expertise/positions/{one.id}/fiche.pdf").data
    read = "".join(page.extract_text() for page in PdfReader(BytesIO(file)).pages)
    assert "Industrie manufacturière" in read


def test_a_company_says_it_once_on_its_sheet(world: World) -> None:
    who = world.member("Inès", networks=())
    account, made = desks.company(world, who), desks.programme(world, sectors="C")
    client = world.client(who)
    sheet = {"company": "Fours Essai", "postcode": "44000", "town": "Nantes", "sector": "C"}
    assert client.post(f"/expertise/entreprises/{account.id}/fiche", data=sheet).status_code == 302
    assert desks.the(world, select(Company.sector)) == "C"
    about = desks.subject(world, made).slug
    page = client.get(f"/expertise/essai/demander/besoin?sujet={about}&entreprise={account.id}")
    assert '<option selected value="C"' in page.text
    wrong = client.post(f"/expertise/entreprises/{account.id}/fiche", data=sheet | {"sector": "Z"})
    assert wrong.status_code == 422


def test_the_contract_says_the_sections(world: World) -> None:
    schema = world.client().get("/api/expertise/v1/openapi.json").json
    assert schema is not None
    [letters, _none] = schema["components"]["schemas"]["NeedIn"]["properties"]["sector"]["anyOf"]
    assert letters["enum"] == list(SECTORS)


def test_a_partner_reads_and_says_it(world: World) -> None:
    team = world.member("Thomas")
    made = desks.programme(world, team=(team,), sectors="CF")
    key = key_of(world, made, partner(world, made, team), team)
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "un"}
    said = world.client().get("/api/expertise/v1/programme", headers=headers).json
    assert said is not None
    assert said["sectors"] == ["C", "F"]
    body = FORMED | {"subjects": [desks.subject(world, made).id]}
    answer = world.client().post("/api/expertise/v1/needs", json=body, headers=headers)
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["errors"][0]["pointer"] == "#/sector"
    good = world.client().post(
        "/api/expertise/v1/needs", json=body | {"sector": "F"}, headers=headers
    )
    assert good.status_code == 201
