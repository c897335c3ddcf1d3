"""What happened, and who cares.

An action records a fact; before the commit, each subscriber adds its own rows to the same
transaction (a mail to send, a line of the audit trail). The subscriptions are wired in wiring.py.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from core.db import HouseSession


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened, named in the past tense."""


type_of_fact = type[Fact]
Subscriber = Callable[[Session, Any], None]

_subscribers: dict[type_of_fact, tuple[Subscriber, ...]] = {}


def wire(subscriptions: Mapping[type_of_fact, Iterable[Subscriber]]) -> None:
    """Set who is told of what; a subscriber to a class hears of its subclasses too."""
    _subscribers.clear()
    _subscribers.update({fact: tuple(who) for fact, who in subscriptions.items()})


def record(session: Session, fact: Fact) -> None:
    """Note that something happened; subscribers hear of it just before the commit."""
    session.info.setdefault("facts", []).append(fact)


@event.listens_for(HouseSession, "before_commit")
def tell(session: Session) -> None:
    """Let every subscriber add its rows. Ids are known: the session is flushed first."""
    while facts := session.info.pop("facts", None):
        session.flush()
        for fact in facts:
            for kind in type(fact).__mro__:
                for subscriber in _subscribers.get(kind, ()):
                    subscriber(session, fact)


@event.listens_for(HouseSession, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop("facts", None)
