"""Events as a viewer's calendar says them: with what this viewer may know of who invites."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session, joinedload

from access.viewers import Viewer
from agenda import queries, recurrence
from agenda.ics.events import Titled, entries
from agenda.ics.values import Entry
from agenda.models import UID_LENGTH, Event, Occurrence
from directory import organisations
from directory.models import Organisation, Profile

Page = Callable[[Event], str]


def whole(found: Select[Event]) -> Select[Event]:
    """With all that is said of an event."""
    return found.options(joinedload(Event.kind), joinedload(Event.owner))


def event(viewer: Viewer, event_id: int) -> Select[Event]:
    """One event."""
    return whole(select(Event).where(Event.id == event_id, queries.seen(viewer)))


def as_entries(
    session: Session,
    viewer: Viewer,
    events: Sequence[Event],
    *,
    page: Page | None = None,
    called_off: Titled | None = None,
    some: Mapping[int, Sequence[Occurrence]] | None = None,
) -> list[Entry]:
    """These events, which the viewer sees. As many queries for two as for two hundred.

    `some`: of which series only these dates are told.
    """
    changed, some = _changed(session, events), some or {}
    houses, mails = _seen_houses(session, viewer, events), _shown_mails(session, events)
    found: list[Entry] = []
    for one in events:
        said = entries(
            one,
            changed.get(one.id, ()),
            organizer=houses.get(one.organisation_id or 0) or one.owner.name,
            mail=mails.get(one.owner_id, ""),
            page=page(one) if page else "",
            called_off=called_off,
        )
        found += [_alone(said, one, date) for date in some[one.id]] if one.id in some else said
    return found


def wall(instant: datetime, event: Event) -> datetime:
    """What the clock of an event shows at this instant."""
    return recurrence.wall(instant, event.zone)


def one_date(entries: Sequence[Entry], event: Event, date: Occurrence) -> Entry:
    """One date of a series, as it was changed, or as the series says."""
    whole = entries[0]
    at = wall(date.recurrence_at, event)
    for one in entries:
        if one.recurrence_at == at:
            return one
    starts, ends = (wall(moment, event) for moment in (date.starts_at, date.ends_at))
    return replace(whole, recurrence_at=at, recurrence="", starts=starts, ends=ends)


def _alone(entries: Sequence[Entry], event: Event, date: Occurrence) -> Entry:
    """One date of a series, as an event by itself: not all programs take a date without series."""
    one = one_date(entries, event, date)
    return replace(one, uid=f"{date.id}-{one.uid}"[:UID_LENGTH], recurrence_at=None)


def _changed(session: Session, events: Sequence[Event]) -> dict[int, list[Occurrence]]:
    """The dates that are not as the rule of their event says."""
    found: dict[int, list[Occurrence]] = {}
    rows = select(Occurrence).where(
        Occurrence.event_id.in_([one.id for one in events]),
        or_(Occurrence.changed, Occurrence.cancelled_at.is_not(None)),
    )
    for row in session.scalars(rows.order_by(Occurrence.event_id, Occurrence.recurrence_at)):
        found.setdefault(row.event_id, []).append(row)
    return found


def _seen_houses(session: Session, viewer: Viewer, events: Sequence[Event]) -> dict[int, str]:
    """The organisations that invite, as far as the viewer sees them."""
    named = {one.organisation_id for one in events} - {None}
    rows = session.execute(
        select(Organisation.id, Organisation.name).where(
            and_(Organisation.id.in_(named), organisations.seen(viewer))
        )
    )
    return {row.id: row.name for row in rows}


def _shown_mails(session: Session, events: Sequence[Event]) -> dict[int, str]:
    """The addresses of those who announced them, when they show theirs."""
    owners = {one.owner_id: one.owner.email for one in events}
    shown = select(Profile.member_id).where(Profile.member_id.in_(owners), Profile.email_shown)
    return {member_id: owners[member_id] for member_id in session.scalars(shown)}
