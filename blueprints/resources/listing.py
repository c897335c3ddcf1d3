"""All the documents, what is new among them, one's favourites."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from access import audiences
from accounts.actions import away_since
from blueprints._access import key, member, viewer
from blueprints._documents import document_rows
from blueprints._filters import Choice, active, address, menus, options
from blueprints._forms import one_line
from blueprints.resources import bp
from core import clock
from core.db import db
from resources import queries
from resources.queries import Cursor, Filters
from resources.shelves import ShelfRow, folders, shelves

SHOWS = {
    "nouveautes": ("new", _l("What is new")),
    "les-miens": ("mine", _l("Mine")),
}
NAMES = ("type", "theme", "reseau", "territoire", "annee", "deposant", "dossier", "voir", "tri")
FIRST_YEAR, LAST_YEAR = 1990, 2100
FEW = 5
YEARS = 6
"""That can be chosen from the menu; the address takes any."""


def _year(typed: str) -> int:
    year = key(typed)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(typed)
    return year


def _filters(since: datetime | None) -> Filters:
    show = SHOWS.get(request.args.get("voir", ""), ("", ""))[0]
    return Filters(
        kind=one_line(request.args.get("type", "")[:60]) or "",
        theme=one_line(request.args.get("theme", "")[:60]) or "",
        network_id=request.args.get("reseau", type=key),
        territory_id=request.args.get("territoire", type=key),
        year=request.args.get("annee", type=_year),
        owner_id=request.args.get("deposant", type=key),
        folder_id=request.args.get("dossier", type=key),
        show=show,
        since=since if show == "new" else None,
        by_title=request.args.get("tri") == "titre",
    )


def _address(**changes: Any) -> str:
    return address(NAMES, **changes)


def _cursor(by_title: bool) -> Cursor | None:
    """Where the page starts, as `_older` wrote it: 12:2026-11-22T08:00:00+00:00 or 12:titre."""
    number, _colon, place = request.args.get("apres", "").partition(":")
    try:
        document_id = key(number)
        if by_title:
            return Cursor(document_id, title_key=place[:200])
        at = datetime.fromisoformat(place)
        if at.tzinfo is None:
            return None
        return Cursor(document_id, renewed_at=at.astimezone(UTC))
    except (ValueError, OverflowError):  # the first day of year 1, elsewhere
        return None


def _older(row: queries.DocumentRow, by_title: bool) -> str:
    document = row[0]
    place = document.title_key if by_title else document.renewed_at.isoformat()
    return _address(apres=f"{document.id}:{place}")


@bp.get("")
def index() -> str:
    """What is new on top, then every document, filtered and sorted by the address."""
    since = away_since(member())
    filters = _filters(since)
    cursor = _cursor(filters.by_title)
    found = queries.latest_documents(db.session(), viewer(), filters, cursor)
    shown = found[: queries.PER_PAGE]
    news = _news(since) if not (request.args.keys() & {*NAMES, "apres"}) else []
    rows = document_rows([*news, *shown], since, viewer().member_id)
    return render_template(
        "resources/index.html",
        news=rows[: len(news)],
        rows=[row for row in rows[len(news) :] if row["id"] not in {one[0].id for one in news}],
        since=since,
        older=_older(shown[-1], filters.by_title) if len(found) > len(shown) else None,
        newest=_address() if cursor else None,
        **_filter_line(filters, shown),
    )


def _news(since: datetime | None) -> list[queries.DocumentRow]:
    if since is None:
        return []
    filters = Filters(show="new", since=since)
    return list(queries.latest_documents(db.session(), viewer(), filters, most=FEW))


def _filter_line(filters: Filters, rows: Sequence[queries.DocumentRow]) -> dict[str, Any]:
    choices = _choices(filters)
    shows = [(word, str(label)) for word, (_show, label) in SHOWS.items()]
    shown = next((word for word, (show, _label) in SHOWS.items() if show == filters.show), None)
    views = Choice("voir", "", shown, [(None, _("All documents")), *shows])
    kept = {"label": _("Favourites"), "href": url_for(".favourites"), "current": False}
    depositor = Choice("deposant", "", filters.owner_id, _depositor(filters, rows))
    by_title = Choice(
        "tri",
        _("Sort"),
        "titre" if filters.by_title else None,
        [(None, _("Newest first")), ("titre", _("By title"))],
    )
    return {
        "views": [*options(views, _address), kept],
        "menus": menus([*choices, by_title], _address),
        "active": active([views], _address, narrow=True) + active([*choices, depositor], _address),
        "clear": url_for(".index"),
    }


def _choices(filters: Filters) -> list[Choice]:
    session = db.session()
    shelved: dict[str, list[ShelfRow]] = {}
    for row in shelves(session):
        shelved.setdefault(row[0], []).append(row)
    kinds, themes = (
        [(row[1], row[2]) for row in shelved.get(name, [])] for name in ("kind", "theme")
    )
    networks = [(int(row[1]), row[2]) for row in shelved.get("network", [])]
    wide = {int(row[1]): row[2] for row in shelved.get("folder", []) if row[3] is None}
    within = [
        (int(row[1]), _path(row[2], wide.get(row[3] or 0))) for row in shelved.get("folder", [])
    ]
    territories = [
        (territory.id, territory.label)
        for territory in session.scalars(audiences.territories_within(viewer().member_id))
    ]
    this_year = clock.now().year
    return [
        Choice("type", _("Kind"), filters.kind, kinds),
        Choice("theme", _("Theme"), filters.theme, themes),
        Choice("dossier", _("Folder"), filters.folder_id, sorted(within, key=lambda one: one[1])),
        Choice("reseau", _("Network"), filters.network_id, networks),
        Choice("territoire", _("Territory"), filters.territory_id, territories),
        Choice(
            "annee",
            _("Year"),
            filters.year,
            [(year, str(year)) for year in range(this_year, this_year - YEARS, -1)],
        ),
    ]


def _depositor(filters: Filters, rows: Sequence[queries.DocumentRow]) -> list[tuple[Any, str]]:
    """The member whose documents are listed, named only when one of them is seen."""
    if not filters.owner_id or not rows:
        return []
    return [(filters.owner_id, f"{rows[0].first_name} {rows[0].last_name}")]


def _path(name: str, parent: str | None) -> str:
    """ "Droit › Contrats" for a folder within another."""
    return f"{parent} › {name}" if parent else name


def folder_choices() -> list[tuple[Any, str]]:
    """Every folder, those within another after it."""
    every = db.session.scalars(folders()).all()
    names = {folder.id: folder.name for folder in every}
    return sorted(
        ((one.id, _path(one.name, names.get(one.parent_id or 0))) for one in every),
        key=lambda one: one[1].lower(),
    )


@bp.get("/favoris")
def favourites() -> str:
    """What one keeps at hand, under labels of one's own."""
    found = queries.favourites(db.session(), viewer())
    return render_template(
        "resources/favourites.html",
        parts=[(label, document_rows(rows)) for label, rows in found.items()],
    )
