"""A table of schemes: found again by their reference, or their name and town."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from access.models import Commune
from access.viewers import Viewer
from core import addresses
from core.refusals import Refused
from core.text import folded
from directory import columns, organisations, tending_schemes
from directory.actions import telephone
from directory.imports import cells as cell
from directory.imports import places
from directory.imports.cells import Cells
from directory.imports.models import Fate
from directory.imports.understood import Compared, Options, Understood, differences
from directory.models import Organisation, Scheme, SchemeTerritory, Theme

LINES = (
    *("reference", "name", "run_by", "for_whom", "conditions", "contact", "address", "postcode"),
    *("town", "commune_code", "phone", "email", "website", "description", "source"),
)
EVERYWHERE = frozenset({"france", "france entiere", "national", "tous les territoires"})


class Reader:
    """Understands, compares and writes the lines of a file."""

    columns = columns.SCHEME
    needed: tuple[str, ...] = ("name",)

    def __init__(self, session: Session, viewer: Viewer, options: Options) -> None:
        self.viewer, self.options = viewer, options
        themes = session.execute(select(Theme.id, Theme.name, Theme.slug)).all()
        self.themes = {cell.key(name): one for one, name, _slug in themes}
        self.themes |= {cell.key(slug): one for one, _name, slug in themes}
        self.territories: dict[str, int] = {}
        self.communes: dict[str, int] = {}
        """The département of each."""

    def prepare(self, session: Session) -> None:
        """Learn the names of all territories, and the codes of all communes."""
        self.territories = places.territories(session)
        rows = session.execute(select(Commune.code, Commune.departement_id))
        self.communes = {row.code: row.departement_id for row in rows}

    def understand(self, cells: Mapping[str, str]) -> Understood:
        """What a line says."""
        line = Cells(cells)
        said: dict[str, Any] = {
            "reference": line.take("reference", cell.words(100)),
            "name": line.take("name", cell.words()),
            "run_by": line.take("run_by", cell.words()),
            "structure": line.take("structure", cell.words(100)),
            "theme_id": line.take("theme", self._theme),
            "for_whom": line.take("for_whom", self._people),
            "conditions": line.take("conditions", cell.paragraphs()),
            "contact": line.take("contact", cell.words()),
            "address": line.take("address", cell.words()),
            "postcode": line.take("postcode", cell.postcode),
            "town": line.take("town", cell.words()),
            "commune_code": line.take("commune_code", self._commune),
            "phone": line.take("phone", telephone),
            "email": line.take("email", addresses.mail),
            "website": line.take("website", addresses.link),
            "description": line.take("description", cell.paragraphs()),
            "source": line.take("source", cell.words()) or self.options.source or None,
            "starts_on": _written(line.take("starts_on", cell.day)),
            "ends_on": _written(line.take("ends_on", cell.day)),
            "point": places.point(line),
            "territories": line.take("territories", self._territories),
        }
        if said["name"] is None and not any(field == "name" for field, *_ in line.problems):
            line.wrong("name", "name-empty")
        if said["starts_on"] and said["ends_on"] and said["ends_on"] < said["starts_on"]:
            line.wrong("ends_on", "dates-crossed")
        return Understood(said["name"] or "", _key(said), said, line.problems)

    def _theme(self, typed: str) -> int | None:
        """A theme of the house; those of official files, which are others, say nothing here."""
        for name in cell.several(typed):
            if cell.key(name) in self.themes:
                return self.themes[cell.key(name)]
        return None

    def _people(self, typed: str) -> str:
        """ "jeunes-16-26, beneficiaires-rsa" as words."""
        names = [
            name.replace("-", " ") if " " not in name else name for name in cell.several(typed)
        ]
        return cell.words(tending_schemes.LONGEST_FOR_WHOM)(", ".join(names))

    def _commune(self, typed: str) -> str | None:
        code = typed.strip().upper().zfill(5)
        return code if code in self.communes else None

    def _territories(self, typed: str) -> list[int]:
        """Names, "departement:44", "44", or the code of a commune: its département."""
        found: set[int] = set()
        for name in cell.several(typed):
            wanted = cell.key(name)
            if wanted in EVERYWHERE:
                return []
            one = self.territories.get(wanted) or self.communes.get(name.strip().upper())
            if one is None:
                raise Refused("territory-unknown", name=name[:100])
            found.add(one)
        return sorted(found)

    def compare(self, session: Session, lines: Sequence[Understood]) -> list[Compared]:
        """What each line would change."""
        known = _known(session, [line.said for line in lines])
        offered_on = _offered_on(session, {one.id for one in known.values()})
        found: list[Compared] = []
        for line in lines:
            one = known.get(line.key)
            if one is None:
                found.append(Compared(Fate.NEW))
            elif one.audience_id not in self.viewer.audiences:
                found.append(Compared(Fate.REFUSED, problem=("reference", "scheme-known", {})))
            else:
                changes = _changes(one, offered_on.get(one.id, []), line.said)
                found.append(Compared(Fate.CHANGED if changes else Fate.SAME, changes))
        return found

    def write(self, session: Session, said: dict[str, Any]) -> None:
        """Add the scheme, or say otherwise what it is."""
        house = _house(session, self.viewer, said)
        one = _known(session, [said]).get(_key(said))
        if one is None:
            tending_schemes.add(session, _described(said, house))
            return
        if one.audience_id not in self.viewer.audiences:  # closed to them since the file was read
            raise Refused("scheme-known")
        kept = {name: getattr(one, name) for name in LINES} | {
            "theme_id": one.theme_id,
            "starts_on": _written(one.starts_on),
            "ends_on": _written(one.ends_on),
            "territories": _offered_on(session, {one.id}).get(one.id, []),
        }
        new = {name: value for name, value in said.items() if value not in (None, "", [])}
        house = house or (None if said["run_by"] else one.organisation_id)
        tending_schemes.describe(session, one, _described(kept | new, house))


def _written(day: date | None) -> str | None:
    """A day as JSON keeps it."""
    return day.isoformat() if day else None


def _key(said: Mapping[str, Any]) -> str:
    if said["reference"]:
        return f"reference {said['reference']}"
    return f"name {folded(said['name'] or '')} {folded(said['town'] or '')}"


def _known(session: Session, said: Sequence[Mapping[str, Any]]) -> dict[str, Scheme]:
    names = {folded(one["name"]) for one in said if one["name"] and not one["reference"]}
    rows = session.scalars(
        select(Scheme)
        .where(
            or_(
                Scheme.reference.in_({one["reference"] for one in said} - {None}),
                Scheme.name_key.in_(names),
            )
        )
        .order_by(Scheme.withdrawn_at.is_(None), Scheme.id.desc())
    )
    known: dict[str, Scheme] = {}
    for one in rows:
        known[f"name {one.name_key} {folded(one.town)}"] = one
        if one.reference:
            known[f"reference {one.reference}"] = one
    return known


def _offered_on(session: Session, scheme_ids: set[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    rows = session.execute(
        select(SchemeTerritory.scheme_id, SchemeTerritory.territory_id)
        .where(SchemeTerritory.scheme_id.in_(scheme_ids))
        .order_by(SchemeTerritory.territory_id)
    )
    for scheme_id, territory_id in rows:
        found.setdefault(scheme_id, []).append(territory_id)
    return found


def _changes(
    one: Scheme, offered_on: list[int], said: Mapping[str, Any]
) -> list[tuple[str, str, str]]:
    before = {name: getattr(one, name) for name in LINES}
    before |= {"starts_on": _written(one.starts_on), "ends_on": _written(one.ends_on)}
    if one.organisation_id is not None:
        before["run_by"] = said["run_by"]  # the organisation says it
    names = [*LINES, "starts_on", "ends_on"]
    changes = differences(before, {name: said[name] for name in names})
    if said["theme_id"] and said["theme_id"] != one.theme_id:
        changes.append(("theme", "", "+"))
    if said["territories"] and said["territories"] != offered_on:
        changes.append(("territories", "", "+"))
    return changes


def _house(session: Session, viewer: Viewer, said: Mapping[str, Any]) -> int | None:
    """The organisation that runs it, by its reference or its name, if the viewer sees it."""
    if said["structure"]:
        found = session.scalar(
            select(Organisation.id).where(
                Organisation.reference == said["structure"], organisations.seen(viewer)
            )
        )
        if found is not None:
            return found
    meant = organisations.meant(session, viewer, said["run_by"] or "")
    return meant.id if meant else None


def _described(said: Mapping[str, Any], house: int | None) -> tending_schemes.Description:
    place, days = said.get("point"), (said.get("starts_on"), said.get("ends_on"))
    starts, ends = (date.fromisoformat(one) if one else None for one in days)
    texts: dict[str, Any] = {
        name: said.get(name) or "" for name in LINES if name not in {"reference", "run_by"}
    }
    return tending_schemes.Description(
        **texts,
        reference=said.get("reference"),
        run_by="" if house else said.get("run_by") or "",
        organisation_id=house,
        theme_id=said.get("theme_id"),
        starts_on=starts,
        ends_on=ends,
        point=(place[0], place[1]) if place else None,
        offered_on=said.get("territories") or (),
    )
