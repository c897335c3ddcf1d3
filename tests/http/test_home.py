"""Home says what is new for me; the addresses that belong to no room."""

import re

from sqlalchemy import select, update

from access.models import Network
from accounts.models import Member
from core import clock
from tests.world import BOTH, World


@BOTH
def test_home_holds_what_awaits_me_then_what_awaits_an_answer(world: World) -> None:
    member, colleague = world.member(), world.member("Bruno")
    mine = world.topic(member, "Ma question")
    world.topic(colleague, "Une question sans réponse")
    world.topic(colleague, "Ailleurs", networks=["coorace"], territories=["departement:44"])
    world.reply(mine, colleague)
    world.work()
    page = world.client(member).get("/").get_data(as_text=True)
    assert "a répondu" in page
    assert "Ma question" in page
    assert page.count("Une question sans réponse") == 1
    stranger = world.member("Xavier", networks=("fnars",), territories=("departement:72",))
    elsewhere = world.client(stranger).get("/").get_data(as_text=True)
    assert "Une question sans réponse" in elsewhere
    assert "Ailleurs" not in elsewhere


def test_home_says_what_to_do_when_nothing_is_new(world: World) -> None:
    page = world.client(world.member()).get("/").get_data(as_text=True)
    assert '/forum/nouveau"' in page


def test_a_visit_is_noted_by_a_post_only(world: World) -> None:
    member = world.member()
    client = world.client(member)
    client.get("/")
    visited = select(Member.last_visit_at).where(Member.id == member.id)
    assert world.one(visited) is None
    assert client.post("/visite", headers={"X-Fragment": "1"}).status_code == 204
    noted = world.one(visited)
    assert noted is not None
    assert (clock.now() - noted).total_seconds() < 10
    assert client.post("/visite").location == "/"


def test_a_logo_is_shown_to_anybody_and_only_where_there_is_one(world: World) -> None:
    client, network = world.client(), world.network("coorace")
    assert client.get(f"/reseaux/{network}/logo").status_code == 404
    assert client.get("/reseaux/424242/logo").status_code == 404
    name = world.app.extensions["maillage.storage"].put(b"\x89PNG...")
    world.act(lambda s: s.execute(update(Network).where(Network.id == network).values(logo=name)))
    answer = client.get(f"/reseaux/{network}/logo")
    assert answer.get_data() == b"\x89PNG..."
    assert answer.mimetype == "image/png"
    assert "immutable" in answer.headers["Cache-Control"]


def test_another_language_is_one_click_away_and_lasts(world: World) -> None:
    client = world.client()
    assert 'lang="fr"' in client.get("/connexion").get_data(as_text=True)
    assert client.get("/langue/en?suite=/connexion").location == "/connexion"
    assert re.search(r'<html lang="en"', client.get("/connexion").get_data(as_text=True))
    assert client.get("/langue/xx").status_code == 404


def test_search_engines_are_sent_away(world: World) -> None:
    answer = world.client().get("/robots.txt")
    assert answer.get_data(as_text=True) == "User-agent: *\nDisallow: /\n"
    assert 'name="robots" content="noindex' in world.client().get("/connexion").get_data(
        as_text=True
    )


def test_the_house_says_that_it_is_well(world: World) -> None:
    answer = world.client().get("/sante")
    assert answer.get_json() == {"state": "ok"}
