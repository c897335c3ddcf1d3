"""The rules of conduct: accepted before any need is received."""

import pytest
from sqlalchemy import delete, select, update

from accounts.models import Member
from expertise import rule
from expertise.desk import CONDUCT
from expertise.experts.models import ConductAcceptance
from expertise.needs.models import Need
from tests.expertise import desks
from tests.expertise.desks import at_the_desk, institution, programme, subject
from tests.world import World


@pytest.fixture
def ana(world: World) -> Member:
    """An expert who was sent a need, and has accepted nothing yet."""
    someone = world.member("Ana", networks=(), territories=(), charter=False)
    made = programme(world)
    one = desks.expert(world, institution(world, made), someone, subjects=(subject(world, made),))
    desks.position(world, desks.need(world, made), one)
    with world.session() as session:
        session.execute(delete(ConductAcceptance))
    return someone


def received(world: World, who: Member) -> int:
    """How many needs they see."""
    return len(world.all(select(Need.id).where(rule.seen(at_the_desk(world, who)))))


def test_no_need_is_received_before(world: World, ana: Member) -> None:
    client = world.client(ana)
    assert received(world, ana) == 0
    assert "lisez et acceptez les règles" in client.get("/expertise").text
    first = client.get("/expertise/recus?onglet=archives")
    assert first.location == "/expertise/conduite?suite=/expertise/recus?onglet%3Darchives"
    page = client.get(first.location).text
    assert "J’accepte ces règles" in page
    assert 'value="/expertise/recus?onglet=archives"' in page
    answer = client.post("/expertise/conduite", data={"suite": "/expertise/recus"})
    assert answer.location == "/expertise/recus"
    assert client.get("/expertise/recus").status_code == 200
    assert received(world, ana) == 1
    assert "lisez et acceptez" not in client.get("/expertise").text
    assert "Vous avez accepté ces règles" in client.get("/expertise/conduite").text


def test_a_new_version_is_accepted_again(world: World, ana: Member) -> None:
    world.client(ana).post("/expertise/conduite")
    with world.session() as session:
        session.execute(update(ConductAcceptance).values(version=CONDUCT - 1))
    assert received(world, ana) == 0
    world.client(ana).post("/expertise/conduite")
    assert received(world, ana) == 1
    assert world.all(select(ConductAcceptance.version)) == [CONDUCT]


def test_reading_them_accepts_nothing(world: World, ana: Member) -> None:
    world.client(ana).get("/expertise/conduite")
    assert not world.all(select(ConductAcceptance))


def test_who_answers_nothing_accepts_nothing(world: World) -> None:
    client = world.client(world.member())
    assert "J’accepte ces règles" not in client.get("/expertise/conduite").text
    client.post("/expertise/conduite")
    assert not world.all(select(ConductAcceptance))


@pytest.mark.parametrize("elsewhere", ["https://ailleurs.example/", "//ailleurs.example"])
def test_one_is_not_sent_elsewhere(world: World, ana: Member, elsewhere: str) -> None:
    answer = world.client(ana).post("/expertise/conduite", data={"suite": elsewhere})
    assert answer.location == "/expertise"
