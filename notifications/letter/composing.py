"""Choosing what the letter of a member holds, from what a week brings to all who see as much."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from notifications.letter.cards import NEAR, Card, Key, Pool, What, once
from notifications.letter.parts import Content, Part, Word
from notifications.models import Frequency, Kind, Notification

MOST = {
    Part.PICKS: 5,
    Part.QUESTIONS: 5,
    Part.DOCUMENTS: 4,
    Part.DATES: 4,
    Part.NEWS: 4,
    Part.VALID: 3,
}
"""Lines of each part; the letter says how many more there are."""
MOST_TOLD = 5
_KINDS = {
    Part.QUESTIONS: Kind.NEW_TOPIC,
    Part.DOCUMENTS: Kind.NEW_DOCUMENT,
    Part.DATES: Kind.NEW_EVENT,
    Part.NEWS: Kind.NEW_ARTICLE,
    Part.VALID: Kind.NEW_ARTICLE,
}
"""A part is in the letter when its kind comes once a week: else it is told otherwise, or never."""


@dataclass(frozen=True, slots=True)
class Member:
    """What is known of who reads a letter. Without marks, of somebody who has read nothing."""

    id: int
    paces: Mapping[Kind, Frequency]
    read: Mapping[int, int] = field(default_factory=dict)
    """Topic → the last post that they have read there."""
    start: int = 0
    news_start: int = 0
    """The last post that counts as read, in the forum and in the news."""
    opened: Collection[tuple[What, int]] = frozenset()
    """Documents and dates that they have looked at."""
    skills: Collection[int] | None = None
    """Skills with which they offer help; None: those that the pool was asked for."""


@dataclass(frozen=True, slots=True)
class Week:
    """What is new: what came since then."""

    since: datetime
    present: datetime


def compose(
    pool: Pool,
    member: Member,
    week: Week,
    *,
    words: Sequence[Word] = (),
    picks: Iterable[Key] = (),
    told: Sequence[list[Notification]] = (),
) -> Content:
    """The letter; empty when nothing in it is new.

    `picks`: what editors put forward, of which the pool holds those that are open.
    """
    unread = {
        what: [card for card in found if _is_unread(card, member)]
        for what, found in pool.cards.items()
    }
    open_ones = {card.key: card for found in pool.cards.values() for card in found} | pool.added
    forward = [open_ones[key] for key in dict.fromkeys(picks) if key in open_ones]
    forward = [card for card in forward if _is_unread(card, member)]
    known = {card.key for card in forward} | {
        (What.TOPIC, one.post.topic_id) for ones in told for one in ones if one.post
    }
    helps = _helps(pool, member, {*unread[What.TOPIC], *forward})
    listed = {
        Part.PICKS: forward,
        Part.QUESTIONS: _questions(unread[What.TOPIC], helps, week),
        Part.DOCUMENTS: unread[What.DOCUMENT],
        Part.DATES: _dates(unread[What.EVENT], week),
        **_news(pool, unread[What.ARTICLE], week),
    }
    for part, kind in _KINDS.items():
        wanted = member.paces[kind] is Frequency.WEEKLY
        listed[part] = [card for card in listed[part] if wanted and card.key not in known]
    waits = any(one.mailed_at is None for ones in told for one in ones)  # else it was mailed once
    if not (words or waits or _is_new(listed, week)):
        return Content()
    shown = {part: found[: MOST[part]] for part, found in listed.items()}
    topics = {card.id for card in (*shown[Part.QUESTIONS], *shown[Part.PICKS])}
    return Content(
        words=words,
        told=told[:MOST_TOLD],
        told_more=max(len(told) - MOST_TOLD, 0),
        parts=shown,
        more={part: len(found) - len(shown[part]) for part, found in listed.items()},
        helps={topic_id: skill for topic_id, skill in helps.items() if topic_id in topics},
    )


def _is_unread(card: Card, member: Member) -> bool:
    """Whether they wrote something else and have not looked at it."""
    if card.author_id == member.id:
        return False
    if card.what in {What.DOCUMENT, What.EVENT}:
        return card.key not in member.opened
    start = member.start if card.what is What.TOPIC else member.news_start
    return card.last_post_id > max(member.read.get(card.id, 0), start)


def _helps(pool: Pool, member: Member, topics: Iterable[Card]) -> dict[int, str]:
    """Topics that speak of what they help with; the first of these skills, by name."""
    found = {}
    for card in topics:
        spoken = pool.skills.get(card.id, {}) if card.what is What.TOPIC else {}
        mine = [n for one, n in spoken.items() if member.skills is None or one in member.skills]
        if mine:
            found[card.id] = min(mine)
    return found


def _questions(topics: Iterable[Card], helps: Mapping[int, str], week: Week) -> list[Card]:
    """First those that they can answer, and that nobody has; the oldest ones only for these."""
    wanted = [card for card in topics if card.at >= week.since or card.id in helps]
    return sorted(
        wanted,
        key=lambda card: (
            card.id not in helps or card.answers > 0,
            card.answers > 0,
            -card.at.timestamp(),
        ),
    )


def _dates(events: Iterable[Card], week: Week) -> list[Card]:
    """Those of the days that come, then those that were announced, in the order of dates."""
    return [
        card
        for card in events
        if card.starts_at
        and (card.at >= week.since or week.present <= card.starts_at <= week.present + NEAR)
    ]


def _news(pool: Pool, articles: Iterable[Card], week: Week) -> dict[Part, list[Card]]:
    """New ones, then those that one can still answer, the nearest end first; each news once."""
    unread = {card.key for card in articles}
    read = {
        card.story_id
        for card in pool.cards[What.ARTICLE]
        if card.story_id and card.key not in unread
    }
    told = once(card for card in articles if card.story_id not in read)
    older = [card for card in told if card.at < week.since and card.until is not None]
    return {
        Part.NEWS: [card for card in told if card.at >= week.since],
        Part.VALID: sorted(older, key=lambda card: card.until or week.present),
    }


def _is_new(listed: Mapping[Part, Sequence[Card]], week: Week) -> bool:
    """Whether anything came: dates that near and news that stay valid only go along."""
    return bool(listed[Part.PICKS]) or any(
        card.at >= week.since for found in listed.values() for card in found
    )
