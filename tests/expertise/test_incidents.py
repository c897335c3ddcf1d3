"""An incident is told to the teams that it concerns, and read by them alone."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.models import Member
from core import clock
from expertise.incidents.models import Incident, IncidentProgramme
from expertise.programmes.models import Programme
from tests.expertise import desks
from tests.expertise.desks import institution, programme, subject
from tests.world import World

TOLD = {
    "happened": "Une fiche est partie à la mauvaise adresse.",
    "noticed_on": clock.today().isoformat(),
    "about": "La fiche de Fours Essai.",
}


def expert_of(world: World, *slugs: str) -> Member:
    """An expert of no network, whose institution takes part in these programmes."""
    ana = world.member("Ana", networks=(), territories=(), charter=False)
    first, *others = [programme(world, slug) for slug in slugs]
    of = institution(world, first)
    for other in others:
        desks.take_part(world, other, of)
    desks.expert(world, of, ana, subjects=(subject(world, first),))
    return ana


def test_the_teams_concerned_are_told_and_read_it(world: World) -> None:
    ana = expert_of(world, "essai", "autre")
    client = world.client(ana)
    assert "Signaler un incident" in client.get("/expertise/conduite").text
    page = client.get("/expertise/conduite/incident").text
    assert "Essai" in page
    assert "Autre" in page
    chosen = world.all(select(Programme.id).where(Programme.slug == "essai"))
    answer = client.post("/expertise/conduite/incident", data=TOLD | {"programmes": chosen})
    assert answer.location == "/expertise/conduite"
    assert world.all(select(IncidentProgramme.programme_id)) == chosen
    [mail] = world.mails()
    assert mail.to_address == "essai@example.org"
    assert "/expertise/equipe/essai/incidents" in mail.text
    assert "mauvaise adresse" not in mail.text, "its words stay on the site"


def test_only_the_team_that_was_told_reads_it(world: World) -> None:
    thomas, zoe, ana = world.member("Thomas"), world.member("Zoé"), world.member("Ana")
    made = programme(world, team=(thomas,))
    programme(world, "autre", team=(zoe,))
    desks.expert(world, institution(world, made), ana, subjects=(subject(world, made),))
    desks.incident(world, made, ana, "Un secret égaré.")
    there = "/expertise/equipe/essai/incidents"
    page = world.client(thomas).get(there).text
    assert "Un secret égaré." in page
    assert ana.name in page
    assert "secret" not in world.client(zoe).get("/expertise/equipe/autre/incidents").text
    for who in (zoe, ana, world.administrator()):
        assert world.client(who).get(there).status_code == 404


def test_incidents_page_by_key(world: World) -> None:
    thomas = world.member("Thomas")
    made = programme(world, team=(thomas,))
    for number in range(27):
        desks.incident(world, made, thomas, f"Incident {number:02}.")
    client, there = world.client(thomas), "/expertise/equipe/essai/incidents"
    first = client.get(there).text
    assert "Incident 26." in first
    assert "Incident 01." not in first
    last = world.all(select(Incident.id).order_by(Incident.id))[2]
    assert f"?apres={last}" in first
    assert "Incident 01." in client.get(f"{there}?apres={last}").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"happened": " "}, "Remplissez ce champ"),
        ({"noticed_on": ""}, "Dites quand vous l’avez remarqué"),
        (
            {"noticed_on": (clock.today() + timedelta(days=1)).isoformat()},
            "Dites quand vous l’avez remarqué",
        ),
        ({"programmes": ["2"]}, "Choisissez au moins un dispositif"),
        ({"programmes": []}, "Choisissez au moins un dispositif"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    world: World, typed: dict[str, object], said: str
) -> None:
    ana = expert_of(world, "essai")
    programme(world, "ailleurs")
    form = TOLD | {"programmes": ["1"]} | typed
    page = world.client(ana).post("/expertise/conduite/incident", data=form)
    assert page.status_code == 422
    assert said in page.text
    assert "La fiche de Fours Essai." in page.text
    assert not world.all(select(Incident))
    assert not world.mails()


def test_who_is_nothing_at_the_desk_tells_nothing(world: World) -> None:
    programme(world)
    client = world.client(world.member())
    assert client.get("/expertise/conduite/incident").status_code == 404
    assert client.post("/expertise/conduite/incident", data=TOLD).status_code == 404
