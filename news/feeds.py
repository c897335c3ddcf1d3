"""The secret address of a member's feed: made, made again, taken back, recognised."""

import secrets
from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from access.viewers import Viewer
from core import clock
from news.models import ArticleFeed

SECRET_BYTES = 32


def _mark(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def open_feed(session: Session, viewer: Viewer) -> str:
    """A new secret; the one before opens nothing any longer. It is told once, and not kept."""
    close_feed(session, viewer)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    session.add(
        ArticleFeed(member_id=viewer.member_id, token_hash=_mark(secret), created_at=clock.now())
    )
    session.flush()
    return secret


def close_feed(session: Session, viewer: Viewer) -> None:
    """The address opens nothing any longer."""
    session.execute(delete(ArticleFeed).where(ArticleFeed.member_id == viewer.member_id))


def feed_of(session: Session, viewer: Viewer) -> ArticleFeed | None:
    """The address that a member made, if they did; its secret is not known."""
    return session.scalar(select(ArticleFeed).where(ArticleFeed.member_id == viewer.member_id))


def owner_of(session: Session, secret: str) -> int | None:
    """Whose feed a secret opens."""
    return session.scalar(
        select(ArticleFeed.member_id).where(ArticleFeed.token_hash == _mark(secret))
    )
