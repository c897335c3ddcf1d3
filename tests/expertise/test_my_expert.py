"""« Ma fiche »: an expert's own words, and their absence."""

from datetime import date, timedelta

import pytest

from core import clock
from tests.expertise import desks
from tests.expertise.desks import institution, programme, subject
from tests.expertise.naming import outsider, the_sheet
from tests.world import World

TODAY = clock.today()


def test_an_expert_corrects_their_own_words_and_nothing_else(world: World) -> None:
    ana = outsider(world, "Ana")
    made = programme(world)
    of = institution(world, made)
    marketing, strategie = subject(world, made), subject(world, made, "strategie")
    one = desks.expert(world, of, ana, subjects=(marketing,))
    client = world.client(ana)
    assert client.get("/expertise/ma-fiche").location == f"/expertise/experts/{one.id}"
    assert client.get(f"/expertise/experts/{one.id}/modifier").status_code == 302
    there = f"/expertise/ma-fiche/{one.id}"
    form = {
        "about": "Vingt ans de vente.",
        "phone": "02 40 00 00 01",
        "quota": "4",
        f"words_{marketing.id}": "l’export",
        f"words_{strategie.id}": "tout",
        f"subject_{strategie.id}": "y",
        "name": "Une Autre",
        "email": "autre@groupe.example",
    }
    assert client.post(there, data=form).status_code == 302
    kept = the_sheet(world, one)
    assert (kept.about, kept.phone, kept.quota) == ("Vingt ans de vente.", "02 40 00 00 01", 4)
    assert [(x.subject_id, x.words) for x in kept.subjects] == [(marketing.id, "l’export")]
    assert (kept.name, kept.email) == (one.name, one.email)
    wrong = client.post(there, data=form | {"phone": "12", "about": "Gardé"})
    assert wrong.status_code == 422
    assert "Gardé" in wrong.text
    assert the_sheet(world, one).about == "Vingt ans de vente."


def test_who_answers_as_several_chooses_the_sheet(world: World) -> None:
    ana = outsider(world, "Ana")
    made = programme(world)
    for name in ("Groupe Un", "Groupe Deux"):
        desks.expert(world, institution(world, made, name), ana, subjects=(subject(world, made),))
    page = world.client(ana).get("/expertise/ma-fiche").text
    assert "Groupe Un" in page
    assert "Groupe Deux" in page


def day(value: date | None) -> str:
    """A day, as a field sends it."""
    return value.isoformat() if value else ""


def test_an_absence_is_said_with_who_stands_in_then_ended_early(world: World) -> None:
    ana = outsider(world, "Ana")
    made = programme(world)
    of = institution(world, made)
    about = (subject(world, made),)
    one = desks.expert(world, of, ana, subjects=about)
    colleague = desks.expert(world, of, subjects=about, name="Bao Relais")
    client, there = world.client(ana), f"/expertise/experts/{one.id}/absence"
    last = TODAY + timedelta(days=9)
    assert "Bao Relais" in client.get(there).text
    client.post(there, data={"first": "", "last": day(last), "delegate": str(colleague.id)})
    kept = the_sheet(world, one)
    assert (kept.absent_from, kept.absent_until) == (TODAY, last)
    assert kept.delegate_id == colleague.id
    assert kept.is_absent(TODAY)
    page = client.get(f"/expertise/experts/{one.id}").text
    assert "remplacement : Bao Relais" in page.replace("\u00a0", " ")
    assert "Absence en cours" in page
    client.post(f"/expertise/experts/{one.id}/retour")
    kept = the_sheet(world, one)
    assert (kept.absent_from, kept.absent_until, kept.delegate_id) == (None, None, None)
    twice = client.post(f"/expertise/experts/{one.id}/retour", follow_redirects=True)
    assert twice.status_code == 200


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (TODAY - timedelta(days=1), None, "Ce jour est passé"),
        (TODAY + timedelta(days=3), TODAY + timedelta(days=2), "ne finit ni avant"),
        (None, TODAY - timedelta(days=1), "ne finit ni avant"),
    ],
)
def test_an_absence_that_cannot_be(
    world: World, first: date | None, last: date | None, said: str
) -> None:
    ana = outsider(world, "Ana")
    made = programme(world)
    one = desks.expert(world, institution(world, made), ana, subjects=(subject(world, made),))
    page = world.client(ana).post(
        f"/expertise/experts/{one.id}/absence", data={"first": day(first), "last": day(last)}
    )
    assert page.status_code == 422
    assert said in page.text
    assert the_sheet(world, one).absent_from is None


def test_an_absence_that_began_is_prolonged(world: World) -> None:
    ana = outsider(world, "Ana")
    made = programme(world)
    began, last = TODAY - timedelta(days=4), TODAY + timedelta(days=4)
    one = desks.expert(
        world,
        institution(world, made),
        ana,
        subjects=(subject(world, made),),
        absent_from=began,
        absent_until=TODAY,
    )
    there = f"/expertise/experts/{one.id}/absence"
    world.client(ana).post(there, data={"first": day(began), "last": day(last)})
    kept = the_sheet(world, one)
    assert (kept.absent_from, kept.absent_until) == (began, last)


@pytest.mark.parametrize("who", ["themself", "of another institution", "waiting", "left"])
def test_who_cannot_stand_in(world: World, who: str) -> None:
    ana = outsider(world, "Ana")
    made = programme(world)
    of, about = institution(world, made), (subject(world, made),)
    one = desks.expert(world, of, ana, subjects=about)
    others = {
        "themself": lambda: one,
        "of another institution": lambda: desks.expert(world, institution(world, made, "Autre")),
        "waiting": lambda: desks.expert(world, of, approved_at=None),
        "left": lambda: desks.expert(world, of, left_at=clock.now()),
    }
    delegate = others[who]()
    page = world.client(ana).post(
        f"/expertise/experts/{one.id}/absence", data={"delegate": str(delegate.id)}
    )
    assert page.status_code == 422
    assert "Choisissez quelqu’un dans la liste" in page.text
    assert the_sheet(world, one).delegate_id is None


def test_who_stands_in_and_leaves_stands_in_no_more(world: World) -> None:
    gina = outsider(world, "Gina")
    made = programme(world)
    of, about = institution(world, made), (subject(world, made),)
    desks.manager(world, of, gina)
    relay = desks.expert(world, of, subjects=about)
    one = desks.expert(
        world, of, subjects=about, name="Bao", absent_from=TODAY, delegate_id=relay.id
    )
    world.client(gina).post(f"/expertise/experts/{relay.id}/retirer")
    assert the_sheet(world, one).delegate_id is None


def test_a_manager_says_the_absence_of_who_cannot(world: World) -> None:
    gina = outsider(world, "Gina")
    made = programme(world)
    of = institution(world, made)
    desks.manager(world, of, gina)
    one = desks.expert(world, of, subjects=(subject(world, made),))
    world.client(gina).post(f"/expertise/experts/{one.id}/absence", data={})
    assert the_sheet(world, one).absent_from == TODAY
