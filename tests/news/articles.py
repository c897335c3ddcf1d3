"""What tests do to articles, and ask of them."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accounts.models import Member
from news import queries
from news.models import Article, ArticleKind
from news.queries import Filters
from tests.world import World


def listed(world: World, member: Member, **filters: Any) -> list[str]:
    """The titles that the feed shows a member, in order."""
    viewer = world.viewer(member)
    return world.act(
        lambda s: [row[0].title for row in queries.feed(s, viewer, Filters(**filters))]
    )


def fresh(world: World, article: Article) -> Article:
    """The article as it is now, with its topic."""
    found = world.one(
        select(Article)
        .options(joinedload(Article.topic))
        .where(Article.topic_id == article.topic_id)
    )
    assert found is not None
    return found


def kind(world: World, slug: str) -> int:
    """The id of a kind of news."""
    found = world.one(select(ArticleKind.id).where(ArticleKind.slug == slug))
    assert found is not None, slug
    return found


def filled(world: World, slug: str = "vie-du-reseau", **said: str) -> dict[str, str]:
    """The form of a kind of news, filled in."""
    return {
        "kind": str(kind(world, slug)),
        "title": "Les Jardins ouvrent un second site",
        "theme": str(world.theme()),
        "body": "Le second site ouvre au printemps, à côté de la gare.",
        "reach": "everyone",
        **said,
    }
