"""The files of the thread: they pass between those who answer, and the company has none."""

import pytest
from sqlalchemy import select

from accounts.models import Member
from core.outbox import Mail
from expertise.files.models import NeedFile
from expertise.needs.life import Act
from expertise.needs.models import Need
from expertise.positions.models import Note, NoteKind, Position
from expertise.programmes.models import Way
from tests.expertise.desks import (
    asked_from,
    company,
    institution,
    manager,
    position,
    programme,
)
from tests.expertise.filing import paper, status, track
from tests.expertise.moving import decide
from tests.world import World


@pytest.fixture
def thread(world: World) -> tuple[Member, Member, Need, NeedFile]:
    """An adviser who sent a file to another, about the need of a company."""
    team, adviser = world.member("Thomas"), world.member("Conseil")
    representative = world.member("Inès")
    made = programme(world, team=(team,), way=Way.COOPERATIVE)
    house = institution(world, made)
    manager(world, house, adviser)
    one = asked_from(world, made, company(world, representative))
    decide(world, team, one, Act.VALIDATE)
    sent = position(world, one, house)
    data = {"note": "", "kind": NoteKind.NOTE.value, "files": [paper("analyse.pdf")]}
    there = f"/expertise/positions/{sent.id}/fil"
    assert world.client(adviser).post(there, data=data).status_code == 302
    assert "analyse.pdf" in world.client(adviser).get(f"/expertise/positions/{sent.id}").text
    [file] = world.all(select(NeedFile))
    return adviser, representative, one, file


def test_the_company_never_has_the_files_of_the_thread(
    world: World, thread: tuple[Member, Member, Need, NeedFile]
) -> None:
    adviser, representative, one, file = thread
    here = track(world, one)
    assert status(world.client(adviser), f"/expertise/fichiers/{file.id}") == 200
    assert status(world.client(representative), f"/expertise/fichiers/{file.id}") == 404
    assert status(world.client(), f"{here}/fichiers/{file.id}") == 404
    assert "analyse.pdf" not in world.client().get(here).text
    own = f"/expertise/entreprises/{one.company_id}/besoins/{one.id}"
    assert "analyse.pdf" not in world.client(representative).get(own).text
    back = world.client().post(f"{here}/fichiers/{file.id}/retirer")
    assert back.status_code == 404
    assert not [mail for mail in world.all(select(Mail)) if "analyse.pdf" in mail.text
                and mail.to_address == one.email]  # fmt: skip


def test_a_note_that_says_nothing_and_brings_nothing_is_refused(
    world: World, thread: tuple[Member, Member, Need, NeedFile]
) -> None:
    adviser, _representative, _one, _file = thread
    [sent] = world.all(select(Position))
    there = f"/expertise/positions/{sent.id}/fil"
    data = {"note": " ", "kind": NoteKind.NOTE.value}
    assert world.client(adviser).post(there, data=data).status_code == 422
    assert len(world.all(select(Note))) == 1
