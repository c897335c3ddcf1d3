"""What open pages are told: after the commit, never before, and nothing when it is rolled back.

A piece of news holds ids, never words: whoever hears it asks for the rest, under the rule. It may
be lost: a page that comes back asks what it missed.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import event
from sqlalchemy.orm import Session

from core.db import HouseSession


@dataclass(frozen=True, slots=True)
class News:
    """Something moved: what, its id, and the member who did it."""

    what: str
    about_id: int = 0
    by_id: int = 0


Ear = Callable[[News], None]

_ears: list[Ear] = []


def listen(ear: Ear) -> None:
    """Set who hears: one ear for each process. It must not wait, and must not fail."""
    _ears[:] = [ear]


def tell(session: Session, news: News) -> None:
    """Tell this once the transaction is kept."""
    session.info.setdefault("news", {})[news] = None  # the same twice is told once


@event.listens_for(HouseSession, "after_commit")
def _say(session: Session) -> None:
    for news in session.info.pop("news", ()):
        for ear in _ears:
            ear(news)


@event.listens_for(HouseSession, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop("news", None)
