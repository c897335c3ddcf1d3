"""A member's secret address for news programs: made, replaced, closed; what it gives."""

import re
from datetime import timedelta

from flask.testing import FlaskClient
from lxml import etree
from sqlalchemy import select, update

from access.models import MemberNetwork
from accounts import administration
from accounts.models import Member
from core import clock
from news.models import Article, ArticleFeed
from tests.world import BOTH, World

NAMESPACE = {"atom": "http://www.w3.org/2005/Atom"}


def address_of(client: FlaskClient, said: str = "") -> str:
    """Make an address, as the page does; the page tells it once."""
    page = client.post(f"/actualites/flux/adresse{said}")
    assert page.headers["Cache-Control"] == "no-store"
    found = re.search(r"http://localhost(/actualites/flux/[\w-]{43}\.atom[^<]*)</code>", page.text)
    assert found
    return found.group(1).replace("&amp;", "&")


def titles(world: World, address: str) -> list[str]:
    """What a program reads there, without any cookie."""
    answer = world.client().get(address)
    assert answer.mimetype == "application/atom+xml"
    root = etree.fromstring(answer.data)
    return [one.text or "" for one in root.findall("atom:entry/atom:title", NAMESPACE)]


@BOTH
def test_a_program_reads_what_the_member_sees(world: World) -> None:
    author, reader = world.member(networks=["coorace", "fnars"]), world.member("Rita")
    world.article(author, "Pour tous", "La première annonce de la semaine.")
    world.article(author, "Pour d’autres", "Une annonce réservée ailleurs.", networks=["fnars"])
    address = address_of(world.client(reader))
    assert titles(world, address) == ["Pour tous"]
    # The rule is asked at each reading.
    there = MemberNetwork(member_id=reader.id, network_id=world.network("fnars"))
    world.act(lambda s: s.add(there))
    assert titles(world, address) == ["Pour d’autres", "Pour tous"]


def test_the_address_is_told_once_and_only_its_mark_is_kept(world: World) -> None:
    reader = world.member("Rita")
    client = world.client(reader)
    secret = address_of(client).split("/")[-1].removesuffix(".atom")
    assert secret not in client.get("/actualites/flux").text
    (kept,) = world.all(select(ArticleFeed))
    assert secret not in kept.token_hash
    assert len(kept.token_hash) == 64


def test_a_new_address_closes_the_former_and_a_closed_one_opens_nothing(world: World) -> None:
    client = world.client(world.member("Rita"))
    first = address_of(client)
    second = address_of(client)
    assert world.client().get(first).status_code == 404
    assert world.client().get(second).status_code == 200
    client.post("/actualites/flux/supprimer")
    assert world.client().get(second).status_code == 404
    assert world.client().get("/actualites/flux/x.atom").status_code == 404


def test_it_closes_with_the_account_and_opens_nothing_before_the_charter(world: World) -> None:
    reader = world.member("Rita")
    address = address_of(world.client(reader))
    administrator = world.administrator()
    world.act(lambda s: administration.suspend(
        s, s.get_one(Member, reader.id), by=s.get_one(Member, administrator.id),
        reason="Essai", until=None))  # fmt: skip
    assert world.client().get(address).status_code == 404
    other = world.member("Nora")
    address = address_of(world.client(other))
    world.act(lambda s: administration.publish_charter(s, by=None, body="# Autre", changes="Tout"))
    assert world.client().get(address).status_code == 404


def test_the_same_filters_as_the_page(world: World) -> None:
    author = world.member()
    world.article(author, "Vie", "La fédération déménage ce printemps.")
    world.article(author, "Appel", "Un appel pour les jardins.", kind="appel-a-projets",
                  deadline=(clock.today() + timedelta(days=3)))  # fmt: skip
    address = address_of(world.client(author), "?genre=appel-a-projets&voir=valables")
    assert address.endswith("?genre=appel-a-projets&voir=valables")
    assert titles(world, address) == ["Appel"]


def test_nothing_new_is_not_sent_again(world: World) -> None:
    author = world.member()
    world.article(author, "Une")
    address = address_of(world.client(author))
    first = world.client().get(address)
    again = world.client().get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    world.article(author, "Deux", "Une tout autre annonce.")
    again = world.client().get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200


def test_hostile_words_are_words(world: World) -> None:
    author = world.member()
    title = "</title><script>alert(1)</script> ]]> & \ufffe\U0001f600"
    world.article(author, title, "<script>alert(2)</script><b>gras</b> &amp; ]]>")
    answer = world.client().get(address_of(world.client(author)))
    root = etree.fromstring(answer.data)
    (entry,) = root.findall("atom:entry", NAMESPACE)
    assert entry.findtext("atom:title", namespaces=NAMESPACE) == title.replace("\ufffe", "")
    assert b"<script" not in answer.data
    assert [one.tag for one in root.iter() if "script" in str(one.tag)] == []


def test_it_is_a_feed_as_programs_expect(world: World) -> None:
    author = world.member()
    made = world.article(author, "Une")
    root = etree.fromstring(world.client().get(address_of(world.client(author))).data)
    assert root.tag == "{http://www.w3.org/2005/Atom}feed"
    for name in ("id", "title", "updated"):
        assert root.findtext(f"atom:{name}", namespaces=NAMESPACE)
    (entry,) = root.findall("atom:entry", NAMESPACE)
    for name in ("id", "title", "updated", "published", "summary", "author/atom:name"):
        assert entry.findtext(f"atom:{name}", namespaces=NAMESPACE), name
    link = entry.find("atom:link", NAMESPACE)
    assert link is not None
    assert link.get("href") == f"http://localhost/actualites/{made.topic_id}"


def test_an_empty_feed_is_a_feed_that_does_not_change(world: World) -> None:
    address = address_of(world.client(world.member()))
    first, second = world.client().get(address), world.client().get(address)
    assert first.headers["ETag"] == second.headers["ETag"]
    assert titles(world, address) == []


def test_at_most_fifty_are_given(world: World) -> None:
    author = world.member()
    for number in range(52):
        world.article(author, f"Numéro {number}", f"Mot{number} chose{number} fait{number}.")
    world.act(lambda s: s.execute(update(Article).values(story_id=None)))
    assert len(titles(world, address_of(world.client(author)))) == 50
