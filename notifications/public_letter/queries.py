"""Reads of the public letters. Those that were sent are for anybody: no viewer there."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session, selectinload

from access.models import Network
from access.viewers import Viewer
from agenda.models import Event
from core import clock
from forum.models import State, Topic
from notifications.letter.cards import What
from notifications.letter.policy import edited_by
from notifications.public_letter.models import (
    PublicItem,
    PublicLetter,
    PublicSettings,
    Subscriber,
)
from resources.models import Document

MOST = 60


def open_network(slug: str) -> Select[Network]:
    """The network of that name, if it has a public letter."""
    return (
        select(Network)
        .join(PublicSettings, PublicSettings.network_id == Network.id)
        .where(Network.slug == slug, PublicSettings.is_open)
    )


def settings_of(session: Session, network_id: int) -> PublicSettings:
    """What a network says of its letter (closed while nothing was chosen)."""
    found = session.get(PublicSettings, network_id)
    return found or PublicSettings(network_id=network_id, is_open=False, words="")


def sent(network: Network) -> Select[PublicLetter]:
    """The letters that a network sent, the last one first: for anybody."""
    return (
        select(PublicLetter)
        .where(PublicLetter.network_id == network.id, PublicLetter.sent_at.is_not(None))
        .order_by(PublicLetter.sent_at.desc(), PublicLetter.id.desc())
        .limit(MOST)
    )


def last_sent(session: Session, network_id: int) -> datetime | None:
    """When the last letter of a network left."""
    return session.scalar(
        select(func.max(PublicLetter.sent_at)).where(PublicLetter.network_id == network_id)
    )


def this_month(moment: datetime | None) -> bool:
    """Whether it was in the month that it is in Paris."""
    return moment is not None and moment.astimezone(clock.PARIS).date().replace(
        day=1
    ) == clock.today().replace(day=1)


def sent_letter(network: Network, letter_id: int) -> Select[PublicLetter]:
    """One of them, with what it tells of."""
    one = sent(network).where(PublicLetter.id == letter_id)
    return one.options(selectinload(PublicLetter.items))


def letters(viewer: Viewer, network: Network) -> Select[PublicLetter]:
    """Those of a network, sent or not, for its editors."""
    return (
        select(PublicLetter)
        .where(
            PublicLetter.network_id == network.id,
            edited_by(viewer).where(Network.id == network.id).exists(),
        )
        .order_by(PublicLetter.sent_at.is_not(None), PublicLetter.id.desc())
        .limit(MOST)
    )


def letter(viewer: Viewer, letter_id: int) -> Select[PublicLetter]:
    """One that the viewer edits, with what it tells of."""
    mine = edited_by(viewer).with_only_columns(Network.id).order_by(None)
    return (
        select(PublicLetter)
        .options(selectinload(PublicLetter.items))
        .where(PublicLetter.id == letter_id, PublicLetter.network_id.in_(mine))
    )


def subscribers(network_id: int) -> list[ColumnElement[bool]]:
    """The conditions of those to whom the letter of a network is written."""
    return [
        Subscriber.network_id == network_id,
        Subscriber.confirmed_at.is_not(None),
        Subscriber.ended_at.is_(None),
    ]


def how_many(session: Session, viewer: Viewer, network: Network) -> int:
    """How many subscribe: a number, for editors; the addresses are shown to nobody."""
    found = select(func.count()).select_from(Subscriber).where(*subscribers(network.id))
    mine = edited_by(viewer).where(Network.id == network.id).exists()
    return session.scalar(found.where(mine)) or 0


def standing(session: Session, items: Collection[PublicItem]) -> list[PublicItem]:
    """Those whose content still stands: what is hidden or withdrawn is no longer told of."""
    gone = set()
    stands: dict[What, tuple[Any, ColumnElement[bool]]] = {
        What.TOPIC: (Topic.id, Topic.state == State.VISIBLE),
        What.ARTICLE: (Topic.id, Topic.state == State.VISIBLE),
        What.DOCUMENT: (Document.id, Document.withdrawn_at.is_(None)),
        What.EVENT: (
            Event.id,
            and_(Event.withdrawn_at.is_(None), Event.cancelled_at.is_(None)),
        ),
    }
    for what, (number, condition) in stands.items():
        ids = {one.content_id for one in items if one.what is what}
        if ids:
            known = set(session.scalars(select(number).where(number.in_(ids), condition)))
            gone |= {(what, one) for one in ids - known}
    return [one for one in items if (one.what, one.content_id) not in gone]
