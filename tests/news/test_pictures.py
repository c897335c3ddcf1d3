"""The picture of an article: drawn again, described, shown to those who see the article."""

import io

import pytest
from PIL import Image
from sqlalchemy import select

from core.refusals import Refused
from files.models import StoredFile
from news.models import Article
from tests.news.articles import filled, fresh
from tests.world import World


def photograph(form: str = "JPEG", size: tuple[int, int] = (2400, 1600)) -> bytes:
    """A picture that says where and with what it was taken."""
    said = Image.Exif()
    said[0x010F] = "Appareil de Camille"
    said.get_ifd(0x8825)[2] = (47.0, 13.0, 6.0)
    drawn = io.BytesIO()
    Image.new("RGB", size, "#2f6b3a").save(drawn, form, exif=said)
    return drawn.getvalue()


def publish(world: World, client: object, picture: bytes, **said: str) -> object:
    form = filled(world, picture_words="Une haie que trois personnes plantent", **said)
    form |= {"picture": (io.BytesIO(picture), "photo.jpg")}  # type: ignore[dict-item]
    return client.post("/actualites/publier", data=form)  # type: ignore[attr-defined]


def test_a_photograph_is_drawn_again_and_nothing_else_of_it_is_kept(world: World) -> None:
    author, reader = world.member(), world.member("Bruno")
    sent = photograph()
    assert b"Appareil de Camille" in sent
    publish(world, world.client(author), sent)
    made = world.all(select(Article))[0]
    shown = world.client(reader).get(f"/actualites/{made.topic_id}/image")
    assert shown.mimetype == "image/webp"
    assert b"Appareil" not in shown.data
    drawn = Image.open(io.BytesIO(shown.data))
    assert (drawn.width, drawn.height) == (1280, 853)
    assert dict(drawn.getexif()) == {}
    kept = world.app.extensions["maillage.storage"]
    for file in world.all(select(StoredFile)):
        assert b"Appareil" not in kept.get(file.sha256)


def test_it_is_small_in_the_feed_and_large_on_its_page_with_its_words(world: World) -> None:
    author = world.member()
    client = world.client(author)
    publish(world, client, photograph())
    made = world.all(select(Article))[0]
    small = f"/actualites/{made.topic_id}/vignette"
    assert client.get(small).status_code == 404
    assert small not in client.get("/actualites").text
    world.work()
    assert small in client.get("/actualites").text
    drawn = Image.open(io.BytesIO(client.get(small).data))
    assert max(drawn.size) == 480
    page = client.get(f"/actualites/{made.topic_id}").text
    assert 'alt="Une haie que trois personnes plantent"' in page


def test_a_picture_that_is_not_described_is_refused_and_kept_by_the_form(world: World) -> None:
    client = world.client(world.member())
    form = filled(world, picture_words="")
    answer = client.post(
        "/actualites/publier", data=form | {"picture": (io.BytesIO(photograph()), "p.jpg")}
    )
    assert answer.status_code == 422
    assert 'id="picture_words-error"' in answer.text
    kept = answer.text.split('name="picture_kept" value="')[1].split('"')[0]
    form |= {"picture_kept": kept, "picture_words": "Une haie"}
    assert client.post("/actualites/publier", data=form).status_code == 302
    assert world.all(select(Article))[0].picture_words == "Une haie"


@pytest.mark.parametrize(
    "sent", [b"%PDF-1.4 rien", b"GIF89a", b"<svg onload=alert(1)>", b"\0" * 99]
)
def test_what_is_no_picture_is_refused_in_words(world: World, sent: bytes) -> None:
    answer = publish(world, world.client(world.member()), sent)
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert world.all(select(Article)) == []
    assert world.all(select(StoredFile)) == []


def test_nobody_takes_the_picture_of_another_by_naming_it(world: World) -> None:
    author, other = world.member(), world.member("Bruno")
    secret = world.document(author, "Secret", photograph("PNG"), name="plan.png")
    assert secret.id
    form = filled(world, picture_words="Un plan", picture_kept="1")
    assert world.client(other).post("/actualites/publier", data=form).status_code == 302
    assert world.all(select(Article))[0].picture_id is None


def test_a_picture_is_taken_away(world: World) -> None:
    client = world.client(world.member())
    publish(world, client, photograph())
    made = world.all(select(Article))[0]
    page = client.get(f"/actualites/{made.topic_id}/modifier").text
    kept = page.split('name="picture_kept" value="')[1].split('"')[0]
    form = filled(world, picture_kept=kept, no_picture="1")
    client.post(f"/actualites/{made.topic_id}/modifier", data=form)
    assert fresh(world, made).picture_id is None
    assert client.get(f"/actualites/{made.topic_id}/image").status_code == 404


def test_a_picture_that_is_not_there_is_refused(world: World) -> None:
    with pytest.raises(Refused, match="image-unknown"):
        world.article(world.member(), picture_id=999, picture_words="Rien")
