"""Tables that come in: each line's fate is shown, nothing is written before a yes."""

import io
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import delete, func, select
from werkzeug.test import TestResponse

from access.models import MemberNetwork
from accounts.models import AuditEntry, Invitation, Member
from core import jobs
from directory.imports import actions
from directory.imports.models import Fate, Import, ImportLine, State, Subject
from directory.imports.understood import Options
from directory.models import (
    Organisation,
    OrganisationKind,
    OrganisationNetwork,
    Placed,
    Profile,
)
from tests.http.sample import send_table
from tests.world import BOTH, World

SIRET, OTHER = "80746931700018", "75187049400026"
HEAD = "Nom;Type;SIRET;Commune;Téléphone\n"


def fates(world: World, one: Import) -> dict[int, Fate]:
    rows = world.all(select(ImportLine).where(ImportLine.import_id == one.id))
    return {row.number: row.fate for row in rows}


def problems(world: World, one: Import) -> list[tuple[int, str, str]]:
    rows = world.all(
        select(ImportLine).where(ImportLine.import_id == one.id).order_by(ImportLine.number)
    )
    return [(row.number, column, code) for row in rows for column, code, _ in row.problems]


def confirm(world: World, by: Member, one: Import) -> Import:
    answer = world.client(by).post(f"/annuaire/imports/{one.id}/confirmer")
    assert answer.status_code == 302
    world.work()
    return world.act(lambda s: s.get_one(Import, one.id))


def houses(world: World) -> dict[str, Organisation]:
    return {one.name: one for one in world.all(select(Organisation))}


def upload(world: World, by: Member, content: bytes, name: str = "table.csv") -> TestResponse:
    return world.client(by).post(
        "/annuaire/imports/nouveau/organisations",
        data={"file": (io.BytesIO(content), name)},
        content_type="multipart/form-data",
    )


# --- organisations -------------------------------------------------------------------------------


@BOTH
def test_nothing_is_written_before_a_yes_then_each_line_once(world: World) -> None:
    administrator = world.administrator()
    world.organisation("Ancien nom", siret=SIRET, town="Nantes", phone="0240000000")
    table = HEAD + (
        f"Nouveau nom;aci;807 469 317 00018;Nantes;0240000000\n"
        f"Les Vergers;EI;{OTHER};Laval;02 43 00 00 00\n"
        ";ACI;;;\n"
    )
    one = send_table(world, administrator, table)
    assert one.state is State.READ
    assert fates(world, one) == {2: Fate.CHANGED, 3: Fate.NEW, 4: Fate.REFUSED}
    assert problems(world, one) == [(4, "Nom", "name-empty")]
    assert set(houses(world)) == {"Ancien nom"}
    done = confirm(world, administrator, one)
    assert done.state is State.DONE
    found = houses(world)
    assert set(found) == {"Nouveau nom", "Les Vergers"}
    assert found["Nouveau nom"].phone == "02 40 00 00 00"
    assert found["Les Vergers"].commune_code == "53130"
    again = send_table(world, administrator, table)
    assert fates(world, again) == {2: Fate.SAME, 3: Fate.SAME, 4: Fate.REFUSED}
    assert [one.details for one in world.all(select(AuditEntry))] == [
        {"import": "organisations", "lines": 2}
    ]


@BOTH
def test_an_empty_cell_changes_nothing_and_networks_are_added(world: World) -> None:
    administrator = world.administrator()
    one = world.organisation(
        siret=SIRET, phone="0240000000", address="1 rue Haute", town="Nantes", places=12,
        networks=["coorace"], activities=["restauration"], point=(47.2, -1.5), placed=Placed.HAND,
    )  # fmt: skip
    table = f"Nom;Type;SIRET;Téléphone;Réseaux;Latitude;Longitude\nNeuf;ACI;{SIRET};;FNARS;1;1\n"
    confirm(world, administrator, send_table(world, administrator, table))
    kept = houses(world)["Neuf"]
    assert (kept.id, kept.phone, kept.address, kept.places) == (
        one.id, "02 40 00 00 00", "1 rue Haute", 12,
    )  # fmt: skip
    assert (kept.placed, kept.latitude) == (Placed.HAND, 47.2), "a pin moved by hand stays"
    networks = world.all(select(OrganisationNetwork.network_id))
    assert sorted(networks) == sorted([world.network("coorace"), world.network("fnars")])


@BOTH
def test_one_siret_may_hold_several_kinds(world: World) -> None:
    administrator = world.administrator()
    table = HEAD + f"Une;ACI;{SIRET};;\nUne;EI;{SIRET};;\nEncore;ACI;{SIRET};;\n"
    one = send_table(world, administrator, table)
    assert fates(world, one) == {2: Fate.NEW, 3: Fate.NEW, 4: Fate.REFUSED}
    assert problems(world, one) == [(4, "", "line-twice")]
    confirm(world, administrator, one)
    assert world.one(select(func.count()).select_from(Organisation)) == 2


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        ("=1+1;ACI;;;", "Nom", "formula"),
        ("Une;ZZZ;;;", "Type", "kind-unknown"),
        ("Une;;;;", "Type", "kind-missing"),
        ("Une;ACI;80746931700019;;", "SIRET", "siret-unknown"),
        ("Une;ACI;8,07469E+13;;", "SIRET", "siret-unknown"),
        ("Une;ACI;;;douze", "Téléphone", "phone-unknown"),
        ("x" * 201 + ";ACI;;;", "Nom", "words-too-long"),
        ("Une;ACI;;;;de trop", "", "cells-without-title"),
    ],
)
def test_an_error_is_named_by_line_and_column(
    world: World, line: str, column: str, code: str
) -> None:
    administrator = world.administrator()
    one = send_table(world, administrator, f"{HEAD}{line}\n")
    assert problems(world, one) == [(2, column, code)]
    page = world.client(administrator).get(f"/annuaire/imports/{one.id}").get_data(as_text=True)
    assert "1 ligne a une erreur" in page.replace("\xa0", " ")
    assert column in page
    answer = world.client(administrator).post(f"/annuaire/imports/{one.id}/confirmer")
    assert answer.status_code == 302
    world.work()
    assert houses(world) == {}


def test_several_errors_of_a_line_are_all_said(world: World) -> None:
    one = send_table(world, world.administrator(), HEAD + "=1;ZZZ;12;;douze\n")
    assert [column for _n, column, _c in problems(world, one)] == [
        "Nom", "Type", "SIRET", "Téléphone",
    ]  # fmt: skip


def test_what_a_spreadsheet_takes_away_is_given_back(world: World) -> None:
    administrator = world.administrator()
    table = "Nom,Type,Code postal,Commune,SIRET\nUne,ACI,1000,Bourg-en-Bresse,5680008700014\n"
    one = send_table(world, administrator, table.replace("5680008700014", ""))
    confirm(world, administrator, one)
    assert houses(world)["Une"].postcode == "01000"
    assert houses(world)["Une"].commune_code == "01053"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"Couleur\nbleu\n", "Une colonne manque : Nom"),
        (b"Nom;nom\na;b\n", "Deux colonnes s’appellent"),
        ("Nom;Type\nÃ‰cluses;ACI".encode(), "Les accents"),
        (b"t;" * 300 + b"t\n", "plus de 100 colonnes"),
        (b"Nom;Type\n" + b"a;b\n" * 25_002, "plus de 25 000 lignes"),
        (b"%PDF-1.4 rien", "ni un CSV ni un XLSX"),
        (b"PK\x03\x04 coupe", "endommagé"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_changes_nothing(
    world: World, content: bytes, words: str
) -> None:
    administrator = world.administrator()
    answer = upload(world, administrator, content)
    assert answer.status_code == 302
    assert "en cours de lecture" in world.client(administrator).get(answer.location).get_data(True)
    world.work()
    page = world.client(administrator).get(answer.location).get_data(as_text=True)
    assert words in page.replace("\xa0", " ").replace("\u202f", " ")
    assert houses(world) == {}


def test_what_is_no_file_or_too_heavy_is_refused_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    administrator = world.administrator()
    assert upload(world, administrator, b"").status_code == 422
    monkeypatch.setattr(actions, "LARGEST_BYTES", 10)
    assert upload(world, administrator, b"Nom;Type\nUne;ACI\n").status_code == 422
    bare = world.client(administrator).post("/annuaire/imports/nouveau/organisations")
    assert bare.status_code == 422
    assert world.all(select(Import)) == []


def test_a_workbook_is_read_too(world: World) -> None:
    administrator = world.administrator()
    book, written = Workbook(), io.BytesIO()
    book.worksheets[0].append(["Nom", "Type", "SIRET", "Places"])
    book.worksheets[0].append(["Les Vergers", "ACI", int(SIRET), 12])
    book.save(written)
    answer = upload(world, administrator, written.getvalue(), "table.xlsx")
    world.work()
    number = int(answer.location.rsplit("/", 1)[1])
    confirm(world, administrator, world.act(lambda s: s.get_one(Import, number)))
    assert (houses(world)["Les Vergers"].siret, houses(world)["Les Vergers"].places) == (SIRET, 12)


@BOTH
def test_what_leaves_comes_back_unchanged(world: World) -> None:
    administrator = world.administrator()
    world.organisation(
        "Les Écluses", siret=SIRET, address="1 rue Haute", postcode="44000", town="Nantes",
        phone="+33 2 40 00 00 00", email="a@example.org", website="https://example.org", places=3,
        opening_hours="9 h – 17 h", description="Deux\nlignes", point=(47.21, -1.55),
        activities=["restauration"], networks=["coorace", "fnars"], source="Essai",
    )  # fmt: skip
    world.scheme("Permis", territories=["departement:44"], for_whom="Jeunes", run_by="Maison")
    world.member("Zoé")
    client = world.client(administrator)
    for path, subject in (
        ("/annuaire/structures/exporter.csv", Subject.ORGANISATIONS),
        ("/annuaire/dispositifs/exporter.csv", Subject.SCHEMES),
        ("/annuaire/exporter.csv", Subject.MEMBERS),
    ):
        table = client.post(path).data.decode("utf-8-sig")
        one = send_table(world, administrator, table, subject)
        assert one.state is State.READ, (path, one.refused, one.about)
        assert set(fates(world, one).values()) == {Fate.SAME}, (path, problems(world, one))
        assert one.about == {"unknown": []}


def test_defaults_serve_the_lines_that_say_nothing(world: World) -> None:
    administrator = world.administrator()
    kind = world.one(select(OrganisationKind.id).where(OrganisationKind.slug == "esat"))
    table = "Nom;Type\nUne;\nDeux;ACI\n"
    options: dict[str, Any] = {"kind_id": kind, "networks": [world.network("fnars")]}
    one = send_table(world, administrator, table, source="Liste de mars", **options)
    confirm(world, administrator, one)
    assert houses(world)["Une"].kind_id == kind
    assert houses(world)["Deux"].kind_id != kind
    assert {one.source for one in houses(world).values()} == {"Liste de mars"}
    assert len(world.all(select(OrganisationNetwork.network_id))) == 2


# --- how a table is written, and given up --------------------------------------------------------


@pytest.mark.parametrize("again", [False, True])
def test_a_line_is_written_with_few_queries(world: World, again: bool) -> None:
    administrator, taken = world.administrator(), []
    plan = world.app.extensions["maillage.plan"]
    head = "id;Nom;Type;Adresse;Code postal;Ville\n"
    for many in (5, 25):
        for street in ("Haute", "Basse") if again else ("Haute",):
            rows = (f"{many}-{n};M {n};ACI;{n} rue {street};44000;Nantes\n" for n in range(many))
            one = send_table(world, administrator, head + "".join(rows))
            world.client(administrator).post(f"/annuaire/imports/{one.id}/confirmer")
            with world.session() as session, world.counted() as statements:
                while jobs.work_once(session, plan, "test:0", jobs.Job.kind == actions.WRITE):
                    pass
        written = [said for said in statements if "SAVEPOINT" not in said]
        taken.append(len(written))
    assert (taken[1] - taken[0]) / 20 <= (7 if again else 3)


def test_a_file_goes_with_the_person_who_sent_it(world: World) -> None:
    administrator = world.administrator()
    kept = world.app.extensions["maillage.storage"]
    sent = world.act_as(
        administrator,
        lambda s, viewer: actions.send(
            s,
            kept,
            viewer,
            by=s.get_one(Member, administrator.id),
            subject=Subject.ORGANISATIONS,
            name="table.csv",
            file=io.BytesIO(HEAD.encode()),
            options=Options(),
        ),
    )
    world.act(lambda s: s.execute(delete(Import)))
    world.work()
    with kept.open_pieces(sent.pieces) as left:
        assert left.read() == b""


def test_an_import_is_given_up(world: World) -> None:
    administrator = world.administrator()
    one = send_table(world, administrator, HEAD + f"Une;ACI;{SIRET};;\n")
    client = world.client(administrator)
    assert client.post(f"/annuaire/imports/{one.id}/abandonner").status_code == 302
    assert client.get(f"/annuaire/imports/{one.id}").status_code == 404
    assert world.all(select(ImportLine)) == []


def test_a_table_half_written_is_written_to_its_end_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    administrator = world.administrator()
    lines = "".join(f"Maison {n};ACI;;Nantes;\n" for n in range(7))
    one = send_table(world, administrator, HEAD + lines)
    monkeypatch.setattr("directory.imports.jobs.WRITTEN_AT_ONCE", 2)
    world.client(administrator).post(f"/annuaire/imports/{one.id}/confirmer")
    plan = world.app.extensions["maillage.plan"]
    writing = plan.handlers[actions.WRITE]

    def killed(session: Any) -> None:
        writing(session, {"import_id": one.id})
        session.rollback()  # the worker dies before the commit

    with world.session() as session:
        killed(session)
    assert houses(world) == {}
    world.work()
    assert len(houses(world)) == 7
    assert world.act(lambda s: s.get_one(Import, one.id)).state is State.DONE
    with world.session() as session:
        assert not jobs.work_once(session, plan, "test:0")


# --- members -------------------------------------------------------------------------------------


@BOTH
def test_members_are_brought_up_to_date_and_others_invited_on_choice(world: World) -> None:
    administrator = world.administrator()
    house = world.organisation("Les Jardins", siret=SIRET)
    known = world.member("Zoé", email="zoe@example.org")
    table = (
        "Courriel;Prénom;Nom;Fonction;SIRET;Téléphone;Réseaux\n"
        f"ZOE@example.org;Zoé;Martin;Directrice;{SIRET};0240000000;FNARS\n"
        "neuf@example.org;Noé;Neuf;CIP;;;COORACE\n"
        "pas une adresse;A;B;;;;\n"
        "sans-nom@example.org;;;;;;COORACE\n"
    )
    left = send_table(world, administrator, table, Subject.MEMBERS)
    assert fates(world, left) == {2: Fate.CHANGED, 3: Fate.LEFT, 4: Fate.REFUSED, 5: Fate.LEFT}
    one = send_table(world, administrator, table, Subject.MEMBERS, invite=True)
    assert fates(world, one) == {2: Fate.CHANGED, 3: Fate.NEW, 4: Fate.REFUSED, 5: Fate.REFUSED}
    assert world.mails() == []
    confirm(world, administrator, one)
    profile = world.one(select(Profile).where(Profile.member_id == known.id))
    assert profile is not None
    assert (profile.organisation_id, profile.job) == (house.id, "Directrice")
    assert profile.phone == "02 40 00 00 00"
    networks = world.all(
        select(MemberNetwork.network_id).where(MemberNetwork.member_id == known.id)
    )
    assert sorted(networks) == sorted([world.network("coorace"), world.network("fnars")])
    assert [one.email for one in world.all(select(Invitation))] == ["neuf@example.org"]
    assert [mail.to_address for mail in world.mails()] == ["neuf@example.org"]
    again = send_table(world, administrator, table, Subject.MEMBERS, invite=True)
    assert fates(world, again)[2] is Fate.SAME
    assert fates(world, again)[3] is Fate.SAME


def test_a_telephone_that_a_member_gave_stays(world: World) -> None:
    administrator, known = world.administrator(), world.member("Zoé", email="zoe@example.org")

    def give(session: Any) -> None:
        session.get_one(Profile, known.id).phone = "02 40 00 00 01"

    world.act(give)
    table = "Courriel;Téléphone\nzoe@example.org;0240000099\n"
    one = send_table(world, administrator, table, Subject.MEMBERS)
    assert fates(world, one) == {2: Fate.SAME}
