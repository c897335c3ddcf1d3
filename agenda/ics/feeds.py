"""Secret addresses at which a member's telephone reads the agenda, by the rule, at each time."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import Session, joinedload

from access import audiences
from access.viewers import Role, Viewer
from accounts import queries as accounts
from accounts.credentials import new_token, token_hash
from accounts.models import Member
from agenda import queries
from agenda.ics import told
from agenda.ics.models import FEED_NAME_LENGTH, CalendarFeed
from agenda.ics.values import Entry
from agenda.models import Event, EventKind, Occurrence
from core import clock
from core.refusals import Refused
from core.text import plain
from directory.models import Theme

MOST = 20
"""Addresses of one member."""
MOST_EVENTS = 1_000
PAST = timedelta(days=90)
NOTED_EVERY = timedelta(hours=1)
"""The last time that a program came is kept no finer."""

Scope = Callable[[Viewer], ColumnElement[bool]]
Dates = Callable[[Viewer], Select[int]]
SCOPES: dict[str, Scope] = {
    "all": lambda _viewer: true(),
    "announced": lambda viewer: Event.owner_id == viewer.member_id,
}
"""Which of the events that a member sees; rooms above add theirs with `offer`."""
SOME_DATES: dict[str, Dates] = {}
"""Of these scopes, which dates alone are given of a series."""


def offer(name: str, scope: Scope, dates: Dates) -> None:
    """Let feeds be of the events that meet a condition, and of series give some dates only."""
    SCOPES[name], SOME_DATES[name] = scope, dates


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a feed keeps of the agenda; what is None filters nothing."""

    scope: str = "all"
    network_id: int | None = None
    territory_id: int | None = None
    kind_id: int | None = None
    theme_id: int | None = None


# --- a member's addresses ------------------------------------------------------------------------


def mine(viewer: Viewer) -> Select[CalendarFeed]:
    """A member's addresses, the first one first, with the names of what they filter."""
    return (
        select(CalendarFeed)
        .options(
            joinedload(CalendarFeed.network),
            joinedload(CalendarFeed.territory),
            joinedload(CalendarFeed.kind),
            joinedload(CalendarFeed.theme),
        )
        .where(CalendarFeed.member_id == viewer.member_id)
        .order_by(CalendarFeed.id)
    )


def one(viewer: Viewer, feed_id: int) -> Select[CalendarFeed]:
    """One of them."""
    return mine(viewer).where(CalendarFeed.id == feed_id)


def make(session: Session, viewer: Viewer, name: str, wanted: Filter) -> tuple[CalendarFeed, str]:
    """Make an address; with it, the secret that it ends with, which is kept nowhere.

    Raises Refused: "name-empty", "name-too-long", "too-many-feeds", "unknown-kind",
    "unknown-theme", "audience-not-yours", "no-network".
    """
    session.execute(select(Member.id).where(Member.id == viewer.member_id).with_for_update())
    there = select(func.count()).where(CalendarFeed.member_id == viewer.member_id)
    if (session.scalar(there) or 0) >= MOST:
        raise Refused("too-many-feeds", most=MOST)
    _check(session, viewer, wanted)
    token, hashed = new_token()
    feed = CalendarFeed(
        member_id=viewer.member_id,
        name=_name(name),
        token_hash=hashed,
        scope=wanted.scope,
        network_id=wanted.network_id,
        territory_id=wanted.territory_id,
        kind_id=wanted.kind_id,
        theme_id=wanted.theme_id,
        created_at=clock.now(),
    )
    session.add(feed)
    session.flush()
    return feed, token


def _check(session: Session, viewer: Viewer, wanted: Filter) -> None:
    networks = [wanted.network_id] if wanted.network_id else []
    territories = [wanted.territory_id] if wanted.territory_id else []
    audiences.check_own(session, viewer.member_id, networks, territories)
    if wanted.scope not in SCOPES:
        raise Refused("unknown-kind")
    if wanted.kind_id is not None and session.get(EventKind, wanted.kind_id) is None:
        raise Refused("unknown-kind")
    if wanted.theme_id is not None and session.get(Theme, wanted.theme_id) is None:
        raise Refused("unknown-theme")


def _name(typed: str) -> str:
    name = " ".join(plain(typed).split())
    if not name:
        raise Refused("name-empty")
    if len(name) > FEED_NAME_LENGTH:
        raise Refused("name-too-long", longest=FEED_NAME_LENGTH)
    return name


def rename(feed: CalendarFeed, name: str) -> None:
    """Call it otherwise. Raises Refused("name-empty"), Refused("name-too-long")."""
    feed.name = _name(name)


def renew(feed: CalendarFeed) -> str:
    """Give it another address: the former one stops. The secret is kept nowhere."""
    token, feed.token_hash = new_token()
    feed.created_at, feed.fetched_at = clock.now(), None
    return token


def revoke(session: Session, feed: CalendarFeed) -> None:
    """Its address leads nowhere any more."""
    session.delete(feed)


# --- what a program reads ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Opened:
    """An address that leads somewhere now: whose it is, and what is open to them."""

    feed: CalendarFeed
    member: Member
    viewer: Viewer


def opened(session: Session, token: str) -> Opened | None:
    """Where an address leads; nowhere for one that is unknown, or whose member may not come in.

    Who is suspended, has left, has not accepted the charter or still owes a second factor reads no
    page, and no calendar either.
    """
    known = select(CalendarFeed).where(CalendarFeed.token_hash == token_hash(token))
    feed = session.scalar(known)
    owner = accounts.signed_in(session, feed.member_id) if feed is not None else None
    if feed is None or owner is None:
        return None
    member = owner.member
    staff = owner.staff_need_second_factor and member.role is not Role.USER
    if member.is_suspended(clock.now()) or member.left_at is not None:
        return None
    if not owner.charter_accepted or (staff and not member.totp_on):
        return None
    return Opened(feed, member, owner.viewer)


def events(viewer: Viewer, feed: CalendarFeed) -> Select[Event]:
    """What it gives: the last ninety days and all to come, MOST_EVENTS of them at most."""
    since = clock.today() - PAST
    dated = select(Occurrence.event_id).where(Occurrence.last_day >= since)
    found = select(Event).where(queries.seen(viewer), Event.id.in_(dated))
    found = found.where(SCOPES.get(feed.scope, SCOPES["all"])(viewer))
    if feed.network_id is not None:
        found = found.where(Event.audience_id.in_(audiences.naming(feed.network_id)))
    if feed.territory_id is not None:
        found = found.where(Event.audience_id.in_(audiences.addressed_to(feed.territory_id)))
    if feed.kind_id is not None:
        found = found.where(Event.kind_id == feed.kind_id)
    if feed.theme_id is not None:
        found = found.where(Event.theme_id == feed.theme_id)
    # Should they be too many, series come first, then what was announced for the latest days.
    in_order = found.order_by(Event.recurrence == "", Event.starts_at.desc(), Event.id)
    return told.whole(in_order).limit(MOST_EVENTS)


def shown_dates(
    session: Session, viewer: Viewer, feed: CalendarFeed, events: Sequence[Event]
) -> dict[int, list[Occurrence]] | None:
    """Event → those of its dates that a feed gives alone; None when it gives them all."""
    if feed.scope not in SOME_DATES:
        return None
    series: dict[int, list[Occurrence]] = {one.id: [] for one in events if one.recurrence}
    rows = select(Occurrence).where(
        Occurrence.event_id.in_(series),
        Occurrence.id.in_(SOME_DATES[feed.scope](viewer)),
        Occurrence.last_day >= clock.today() - PAST,
    )
    for row in session.scalars(rows.order_by(Occurrence.starts_at, Occurrence.id)):
        series[row.event_id].append(row)
    return series


def digest(said: list[Entry], name: str) -> str:
    """The same for the same calendar, told without writing it."""
    return hashlib.sha256(repr((name, said, clock.today().year)).encode()).hexdigest()[:64]


def is_noted(feed: CalendarFeed, shown: str) -> bool:
    """Whether there is nothing to keep of this visit."""
    lately = feed.fetched_at is not None and clock.now() - feed.fetched_at < NOTED_EVERY
    return lately and feed.shown == shown


def note_fetch(session: Session, feed_id: int, shown: str) -> datetime | None:
    """Keep that a program came, and since when the calendar says this; since when."""
    feed = session.get(CalendarFeed, feed_id, populate_existing=True)
    if feed is None:  # taken back meanwhile
        return None
    feed.fetched_at = clock.now()
    if feed.shown != shown:
        feed.shown, feed.shown_at = shown, clock.now()
    return feed.shown_at
