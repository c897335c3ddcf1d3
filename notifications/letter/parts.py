"""What a letter is made of: its parts, in the order in which they are read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from access.models import MemberNetwork, Network
from access.viewers import Viewer
from notifications.jobs import by_subject
from notifications.letter.cards import Card, Key, What, cards
from notifications.letter.models import Edition
from notifications.models import Kind, Notification
from notifications.queries import of_letter

BY_HEAD = 3
"""Editors' words of one letter: a member of many networks reads no magazine."""


class Part(StrEnum):
    """A part of the letter, the most useful first."""

    PICKS = "picks"
    """What the editors put forward."""
    QUESTIONS = "questions"
    DOCUMENTS = "documents"
    DATES = "dates"
    NEWS = "news"
    VALID = "valid"
    """Older news that one can still answer."""


@dataclass(frozen=True, slots=True)
class Word:
    """What the editors of a network say."""

    network: str
    body: str
    html: str


@dataclass(frozen=True, slots=True)
class Content:
    """A letter as it is read: nothing in it is closed to its reader."""

    words: Sequence[Word] = ()
    told: Sequence[list[Notification]] = ()
    """What awaits the member, by topic or document."""
    told_more: int = 0
    parts: Mapping[Part, Sequence[Card]] = field(default_factory=dict)
    more: Mapping[Part, int] = field(default_factory=dict)
    """How much else there is than what each part shows."""
    helps: Mapping[int, str] = field(default_factory=dict)
    """Topic → the skill of the member that it speaks of."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to read."""
        return not (self.words or self.told or any(self.parts.values()))


def packed(edition_ids: Iterable[int], content: Content) -> dict[str, Any]:
    """A letter as it is kept: numbers, and no title."""
    return {
        "words": list(edition_ids),
        "told": [one.id for ones in content.told for one in ones],
        "told_more": content.told_more,
        "parts": {
            part.value: [[card.what.value, card.id] for card in shown]
            for part, shown in content.parts.items()
            if shown
        },
        "more": {part.value: number for part, number in content.more.items() if number},
        "helps": {str(topic_id): skill for topic_id, skill in content.helps.items()},
    }


def keys(packed_parts: Mapping[str, Any]) -> dict[Part, list[Key]]:
    """The contents of each part of a letter that was kept."""
    return {
        Part(part): [(What(what), int(number)) for what, number in listed]
        for part, listed in packed_parts["parts"].items()
    }


def unpacked(session: Session, viewer: Viewer, kept: Mapping[str, Any]) -> Content:
    """A letter that was kept, read again through the rule: only what is open now.

    How much more there was is said while all that it holds is open: else who counted saw more.
    """
    listed = keys(kept)
    known = cards(session, viewer, [key for found in listed.values() for key in found])
    told = session.scalars(of_letter(viewer, kept["told"])).all() if kept["told"] else []
    topics = {card.id for card in known.values() if card.what is What.TOPIC}
    whole = len(told) == len(kept["told"]) and all(
        key in known for found in listed.values() for key in found
    )
    return Content(
        words=words(session, viewer, kept["words"]),
        told=by_weight(told),
        told_more=kept["told_more"] if whole else 0,
        parts={
            part: [known[key] for key in found if key in known] for part, found in listed.items()
        },
        more={Part(part): number for part, number in kept["more"].items()} if whole else {},
        helps={int(one): skill for one, skill in kept["helps"].items() if int(one) in topics},
    )


_WEIGHT = (
    *(Kind.MENTION, Kind.ANSWER, Kind.PROPOSED, Kind.USEFUL, Kind.DOCUMENT),
    *(Kind.POLL, Kind.NEW_EVENT, Kind.POLL_ANSWER),
    Kind.MODERATION,
)
"""What awaits a member, the most pressing first."""


def by_weight(told: Iterable[Notification]) -> list[list[Notification]]:
    """By topic or document; those that call the member come first."""
    return sorted(by_subject(told), key=lambda ones: min(_WEIGHT.index(one.kind) for one in ones))


def words(session: Session, viewer: Viewer, edition_ids: Sequence[int]) -> list[Word]:
    """What editors said to networks of which the viewer still is."""
    if not edition_ids:
        return []
    found = session.execute(
        select(Edition.id, Network.name, Edition.body, Edition.html)
        .join(Network, Network.id == Edition.network_id)
        .join(MemberNetwork, MemberNetwork.network_id == Network.id)
        .where(
            Edition.id.in_(edition_ids),
            MemberNetwork.member_id == viewer.member_id,
            Edition.body != "",
        )
    )
    known = {number: Word(name, body, html) for number, name, body, html in found}
    return [known[number] for number in edition_ids if number in known]
