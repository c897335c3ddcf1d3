"""Publishing: what each kind asks, what is kept when something lacks, what is said otherwise."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from core import clock
from core.refusals import Refused
from forum.models import Post, Revision, Section, State, Topic
from news.models import Article, Contract
from news.queries import article as the_article
from tests.news.articles import filled, fresh, kind, listed
from tests.world import BOTH, World

SOON = clock.today() + timedelta(days=10)


@BOTH
def test_an_article_is_a_topic_with_more_to_say(world: World) -> None:
    author = world.member()
    made = fresh(
        world,
        world.article(
            author,
            "Portes ouvertes aux Jardins",
            kind="portes-ouvertes",
            starts_on=SOON,
            starts_at=time(14),
            ends_at=time(17, 30),
            place="Les Jardins",
            town="Nantes",
            link="www.jardins.example/portes",
        ),
    )
    assert made.topic.section is Section.NEWS
    assert made.topic.audience_id == made.audience_id
    assert (made.starts_on, made.starts_at, made.ends_at) == (SOON, time(14), time(17, 30))
    assert made.link == "https://www.jardins.example/portes"
    assert listed(world, author) == ["Portes ouvertes aux Jardins"]


def test_the_page_asks_first_which_kind_then_what_this_kind_asks(world: World) -> None:
    client = world.client(world.member())
    kinds = client.get("/actualites/publier").text
    assert 'href="/actualites/publier?genre=offre-d-emploi"' in kinds
    assert 'name="title"' not in kinds
    day = client.get("/actualites/publier?genre=portes-ouvertes").text
    assert 'name="starts_on"' in day
    assert 'name="contract"' not in day
    job = client.get("/actualites/publier?genre=offre-d-emploi").text
    assert 'name="contract"' in job
    assert 'name="deadline"' in job
    life = client.get("/actualites/publier?genre=vie-du-reseau").text
    assert 'name="starts_on"' not in life
    assert 'name="deadline"' not in life


@pytest.mark.parametrize(
    ("slug", "said", "refused"),
    [
        ("portes-ouvertes", {"place": "Ici"}, "article-day-needed"),
        ("portes-ouvertes", {"starts_on": SOON}, "article-place-needed"),
        (
            "portes-ouvertes",
            {"starts_on": SOON, "town": "Nantes", "ends_on": SOON - timedelta(days=1)},
            "dates-crossed",
        ),
        (
            "portes-ouvertes",
            {"starts_on": SOON, "town": "N", "starts_at": time(14), "ends_at": time(9)},
            "dates-crossed",
        ),
        (
            "portes-ouvertes",
            {"starts_on": date(2090, 1, 1), "town": "Nantes"},
            "article-too-far",
        ),
        ("offre-d-emploi", {"deadline": SOON}, "contract-needed"),
        ("offre-d-emploi", {"contract": Contract.FIXED_TERM}, "deadline-needed"),
        ("appel-a-projets", {}, "deadline-needed"),
        ("vie-du-reseau", {"link": "pas une adresse"}, "link-unknown"),
    ],
)
def test_what_a_kind_asks_is_refused_when_it_lacks(
    world: World, slug: str, said: dict[str, Any], refused: str
) -> None:
    author = world.member()
    with pytest.raises(Refused, match=refused):
        world.article(author, kind=slug, **said)
    assert world.one(select(func.count()).select_from(Topic)) == 0


def test_what_a_kind_does_not_ask_is_not_kept(world: World) -> None:
    made = world.article(
        world.member(), starts_on=SOON, town="Nantes", contract=Contract.FIXED_TERM, deadline=SOON
    )
    assert (made.starts_on, made.town, made.contract, made.deadline) == (None, "", None, None)


def test_an_error_is_told_beside_its_field_and_nothing_typed_is_lost(world: World) -> None:
    client = world.client(world.member())
    said = filled(world, "portes-ouvertes", place="Salle des fêtes", expires_on=SOON.isoformat())
    answer = client.post("/actualites/publier", data=said)
    assert answer.status_code == 422
    assert 'id="starts_on-error"' in answer.text
    for words in (said["title"], said["body"], "Salle des fêtes", SOON.isoformat()):
        assert words in answer.text


def test_what_was_typed_is_published_and_read(world: World) -> None:
    author = world.member()
    client = world.client(author)
    said = filled(
        world, "offre-d-emploi", contract="cddi", deadline=SOON.isoformat(),
        starts_on=SOON.isoformat(), starts_at="09:30", place="Maison de l’emploi",
    )  # fmt: skip
    answer = client.post("/actualites/publier", data=said)
    assert answer.status_code == 302
    page = client.get(answer.location).text
    for words in ("CDDI", "Maison de l’emploi", said["title"], "Le second site ouvre"):
        assert words in page


def test_the_same_form_sent_twice_publishes_once(world: World) -> None:
    client = world.client(world.member())
    said = filled(world, submission="une-seule-fois")
    first = client.post("/actualites/publier", data=said | {"malgre_tout": "1"})
    second = client.post("/actualites/publier", data=said | {"malgre_tout": "1"})
    assert first.location == second.location
    assert world.one(select(func.count()).select_from(Article)) == 1


def test_a_reach_that_is_not_ones_own_is_refused(world: World) -> None:
    author = world.member(networks=("coorace",))
    said = filled(world, reach="chosen", networks=str(world.network("fnars")))
    assert world.client(author).post("/actualites/publier", data=said).status_code == 422
    said = filled(world, reach="chosen")
    assert world.client(author).post("/actualites/publier", data=said).status_code == 422
    assert world.all(select(Article)) == []


def test_how_many_will_read_it_is_counted_as_the_boxes_are_ticked(world: World) -> None:
    client = world.client(world.member())
    world.member("Bruno", networks=("fnars",))
    everyone = client.post("/actualites/publier/portee", data={"reach": "everyone"})
    assert everyone.text.startswith("2 membres")


def test_an_article_is_said_otherwise_and_its_former_words_are_kept(world: World) -> None:
    author, other = world.member(), world.member("Bruno")
    made = world.article(author, "Avant")
    address = f"/actualites/{made.topic_id}/modifier"
    assert world.client(other).get(address).status_code == 403
    assert "Avant" in world.client(author).get(address).text
    said = filled(world, "appel-a-projets", title="Après", deadline=SOON.isoformat())
    assert world.client(author).post(address, data=said).status_code == 302
    now = fresh(world, made)
    assert (now.topic.title, now.deadline) == ("Après", SOON)
    assert now.kind_id == kind(world, "appel-a-projets")
    assert [one.title for one in world.all(select(Revision))] == ["Avant"]


def test_a_change_that_lacks_something_changes_nothing(world: World) -> None:
    author = world.member()
    made = world.article(author, "Avant")
    said = filled(world, "appel-a-projets", title="Après")
    answer = world.client(author).post(f"/actualites/{made.topic_id}/modifier", data=said)
    assert answer.status_code == 422
    assert 'id="deadline-error"' in answer.text
    assert "Après" in answer.text
    assert fresh(world, made).topic.title == "Avant"


def test_the_words_of_an_article_are_not_changed_as_those_of_a_question(world: World) -> None:
    author = world.member()
    made = world.article(author)
    question = world.one(select(Post.id).where(Post.topic_id == made.topic_id))
    answer = world.client(author).post(f"/forum/messages/{question}/modifier", data={"body": "X"})
    assert answer.location == f"/actualites/{made.topic_id}/modifier"


@pytest.mark.parametrize(
    ("said", "last"),
    [
        ({"kind": "vie-du-reseau"}, None),
        ({"kind": "appel-a-projets", "deadline": SOON}, SOON),
        ({"kind": "portes-ouvertes", "starts_on": SOON, "town": "Nantes"}, SOON),
        (
            {
                "kind": "portes-ouvertes",
                "starts_on": SOON - timedelta(days=2),
                "ends_on": SOON,
                "town": "Nantes",
            },
            SOON,
        ),
        ({"kind": "appel-a-projets", "deadline": SOON, "expires_on": clock.today()}, clock.today()),
    ],
)
def test_it_is_over_the_day_after_its_date_unless_its_author_says_when(
    world: World, said: dict[str, Any], last: date | None
) -> None:
    made = world.article(world.member(), **said)
    until = made.valid_until
    if last is None:
        assert until is None
    else:
        assert until is not None
        assert until.astimezone(clock.PARIS).date() == last + timedelta(days=1)
        assert until.astimezone(clock.PARIS).time() == time()


def test_a_first_article_waits_for_a_moderator_then_is_news_of_that_day(world: World) -> None:
    moderator, newcomer = world.moderator(), world.member("Nora")
    world.client(world.administrator()).post("/administration/regles", data={"newcomer_posts": "1"})
    said = filled(world)
    answer = world.client(newcomer).post("/actualites/publier", data=said)
    assert answer.status_code == 302
    made = world.all(select(Article))[0]
    assert fresh(world, made).topic.state is State.HELD
    reader = world.member("Bruno")
    assert listed(world, reader) == []
    assert world.client(reader).get(answer.location).status_code == 404
    post = world.one(select(Post.id))
    world.client(moderator).post(f"/moderation/messages/{post}/approuver")
    now = fresh(world, made)
    assert now.published_at == now.topic.last_activity_at > made.published_at
    assert listed(world, reader) == [said["title"]]
    assert world.one(the_article(world.viewer(reader), made.topic_id)) is not None
