"""What is known of a few members at once, and what their editors said: reads for the worker."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, aliased

from access import rule
from access.models import MemberNetwork, Network
from access.viewers import Viewer
from accounts import queries as accounts
from accounts.models import Acceptance
from accounts.models import Member as Account
from core.bounces import Hold
from directory.models import MemberSkill, Side
from forum.models import Reading, ReadingStart
from notifications.letter.cards import Pool, What
from notifications.letter.composing import Member
from notifications.letter.models import Edition, Letter
from notifications.models import DEFAULTS, Frequency, Kind, Notification, Preference
from notifications.queries import awaited
from resources.models import Download, Opening

T = TypeVar("T")


def first_network(member_id: Any) -> Select[int]:
    """The network whose letter a member gets: the first of theirs, by name."""
    belongs = aliased(MemberNetwork)
    return (
        select(Network.id)
        .join(belongs, belongs.network_id == Network.id)
        .where(belongs.member_id == member_id)
        .order_by(Network.name, Network.id)
        .limit(1)
    )


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody to write to, and what is open to them now."""

    email: str
    name: str
    language: str
    viewer: Viewer


def next_members(
    session: Session, network_id: int, after: int, present: datetime, most: int
) -> tuple[list[Reader], int | None]:
    """Some of those whose letter this network sends, and up to which member they go; None: all."""
    ids = session.scalars(
        select(MemberNetwork.member_id)
        .where(MemberNetwork.network_id == network_id, MemberNetwork.member_id > after)
        .order_by(MemberNetwork.member_id)
        .limit(most)
    ).all()
    accepted = exists().where(Acceptance.member_id == Account.id)
    held = exists().where(Hold.address == Account.email)
    first = first_network(Account.id).correlate(Account).scalar_subquery()
    rows = session.execute(
        select(Account, rule.audience_list(Account.id)).where(
            Account.id.in_(ids), first == network_id, accounts.active(present), accepted, ~held
        )
    )
    readers = [
        Reader(one.email, one.name, one.language, rule.viewer_of(one.id, one.role, listed))
        for one, listed in rows
    ]
    return readers, ids[-1] if len(ids) == most else None


def written(session: Session, member_ids: Collection[int], week: str) -> set[int]:
    """Those whose letter of this week is written."""
    found = select(Letter.member_id).where(Letter.member_id.in_(member_ids), Letter.week == week)
    return set(session.scalars(found))


def networks_of(session: Session, member_ids: Collection[int]) -> dict[int, list[Network]]:
    """The networks of each, by name."""
    rows = session.execute(
        select(MemberNetwork.member_id, Network)
        .join(Network, Network.id == MemberNetwork.network_id)
        .where(MemberNetwork.member_id.in_(member_ids))
        .order_by(Network.name, Network.id)
    )
    return _gathered(rows)


def editions(session: Session, week: str) -> dict[int, Edition]:
    """Network → what its editors add this week."""
    found = session.scalars(select(Edition).where(Edition.week == week))
    return {one.network_id: one for one in found}


def whom_something_awaits(session: Session, member_ids: Collection[int]) -> set[int]:
    """Those for whom it is worth looking at what awaits them."""
    return set(session.scalars(awaited(member_ids)))


def _gathered(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for member_id, value in rows:
        found.setdefault(member_id, []).append(value)
    return found


def _pairs(rows: Iterable[Any]) -> dict[int, dict[Any, Any]]:
    found: dict[int, dict[Any, Any]] = {}
    for member_id, one, value in rows:
        found.setdefault(member_id, {})[one] = value
    return found


def members(
    session: Session, member_ids: Sequence[int], pools: Iterable[Pool]
) -> Mapping[int, Member]:
    """What each has read of what there is, their skills, and the pace of their mails."""
    weighed: dict[What, set[int]] = {what: set() for what in What}
    for pool in pools:
        for what, found in pool.cards.items():
            weighed[what] |= {card.id for card in found}
        for what, one in pool.added:
            weighed[what].add(one)
    topics = weighed[What.TOPIC] | weighed[What.ARTICLE]
    read = _pairs(
        session.execute(
            select(Reading.member_id, Reading.topic_id, Reading.post_id).where(
                Reading.member_id.in_(member_ids), Reading.topic_id.in_(topics)
            )
        )
    )
    starts = {
        one.member_id: one
        for one in session.scalars(
            select(ReadingStart).where(ReadingStart.member_id.in_(member_ids))
        )
    }
    opened = _opened(session, member_ids, weighed)
    offered = _skills(session, member_ids)
    paces = _paces(session, member_ids)
    return {
        one: Member(
            one,
            paces[one],
            read.get(one, {}),
            starts[one].post_id if one in starts else 0,
            starts[one].news_post_id if one in starts else 0,
            opened.get(one, frozenset()),
            offered.get(one, set()),
        )
        for one in member_ids
    }


def _skills(session: Session, member_ids: Collection[int]) -> dict[int, set[int]]:
    """With what each offers help, as their profiles say."""
    found: dict[int, set[int]] = {}
    for member_id, skill_id in session.execute(
        select(MemberSkill.member_id, MemberSkill.skill_id).where(
            MemberSkill.member_id.in_(member_ids), MemberSkill.side == Side.OFFERS
        )
    ):
        found.setdefault(member_id, set()).add(skill_id)
    return found


def _paces(session: Session, member_ids: Collection[int]) -> dict[int, dict[Kind, Frequency]]:
    rows = session.execute(
        select(Preference.member_id, Preference.kind, Preference.frequency).where(
            Preference.member_id.in_(member_ids)
        )
    )
    chosen = _pairs(rows)
    return {one: DEFAULTS | chosen.get(one, {}) for one in member_ids}


def _opened(
    session: Session, member_ids: Collection[int], weighed: Mapping[What, Collection[int]]
) -> dict[int, set[tuple[What, int]]]:
    """The documents and the dates that they have looked at."""
    found: dict[int, set[tuple[What, int]]] = {}
    for model in (Opening, Download):
        for member_id, document_id in session.execute(
            select(model.member_id, model.document_id).where(
                model.member_id.in_(member_ids), model.document_id.in_(weighed[What.DOCUMENT])
            )
        ):
            found.setdefault(member_id, set()).add((What.DOCUMENT, document_id))
    for member_id, event_id in session.execute(
        select(Notification.member_id, Notification.event_id).where(
            Notification.member_id.in_(member_ids),
            Notification.event_id.in_(weighed[What.EVENT]),
            Notification.seen_at.is_not(None),
        )
    ):
        found.setdefault(member_id, set()).add((What.EVENT, event_id or 0))
    return found
