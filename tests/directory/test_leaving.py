"""What leaves the directory: cards, a printed page, tables; for whom, and with what in them."""

import csv
import io
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from accounts.models import AuditEntry, Member
from directory import exports
from directory.models import Profile
from tests.world import BOTH, World

NANTES = "44109"


def describe(world: World, member: Member, **said: Any) -> None:
    def write(session: Any) -> None:
        profile = session.get_one(Profile, member.id)
        for name, value in said.items():
            setattr(profile, name, value)

    world.act(write)


def lines(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


@BOTH
def test_a_card_holds_what_a_member_shows(world: World) -> None:
    house = world.organisation("Les Jardins; du Val", town="Nantes", commune_code=NANTES)
    claire, reader = world.member("Zoé"), world.member("Rémi")
    describe(world, claire, phone="02 40 00 00 01", organisation_id=house.id)
    address = f"/annuaire/membres/{claire.id}/contact.vcf"
    card = world.client(reader).get(address)
    assert card.mimetype == "text/vcard"
    assert "attachment" in card.headers["Content-Disposition"]
    text = card.get_data(as_text=True).replace("\r\n ", "")
    assert text.startswith("BEGIN:VCARD\r\nVERSION:3.0\r\n")
    for line in (
        "FN:Zoé",
        "TITLE:CIP",
        "ORG:Les Jardins\\; du Val",
        "TEL;TYPE=WORK:02 40 00 00 01",
        f"EMAIL;TYPE=WORK:{claire.email}",
    ):
        assert line in text, line
    describe(world, claire, phone_shown=False, email_shown=False)
    text = world.client(reader).get(address).get_data(as_text=True)
    assert "TEL" not in text
    assert "@" not in text


@BOTH
def test_a_card_says_nothing_of_what_its_reader_does_not_see(world: World) -> None:
    hidden = world.organisation("Réservée", for_networks=["fnars"], town="Nantes")
    claire, reader = world.member("Claire", networks=["fnars"]), world.member()
    outside = world.member("Olga", networks=[])
    describe(world, claire, organisation_id=hidden.id)
    person = f"/annuaire/membres/{claire.id}/contact.vcf"
    house = f"/annuaire/structures/{hidden.id}/contact.vcf"
    for who, card, sees in (
        (claire, person, True),
        (reader, person, False),
        (claire, house, True),
        (reader, house, False),
    ):
        assert ("Réservée" in world.client(who).get(card).get_data(as_text=True)) is sees
    assert world.client(outside).get(person).status_code == 404
    assert world.client(outside).get(house).status_code == 404


@BOTH
def test_the_printed_page_follows_the_filters_and_the_rule(world: World) -> None:
    world.organisation("Écluse", commune_code=NANTES)
    world.organisation("Ouvrage", "ei")
    world.organisation("Réservée", for_networks=["fnars"])
    page = world.client(world.member()).get("/annuaire/structures/imprimer?type=aci")
    text = page.get_data(as_text=True)
    assert "Écluse" in text
    assert "Ouvrage" not in text
    assert "Réservée" not in text
    shy = world.member("Sylvie")
    describe(world, shy, phone="02 40 00 00 02", phone_shown=False, email_shown=False)
    text = world.client(world.member()).get("/annuaire/imprimer?q=sylvie").get_data(as_text=True)
    assert "Sylvie" in text
    assert "02 40" not in text
    assert shy.email not in text


@BOTH
def test_an_administrator_leaves_with_the_selection_and_the_trail_says_so(world: World) -> None:
    administrator = world.administrator()
    world.organisation(
        "=HYPERLINK(1)", siret="80746931700018", commune_code=NANTES, town="Nantes", places=12,
        activities=["restauration"], point=(47.2, -1.5),
    )  # fmt: skip
    world.organisation("Ailleurs", "ei")
    client = world.client(administrator)
    answer = client.post("/annuaire/structures/exporter.csv?type=aci")
    (line,) = lines(answer.data)
    assert line["Nom"] == "'=HYPERLINK(1)"
    assert line["SIRET"] == "80746931700018"
    assert (line["Type"], line["Places"], line["Latitude"]) == ("ACI", "12", "47,2")
    assert (line["Réseaux"], line["Activités"]) == ("COORACE", "Restauration")
    book = client.post("/annuaire/structures/exporter.xlsx")
    sheet = load_workbook(io.BytesIO(book.data)).worksheets[0]
    assert sheet.max_row == 3
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    kept = world.all(select(AuditEntry).where(AuditEntry.act == "exported"))
    assert [(one.about, one.details) for one in kept] == [
        ("organisations", {"lines": 1}),
        ("organisations", {"lines": 2}),
    ]


@BOTH
def test_members_leave_with_what_they_show(world: World) -> None:
    administrator = world.administrator()
    house = world.organisation("Les Jardins", siret="80746931700018", town="Nantes")
    zoe, shy = world.member("Zoé"), world.member("Sylvie")
    describe(world, zoe, phone="02 40 00 00 01", organisation_id=house.id)
    describe(world, shy, phone="02 40 00 00 02", phone_shown=False, email_shown=False)
    answer = world.client(administrator).post("/annuaire/exporter.csv")
    found = {line["Prénom"]: line for line in lines(answer.data)}
    assert found["Zoé"]["Téléphone"] == "02 40 00 00 01"
    assert found["Zoé"]["SIRET de l’employeur"] == "80746931700018"
    assert found["Zoé"]["Territoires"] == "Loire-Atlantique"
    assert found["Zoé"]["Courriel"] == zoe.email
    assert (found["Sylvie"]["Téléphone"], found["Sylvie"]["Courriel"]) == ("", "")


@BOTH
def test_nobody_else_leaves_with_a_table(world: World) -> None:
    world.organisation()
    for who in (world.member(), world.moderator()):
        client = world.client(who)
        for path in ("/annuaire/exporter.csv", "/annuaire/structures/exporter.xlsx"):
            answer = client.post(path)
            assert answer.status_code in {302, 403}, path
            assert "Content-Disposition" not in answer.headers
        assert "exporter" not in client.get("/annuaire").get_data(as_text=True)
    assert world.all(select(AuditEntry).where(AuditEntry.act == "exported")) == []


def test_a_table_that_would_be_too_long_is_refused_in_words(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MOST", 1)
    world.organisation("Une")
    world.organisation("Deux")
    client = world.client(world.administrator())
    answer = client.post("/annuaire/structures/exporter.csv", follow_redirects=True)
    assert "Il y a plus de 1 ligne" in answer.get_data(as_text=True).replace("\xa0", " ")
