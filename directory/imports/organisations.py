"""A table of organisations: found again by their reference, or their SIRET and kind."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from access.models import Commune, Network
from access.viewers import Viewer
from core import addresses
from core.refusals import Refused
from core.text import folded
from directory import columns, tending
from directory.actions import telephone
from directory.imports import cells as cell
from directory.imports import places
from directory.imports.cells import Cells
from directory.imports.models import Fate
from directory.imports.understood import Compared, Options, Understood, differences
from directory.models import (
    Activity,
    Organisation,
    OrganisationActivity,
    OrganisationKind,
    OrganisationNetwork,
    Placed,
)

LINES = (
    *("reference", "name", "kind_id", "siret", "address", "postcode", "town", "commune_code"),
    *("phone", "email", "website", "opening_hours", "places", "description", "source"),
)
"""What is kept of an organisation as one value."""


class Reader:
    """Understands, compares and writes the lines of a file."""

    columns = columns.ORGANISATION
    needed: tuple[str, ...] = ("name",)

    def __init__(self, session: Session, viewer: Viewer, options: Options) -> None:
        self.viewer, self.options = viewer, options
        kinds = session.execute(select(OrganisationKind.id, OrganisationKind.name)).all()
        self.kinds = {cell.key(name): one for one, name in kinds}
        self.kinds |= _by_slug(session, OrganisationKind)
        self.kind_names = {one: name for one, name in kinds}  # noqa: C416 - rows are no pairs
        activities = session.execute(select(Activity.id, Activity.name))
        self.activities = {cell.key(name): one for one, name in activities}
        networks = session.execute(select(Network.id, Network.name, Network.slug)).all()
        self.networks = {cell.key(name): one for one, name, _slug in networks}
        self.networks |= {cell.key(slug): one for one, _name, slug in networks}
        self.names = {one: name for one, name, _slug in networks}
        self.communes: set[str] = set()
        self.references: set[str] = set()
        """Those of the file: what bears one of them is that line's alone."""

    def prepare(self, session: Session) -> None:
        """Learn the codes of all communes."""
        self.communes = set(session.scalars(select(Commune.code)))

    def understand(self, cells: Mapping[str, str]) -> Understood:
        """What a line says."""
        line = Cells(cells)
        said: dict[str, Any] = {
            "reference": line.take("reference", cell.words(100)),
            "name": line.take("name", cell.words()),
            "kind_id": line.take("kind", self._kind),
            "siret": line.take("siret", cell.siret),
            "address": line.take("address", cell.words()),
            "postcode": line.take("postcode", cell.postcode),
            "town": line.take("town", cell.words()),
            "commune_code": line.take("commune_code", self._commune),
            "phone": line.take("phone", telephone),
            "email": line.take("email", addresses.mail),
            "website": line.take("website", addresses.link),
            "opening_hours": line.take("opening_hours", cell.words()),
            "places": line.take("places", cell.number),
            "description": line.take("description", cell.paragraphs()),
            "source": line.take("source", cell.words()) or self.options.source or None,
            "point": places.point(line),
            "networks": line.take("networks", cell.among(self.networks, "network-unknown")),
            "activities": line.take("activities", cell.among(self.activities, "activity-unknown")),
        }
        said["networks"] = sorted({*(said["networks"] or ()), *self.options.networks})
        if said["kind_id"] is None and not line.problems:
            said["kind_id"] = self.options.kind_id
        wrong = {field for field, _code, _values in line.problems}
        if said["name"] is None and "name" not in wrong:
            line.wrong("name", "name-empty")
        if said["kind_id"] is None and "kind" not in wrong:
            line.wrong("kind", "kind-missing")
        if said["reference"]:
            self.references.add(said["reference"])
        return Understood(said["name"] or "", _key(said), said, line.problems)

    def _kind(self, typed: str) -> int:
        (found,) = cell.among(self.kinds, "kind-unknown")(typed.replace(",", " "))
        return found

    def _commune(self, typed: str) -> str | None:
        """A code that the official list no longer has is left out: the town says where it is."""
        code = typed.strip().upper().zfill(5)
        return code if code in self.communes else None

    def compare(self, session: Session, lines: Sequence[Understood]) -> list[Compared]:
        """What each line would change."""
        known = _known(session, [line.said for line in lines])
        networks, activities = _belongings(session, {one.id for one in known.values()})
        found: list[Compared] = []
        for line in lines:
            one = self._same_as(line.said, known)
            line.said["id"] = one.id if one else None
            if one is None:
                found.append(Compared(Fate.NEW))
            elif one.audience_id not in self.viewer.audiences:
                found.append(Compared(Fate.REFUSED, problem=("siret", "organisation-known", {})))
            else:
                changes = self._changes(
                    one, networks.get(one.id, set()), activities.get(one.id, set()), line.said
                )
                found.append(Compared(Fate.CHANGED if changes else Fate.SAME, changes))
        return found

    def _changes(
        self, one: Organisation, networks: set[int], activities: set[int], said: dict[str, Any]
    ) -> list[tuple[str, str, str]]:
        before = {name: getattr(one, name) for name in LINES}
        changes = differences(before, {name: said[name] for name in LINES if name != "kind_id"})
        if said["kind_id"] != one.kind_id:
            names = self.kind_names
            changes.append(("kind", names.get(one.kind_id, ""), names[said["kind_id"]]))
        if added := set(said["networks"]) - networks:
            changes.append(("networks", "", ", ".join(sorted(self.names[each] for each in added))))
        if set(said["activities"] or ()) - activities:
            changes.append(("activities", "", "+"))
        if said["point"] and one.placed is not Placed.HAND and _far(one, said["point"]):
            latitude, longitude = said["point"]
            changes.append(("latitude", "", f"{latitude:.5f}, {longitude:.5f}"))
        return changes

    def _same_as(
        self, said: Mapping[str, Any], known: Mapping[str, Organisation]
    ) -> Organisation | None:
        """The one with its reference; else with its SIRET and kind, or its name and town."""
        one = known.get(_key(said))
        if one is None and (one := known.get(_siret_key(said))):
            # An annexe may share the SIRET of its house: each then has a reference of its own.
            return None if one.reference in self.references else one
        return one

    def write(self, session: Session, said: dict[str, Any]) -> None:
        """Add the organisation, or say otherwise what it is."""
        one = session.get(Organisation, said["id"]) if said["id"] else _named(session, said)
        if one is None:
            tending.add(session, _described(said))
            return
        if one.audience_id not in self.viewer.audiences:  # closed to them since the file was read
            raise Refused("organisation-known")
        networks, activities = _belongings(session, {one.id})
        kept = {name: getattr(one, name) for name in LINES}
        new = {name: value for name, value in said.items() if value not in (None, "", [])}
        new["networks"] = sorted({*networks.get(one.id, ()), *said["networks"]})
        new["activities"] = sorted({*activities.get(one.id, ()), *(said["activities"] or ())})
        tending.describe(session, one, _described(kept | new))


def _by_slug(session: Session, kind: type[OrganisationKind]) -> dict[str, int]:
    return {cell.key(slug): one for one, slug in session.execute(select(kind.id, kind.slug))}


def _key(said: Mapping[str, Any]) -> str:
    if said["reference"]:
        return f"reference {said['reference']}"
    return _siret_key(said) or " ".join(
        ("name", folded(said["name"] or ""), str(said["kind_id"]), folded(said["town"] or ""))
    )


def _siret_key(said: Mapping[str, Any]) -> str:
    return f"siret {said['siret']} {said['kind_id']}" if said["siret"] else ""


def _named(session: Session, said: Mapping[str, Any]) -> Organisation | None:
    """The one that took the same reference since the file was read."""
    if not said["reference"]:
        return None
    return session.scalar(select(Organisation).where(Organisation.reference == said["reference"]))


def _known(session: Session, said: Sequence[Mapping[str, Any]]) -> dict[str, Organisation]:
    """The organisations that these lines describe, by every key they have."""
    names = {folded(one["name"]) for one in said if one["name"] and not one["siret"]}
    rows = session.scalars(
        select(Organisation)
        .where(
            or_(
                Organisation.reference.in_({one["reference"] for one in said} - {None}),
                Organisation.siret.in_({one["siret"] for one in said} - {None}),
                Organisation.name_key.in_(names) & Organisation.siret.is_(None),
            )
        )
        .order_by(Organisation.withdrawn_at.is_(None), Organisation.id.desc())
    )
    known: dict[str, Organisation] = {}
    for one in rows:  # the last one wins: in the directory, and the oldest
        if one.siret:
            known[f"siret {one.siret} {one.kind_id}"] = one
        else:
            known[f"name {one.name_key} {one.kind_id} {folded(one.town)}"] = one
        if one.reference:
            known[f"reference {one.reference}"] = one
    return known


def _belongings(
    session: Session, organisation_ids: set[int]
) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """The networks and the activities of these organisations."""
    networks: dict[int, set[int]] = {}
    activities: dict[int, set[int]] = {}
    for one, network_id in session.execute(
        select(OrganisationNetwork.organisation_id, OrganisationNetwork.network_id).where(
            OrganisationNetwork.organisation_id.in_(organisation_ids)
        )
    ):
        networks.setdefault(one, set()).add(network_id)
    for one, activity_id in session.execute(
        select(OrganisationActivity.organisation_id, OrganisationActivity.activity_id).where(
            OrganisationActivity.organisation_id.in_(organisation_ids)
        )
    ):
        activities.setdefault(one, set()).add(activity_id)
    return networks, activities


def _far(one: Organisation, place: Sequence[float]) -> bool:
    if one.latitude is None or one.longitude is None:
        return True
    return max(abs(one.latitude - place[0]), abs(one.longitude - place[1])) > 1e-6


def _described(said: Mapping[str, Any]) -> tending.Description:
    """What a line says, as the directory takes it."""
    place = said.get("point")
    texts: dict[str, Any] = {name: said.get(name) or "" for name in LINES if name not in NOT_WORDS}
    return tending.Description(
        **texts,
        reference=said.get("reference"),
        kind_id=said.get("kind_id"),
        places=said.get("places"),
        point=(place[0], place[1]) if place else None,
        networks=said.get("networks") or (),
        activities=said.get("activities") or (),
    )


NOT_WORDS = frozenset({"reference", "kind_id", "places"})
