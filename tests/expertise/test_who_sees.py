"""Who sees a need: a table, through page, list, count and decision."""

import pytest
from sqlalchemy import select

from accounts.models import Member
from expertise import rule
from expertise.needs import links
from expertise.needs.models import Need
from expertise.programmes.models import Programme, Review
from tests.expertise.desks import at_the_desk, institution, manager, need, programme, subject
from tests.world import World

WHO = {
    "team": True,
    "another team": False,
    "member": False,
    "moderator": False,
    "administrator": False,
    "outsider": False,
}


def people(world: World) -> dict[str, Member]:
    """Who asks to see the need of the programme "essai"."""
    found = {
        "team": world.member("Thomas"),
        "another team": world.member("Autre"),
        "member": world.member("Membre"),
        "moderator": world.moderator(),
        "administrator": world.administrator(),
        "outsider": world.member("Dehors", networks=[]),
    }
    programme(world, team=(found["team"],))
    programme(world, "autre", team=(found["another team"],))
    return found


@pytest.mark.parametrize(("who", "sees"), WHO.items())
def test_only_the_team_sees_a_need(world: World, who: str, sees: bool) -> None:
    someone = people(world)[who]
    made = programme_called(world, "essai")
    one = need(world, made, title="Un besoin confidentiel")
    desk = at_the_desk(world, someone)
    assert (one.id in world.all(select(Need.id).where(rule.seen(desk)))) is sees
    client = world.client(someone)
    page = client.get(f"/expertise/besoins/{one.id}")
    assert page.status_code == (200 if sees else 404)
    assert client.get("/expertise/equipe/essai").status_code == (200 if sees else 404)
    assert ("1 besoin à traiter" in client.get("/expertise").text.replace("\u00a0", " ")) is sees
    decided = client.post(f"/expertise/besoins/{one.id}/decision", data={"act": "validate"})
    assert decided.status_code == (302 if sees else 404)


def programme_called(world: World, slug: str) -> Programme:
    """One that people() made."""
    found = world.one(select(Programme).where(Programme.slug == slug))
    assert found is not None
    return found


def test_a_link_opens_one_need_and_a_new_one_ends_it(world: World) -> None:
    made = programme(world)
    mine, other = need(world, made, title="Le mien"), need(world, made, title="Le leur")
    settings, anybody = world.app.extensions["maillage.settings"], world.client()
    token = links.token(settings, mine)
    page = anybody.get(f"/expertise/suivi/{token}")
    assert page.status_code == 200
    assert "Le mien" in page.text
    assert "Le leur" not in page.text
    assert anybody.get(f"/expertise/suivi/{token}x").status_code == 404
    assert anybody.get(f"/expertise/suivi/{other.id}").status_code == 404
    assert anybody.get(f"/expertise/besoins/{mine.id}").status_code == 302
    with world.session() as session:
        session.get_one(Need, mine.id).link_epoch += 1
    assert anybody.get(f"/expertise/suivi/{token}").status_code == 404


def test_opening_a_link_changes_nothing(world: World) -> None:
    one = need(world, programme(world))
    token = links.token(world.app.extensions["maillage.settings"], one)
    before = world.one(select(Need.state).where(Need.id == one.id))
    for act in ("ajouter", "contester", "retirer"):
        assert world.client().get(f"/expertise/suivi/{token}/{act}").status_code == 405
    assert world.one(select(Need.state).where(Need.id == one.id)) == before


def test_public_pages_tell_nothing_of_needs(world: World) -> None:
    made = programme(world)
    need(world, made, title="Un secret de fabrique")
    anybody = world.client()
    addresses = ["", "/besoin-d-un-expert", "/proposer-mes-experts", "/services", "/tarifs"]
    for address in [*addresses, "/contact", "/mentions-legales", "/demander"]:
        page = anybody.get(f"/expertise/essai{address}")
        assert page.status_code == 200, address
        assert "fabrique" not in page.text
    assert anybody.get("/expertise/essai/inconnue").status_code == 404


def test_a_programme_that_is_closed_has_no_page(world: World) -> None:
    made = programme(world, is_open=False)
    about = subject(world, made).slug
    anybody = world.client()
    for address in ("", "/demander", f"/demander/besoin?sujet={about}", "/contact"):
        assert anybody.get(f"/expertise/essai{address}").status_code == 404
    assert "Essai" not in anybody.get("/expertise").text


@pytest.mark.parametrize("what", ["page", "subjects", "decision"])
def test_who_answers_a_need_never_reads_the_sheet_of_its_team(world: World, what: str) -> None:
    """It says whom the need is hidden from, and whom to call."""
    made = programme(world, review=Review.NONE)
    house, chief = institution(world, made, "Groupe A"), world.member("Rémi", networks=())
    manager(world, house, chief)
    hidden = institution(world, made, "Groupe Secret")
    institution(world, made, "Maison Cachée")
    one = need(world, made, hidden_from=[hidden.id], hidden_words="Maison Cachée")
    client = world.client(chief)
    assert one.title in client.get("/expertise/recus").text
    there = f"/expertise/besoins/{one.id}"
    if what == "page":
        answer = client.get(there)
    elif what == "subjects":
        answer = client.post(f"{there}/sujets", data={})
    else:
        answer = client.post(f"{there}/decision", data={"act": "refuse", "words": "x" * 4000})
    assert answer.status_code == 404
    assert "Groupe Secret" not in answer.text
