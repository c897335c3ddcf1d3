"""What documents are filed under: kinds, themes, networks, folders."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Integer, Row, Select, String, cast, func, literal, null, select, union_all
from sqlalchemy.orm import Session

from access.models import Network
from directory.models import Theme
from resources.models import DocumentKind, Folder

ShelfRow = Row[str, str, str, int | None]
"""Which list, its entry's slug or number, its name; the folder that a folder is in."""


def shelves(session: Session) -> Sequence[ShelfRow]:
    """What documents are filed under: kinds, themes, networks and folders. One query."""
    return session.execute(_SHELVES).all()


def _listed(name: str, kind: type[DocumentKind] | type[Theme]) -> Any:
    return select(literal(name), kind.slug, kind.name, cast(null(), Integer), kind.position).where(
        ~kind.retired
    )


_SHELVES: Select[Any] = select(
    union_all(
        _listed("kind", DocumentKind),
        _listed("theme", Theme),
        select(
            literal("network"),
            cast(Network.id, String),
            Network.name,
            cast(null(), Integer),
            literal(0),
        ),
        select(
            literal("folder"), cast(Folder.id, String), Folder.name, Folder.parent_id, literal(0)
        ),
    ).subquery()
)
_SHELVES = _SHELVES.order_by(_SHELVES.selected_columns[4], _SHELVES.selected_columns[2])


def folders() -> Select[Folder]:
    """Every shelf, the wide ones first, by name."""
    return select(Folder).order_by(Folder.parent_id.is_not(None), func.lower(Folder.name))
