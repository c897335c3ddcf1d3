"""Reads of schemes (dispositifs). Each takes a viewer and starts from what they may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, null, or_, select
from sqlalchemy.orm import Session, joinedload

from access import audiences
from access.geography import Around, Box
from access.models import Overlap, Territory
from access.viewers import Viewer
from accounts.policy import needs_administrator
from core import clock
from directory import organisations
from directory.models import Organisation, Scheme, SchemeTerritory, Theme
from directory.paging import PER_PAGE, Cursor, words_of

Ts = TypeVarTuple("Ts")


def seen(viewer: Viewer) -> ColumnElement[bool]:
    """The schemes that exist for this viewer."""
    return and_(Scheme.visible_to(viewer), Scheme.withdrawn_at.is_(None))


def withdrawn(viewer: Viewer) -> ColumnElement[bool]:
    """Those that were taken away, for administrators."""
    needs_administrator(viewer)
    return and_(Scheme.visible_to(viewer), Scheme.withdrawn_at.is_not(None))


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address of a list says."""

    words: str = ""
    theme: str = ""
    """A slug."""
    territory_id: int | None = None
    around: Around | None = None
    over: bool = False
    """Those that have ended, instead of those that have not."""
    withdrawn: bool = False
    """Those that were taken away instead, for administrators."""
    box: Box | None = None
    """The frame of the map."""

    @property
    def origin(self) -> Around | None:
        """Where distances are told from: the commune that is said, else the middle of the frame."""
        return self.around or (self.box.middle if self.box else None)


SchemeRow = Row[Scheme, str | None, float | None]
"""The scheme; the name of the organisation that runs it, if it is seen; the square of its distance
in kilometres when one asks around."""


def _runs(viewer: Viewer) -> ColumnElement[bool]:
    return and_(Organisation.id == Scheme.organisation_id, organisations.seen(viewer))


def _wanted(filters: Filters) -> list[ColumnElement[bool]]:
    today = clock.today()
    wanted: list[ColumnElement[bool]] = [
        Scheme.search_key.contains(word, autoescape=True) for word in words_of(filters.words)
    ]
    if not filters.withdrawn:
        going_on = or_(Scheme.ends_on.is_(None), Scheme.ends_on >= today)
        wanted.append(~going_on if filters.over else going_on)
    if filters.theme:
        wanted.append(exists().where(Theme.id == Scheme.theme_id, Theme.slug == filters.theme))
    if filters.territory_id is not None:
        named = exists().where(SchemeTerritory.scheme_id == Scheme.id)
        there = exists().where(
            SchemeTerritory.scheme_id == Scheme.id,
            Overlap.other_id == SchemeTerritory.territory_id,
            Overlap.territory_id == filters.territory_id,
        )
        wanted.append(or_(~named, there))
    if filters.around:
        wanted.append(filters.around.holds(Scheme.latitude, Scheme.longitude))
    if filters.box:
        wanted.append(filters.box.holds(Scheme.latitude, Scheme.longitude))
    return wanted


def _listed(viewer: Viewer, filters: Filters) -> Select[Scheme, str | None, float | None]:
    origin = filters.origin
    squared = origin.squared(Scheme.latitude, Scheme.longitude) if origin else null()
    found = narrowed(
        select(Scheme, Organisation.name.label("house"), squared.label("squared")).outerjoin(
            Organisation, _runs(viewer)
        ),
        viewer,
        filters,
    )
    if origin:
        return found.order_by(squared, Scheme.id)
    return found.order_by(Scheme.name_key, Scheme.id)


def narrowed(found: Select[*Ts], viewer: Viewer, filters: Filters) -> Select[*Ts]:
    """What is selected of schemes, kept to those that the viewer sees and asks for."""
    return found.where(withdrawn(viewer) if filters.withdrawn else seen(viewer), *_wanted(filters))


def schemes(
    session: Session,
    viewer: Viewer,
    filters: Filters = Filters(),
    after: Cursor | None = None,
    *,
    most: int = PER_PAGE + 1,
) -> Sequence[SchemeRow]:
    """Schemes by name, or the nearest first when one asks around; one more than a page."""
    found = _listed(viewer, filters).limit(most)
    if after:
        found = found.where(after.before(Scheme.id, Scheme.name_key, filters.origin, Scheme))
    return session.execute(found).all()


def count(session: Session, viewer: Viewer, filters: Filters) -> int:
    """How many there are."""
    found = _listed(viewer, filters).with_only_columns(func.count()).order_by(None)
    return session.scalar(found) or 0


def scheme(viewer: Viewer, scheme_id: int) -> Select[Scheme]:
    """One scheme, with its theme and, when the viewer sees it, the organisation that runs it.

    Withdrawn or not for administrators.
    """
    mine = Scheme.visible_to(viewer) if viewer.administers else seen(viewer)
    return (
        select(Scheme)
        .options(
            joinedload(Scheme.theme),
            joinedload(Scheme.organisation.and_(organisations.seen(viewer))),
        )
        .where(Scheme.id == scheme_id, mine)
    )


def tended(viewer: Viewer, scheme_id: int) -> Select[Scheme]:
    """One scheme to be changed: for administrators."""
    needs_administrator(viewer)
    return scheme(viewer, scheme_id)


def run_by(viewer: Viewer, organisation_id: int) -> Select[Scheme]:
    """What an organisation runs and that goes on, by name."""
    return (
        select(Scheme)
        .where(Scheme.organisation_id == organisation_id, seen(viewer), *_wanted(Filters()))
        .order_by(Scheme.name_key, Scheme.id)
    )


def territories_of(scheme_id: int) -> Select[Territory]:
    """Where it is offered, by name; everywhere when there is none."""
    return (
        select(Territory)
        .join(SchemeTerritory, SchemeTerritory.territory_id == Territory.id)
        .where(SchemeTerritory.scheme_id == scheme_id)
        .order_by(Territory.name, Territory.id)
    )


def offered_on(session: Session, scheme_ids: Sequence[int]) -> dict[int, list[str]]:
    """Where these schemes are offered, in words. One query."""
    found: dict[int, list[str]] = {}
    rows = session.execute(
        select(SchemeTerritory.scheme_id, Territory)
        .join(Territory, Territory.id == SchemeTerritory.territory_id)
        .where(SchemeTerritory.scheme_id.in_(scheme_ids))
        .order_by(Territory.name, Territory.id)
    )
    for scheme_id, territory in rows:
        found.setdefault(scheme_id, []).append(territory.label)
    return found


def theme_names(session: Session) -> dict[int, str]:
    """The name of every theme."""
    return {row.id: row.name for row in session.execute(select(Theme.id, Theme.name))}


def territories_for(viewer: Viewer, scheme: Scheme | None) -> Select[Territory, bool]:
    """What a scheme may be offered on: the viewer's territories and its own; and whether it is."""
    there = exists().where(
        SchemeTerritory.scheme_id == (scheme.id if scheme else None),
        SchemeTerritory.territory_id == Territory.id,
    )
    mine = audiences.territories_within(viewer.member_id).with_only_columns(Territory.id)
    return (
        select(Territory, there)
        .where(or_(Territory.id.in_(mine.order_by(None)), there))
        .order_by(audiences.WIDEST_FIRST, Territory.name, Territory.id)
    )
