"""The shelves of the library: administrators add, name and remove them; two deep at most."""

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from access.viewers import Viewer
from accounts.facts import HouseChanged
from accounts.models import Member
from accounts.policy import needs_administrator
from core.facts import record
from core.refusals import Refused
from resources.models import Document, Folder


def _holds() -> ColumnElement[bool]:
    inner = aliased(Folder)
    return or_(
        exists().where(Document.folder_id == Folder.id),
        exists().where(inner.parent_id == Folder.id),
    )


def every(viewer: Viewer) -> Select[Folder, bool]:
    """Every folder, the wide ones first, by name; and whether it holds anything."""
    needs_administrator(viewer)
    return select(Folder, _holds()).order_by(
        Folder.parent_id.is_not(None), func.lower(Folder.name), Folder.id
    )


def folder(viewer: Viewer, folder_id: int) -> Select[Folder]:
    """One folder, for administrators."""
    needs_administrator(viewer)
    return select(Folder).where(Folder.id == folder_id)


def add(
    session: Session, viewer: Viewer, *, by: Member, name: str, parent_id: int | None = None
) -> Folder:
    """Add a folder, in another or not.

    Raises Refused: "name-empty", "name-taken", "unknown-folder", "folder-too-deep".
    """
    needs_administrator(viewer)
    if parent_id is not None:
        parent = session.get(Folder, parent_id)
        if parent is None:
            raise Refused("unknown-folder")
        if parent.parent_id is not None:
            raise Refused("folder-too-deep")
    made = Folder(name=_free_name(session, name, parent_id), parent_id=parent_id)
    session.add(made)
    record(session, HouseChanged(by, made.name, {"folder": "added"}))
    return made


def rename(session: Session, viewer: Viewer, one: Folder, *, by: Member, name: str) -> None:
    """Give a folder another name. Raises Refused("name-empty") or Refused("name-taken")."""
    needs_administrator(viewer)
    one.name = _free_name(session, name, one.parent_id, one)
    record(session, HouseChanged(by, one.name, {"folder": "renamed"}))


def remove(session: Session, viewer: Viewer, one: Folder, *, by: Member) -> None:
    """Remove an empty folder. Raises Refused("folder-used")."""
    needs_administrator(viewer)
    if session.scalar(select(_holds()).where(Folder.id == one.id)):
        raise Refused("folder-used")
    session.delete(one)
    record(session, HouseChanged(by, one.name, {"folder": "removed"}))


def _free_name(
    session: Session, name: str, parent_id: int | None, renamed: Folder | None = None
) -> str:
    name = " ".join(name.split())
    if not name:
        raise Refused("name-empty")
    beside = Folder.parent_id.is_(None) if parent_id is None else Folder.parent_id == parent_id
    namesake = session.scalar(select(Folder).where(beside, func.lower(Folder.name) == name.lower()))
    if namesake is not None and namesake is not renamed:
        raise Refused("name-taken")
    return name
