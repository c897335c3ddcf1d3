"""Events of a file put in the agenda: announced, brought up to date, never twice."""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from sqlalchemy import insert, inspect, select
from sqlalchemy.orm import Session, joinedload

from access import audiences
from access.viewers import Viewer
from agenda import queries, recurrence
from agenda.actions import Said, describe, one_at_a_time, worded
from agenda.dates import first_dates, write_dates
from agenda.facts import Announced, Cancelled, Rearranged
from agenda.ics import limits
from agenda.ics.events import location, own_words
from agenda.ics.values import Entry, Read, Series, series
from agenda.models import WHY_LENGTH, Event, EventKind, Occurrence
from core import clock
from core.facts import record
from core.refusals import Refused
from directory.models import Theme

AT_ONCE = 500
"""Events of one file that are put in the agenda."""
HERE = uuid.UUID("6f1b2d8e-5a94-4d0f-9c62-2f1f6f4c7f10")


class Fate(StrEnum):
    """What will be, or was, done with an event."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    LEFT = "left"
    REFUSED = "refused"


WRITTEN = (Fate.NEW, Fate.CHANGED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is said once for all the events of a file."""

    networks: tuple[int, ...] = ()
    territories: tuple[int, ...] = ()
    kind_id: int | None = None
    theme_id: int | None = None
    past: bool = False
    """Those whose dates are all over are wanted too."""
    untitled: str = "Sans titre"
    """What an event without a title is called."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of an event of a file."""

    number: int
    title: str
    fate: Fate
    code: str = ""
    """Why it is left aside or refused."""
    values: dict[str, Any] = field(default_factory=dict)
    event_id: int | None = None
    """Of an event that was there already."""


def bring(session: Session, read: Read, choice: Choice, *, owner: Viewer) -> list[Outcome]:
    """Announce the events of a file, or bring those that came before to what it says now.

    To see what would become of them, do it and roll back.
    Raises Refused("calendar-too-many-events"), Refused("calendar-too-many-dates").
    """
    found = series(read.entries)
    refused = [
        Outcome(one.number, one.title, Fate.REFUSED, one.code, one.values)
        for one in read.problems
        if one.refuses
    ]
    wanted = [one for one in found if choice.past or not _over(one)]
    if len(wanted) > AT_ONCE:
        raise Refused("calendar-too-many-events", most=AT_ONCE)
    if sum(_how_many(one) for one in wanted) > limits.DATES:
        raise Refused("calendar-too-many-dates", most=limits.DATES)
    one_at_a_time(session, owner)
    bringing = _Bringing(session, choice, owner, [one.event.uid for one in wanted])
    outcomes = [bringing.bring(one) for one in wanted]
    bringing.write()
    left = [_outcome(one, Fate.LEFT, "event-over") for one in found if one not in wanted]
    return sorted([*outcomes, *left, *refused], key=lambda one: one.number)


def _outcome(one: Series, fate: Fate, code: str = "", **values: Any) -> Outcome:
    return Outcome(one.event.number, one.event.title, fate, code, values)


def _over(one: Series) -> bool:
    """Whether its last date is over."""
    present = recurrence.wall(clock.now(), one.event.zone)
    if one.event.ends >= present or any(change.ends >= present for change in one.changes):
        return False
    lasts = one.event.ends - one.event.starts
    starts = recurrence.dates(one.event.starts, one.event.recurrence, present + recurrence.AHEAD)
    return not starts or starts[-1] + lasts < present


def _how_many(one: Series) -> int:
    if not one.event.recurrence:
        return 1
    through = max(recurrence.wall(clock.now(), one.event.zone), one.event.starts) + recurrence.AHEAD
    return len(recurrence.dates(one.event.starts, one.event.recurrence, through))


def own_uid(owner_id: int, uid: str) -> str:
    """What an event is known by here when somebody else already gave its UID to theirs."""
    return str(uuid.uuid5(HERE, f"{owner_id} {uid}"))


def _known(session: Session, owner: Viewer, uids: Iterable[str]) -> dict[str, Event]:
    """The events that have these UIDs, or those that this member's own have instead."""
    asked = {name for uid in uids for name in (uid, own_uid(owner.member_id, uid))}
    found = select(Event).options(joinedload(Event.organisation)).where(Event.uid.in_(asked))
    return {one.uid: one for one in session.scalars(found)}


@dataclass(frozen=True, slots=True)
class _New:
    """An event that is to be announced, with its dates."""

    event: Event
    dates: list[Occurrence]


class _Bringing:
    """What is read once for all the events of a file; the new ones are written together."""

    def __init__(
        self, session: Session, choice: Choice, owner: Viewer, uids: Iterable[str]
    ) -> None:
        self.session, self.choice, self.owner = session, choice, owner
        self.known = _known(session, owner, uids)
        # Held, so that the session has at hand what each event is filed under.
        self.lists = [*session.scalars(select(EventKind)), *session.scalars(select(Theme))]
        self.new: list[_New] = []

    @cached_property
    def reach(self) -> int | Refused:
        """The audience of the new events, or why it is refused."""
        try:
            return audiences.own_audience(
                self.session, self.owner.member_id, self.choice.networks, self.choice.territories
            )
        except Refused as refused:
            return refused

    def bring(self, one: Series) -> Outcome:
        """What becomes of an event."""
        uid, mine = one.event.uid, own_uid(self.owner.member_id, one.event.uid)
        there = self.known.get(uid)
        if there is not None and there.owner_id != self.owner.member_id:
            if mine not in self.known and self._sees(there):
                found = _outcome(one, Fate.LEFT, "event-of-a-colleague")
                return Outcome(found.number, found.title, found.fate, found.code, {}, there.id)
            uid, there = mine, self.known.get(mine)
        try:
            if there is not None:
                with self.session.begin_nested():
                    return _bring_up_to_date(self.session, there, one, self.choice)
            if one.event.cancelled:
                return _outcome(one, Fate.LEFT, "event-cancelled-there")
            self.new.append(self._new(one, uid))
        except Refused as refused:
            if there is not None:
                self.session.expire_all()
            return _outcome(one, Fate.REFUSED, refused.code, **refused.values)
        return _outcome(one, Fate.NEW)

    def _sees(self, event: Event) -> bool:
        return self.session.scalar(queries.event(self.owner, event.id)) is not None

    def _new(self, one: Series, uid: str) -> _New:
        if isinstance(self.reach, Refused):
            raise self.reach
        said = _said(one.event, self.choice)
        made = worded(self.session, said, owner=self.owner, audience_id=self.reach, uid=uid)
        made.sequence = one.event.sequence
        dates = first_dates(made)
        return _New(made, dates + _change_dates(made, dates, one.changes))

    def write(self) -> None:
        """Put the new events in the agenda."""
        self.session.add_all(one.event for one in self.new)
        self.session.flush()
        columns = [one.key for one in inspect(Occurrence).column_attrs if one.key != "id"]
        rows = [
            {name: getattr(date, name) for name in columns} | {"event_id": one.event.id}
            for one in self.new
            for date in one.dates
        ]
        if rows:
            self.session.execute(insert(Occurrence), rows)
        for one in self.new:
            record(self.session, Announced(one.event))


def _said(entry: Entry, choice: Choice, there: Event | None = None) -> Said:
    """An entry in the words of the agenda. What a calendar does not say stays as it was."""
    more: dict[str, Any] = {"kind_id": choice.kind_id, "theme_id": choice.theme_id}
    place: dict[str, Any] = {"place": entry.place}
    zone = entry.zone
    if there is not None:
        more = {name: getattr(there, name) for name in ("kind_id", "theme_id", "organisation_id")}
        if there.all_day and entry.all_day:
            zone = there.zone  # a whole day has no clock in a calendar
        if location(there) == entry.place:
            place = {name: getattr(there, name) or "" for name in _PLACE}
    return Said(
        title=entry.title or choice.untitled,
        starts=entry.starts,
        ends=entry.ends,
        all_day=entry.all_day,
        zone=zone,
        recurrence=entry.recurrence,
        words=entry.description,
        link=entry.link,
        **place,
        **more,
    )


_PLACE = ("place", "address", "postcode", "town", "commune_code")


def _bring_up_to_date(session: Session, event: Event, one: Series, choice: Choice) -> Outcome:
    rows = _rows(session, event)
    before = _picture(event, rows)
    _describe_again(session, event, rows, one, choice)
    after = _picture(event, _rows(session, event))
    if after == before:
        return _outcome(one, Fate.SAME)
    event.sequence = max(event.sequence + 1, one.event.sequence)
    event.changed_at = clock.now()
    if event.cancelled_at is not None:
        record(session, Cancelled(event))
    else:
        record(session, Rearranged(event, matters=after.matters != before.matters))
    return _outcome(one, Fate.CHANGED)


def _describe_again(
    session: Session, event: Event, rows: list[Occurrence], one: Series, choice: Choice
) -> None:
    alone = not event.recurrence
    describe(session, event, _said(one.event, choice, event))
    if not event.withdrawn_by_moderator:
        event.withdrawn_at = None
    event.cancelled_at = (event.cancelled_at or clock.now()) if one.event.cancelled else None
    if alone and not event.recurrence and len(rows) == 1:
        rows[0].recurrence_at = event.starts_at  # one date that moves is the same date
    said = {_at(event, change) for change in one.changes}
    for row in rows:
        if row.recurrence_at not in said:
            _as_the_rule_says(row)
    for gone in write_dates(session, event, there=rows):
        if gone.recurrence_at not in said and gone.starts_at > clock.now():
            gone.cancelled_at = gone.cancelled_at or clock.now()
    session.flush()
    if one.changes:
        session.add_all(_change_dates(event, _rows(session, event), one.changes))


def _at(event: Event, change: Entry) -> datetime:
    return recurrence.moment(change.recurrence_at or change.starts, event.zone)


def _rows(session: Session, event: Event) -> list[Occurrence]:
    found = select(Occurrence).where(Occurrence.event_id == event.id)
    return list(session.scalars(found.order_by(Occurrence.recurrence_at)))


def _as_the_rule_says(row: Occurrence) -> None:
    """Forget what was changed of a date: the file no longer says it."""
    if not row.changed:
        return
    row.changed, row.words, row.cancelled_at = False, "", None
    row.title = row.place = row.link = None


def _change_dates(
    event: Event, dates: Iterable[Occurrence], changes: Collection[Entry]
) -> list[Occurrence]:
    """Move, rename, cancel the dates that the file changes alone; those that it adds."""
    rows, added = {row.recurrence_at: row for row in dates}, []
    for change in changes:
        at = _at(event, change)
        row = rows.get(at)
        if row is None:
            row = Occurrence(event_id=event.id, recurrence_at=at)
            added.append(row)
        _change(row, event, change)
    return added


def _change(row: Occurrence, event: Event, change: Entry) -> None:
    row.changed = True
    row.starts_at = recurrence.moment(change.starts, event.zone)
    row.ends_at = recurrence.moment(change.ends, event.zone)
    row.first_day, row.last_day = recurrence.days(
        row.starts_at, row.ends_at, zone=event.zone, all_day=change.all_day
    )
    row.title = change.title if change.title and change.title != event.title else None
    row.place = change.place if change.place and change.place != location(event) else None
    row.link = change.link if change.link and change.link != event.link else None
    row.words = own_words(change.description, event)[:WHY_LENGTH]
    row.cancelled_at = (row.cancelled_at or clock.now()) if change.cancelled else None


@dataclass(frozen=True, slots=True)
class _Seen:
    """An event and its dates at an instant, to tell whether something changed."""

    matters: tuple[Any, ...]
    """When and where: what those who come must know."""
    words: tuple[Any, ...]


_WHEN = ("starts_at", "ends_at", "all_day", "zone", "recurrence", "place", "address", "town")
_WHAT = ("title", "description", "link", "cancelled_at", "withdrawn_at")
_OF_DATES = ("recurrence_at", "starts_at", "ends_at", "changed", "title", "place", "link", "words")


def _picture(event: Event, rows: Iterable[Occurrence]) -> _Seen:
    dates = tuple(
        (*(getattr(row, name) for name in _OF_DATES), row.cancelled_at)
        for row in rows
        if row.changed or row.cancelled_at or not event.recurrence
    )
    return _Seen(
        (*(getattr(event, name) for name in _WHEN), dates),
        tuple(getattr(event, name) for name in _WHAT),
    )
