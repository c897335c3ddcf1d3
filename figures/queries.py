"""Reads of the figures, for administrators: a group, some days, and those that came before."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session

from access.models import Level, Network, Overlap, Territory, territory_label
from access.viewers import Viewer
from accounts.policy import needs_administrator
from core.masking import FEWEST, Said, Whole, said, said_parts
from directory.models import OrganisationKind
from figures.circles import HOUSE, Key
from figures.jobs import key_of
from figures.measures import PERSONAL, STATES, Measure
from figures.models import Group, GroupDay
from figures.openings import openings
from figures.periods import Period, slices
from resources.models import Document, Opening
from resources.queries import seen

MOST_OPENED = 10
LIKELY, EVERY = 100, 1_000_000
"""Documents among which they are looked for, at first and at last."""
COLUMNS = [getattr(GroupDay, measure.value) for measure in Measure]


@dataclass(frozen=True, slots=True)
class Figures:
    """What a group did in a period, as it may be read."""

    period: Period
    days: Sequence[date]
    """Those that are counted, in order, of the period and of the one before."""
    columns: Mapping[Measure, Sequence[int]]
    """Each measure on each of these days."""

    def _number(self, measure: Measure, first: date, last: date) -> int | None:
        begins, ends = bisect_left(self.days, first), bisect_right(self.days, last)
        if begins == ends:
            return None
        column = self.columns[measure]
        return column[ends - 1] if measure in STATES else sum(column[begins:ends])

    def _said(self, measure: Measure, first: date, last: date) -> Said:
        number = self._number(measure, first, last)
        whole = self._number(Measure.MEMBERS, first, last)
        beside = whole if measure in STATES and measure is not Measure.MEMBERS else None
        return said(number, personal=measure in PERSONAL, whole=beside)

    def now(self, measure: Measure) -> Said:
        """Over the period; what is a state, at its end."""
        return self._said(measure, self.period.first, self.period.last)

    def before(self, measure: Measure) -> Said:
        """Over the period that it is compared with."""
        return self._said(measure, self.period.before_first, self.period.before_last)

    def ratio(self, part: Sequence[Measure], whole: Sequence[Measure]) -> tuple[Any, Any]:
        """The quotient of two sums, over the period and before; None when there is no divisor."""
        spans = (
            (self.period.first, self.period.last),
            (self.period.before_first, self.period.before_last),
        )
        found = []
        for first, last in spans:
            above = sum(self._number(one, first, last) or 0 for one in part)
            below = sum(self._number(one, first, last) or 0 for one in whole)
            found.append(above / below if below else None)
        return found[0], found[1]

    def parts(self, measure: Measure) -> list[Said]:
        """Slice by slice, as figures.periods.slices cuts the period."""
        spans = slices(self.period)
        if measure in STATES:
            return [self._said(measure, first, last) for first, last in spans]
        numbers = [self._number(measure, first, last) or 0 for first, last in spans]
        return said_parts(numbers, personal=measure in PERSONAL)


def group(viewer: Viewer, key: Key) -> Select[Group]:
    """A group, when its figures may be read."""
    needs_administrator(viewer)
    return select(Group).where(Group.key == key_of(key), Group.shown)


def figures(session: Session, viewer: Viewer, group_id: int, period: Period) -> Figures:
    """The days of a group. One query."""
    needs_administrator(viewer)
    rows = session.execute(
        select(GroupDay.day, *COLUMNS)
        .where(
            GroupDay.group_id == group_id,
            or_(
                GroupDay.day.between(period.first, period.last),
                GroupDay.day.between(period.before_first, period.before_last),
            ),
        )
        .order_by(GroupDay.day)
    ).all()
    columns = list(zip(*rows, strict=True)) or [()] * (len(COLUMNS) + 1)
    return Figures(period, columns[0], dict(zip(Measure, columns[1:], strict=True)))


@dataclass(frozen=True, slots=True)
class Choices:
    """What may be chosen on each side, the other sides kept: only what is shown."""

    networks: list[tuple[int, str]]
    territories: list[tuple[int, str]]
    kinds: list[tuple[int, str]]


_RANK = {level: rank for rank, level in enumerate(Level)}


def choices(session: Session, viewer: Viewer, key: Key) -> Choices:
    """The networks, territories and kinds of organisation that may be looked at. One query."""
    needs_administrator(viewer)
    rows = session.execute(
        select(
            Group.network_id,
            Network.name,
            Group.territory_id,
            Territory.level,
            Territory.name,
            Group.kind_id,
            OrganisationKind.name,
        )
        .outerjoin(Network, Network.id == Group.network_id)
        .outerjoin(Territory, Territory.id == Group.territory_id)
        .outerjoin(OrganisationKind, OrganisationKind.id == Group.kind_id)
        .where(Group.shown, or_(*(beside(key, side) for side in range(3))), _listed(key[1]))
        .order_by(Network.name, OrganisationKind.position, Territory.name, Territory.id)
    ).all()
    network_id, territory_id, kind_id = key
    territories = [
        (row[2], row[3], row[4])
        for row in rows
        if row[2] is not None and row[0] == network_id and row[5] == kind_id
    ]
    territories.sort(key=lambda one: _RANK[one[1]])
    return Choices(
        networks=[
            (row[0], row[1])
            for row in rows
            if row[0] is not None and row[2] == territory_id and row[5] == kind_id
        ],
        territories=[(one[0], territory_label(one[1], one[2])) for one in territories],
        kinds=[
            (row[5], row[6])
            for row in rows
            if row[5] is not None and row[0] == network_id and row[2] == territory_id
        ],
    )


def names(session: Session, viewer: Viewer, key: Key) -> list[tuple[int, str] | None]:
    """What a group names, in words, whether or not its figures are shown. One query."""
    needs_administrator(viewer)
    network = select(Network.name).where(Network.id == key[0]).scalar_subquery()
    kind = select(OrganisationKind.name).where(OrganisationKind.id == key[2]).scalar_subquery()
    row = session.execute(
        select(network, Territory.level, Territory.name, kind)
        .select_from(select(literal(1)).subquery())
        .outerjoin(Territory, Territory.id == (key[1] or 0))
    ).one()
    territory = territory_label(row[1], row[2]) if row[2] else None
    return [
        (number, words) if number is not None and words else None
        for number, words in zip(key, (row[0], territory, row[3]), strict=True)
    ]


def beside(key: Key, side: int) -> ColumnElement[bool]:
    """The groups that differ from this one on that side only (0 network, 1 territory, 2 kind)."""
    columns = (Group.network_id, Group.territory_id, Group.kind_id)
    return and_(
        *(
            column.is_not(None)
            if place == side
            else column.is_(None)
            if key[place] is None
            else column == key[place]
            for place, column in enumerate(columns)
        )
    )


def _listed(territory_id: int | None) -> ColumnElement[bool]:
    """Régions and départements, and all that lies in the territory that is looked at."""
    inside = select(Overlap.other_id).where(Overlap.territory_id == territory_id, Overlap.contains)
    wide = select(Territory.id).where(Territory.level != Level.ZONE_EMPLOI)
    return or_(
        Group.territory_id.is_(None),
        Group.territory_id.in_(wide),
        *([] if territory_id is None else [Group.territory_id.in_(inside)]),
    )


COMPARED = (
    Measure.MEMBERS,
    Measure.ACTIVE_MONTH,
    Measure.VISITS,
    Measure.TOPICS,
    Measure.ANSWERS,
    Measure.DOCUMENTS,
    Measure.OPENINGS,
    Measure.EVENTS,
)


_HOLDERS = (
    select(func.aggregate_strings(cast(Overlap.territory_id, String), ","))
    .where(Overlap.other_id == Territory.id, Overlap.contains)
    .scalar_subquery()
)


def _nested(listed: Sequence[tuple[int, Level, str | None]]) -> list[Whole]:
    """What territories (id, level, ids of those that hold it) add up to: each other, and all."""
    parts: dict[tuple[int | None, Level], list[int]] = {}
    for place, (territory_id, level, holders) in enumerate(listed):
        for holder in {None, *map(int, filter(None, (holders or "").split(",")))} - {territory_id}:
            parts.setdefault((holder, level), []).append(place)
    place_of: dict[int | None, int | None] = {one[0]: at for at, one in enumerate(listed)}
    return [
        (place_of[holder] if holder is not None else None, places)
        for (holder, _level), places in parts.items()
        if holder is None or holder in place_of
    ]


def compared(
    session: Session, viewer: Viewer, key: Key, side: int, period: Period
) -> dict[int, list[Said]]:
    """For each network, territory or kind within a group: what is COMPARED. One query."""
    needs_administrator(viewer)
    column = (Group.network_id, Group.territory_id, Group.kind_id)[side]
    sums = [
        func.sum(case((GroupDay.day == period.last, value), else_=0))
        if measure in STATES
        else func.sum(value)
        for measure in COMPARED
        for value in [getattr(GroupDay, measure.value)]
    ]
    summed = (
        select(column.label("id"), *sums)
        .join(GroupDay, GroupDay.group_id == Group.id)
        .where(
            Group.shown,
            beside(key, side),
            _listed(key[1]),
            GroupDay.day.between(period.first, period.last),
        )
        .group_by(column)
        .subquery()
    )
    asked = select(summed)
    if side == 1:
        asked = asked.add_columns(Territory.level, _HOLDERS).join(
            Territory, Territory.id == summed.c.id
        )
    rows = session.execute(asked).all()
    wholes = _nested([(row[0], row[-2], row[-1]) for row in rows]) if side == 1 else []
    members = [int(row[1 + COMPARED.index(Measure.MEMBERS)]) for row in rows]
    found: dict[int, list[Said]] = {row[0]: [] for row in rows}
    for place, measure in enumerate(COMPARED, start=1):
        numbers = [int(row[place]) for row in rows]
        people = members if measure is Measure.ACTIVE_MONTH else None
        parts = said_parts(numbers, personal=measure in PERSONAL, people=people, wholes=wholes)
        for row, part in zip(rows, parts, strict=True):
            found[row[0]].append(part)
    return found


def _opened_by_some(period: Period) -> ColumnElement[bool]:
    """By five people at least: their openings are looked at no further than the fifth."""
    people = (
        select(Opening.member_id)
        .where(Opening.document_id == Document.id, Opening.day.between(period.first, period.last))
        .distinct()
        .limit(FEWEST)
        .correlate(Document)
        .subquery()
    )
    return select(func.count()).select_from(people).scalar_subquery() >= FEWEST


def most_opened(session: Session, viewer: Viewer, period: Period) -> list[tuple[int, str, int]]:
    """The documents that were opened most (id, title, openings), among those that this
    administrator sees, by five people at least. One query, two at most."""
    needs_administrator(viewer)
    opened = openings(period.first, period.last).subquery()
    ranked = (
        select(Document.id, opened.c.openings)
        .join(opened, opened.c.document_id == Document.id)
        .where(seen(viewer), opened.c.openings >= FEWEST)
        .order_by(opened.c.openings.desc(), Document.title_key, Document.id)
    )
    found: list[tuple[int, str, int]] = []
    # Asking by how many people costs most, and what is opened a lot is rarely so by four.
    for among in (LIKELY, EVERY):
        likely = ranked.limit(among).subquery()
        rows = session.execute(
            select(Document.id, Document.title, likely.c.openings, _opened_by_some(period))
            .join(likely, likely.c.id == Document.id)
            .order_by(likely.c.openings.desc(), Document.title_key, Document.id)
        ).all()
        found = [(row[0], row[1], int(row[2])) for row in rows if row[3]][:MOST_OPENED]
        if len(found) == MOST_OPENED or len(rows) < among:
            break
    return found


__all__ = [
    "COMPARED",
    "HOUSE",
    "Choices",
    "Figures",
    "choices",
    "compared",
    "figures",
    "group",
    "most_opened",
    "names",
]
