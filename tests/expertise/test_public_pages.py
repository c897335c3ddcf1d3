"""The public pages of a programme: two ways in, subjects, logos of the institutions engaged."""

import io

from accounts.models import Member
from expertise.programmes.models import Institution, Programme
from files.personal import _shown
from tests.expertise.desks import institution
from tests.http.sample import picture
from tests.world import World


def show(world: World, who: Member, one: Institution, content: bytes | None) -> int:
    """Send a logo, or none; the status of the answer."""
    data = {"logo": (io.BytesIO(content), "logo.png")} if content else {}
    there = f"/expertise/equipe/essai/institutions/{one.id}/logo"
    return world.client(who).post(there, data=data).status_code


def test_its_first_page_leads_both_ways_and_to_each_subject(world: World, made: Programme) -> None:
    institution(world, made, "Groupe Essai")
    page = world.client().get("/expertise/essai").text
    for there in (
        "/expertise/essai/besoin-d-un-expert",
        "/expertise/essai/proposer-mes-experts",
        "/expertise/essai/demander/besoin?sujet=marketing",
        "/expertise/mode-d-emploi",
    ):
        assert f'href="{there}"' in page
    assert "Groupe Essai" in page


def test_the_team_shows_the_logo_of_an_institution_and_takes_it_off(
    world: World, team: Member, made: Programme
) -> None:
    one = institution(world, made)
    there = f"/expertise/institutions/{one.id}/logo"
    anybody = world.client()
    assert anybody.get(there).status_code == 404
    assert show(world, team, one, picture()) == 302
    assert anybody.get(there).data.startswith(b"\x89PNG")
    for page in ("/expertise/essai", "/expertise/essai/proposer-mes-experts"):
        assert f'src="{there}?v=' in anybody.get(page).text
    kept = world.act(lambda session: session.get_one(Institution, one.id).logo)
    assert world.act(lambda session: _shown(session, str(kept)))
    assert show(world, team, one, None) == 302
    assert anybody.get(there).status_code == 404
    assert not world.act(lambda session: _shown(session, str(kept)))


def test_a_logo_is_a_picture_and_the_business_of_a_team(
    world: World, team: Member, made: Programme
) -> None:
    one = institution(world, made)
    show(world, team, one, b"<svg onload=alert(1)>")
    assert world.client().get(f"/expertise/institutions/{one.id}/logo").status_code == 404
    assert show(world, world.member("Autre"), one, picture()) == 404


def test_the_logo_of_who_is_suspended_or_of_a_closed_programme_is_not_there(
    world: World, team: Member, made: Programme
) -> None:
    one = institution(world, made)
    show(world, team, one, picture())
    with world.session() as session:
        session.get_one(Programme, made.id).is_open = False
    assert world.client().get(f"/expertise/institutions/{one.id}/logo").status_code == 404
