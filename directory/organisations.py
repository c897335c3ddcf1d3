"""Reads of organisations. Each takes a viewer and starts from what they may see."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TypeVarTuple

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, joinedload

from access import geography
from access.geography import Around, Box
from access.models import Network
from access.viewers import Viewer
from accounts.policy import needs_administrator
from core.text import folded
from directory.models import (
    Activity,
    Organisation,
    OrganisationActivity,
    OrganisationKind,
    OrganisationNetwork,
    Profile,
)
from directory.paging import PER_PAGE, Cursor, words_of

Ts = TypeVarTuple("Ts")


def seen(viewer: Viewer) -> ColumnElement[bool]:
    """The organisations that exist for this viewer."""
    return and_(Organisation.visible_to(viewer), Organisation.withdrawn_at.is_(None))


def withdrawn(viewer: Viewer) -> ColumnElement[bool]:
    """Those that were taken away, for administrators."""
    needs_administrator(viewer)
    return and_(Organisation.visible_to(viewer), Organisation.withdrawn_at.is_not(None))


def workplace(viewer: Viewer) -> ColumnElement[bool]:
    """Joins a profile to the organisation where one works, when the viewer sees that."""
    return and_(Organisation.id == Profile.organisation_id, seen(viewer))


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address of a list says."""

    words: str = ""
    kind: str = ""
    """A slug, as activity."""
    activity: str = ""
    network_id: int | None = None
    territory_id: int | None = None
    around: Around | None = None
    withdrawn: bool = False
    """Those that were taken away instead, for administrators."""
    box: Box | None = None
    """The frame of the map."""

    @property
    def origin(self) -> Around | None:
        """Where distances are told from: the commune that is said, else the middle of the frame."""
        return self.around or (self.box.middle if self.box else None)


OrganisationRow = Row[Organisation, str, float | None]
"""The organisation, its kind, and the square of its distance in kilometres when one asks around."""


def _listed(viewer: Viewer, filters: Filters) -> Select[Organisation, str, float | None]:
    origin = filters.origin
    squared = origin.squared(Organisation.latitude, Organisation.longitude) if origin else null()
    found = narrowed(
        select(Organisation, OrganisationKind.name.label("kind"), squared.label("squared")),
        viewer,
        filters,
    )
    if origin:
        return found.order_by(squared, Organisation.id)
    return found.order_by(Organisation.name_key, Organisation.id)


def narrowed(found: Select[*Ts], viewer: Viewer, filters: Filters) -> Select[*Ts]:
    """What is selected of organisations, kept to those that the viewer sees and asks for."""
    return found.join(OrganisationKind, OrganisationKind.id == Organisation.kind_id).where(
        withdrawn(viewer) if filters.withdrawn else seen(viewer), *_wanted(filters)
    )


def _wanted(filters: Filters) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [
        Organisation.search_key.contains(word, autoescape=True) for word in words_of(filters.words)
    ]
    if filters.kind:
        wanted.append(OrganisationKind.slug == filters.kind)
    if filters.activity:
        wanted.append(
            exists().where(
                OrganisationActivity.organisation_id == Organisation.id,
                OrganisationActivity.activity_id == Activity.id,
                Activity.slug == filters.activity,
            )
        )
    if filters.network_id is not None:
        wanted.append(
            exists().where(
                OrganisationNetwork.organisation_id == Organisation.id,
                OrganisationNetwork.network_id == filters.network_id,
            )
        )
    if filters.territory_id is not None:
        wanted.append(Organisation.commune_code.in_(geography.within(filters.territory_id)))
    if filters.around:
        wanted.append(filters.around.holds(Organisation.latitude, Organisation.longitude))
    if filters.box:
        wanted.append(filters.box.holds(Organisation.latitude, Organisation.longitude))
    return wanted


def organisations(
    session: Session,
    viewer: Viewer,
    filters: Filters = Filters(),
    after: Cursor | None = None,
    *,
    most: int = PER_PAGE + 1,
) -> Sequence[OrganisationRow]:
    """Organisations by name, or the nearest first when one asks around; one more than a page."""
    found = _listed(viewer, filters).limit(most)
    if after:
        found = found.where(after.before(Organisation.id, Organisation.name_key, filters.origin))
    return session.execute(found).all()


def count(session: Session, viewer: Viewer, filters: Filters) -> int:
    """How many there are."""
    found = _listed(viewer, filters).with_only_columns(func.count()).order_by(None)
    return session.scalar(found) or 0


def organisation(viewer: Viewer, organisation_id: int) -> Select[Organisation]:
    """One organisation, with its kind."""
    return (
        select(Organisation)
        .options(joinedload(Organisation.kind))
        .where(Organisation.id == organisation_id, seen(viewer))
    )


def tended(viewer: Viewer, organisation_id: int) -> Select[Organisation]:
    """One organisation, withdrawn or not, for administrators."""
    needs_administrator(viewer)
    return (
        select(Organisation)
        .options(joinedload(Organisation.kind))
        .where(Organisation.id == organisation_id, Organisation.visible_to(viewer))
    )


def networks_of(session: Session, organisation_ids: Collection[int]) -> dict[int, list[Network]]:
    """The networks of these organisations, by name. One query."""
    found: dict[int, list[Network]] = {}
    rows = session.execute(
        select(OrganisationNetwork.organisation_id, Network)
        .join(Network, Network.id == OrganisationNetwork.network_id)
        .where(OrganisationNetwork.organisation_id.in_(organisation_ids))
        .order_by(Network.name)
    )
    for organisation_id, network in rows:
        found.setdefault(organisation_id, []).append(network)
    return found


def label(name: str, town: str) -> str:
    """ "Les Ateliers (Nantes)": how an organisation is proposed as one types."""
    return f"{name} ({town})" if town else name


_LABEL = re.compile(r"(.+?)\s*\(([^()]*)\)")


def called(viewer: Viewer, typed: str, *, most: int = 8) -> Select[Organisation]:
    """Those whose name begins so, by name."""
    return (
        select(Organisation)
        .where(
            seen(viewer),
            Organisation.name_key.startswith(folded(" ".join(typed.split())), autoescape=True),
        )
        .order_by(Organisation.name_key, Organisation.id)
        .limit(most)
    )


def meant(session: Session, viewer: Viewer, typed: str) -> Organisation | None:
    """The one organisation of this name, or label; None when there is none, or several."""
    typed = " ".join(typed.split())
    if not typed:
        return None
    told = _LABEL.fullmatch(typed)
    labelled = [Organisation.name_key == folded(typed)]
    if told:
        labelled.append(
            and_(Organisation.name_key == folded(told[1]), Organisation.town == told[2])
        )
    found = session.scalars(select(Organisation).where(seen(viewer), or_(*labelled)).limit(2)).all()
    return found[0] if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class Choices:
    """What may be said of an organisation: (id, name, whether it is so), in order."""

    kinds: list[tuple[int, str, bool]]
    activities: list[tuple[int, str, bool]]
    networks: list[tuple[int, str, bool]]


def choices(session: Session, organisation: Organisation | None) -> Choices:
    """What the lists offer, and what this organisation has though it is retired. One query."""
    one = organisation.id if organisation else None
    is_kind = OrganisationKind.id == (organisation.kind_id if organisation else None)
    has_activity = exists().where(
        OrganisationActivity.organisation_id == one, OrganisationActivity.activity_id == Activity.id
    )
    belongs = exists().where(
        OrganisationNetwork.organisation_id == one, OrganisationNetwork.network_id == Network.id
    )
    rows = session.execute(
        union_all(
            select(literal(0), OrganisationKind.position, OrganisationKind.id.label("id"),
                   OrganisationKind.name.label("name"), is_kind)
            .where(or_(~OrganisationKind.retired, is_kind)),
            select(literal(1), Activity.position, Activity.id, Activity.name, has_activity)
            .where(or_(~Activity.retired, has_activity)),
            select(literal(2), literal(0), Network.id, Network.name, belongs),
        )
    )  # fmt: skip
    found: list[list[tuple[int, str, bool]]] = [[], [], []]
    for which, _position, row_id, name, ticked in sorted(rows, key=lambda row: (*row[:2], row[3])):
        found[which].append((row_id, name, bool(ticked)))
    return Choices(*found)


def activities_of(organisation_id: int) -> Select[Activity]:
    """What an organisation has people do, in the order of the list."""
    return (
        select(Activity)
        .join(OrganisationActivity, OrganisationActivity.activity_id == Activity.id)
        .where(OrganisationActivity.organisation_id == organisation_id)
        .order_by(Activity.position, Activity.id)
    )
