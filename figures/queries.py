"""Reads of the figures, for administrators: a group, some days, and those that came before."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from access.models import Level, Network, Overlap, Territory, territory_label
from access.viewers import Viewer
from accounts.policy import needs_administrator
from directory.models import OrganisationKind
from figures.circles import HOUSE, Key
from figures.jobs import key_of
from figures.masking import FEWEST, Said, said, said_parts
from figures.measures import PERSONAL, STATES, Measure
from figures.models import DocumentMonth, Group, GroupDay
from figures.periods import Period, slices, whole_months
from resources.models import Document, Opening
from resources.queries import seen

MOST_OPENED = 10
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
)


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
    rows = session.execute(
        select(column, *sums)
        .join(GroupDay, GroupDay.group_id == Group.id)
        .where(
            Group.shown,
            beside(key, side),
            _listed(key[1]),
            GroupDay.day.between(period.first, period.last),
        )
        .group_by(column)
    ).all()
    members = [int(row[1 + COMPARED.index(Measure.MEMBERS)]) for row in rows]
    found: dict[int, list[Said]] = {row[0]: [] for row in rows}
    for place, measure in enumerate(COMPARED, start=1):
        numbers = [int(row[place]) for row in rows]
        parts = said_parts(numbers, personal=measure in PERSONAL)
        if measure is Measure.ACTIVE_MONTH:
            parts = [
                said(part, personal=True, whole=whole) if isinstance(part, int) else part
                for part, whole in zip(parts, members, strict=True)
            ]
        for row, part in zip(rows, parts, strict=True):
            found[row[0]].append(part)
    return found


def most_opened(viewer: Viewer, period: Period) -> Select[int, str, int]:
    """The documents that were opened most (id, title, openings), among those that this
    administrator sees, by five people at least."""
    needs_administrator(viewer)
    begins, ends = whole_months(period)
    days = (
        or_(
            and_(Opening.day >= period.first, Opening.day < begins),
            and_(Opening.day >= ends, Opening.day <= period.last),
        )
        if begins < ends
        else Opening.day.between(period.first, period.last)
    )
    counted = union_all(
        select(DocumentMonth.document_id, DocumentMonth.openings).where(
            DocumentMonth.month >= begins, DocumentMonth.month < ends
        ),
        select(Opening.document_id, func.count()).where(days).group_by(Opening.document_id),
    ).subquery()
    total = func.sum(counted.c.openings).label("openings")
    opened = (
        select(counted.c.document_id, total)
        .group_by(counted.c.document_id)
        .having(total >= FEWEST)
        .subquery()
    )
    some_people = (
        select(Opening.member_id)
        .where(Opening.document_id == Document.id, Opening.day.between(period.first, period.last))
        .distinct()
        .limit(FEWEST)
        .correlate(Document)
        .subquery()
    )
    enough = select(func.count()).select_from(some_people).scalar_subquery()
    return (
        select(Document.id, Document.title, opened.c.openings)
        .join(opened, opened.c.document_id == Document.id)
        .where(seen(viewer), enough >= FEWEST)
        .order_by(opened.c.openings.desc(), Document.title_key, Document.id)
        .limit(MOST_OPENED)
    )


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
