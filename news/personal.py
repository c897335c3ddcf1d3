"""What the news hold about a member: given to them, and let go with them."""

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from accounts.facts import MemberLeft
from core.portable import Held, rows_of
from forum.models import Topic
from news.models import Article, ArticleBand, ArticleFeed


def its_data_of(session: Session, member_id: int) -> Held:
    """What they published, beside the words, which the forum gives; their secret address."""
    theirs = select(Topic.id).where(Topic.author_id == member_id)
    tables = {
        "article": rows_of(session, Article, Article.topic_id.in_(theirs)),
        "article_feed": rows_of(
            session, ArticleFeed, ArticleFeed.member_id == member_id, without=("token_hash",)
        ),
    }
    return Held(tables)


def forget(session: Session, fact: MemberLeft) -> None:
    """Their address opens nothing any longer; what they announced goes when they wish so."""
    session.execute(delete(ArticleFeed).where(ArticleFeed.member_id == fact.member_id))
    if not fact.erases:
        return
    theirs = select(Topic.id).where(Topic.author_id == fact.member_id)
    bare = dict.fromkeys(
        (
            *("starts_on", "starts_at", "ends_on", "ends_at", "contract", "deadline", "link"),
            *("picture_id", "expires_on", "valid_until", "story_id", "event_id"),
        )
    )
    nothing = dict.fromkeys(("place", "address", "town", "picture_words"), "")
    for statement in (
        delete(ArticleBand).where(ArticleBand.topic_id.in_(theirs)),
        update(Article).where(Article.topic_id.in_(theirs)).values(**bare, **nothing),
    ):
        session.execute(statement.execution_options(synchronize_session=False))
