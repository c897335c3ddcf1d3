"""Home says what is new for me; the addresses that belong to no room."""

import re
from datetime import datetime, time, timedelta

from sqlalchemy import select, update

from access.models import Network
from accounts.models import Member
from agenda import changes
from agenda.models import Event
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


@BOTH
def test_home_holds_the_next_dates_that_its_reader_sees(world: World) -> None:
    """In their order, the three first, each event once: not what is over or withdrawn."""
    owner = world.member("Odile")
    at = datetime.combine(clock.today(), time(9, 30))
    for days, title in ((40, "Le quatrième"), (9, "Le deuxième"), (20, "Tiers")):
        world.event(owner, title, at + timedelta(days=days))
    # One that comes back shows its next date alone.
    world.event(owner, "Le premier", at + timedelta(days=3), recurrence="RRULE:FREQ=DAILY;COUNT=5")
    world.event(owner, "Réservée", at + timedelta(days=2), networks=["coorace"])
    world.event(owner, "Passée", at - timedelta(days=9))
    gone = world.event(owner, "Retirée", at + timedelta(days=1))
    world.act_as(
        owner,
        lambda s, v: changes.withdraw(
            s, s.get_one(Event, gone.id), by=s.get_one(Member, owner.id), viewer=v
        ),
    )
    titles = ("Réservée", "Le premier", "Le deuxième", "Tiers", "Le quatrième", "Passée", "Retirée")

    def shown(who: Member) -> list[str]:
        page = world.client(who).get("/").get_data(as_text=True)
        section = page.partition('aria-labelledby="dates"')[2].partition("</section>")[0]
        found = [(section.find(title), title) for title in titles if title in section]
        return [title for _place, title in sorted(found)]

    assert shown(world.member("Alice")) == ["Réservée", "Le premier", "Le deuxième"]
    stranger = world.member("Xavier", networks=("fnars",), territories=("departement:72",))
    assert shown(stranger) == ["Le premier", "Le deuxième", "Tiers"]
    assert shown(world.member("Nora", networks=())) == []


def test_home_says_that_no_date_is_announced(world: World) -> None:
    page = world.client(world.member()).get("/").get_data(as_text=True)
    assert 'aria-labelledby="dates"' not in page
    assert 'href="/agenda/nouveau"' in page


def test_home_costs_ten_queries_at_most_whatever_it_holds(world: World) -> None:
    member, colleague = world.member(), world.member("Bruno")
    at = datetime.combine(clock.today() + timedelta(days=3), time(9, 30))
    world.event(colleague, "Réunion", at)
    world.article(colleague)
    client = world.client(member)
    world.act(
        lambda s: s.execute(
            update(Member).where(Member.id == member.id).values(
                last_visit_at=clock.now() - timedelta(days=2),
                previous_visit_at=clock.now() - timedelta(days=2),
            )
        )
    )  # fmt: skip
    world.document(colleague)

    def cost() -> int:
        client.get("/")
        with world.counted() as statements:
            assert client.get("/").status_code == 200
        return len(statements)

    assert cost() <= 10, "nothing is new"
    mine = world.topic(member, "Ma question")
    world.reply(mine, colleague)
    assert cost() <= 10, "something is unread"
    world.work()
    assert cost() <= 10, "and one was told"


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
