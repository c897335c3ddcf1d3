"""What the lists of the directory, and of the map, are narrowed by and drawn with."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import g, request, url_for
from flask_babel import gettext as _

from access import audiences, places
from access.geography import Around, communes_called
from access.models import Commune, Network, Territory
from blueprints._access import key, viewer
from blueprints._filters import Choice, active, address, menus
from blueprints._forms import one_line
from core.db import db
from directory.paging import PER_PAGE, Cursor

NAMES = (
    "q",
    "type",
    "reseau",
    "territoire",
    "activite",
    "competence",
    "langue",
    "theme",
    "pres",
    "km",
    "etat",
)
DISTANCES = (5, 10, 20, 50, 100)
USUAL_DISTANCE = 20
LONGEST = 100
_WITH_DEPARTEMENT = re.compile(r"(.+?)\s*\((\w{2,3})\)")


@dataclass(frozen=True, slots=True)
class Place:
    """The commune that one looks around, as it is written back."""

    label: str
    around: Around


def typed(name: str) -> str:
    """What is typed in a field."""
    return one_line(request.args.get(name, "")[:LONGEST]) or ""


def words() -> str:
    """What is looked for."""
    return typed("q")


def typed_place() -> str:
    """What is typed for the commune."""
    return typed("pres")


def distance() -> int:
    """How far one looks, in kilometres."""
    asked = request.args.get("km", USUAL_DISTANCE, type=key)
    return asked if asked in DISTANCES else USUAL_DISTANCE


def place() -> Place | None:
    """The commune that is meant, when one is known."""
    found = commune_called(typed_place())
    if found is None or found.latitude is None or found.longitude is None:
        return None
    return Place(label_of(found), Around(found.latitude, found.longitude, distance()))


def commune_called(name: str) -> Commune | None:
    """The commune that is meant by a name, a postcode or what was proposed."""
    found: Commune | None = db.session.scalars(_called(name).limit(1)).first() if name else None
    return found


def _called(name: str) -> Any:
    told = _WITH_DEPARTEMENT.fullmatch(name)
    if told is None:
        return communes_called(name).where(Commune.latitude.is_not(None))
    return communes_called(told.group(1)).where(
        Commune.latitude.is_not(None), Commune.code.startswith(told.group(2), autoescape=True)
    )


def label_of(commune: Commune) -> str:
    """ "Laval (53)": there are several of most names."""
    ahead = 3 if commune.code.startswith("97") else 2
    return f"{commune.name} ({commune.code[:ahead]})"


def proposed(start: str) -> list[str]:
    """Communes that begin so."""
    return [label_of(one) for one in db.session.scalars(_called(start).limit(8))] if start else []


def here(*, path: str | None = None, **changes: Any) -> str:
    """This list with these changes, or another page with the same filters."""
    return address(NAMES, path=path, **changes)


def cursor() -> Cursor | None:
    """Where the page starts, as `older` wrote it."""
    after = request.args.get("apres", type=key)
    if after is None:
        return None
    squared = request.args.get("loin", 0.0, type=float)
    return Cursor(after, one_line(request.args.get("nom", "")[:401]) or "", squared)


def older(row: Any, **more: Any) -> str:
    """The page that starts after this row of a list."""
    place = {"nom": row[0].name_key} if row.squared is None else {"loin": row.squared}
    return here(apres=row[0].id, **place, **more)


def slug(name: str) -> str:
    """What is chosen in one of the lists."""
    return one_line(request.args.get(name, "")[:60]) or ""


def kind() -> str:
    """The kind of organisation that is chosen."""
    return slug("type")


def network_id() -> int | None:
    """The network that is chosen."""
    return request.args.get("reseau", type=key)


def territory_id() -> int | None:
    """The territory that is chosen."""
    return request.args.get("territoire", type=key)


def networks() -> list[Network]:
    """Every network, asked once for a page."""
    if "networks" not in g:
        g.networks = list(db.session.scalars(places.networks()))
    found: list[Network] = g.networks
    return found


def shared_choices(kinds: list[tuple[str, str]]) -> list[Choice]:
    """Network, territory and kind of organisation."""
    territories: list[Territory] = list(
        db.session.scalars(audiences.territories_within(viewer().member_id))
    )
    return [
        Choice("reseau", _("Network"), network_id(), [(one.id, one.name) for one in networks()]),
        Choice(
            "territoire",
            _("Territory"),
            territory_id(),
            [(one.id, one.label) for one in territories],
        ),
        Choice("type", _("Organisation"), kind(), kinds),
    ]


def list_page(
    found: Sequence[Any], choices: list[Choice], near: Place | None, label: str, **kept: Any
) -> dict[str, Any]:
    """What each list is drawn with; `found` is one row longer than a page when one follows."""
    return {
        "fragment": "HX-Request" in request.headers,
        "find": field_line(near, label),
        "older": older(found[PER_PAGE - 1], **kept) if len(found) > PER_PAGE else None,
        "newest": here(**kept) if "apres" in request.args else None,
        **filter_line(choices, near),
    }


def filter_line(choices: list[Choice], near: Place | None) -> dict[str, Any]:
    """The arguments of components/filters.html."""
    chips = active(choices, here)
    if near:
        label = _("Within %(km)s km of %(place)s", km=near.around.kilometres, place=near.label)
        chips.append({"label": label, "href": here(pres=None, km=None)})
    return {
        "views": [],
        "menus": menus(choices, here),
        "active": chips,
        "clear": here(**dict.fromkeys(name for name in NAMES if name != "q")),
    }


def field_line(near: Place | None, label: str) -> dict[str, Any]:
    """The arguments of the form above the list (find of components/directory.html)."""
    others = set(NAMES) - {"q", "pres", "km"}
    wanted = typed_place()
    return {
        "label": label,
        "words": words(),
        "place": near.label if near else wanted,
        "unknown_place": bool(wanted) and near is None,
        "distances": DISTANCES,
        "distance": distance(),
        "kept": {name: request.args[name] for name in sorted(others) if name in request.args},
    }


def chosen() -> dict[str, Any]:
    """What the address narrows the list by, for that of another page."""
    return {name: request.args[name] for name in NAMES if name in request.args}


def leaving(printed: str, exported: str) -> dict[str, Any]:
    """The arguments of components/directory.html's leaving: this selection on paper, as a file."""
    may_export = viewer().administers
    return {
        "printed": url_for(printed, **chosen()),
        "csv": url_for(exported, ending="csv", **chosen()) if may_export else None,
        "xlsx": url_for(exported, ending="xlsx", **chosen()) if may_export else None,
    }


def kilometres(squared: float | None) -> str | None:
    """A distance in words, from its square."""
    if squared is None:
        return None
    far = math.sqrt(squared)
    return _("less than 1 km away") if far < 1 else _("%(km)s km away", km=round(far))
