"""What the news give to the search: one entry an article, with its comments, as for a topic."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

import forum.indexed
from core.indexing import PAGE, Changed, Entry
from forum.models import Section
from news.models import Article

ARTICLE = "article"


def _read(session: Session, ids: Collection[int]) -> Iterator[Entry]:
    said = {
        article.topic_id: article
        for article in session.scalars(
            select(Article).options(joinedload(Article.kind)).where(Article.topic_id.in_(ids))
        )
    }
    for entry in forum.indexed.read(session, ids, Section.NEWS, ARTICLE):
        article = said.get(entry.id)
        if article is None:
            continue
        where = " ".join(filter(None, (article.place, article.address, article.town)))
        own, page, comments = entry.body.partition(PAGE)
        first = "\n".join(filter(None, (own, where, article.picture_words)))
        yield replace(
            entry,
            at=article.published_at,
            summary=article.kind.name,
            body=f"{first}{page}{comments}",
            credit_id=None,
        )


articles = forum.indexed.source(Section.NEWS, ARTICLE, _read)


def telling(changed: Changed) -> forum.indexed.Telling:
    """Turns facts about articles into entries that are to be read again."""
    return forum.indexed.Telling(changed, Section.NEWS, ARTICLE)
