"""`maillage network` and `maillage invite` let the first people in."""

import sqlite3
from typing import Any

import pytest
from flask import current_app

from tests.installation import Installation

CLAIRE = ("invite", "claire@exemple.fr", "--first-name", "Claire", "--last-name", "Morel")


def rows(installation: Installation, question: str) -> list[Any]:
    with sqlite3.connect(installation.folder / "maillage.db") as connection:
        return connection.execute(question).fetchall()


@pytest.fixture
def house(prepared: Installation) -> Installation:
    assert prepared.run("network", "coorace", "COORACE", "--colour", "#0A6D62").status == 0
    return prepared


def test_the_first_administrator_comes_in_by_the_link(house: Installation) -> None:
    said = house.run(
        *CLAIRE, "--role", "administrator", "--network", "coorace", "--territory", "departement:44"
    )
    assert said.status == 0
    link = said.out.split()[-1]
    assert link.startswith("http://127.0.0.1:5000/invitation/")
    with house.opened():
        page = current_app.test_client().get(link.removeprefix("http://127.0.0.1:5000"))
    assert page.status_code == 200
    assert "Claire" in page.text
    assert rows(house, "SELECT role, network_ids FROM invitation") == [("administrator", "[1]")]


def test_a_mail_waits_for_the_person_with_the_same_link(house: Installation) -> None:
    link = house.run(*CLAIRE, "--network", "coorace").out.split()[-1]
    [(to, text)] = rows(house, "SELECT to_address, text FROM mail")
    assert to == "claire@exemple.fr"
    assert link in text


def test_the_link_is_on_the_public_address(house: Installation) -> None:
    public = Installation(house.folder, {"BASE_URL": "https://maillage.exemple.fr"})
    link = public.run(*CLAIRE, "--network", "coorace").out.split()[-1]
    assert link.startswith("https://maillage.exemple.fr/invitation/")


@pytest.mark.parametrize(
    ("more", "status", "why"),
    [
        ([], 2, "Il manque l’option --network"),
        (["--network", "fnars"], 2, "Réseaux\u00a0: coorace"),
        (["--network", "coorace", "--territory", "departement:99"], 2, "departement:44"),
        (["--network", "coorace", "--territory", "44"], 2, "departement:44"),
        (["--network", "coorace", "--role", "chef"], 2, "n’est pas dans la liste"),
    ],
)
def test_what_does_not_exist_is_refused(
    house: Installation, more: list[str], status: int, why: str
) -> None:
    said = house.run(*CLAIRE, *more)
    assert said.status == status
    assert why in said.err
    assert rows(house, "SELECT id FROM invitation") == []


def test_nobody_is_invited_twice(house: Installation) -> None:
    assert house.run(*CLAIRE, "--network", "coorace").status == 0
    said = house.run(*CLAIRE, "--network", "coorace")
    assert said.status == 1
    assert "déjà invité" in said.err
    assert len(rows(house, "SELECT id FROM mail")) == 1


def test_a_member_is_not_invited(demonstration: Installation) -> None:
    said = demonstration.run(
        "invite", "MEMBRE@maillage.example", "--first-name", "A", "--last-name", "B",
        "--network", "fnars",
    )  # fmt: skip
    assert said.status == 1
    assert "déjà membre" in said.err


def test_an_address_must_look_like_one(house: Installation) -> None:
    said = house.run("invite", "claire", "--first-name", "C", "--last-name", "M", "--network", "x")
    assert said.status == 2
    assert "adresse électronique" in said.err


def test_before_any_network_it_says_what_to_do(prepared: Installation) -> None:
    said = prepared.run(*CLAIRE, "--network", "coorace")
    assert said.status == 2
    assert "maillage network" in said.err.replace("\u00a0", " ")


def test_a_network_is_kept_with_its_colours(house: Installation) -> None:
    assert rows(house, "SELECT slug, name, full_name, colour FROM network") == [
        ("coorace", "COORACE", "COORACE", "#0a6d62")
    ]
    assert rows(house, "SELECT about FROM audit_entry ORDER BY id DESC LIMIT 1") == [("COORACE",)]


@pytest.mark.parametrize(
    ("arguments", "status", "why"),
    [
        (["coorace", "Autre"], 1, "existe déjà"),
        (["autre", "COORACE"], 1, "existe déjà"),
        (["Réseau", "Autre"], 2, "ne convient pas"),
        (["autre", "  "], 2, "un nom"),
        (["autre", "Autre", "--colour", "#ffee00"], 2, "trop claire"),
        (["autre", "Autre", "--accent", "rouge"], 2, "n’est pas une couleur"),
        (["autre"], 2, "Il manque NOM"),
    ],
)
def test_a_network_that_will_not_do_is_refused(
    house: Installation, arguments: list[str], status: int, why: str
) -> None:
    said = house.run("network", *arguments)
    assert said.status == status
    assert why in said.err
    assert len(rows(house, "SELECT id FROM network")) == 1
