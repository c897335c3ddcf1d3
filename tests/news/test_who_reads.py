"""What one way shows of an article, all show: feed, page, picture, search, Atom, mail, warning."""

import re

import pytest
from sqlalchemy import select

from accounts.models import Member
from files.models import StoredFile
from forum.models import Post
from news.models import Article
from notifications.models import Kind
from tests.news.articles import filled, listed
from tests.news.test_pictures import photograph
from tests.world import BOTH, World

BODY = "Zéphyrine, la camionnette du réseau, fait le tour des structures tout le mois de mars."


def published(world: World, author: Member, networks: list[str], places: list[str]) -> Article:
    upload = world.upload(author, "image.webp", photograph("WEBP", (40, 30)))
    assert upload
    picture = world.one(select(StoredFile.id).order_by(StoredFile.id.desc()).limit(1))
    made = world.article(
        author,
        "Le tour de Zéphyrine",
        BODY,
        networks=networks,
        territories=places,
        picture_id=picture,
        picture_words="Une camionnette",
    )
    world.work()
    return made


def ways(world: World, member: Member, article: Article) -> dict[str, bool]:
    """Whether each way leads a member to an article."""
    client, here = world.client(member), f"/actualites/{article.topic_id}"
    secret = re.search(
        r"(/actualites/flux/[\w-]+\.atom)", client.post("/actualites/flux/adresse").text
    )
    assert secret
    near = client.post("/actualites/publier", data=filled(world, title="Zéphyrine", body=BODY))
    return {
        "feed": "Le tour de Zéphyrine" in listed(world, member),
        "list": f'href="{here}"' in client.get("/actualites").text,
        "page": client.get(here).status_code == 200,
        "picture": client.get(f"{here}/image").status_code == 200,
        "thumbnail": client.get(f"{here}/vignette").status_code == 200,
        "forum's address": client.get(f"/forum/sujets/{article.topic_id}").status_code == 301,
        "search": f'href="{here}' in client.get("/recherche?q=camionnette").text,
        "titles": here in client.get("/recherche/titres?q=tour").text,
        "atom": here in world.client().get(secret.group(1)).text,
        "warning": here in near.text,
        "told": Kind.NEW_ARTICLE in {one.kind for one in world.told(member)},
    }


@pytest.mark.parametrize(
    ("networks", "places", "sees"),
    [
        ([], [], True),
        (["coorace"], [], True),
        (["fnars"], [], False),
        ([], ["zone_emploi:5216"], True),
        ([], ["departement:72"], False),
        (["coorace"], ["departement:72"], False),
        (["fnars", "coorace"], ["region:52"], True),
    ],
)
@BOTH
def test_who_reads_an_article(
    world: World, networks: list[str], places: list[str], sees: bool
) -> None:
    author = world.member("Odile", networks=["coorace", "fnars"], territories=["region:52"])
    reader = world.member("Rita", networks=["coorace"], territories=["departement:44"])
    article = published(world, author, networks, places)
    shown = ways(world, reader, article)
    assert {way for way, there in shown.items() if there is not sees} == set()


def test_an_account_of_no_network_reads_nothing(world: World) -> None:
    article = published(world, world.member("Odile"), [], [])
    guest = world.member("Guy", networks=(), territories=())
    client, here = world.client(guest), f"/actualites/{article.topic_id}"
    shut = ("/actualites", here, f"{here}/image", f"{here}/vignette", "/recherche?q=tour")
    for path in (*shut, f"/forum/sujets/{article.topic_id}", "/recherche/titres?q=tour"):
        assert client.get(path).status_code == 404, path
    assert client.post("/actualites/flux/adresse").status_code == 404
    assert not world.told(guest)


@pytest.mark.parametrize("who", ["author", "moderator", "reader"])
def test_a_hidden_article_is_read_by_its_author_and_moderators_alone(
    world: World, who: str
) -> None:
    people = {"author": world.member("Odile"), "moderator": world.moderator(),
              "reader": world.member("Rita")}  # fmt: skip
    article = published(world, people["author"], [], [])
    post = world.one(select(Post.id).where(Post.topic_id == article.topic_id))
    address = f"/moderation/messages/{post}/masquer"
    assert world.client(people["reader"]).post(address, data={"reason": "Non."}).status_code == 403
    world.client(people["moderator"]).post(address, data={"reason": "Non."})
    world.work()
    client, here = world.client(people[who]), f"/actualites/{article.topic_id}"
    expected = 404 if who == "reader" else 200
    assert client.get(here).status_code == expected
    assert client.get(f"{here}/image").status_code == expected
    assert here not in client.get("/recherche?q=camionnette").text
    assert (here in client.get("/actualites").text) is (who != "reader")


def test_only_its_author_changes_it(world: World) -> None:
    author = world.member("Odile")
    article = world.article(author)
    address = f"/actualites/{article.topic_id}/modifier"
    for other in (world.member("Rita"), world.moderator(), world.administrator()):
        assert world.client(other).get(address).status_code == 403
        assert world.client(other).post(address, data=filled(world)).status_code == 403
    assert world.client(author).get(address).status_code == 200
