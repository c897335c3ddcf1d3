"""The feed: its order, its filters, what is unread, what is kept on top, page after page."""

import re
from datetime import timedelta
from html import unescape

from sqlalchemy import func, select, update

from accounts.facts import Joined
from core import clock
from forum.jobs import start_reading
from forum.models import Post, Topic
from news.models import Article, Contract
from tests.forum.topics import listed as topics_listed
from tests.forum.topics import unread as topics_unread
from tests.news.articles import listed
from tests.world import BOTH, World

SOON = clock.today() + timedelta(days=10)
PAST = clock.today() - timedelta(days=2)


def topic_of(world: World, article: Article) -> Topic:
    """The topic that an article is."""
    found = world.one(select(Topic).where(Topic.id == article.topic_id))
    assert found is not None
    return found


@BOTH
def test_the_newest_comes_first_whatever_is_said_since(world: World) -> None:
    author = world.member()
    old = world.article(author, "Ancienne", "La première des deux annonces.")
    world.article(author, "Nouvelle", "Tout autre chose, sans aucun rapport.")
    world.reply(topic_of(world, old), world.member("Bruno"))
    assert listed(world, author) == ["Nouvelle", "Ancienne"]


@BOTH
def test_the_filters_of_the_address_keep_what_they_say(world: World) -> None:
    author = world.member(networks=("coorace", "fnars"), territories=("region:52",))
    world.article(author, "Emploi", "Un poste d’encadrant.", kind="offre-d-emploi",
                  contract=Contract.FIXED_TERM, deadline=SOON, theme="droit")  # fmt: skip
    world.article(author, "Appel", "Un appel pour les jardins.", kind="appel-a-projets",
                  deadline=PAST, networks=["fnars"])  # fmt: skip
    world.article(author, "Vie", "La fédération déménage.", territories=["departement:44"])
    assert listed(world, author, kind="offre-d-emploi") == ["Emploi"]
    assert listed(world, author, kind="inconnu") == []
    assert listed(world, author, theme="droit") == ["Emploi"]
    assert listed(world, author, network_id=world.network("fnars")) == ["Appel"]
    assert listed(world, author, territory_id=world.territory("zone_emploi:5216")) == ["Vie"]
    assert listed(world, author, valid=True) == ["Vie", "Emploi"]
    client = world.client(author)
    page = client.get("/actualites?voir=valables&genre=offre-d-emploi").text
    assert ">Emploi</a>" in page
    assert ">Appel</a>" not in page


@BOTH
def test_what_was_not_read_is_marked_until_it_is(world: World) -> None:
    author, reader = world.member(), world.member("Bruno")
    first = world.article(author, "Une", "Le premier sujet de la semaine.")
    world.article(author, "Deux", "Une tout autre chose à savoir.")
    topic = world.topic(author, "Une question")
    assert listed(world, reader, unread=True) == ["Deux", "Une"]
    assert listed(world, author, unread=True) == []
    last = world.one(select(func.max(Post.id)).where(Post.topic_id == first.topic_id))
    client = world.client(reader)
    client.post(f"/forum/sujets/{first.topic_id}/lu/{last}")
    assert listed(world, reader, unread=True) == ["Deux"]
    client.post("/actualites/tout-lu")
    assert listed(world, reader, unread=True) == []
    assert topics_unread(world, reader) == [topic.title]
    client.post("/forum/tout-lu")
    assert topics_unread(world, reader) == []
    world.article(author, "Trois", "Enfin, une dernière chose.")
    assert listed(world, reader, unread=True) == ["Trois"]


def test_the_forum_read_whole_leaves_the_news_unread(world: World) -> None:
    author, reader = world.member(), world.member("Bruno")
    world.article(author, "Une")
    world.client(reader).post("/forum/tout-lu")
    assert listed(world, reader, unread=True) == ["Une"]


def test_a_newcomer_starts_with_everything_read(world: World) -> None:
    author = world.member()
    world.article(author, "Avant son arrivée")
    nora = world.member("Nora")
    world.act(lambda s: start_reading(s, Joined(None, "", {}, nora)))
    assert listed(world, nora, unread=True) == []


def test_a_moderator_keeps_an_article_on_top(world: World) -> None:
    author, moderator = world.member(), world.moderator()
    kept = world.article(author, "À lire", "La charte change, lisez-la.")
    world.article(author, "Ensuite", "Un atelier de plus cette semaine.")
    assert world.client(moderator).post(
        f"/moderation/sujets/{kept.topic_id}/epingler"
    ).location == f"/actualites/{kept.topic_id}"  # fmt: skip
    page = world.client(author).get("/actualites").text
    assert page.index(">À lire</a>") < page.index(">Ensuite</a>")
    assert page.count(">À lire</a>") == 1


@BOTH
def test_a_long_feed_is_read_page_after_page_without_gap_or_repeat(world: World) -> None:
    member = world.member()
    titles = {world.article(member, f"Numéro {n}", f"Mot{n} chose{n} fait{n}.").topic_id
              for n in range(45)}  # fmt: skip
    world.act(lambda s: s.execute(update(Article).values(
        published_at=select(func.min(Article.published_at)).scalar_subquery())))  # fmt: skip
    client, path, seen = world.client(member), "/actualites", []
    while path:
        page = client.get(path).get_data(as_text=True)
        seen += re.findall(r'<a href="/actualites/(\d+)">Numéro', page)
        older = re.search(r'rel="next" href="([^"]+)"', page)
        path = unescape(older.group(1)) if older else ""
    assert len(seen) == 45
    assert {int(one) for one in seen} == titles


def test_an_address_that_says_nothing_sensible_starts_at_the_top(world: World) -> None:
    member = world.member()
    world.article(member, "Une")
    client = world.client(member)
    for said in ("avant=x", "avant=2026-01-01~1", "avant=0001-01-01T00:00:00%2B23:59~1",
                 "reseau=x", "territoire=99999999999", "voir=rien", "genre=%00"):  # fmt: skip
        assert client.get(f"/actualites?{said}").status_code == 200, said


@BOTH
def test_the_forum_knows_nothing_of_articles(world: World) -> None:
    author = world.member()
    world.topic(author, "Une question")
    made = world.article(author, "Une annonce de formation")
    world.work()
    for show in ("", "unanswered", "mine", "unread", "followed"):
        assert "Une annonce de formation" not in topics_listed(world, author, show=show)
    client = world.client(world.member("Bruno"))
    assert "annonce" not in client.get("/forum/semblables?title=Une annonce de formation").text
    assert "annonce" not in client.get("/forum?theme=formation").text
    assert client.get(f"/forum/sujets/{made.topic_id}").location == f"/actualites/{made.topic_id}"


def test_each_address_leads_to_the_room_where_it_is_read(world: World) -> None:
    author = world.member()
    made, topic = world.article(author), world.topic(author)
    client = world.client(author)
    answer = client.get(f"/forum/sujets/{made.topic_id}?apres=30&citer=1")
    assert (answer.status_code, answer.location) == (
        301,
        f"/actualites/{made.topic_id}?apres=30&citer=1",
    )
    answer = client.get(f"/actualites/{topic.id}")
    assert (answer.status_code, answer.location) == (301, f"/forum/sujets/{topic.id}")
