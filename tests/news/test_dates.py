"""An article with a date becomes a date of the agenda."""

from datetime import date, time

import pytest
from sqlalchemy import select

from accounts.models import Member
from agenda.models import Event
from news.models import Article
from tests.world import BOTH, World

OPEN_DAY = {
    "kind": "portes-ouvertes", "starts_on": date(2027, 3, 2), "starts_at": time(14),
    "ends_at": time(17), "place": "Les Jardins", "address": "3 rue du Port", "town": "Nantes",
}  # fmt: skip


def open_day(world: World, author: Member) -> Article:
    return world.article(author, "Portes ouvertes", networks=["coorace"], **OPEN_DAY)  # type: ignore[arg-type]


@BOTH
def test_an_open_day_becomes_a_date_with_what_it_said(world: World) -> None:
    alice, reader = world.member("Alice"), world.member("Lise")
    article = open_day(world, alice)
    address = f"/agenda/nouveau?article={article.topic_id}"
    assert address in world.client(alice).get(f"/actualites/{article.topic_id}").text
    form = world.client(alice).get(address).text
    for said in ("Portes ouvertes", "2027-03-02", "14:00", "17:00", "Les Jardins", "3 rue du Port"):
        assert f'value="{said}"' in form, said
    kind = form.split('name="kind"')[1].split('value="')[2].split('"')[0]
    sent = {
        "title": "Portes ouvertes", "kind": kind, "starts_on": "2027-03-02", "starts_at": "14:00",
        "ends_at": "17:00", "place": "Les Jardins", "town": "Nantes", "zone": "Europe/Paris",
        "reach": "chosen", "networks": world.network("coorace"),
    }  # fmt: skip
    assert world.client(alice).post(address, data=sent).status_code == 302
    event = world.one(select(Event))
    assert event is not None
    seen = world.client(reader).get(f"/actualites/{article.topic_id}").text
    assert f'href="/agenda/{event.id}"' in seen
    assert address not in world.client(alice).get(f"/actualites/{article.topic_id}").text


@pytest.mark.parametrize("networks", [("coorace",), ("fnars",)])
def test_only_who_wrote_it_makes_a_date_of_it(world: World, networks: tuple[str, ...]) -> None:
    article = open_day(world, world.member("Alice"))
    other = world.client(world.member("Lise", networks=networks))
    address = f"/agenda/nouveau?article={article.topic_id}"
    assert other.get(address).status_code == 404
    if networks == ("coorace",):
        assert address not in other.get(f"/actualites/{article.topic_id}").text


def test_a_date_that_few_see_is_not_told_by_the_article(world: World) -> None:
    alice, reader = world.member("Alice", networks=("coorace", "fnars")), world.member("Lise")
    article = open_day(world, alice)
    event = world.event(alice, networks=["fnars"])
    world.act(lambda s: setattr(s.get_one(Article, article.topic_id), "event_id", event.id))
    page = world.client(reader).get(f"/actualites/{article.topic_id}").text
    assert f"/agenda/{event.id}" not in page
