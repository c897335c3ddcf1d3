"""The same news published by several networks is shown once; different news never are one."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from core import clock
from forum.models import Post
from news.likeness import Told, bands, same
from news.models import Article, ArticleBand, Contract
from tests.news.articles import filled, fresh, listed
from tests.world import BOTH, World

OPEN_DAY = Told(
    "Portes ouvertes aux Jardins de la Prairie le 12 décembre",
    "Les Jardins de la Prairie, chantier d’insertion en maraîchage à Rezé, vous ouvrent leurs "
    "portes le samedi 12 décembre de 10 h à 17 h. Au programme : visite des serres, rencontre avec "
    "les salariés en parcours et les encadrants, marché de légumes de saison. Entrée libre, "
    "stationnement sur place. Inscriptions auprès de l’accueil.",
    date(2026, 12, 12),
)
OPEN_DAY_AGAIN = Told(
    "Les Jardins de la Prairie ouvrent leurs portes",
    "Bonjour à tous, pour information : Les Jardins de la Prairie, chantier d’insertion en "
    "maraîchage à Rezé, vous ouvrent leurs portes le samedi 12 décembre de 10 h à 17 h. Au "
    "programme : visite des serres, rencontre avec les salariés en parcours et les encadrants, "
    "marché de légumes de saison. Entrée libre. À bientôt, l’équipe régionale.",
    date(2026, 12, 12),
)
OPEN_DAY_SHORT = Told(
    "Portes ouvertes : Jardins de la Prairie, Rezé",
    "Samedi 12 décembre de 10 h à 17 h : visite des serres, rencontre avec les salariés en "
    "parcours et les encadrants, marché de légumes de saison aux Jardins de la Prairie à Rezé.",
    date(2026, 12, 12),
)
JOB = (
    "L’association recrute pour son atelier et chantier d’insertion de Saint-Nazaire. Vous "
    "encadrez une équipe de huit salariés en parcours, vous organisez les chantiers et transmettez "
    "les gestes du métier. Permis B exigé. Contrat à durée déterminée de douze mois, "
    "35 heures par semaine. "
    "Envoyez votre candidature à la direction avant la fin du mois."
)
GREEN = Told("Encadrant technique espaces verts à Saint-Nazaire", f"Espaces verts. {JOB}")
GARDEN = Told("Encadrant technique maraîchage à Saint-Nazaire", f"Maraîchage. {JOB}")
CIP = Told("Conseillère en insertion professionnelle", f"Poste de conseillère. {JOB}")
ASSEMBLY = Told(
    "Assemblée générale du réseau",
    "L’assemblée générale du réseau se tient à Nantes. Ordre du jour : rapport moral, rapport "
    "financier, élection du conseil d’administration. Un buffet suit la réunion.",
    date(2026, 12, 3),
)
NEXT_ASSEMBLY = Told(ASSEMBLY.title, ASSEMBLY.body, date(2027, 6, 3))
CALL = Told(
    "Appel à projets mobilité de la Région",
    "La Région soutient les projets de mobilité des structures d’insertion : garages solidaires, "
    "location de scooters, autopartage. Dossier à déposer en ligne.",
)
CALL_HOUSING = Told(
    "Appel à projets logement de la Région",
    "La Région soutient les projets de logement des structures d’insertion : intermédiation, "
    "baux glissants, pensions de famille. Dossier à déposer en ligne.",
)


def question_of(topic_id: int) -> Select[int]:
    """The number of an article's own words."""
    return select(Post.id).where(Post.topic_id == topic_id, Post.number == 0)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (OPEN_DAY, OPEN_DAY_AGAIN),
        (OPEN_DAY, OPEN_DAY_SHORT),
        (OPEN_DAY_AGAIN, OPEN_DAY_SHORT),
        (OPEN_DAY, Told(OPEN_DAY.title, OPEN_DAY.body)),
        (GREEN, Told(GREEN.title.upper(), GREEN.body + "\n\nRelayé par le réseau.")),
        (CALL, Told("Mobilité : appel à projets de la Région", CALL.body)),
    ],
)
def test_the_same_news_told_otherwise(one: Told, other: Told) -> None:
    assert same(one, other)
    assert same(other, one)
    assert set(bands(one)) & set(bands(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (GREEN, GARDEN),
        (GREEN, CIP),
        (ASSEMBLY, NEXT_ASSEMBLY),
        (CALL, CALL_HOUSING),
        (OPEN_DAY, CALL),
        (OPEN_DAY, Told("Portes ouvertes", "Venez nombreux samedi.")),
        (Told("", ""), Told("", "")),
    ],
)
def test_different_news_of_one_kind(one: Told, other: Told) -> None:
    assert not same(one, other)
    assert not same(other, one)


def test_marks_fit_their_column() -> None:
    for told in (OPEN_DAY, CALL, Told("A", "B")):
        assert all(-(2**31) <= mark < 2**31 for mark in bands(told))
    assert bands(OPEN_DAY) == bands(Told(OPEN_DAY.title, OPEN_DAY.body))


@BOTH
def test_each_reader_sees_the_news_once_and_who_else_told_it(world: World) -> None:
    coorace = world.member("Anne", networks=["coorace"])
    fnars = world.member("Farid", networks=["fnars"])
    both = world.member("Ben", networks=["coorace", "fnars"])
    one = world.article(coorace, OPEN_DAY.title, OPEN_DAY.body, networks=["coorace"])
    two = world.article(fnars, OPEN_DAY_AGAIN.title, OPEN_DAY_AGAIN.body, networks=["fnars"])
    assert fresh(world, one).story_id == fresh(world, two).story_id is not None
    assert listed(world, coorace) == [OPEN_DAY.title]
    assert listed(world, fnars) == [OPEN_DAY_AGAIN.title]
    assert listed(world, both) == [OPEN_DAY.title]
    page = world.client(both).get("/actualites").text
    assert f'<a href="/actualites/{two.topic_id}">{fnars.name} (FNARS)</a>' in page
    page = world.client(both).get(f"/actualites/{two.topic_id}").text
    assert f'<a href="/actualites/{one.topic_id}">{coorace.name} (COORACE)</a>' in page
    for path in ("/actualites", f"/actualites/{one.topic_id}"):
        page = world.client(coorace).get(path).text
        assert fnars.name not in page
        assert f"/actualites/{two.topic_id}" not in page


@BOTH
def test_a_filter_that_leaves_one_out_shows_the_other(world: World) -> None:
    both = world.member("Ben", networks=["coorace", "fnars"])
    world.article(both, OPEN_DAY.title, OPEN_DAY.body, networks=["coorace"])
    world.article(both, OPEN_DAY_AGAIN.title, OPEN_DAY_AGAIN.body, networks=["fnars"],
                  theme="droit")  # fmt: skip
    assert listed(world, both, network_id=world.network("fnars")) == [OPEN_DAY_AGAIN.title]
    assert listed(world, both, theme="droit") == [OPEN_DAY_AGAIN.title]
    assert listed(world, both, theme="formation") == [OPEN_DAY.title]
    assert listed(world, both) == [OPEN_DAY.title]


@BOTH
def test_a_hidden_one_gives_its_place_to_the_other(world: World) -> None:
    author, moderator = world.member(networks=["coorace", "fnars"]), world.moderator()
    one = world.article(author, OPEN_DAY.title, OPEN_DAY.body)
    world.article(author, OPEN_DAY_AGAIN.title, OPEN_DAY_AGAIN.body)
    post = world.one(question_of(one.topic_id))
    world.client(moderator).post(f"/moderation/messages/{post}/masquer", data={"reason": "Non."})
    reader = world.member("Rita")
    assert listed(world, reader) == [OPEN_DAY_AGAIN.title]
    page = world.client(reader).get("/actualites").text
    assert OPEN_DAY.title not in page
    assert f"/actualites/{one.topic_id}" not in page


def test_news_of_another_season_are_another_news(world: World) -> None:
    author = world.member()
    world.article(author, OPEN_DAY.title, OPEN_DAY.body)

    def move(session: Session) -> None:
        for table in (Article, ArticleBand):
            session.execute(update(table).values(published_at=clock.now() - timedelta(days=31)))

    world.act(move)
    world.article(author, OPEN_DAY_AGAIN.title, OPEN_DAY_AGAIN.body)
    assert len(listed(world, author)) == 2


def test_an_article_said_otherwise_leaves_the_news_that_it_no_longer_tells(world: World) -> None:
    author = world.member()
    world.article(author, OPEN_DAY.title, OPEN_DAY.body)
    two = world.article(author, OPEN_DAY_AGAIN.title, OPEN_DAY_AGAIN.body)
    assert len(listed(world, author)) == 1
    said = filled(world, title=CALL.title, body=CALL.body)
    world.client(author).post(f"/actualites/{two.topic_id}/modifier", data=said)
    assert len(listed(world, author)) == 2
    assert fresh(world, two).story_id is None


def test_the_author_is_warned_of_what_they_see_before_publishing(world: World) -> None:
    first = world.member("Anne", networks=["coorace"])
    made = world.article(first, OPEN_DAY.title, OPEN_DAY.body, networks=["coorace"])
    said = filled(world, title=OPEN_DAY_AGAIN.title, body=OPEN_DAY_AGAIN.body)
    colleague = world.client(world.member("Ben", networks=["coorace"]))
    answer = colleague.post("/actualites/publier", data=said)
    assert answer.status_code == 422
    assert f'href="/actualites/{made.topic_id}"' in answer.text
    assert OPEN_DAY_AGAIN.title in answer.text
    assert (
        colleague.post("/actualites/publier", data=said | {"malgre_tout": "1"}).status_code == 302
    )
    elsewhere = world.client(world.member("Farid", networks=["fnars"]))
    answer = elsewhere.post("/actualites/publier", data=said)
    # What they do not see is not told: nothing warns them of it.
    assert OPEN_DAY.title not in answer.text
    assert first.name not in answer.text


def test_two_jobs_of_one_structure_are_two_news(world: World) -> None:
    author = world.member()
    soon = clock.today() + timedelta(days=9)
    for told in (GREEN, GARDEN, CIP):
        world.article(author, told.title, told.body, kind="offre-d-emploi",
                      contract=Contract.FIXED_TERM, deadline=soon)  # fmt: skip
    assert len(listed(world, author)) == 3
