"""The dates that a list or a month shows. Each read starts from what its viewer may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, null, select, tuple_
from sqlalchemy.orm import Session, contains_eager, joinedload

from access import audiences
from access.geography import Around, Box
from access.viewers import Viewer
from agenda.dates import LONGEST_EVENT
from agenda.models import Event, EventKind, Occurrence
from agenda.queries import seen
from core import clock
from directory import organisations
from directory.models import Listed, Organisation, Theme

PER_PAGE = 30
MOST_IN_A_DAY = 4
"""Dates that one day of the month shows; the day itself has the others."""


class When(StrEnum):
    """Which dates a list has."""

    COMING = "coming"
    """Those that are not over, in order."""
    PAST = "past"
    """Those that are, the last one first."""
    EVERY = "every"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address of a list says."""

    kind: str = ""
    """A slug, as for the theme."""
    theme: str = ""
    network_id: int | None = None
    territory_id: int | None = None
    around: Around | None = None
    box: Box | None = None
    """The frame of the map."""
    mine: bool = False
    """Those that I announced."""
    event_id: int | None = None
    day: date | None = None
    """What takes place on that day, whenever that is."""
    when: When = When.COMING


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last date of the page before."""

    starts_at: datetime
    id: int


DateRow = Row[Occurrence, str, str | None, float | None]
"""A date with its event; the name of its kind; that of who invites, if it is an organisation that
is seen; the square of its distance in kilometres when one asks around."""


def invites(viewer: Viewer) -> ColumnElement[bool]:
    """The organisation that an event comes from, when the viewer sees it."""
    return and_(Organisation.id == Event.organisation_id, organisations.seen(viewer))


def _filed(kind: type[Listed], slug: str) -> ColumnElement[int]:
    return select(kind.id).where(kind.slug == slug).scalar_subquery()


def _wanted(viewer: Viewer, filters: Filters) -> list[ColumnElement[bool]]:
    """What is asked of the events, whenever they take place."""
    wanted: list[ColumnElement[bool]] = [seen(viewer)]
    if filters.kind:
        wanted.append(Event.kind_id == _filed(EventKind, filters.kind))
    if filters.theme:
        wanted.append(Event.theme_id == _filed(Theme, filters.theme))
    if filters.network_id is not None:
        wanted.append(Event.audience_id.in_(audiences.naming(filters.network_id)))
    if filters.territory_id is not None:
        wanted.append(Event.audience_id.in_(audiences.addressed_to(filters.territory_id)))
    if filters.around:
        wanted.append(filters.around.holds(Event.latitude, Event.longitude))
    if filters.box:
        wanted.append(filters.box.holds(Event.latitude, Event.longitude))
    if filters.mine:
        wanted.append(Event.owner_id == viewer.member_id)
    if filters.event_id is not None:
        wanted.append(Occurrence.event_id == filters.event_id)
    return wanted


def between(first: date, last: date) -> ColumnElement[bool]:
    """What takes at least one of these days. Bounded on both sides: the index of days is enough."""
    return and_(
        Occurrence.last_day.between(first, last + LONGEST_EVENT), Occurrence.first_day <= last
    )


def _placed(filters: Filters) -> list[ColumnElement[bool]]:
    """When they take place."""
    if filters.day is not None:
        return [between(filters.day, filters.day)]
    if filters.when is When.EVERY:
        return []
    today = clock.today()
    # The index of instants is read from where it may matter, a day of margin for other clocks.
    midnight, margin = datetime.combine(today, time.min, clock.PARIS), timedelta(days=1)
    if filters.when is When.PAST:
        return [Occurrence.starts_at < midnight + margin, Occurrence.last_day < today]
    begins = midnight - LONGEST_EVENT - margin
    return [Occurrence.starts_at >= begins, Occurrence.last_day >= today]


def dates(
    session: Session,
    viewer: Viewer,
    filters: Filters = Filters(),
    after: Cursor | None = None,
    *,
    most: int = PER_PAGE + 1,
) -> Sequence[DateRow]:
    """The dates of a list in its order; one more than a page. One query."""
    backwards = filters.when is When.PAST and filters.day is None
    where = [*_placed(filters)]
    if after:
        here, there = (
            tuple_(Occurrence.starts_at, Occurrence.id),
            tuple_(after.starts_at, after.id),
        )
        where.append(here < there if backwards else here > there)
    columns: list[Any] = [Occurrence.starts_at, Occurrence.id]
    order = [one.desc() if backwards else one for one in columns]
    # The dates of the page first, in the order of their index; then what their rows say.
    page = _chosen(viewer, filters).where(*where).order_by(*order).limit(most).subquery()
    found = _rows(viewer, filters).join(page, page.c.id == Occurrence.id)
    return session.execute(found.order_by(*order)).all()


def _chosen(viewer: Viewer, filters: Filters) -> Select[int]:
    """The dates of the events that are asked for.

    Those of a few events are read from them; else each date is asked, in order, whether it is one.
    """
    wanted = _wanted(viewer, filters)
    if filters.mine or filters.event_id is not None:
        return select(Occurrence.id).join(Occurrence.event).where(*wanted)
    return select(Occurrence.id).where(
        select(Event.id)
        .where(Event.id == Occurrence.event_id, *wanted)
        .correlate(Occurrence)
        .exists()
    )


def _rows(viewer: Viewer, filters: Filters) -> Select[Occurrence, str, str | None, float | None]:
    origin = filters.around or (filters.box.middle if filters.box else None)
    far = origin.squared(Event.latitude, Event.longitude) if origin else null()
    return (
        select(
            Occurrence,
            EventKind.name.label("kind"),
            Organisation.name.label("house"),
            far.label("squared"),
        )
        .join(Occurrence.event)
        .join(EventKind, EventKind.id == Event.kind_id)
        .outerjoin(Organisation, invites(viewer))
        .options(contains_eager(Occurrence.event).options(joinedload(Event.owner)))
    )


def count(session: Session, viewer: Viewer, filters: Filters) -> int:
    """How many dates there are."""
    found = select(func.count()).select_from(Occurrence).join(Occurrence.event)
    return session.scalar(found.where(*_placed(filters), *_wanted(viewer, filters))) or 0


def marks(viewer: Viewer, filters: Filters) -> Select[int, float | None, float | None, str]:
    """The events that have a place and dates to come: id, latitude, longitude, title."""
    coming = select(Occurrence.id).where(
        Occurrence.event_id == Event.id, Occurrence.place.is_(None), *_placed(filters)
    )
    return (
        select(Event.id, Event.latitude, Event.longitude, Event.title)
        .where(
            Event.latitude.is_not(None),
            *_wanted(viewer, filters),
            coming.correlate(Event).exists(),
        )
        .order_by(Event.id)
    )


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a month."""

    day: date
    shown: list[DateRow]
    others: int
    """How many more there are."""


def days(
    session: Session, viewer: Viewer, filters: Filters, first: date, last: date
) -> Sequence[Day]:
    """The days from the first to the last, each with its first dates. Two queries.

    A month may have thousands of dates: of most, only the days are read.
    """
    told = session.execute(
        select(Occurrence.id, Occurrence.first_day, Occurrence.last_day)
        .join(Occurrence.event)
        .where(between(first, last), *_wanted(viewer, filters))
        .order_by(Occurrence.first_day, Occurrence.starts_at, Occurrence.id)
    ).all()
    calendar = [first + timedelta(days=one) for one in range((last - first).days + 1)]
    there: dict[date, list[int]] = {day: [] for day in calendar}
    for one, begins, ends in told:
        for day in range(
            max(0, (begins - first).days), min((ends - first).days, len(there) - 1) + 1
        ):
            there[calendar[day]].append(one)
    wanted = {one for ids in there.values() for one in _few(ids)}
    full = _rows(viewer, filters).where(Occurrence.id.in_(wanted), *_wanted(viewer, filters))
    rows = {row[0].id: row for row in session.execute(full)} if wanted else {}
    return [
        Day(day, [rows[one] for one in _few(ids) if one in rows], len(ids) - len(_few(ids)))
        for day, ids in there.items()
    ]


def _few(ids: list[int]) -> list[int]:
    """Those that a day shows: one line that says "1 more" would take the place of that one."""
    return ids if len(ids) <= MOST_IN_A_DAY else ids[: MOST_IN_A_DAY - 1]
