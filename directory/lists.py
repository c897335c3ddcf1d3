"""The lists that contents are filed under (themes, kinds of documents), and who tends them."""

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from access.viewers import Viewer
from accounts.facts import HouseChanged
from accounts.models import Member
from accounts.policy import needs_administrator
from core.db import Base
from core.facts import record
from core.refusals import Refused
from core.text import slug
from directory.facts import Named
from directory.models import Listed, Theme

L = TypeVar("L", bound=Listed)


def offered(kind: type[L]) -> Select[L]:
    """What new contents are filed under, in order."""
    return select(kind).where(~kind.retired).order_by(kind.position, kind.id)


def names(session: Session, *kinds: type[Listed]) -> list[list[tuple[str, str]]]:
    """What each of these lists offers, in order: slugs and names. One query for all."""
    parts: list[Any] = [
        select(literal(number), kind.slug, kind.name, kind.position, kind.id).where(~kind.retired)
        for number, kind in enumerate(kinds)
    ]
    found: list[list[tuple[str, str]]] = [[] for _kind in kinds]
    for number, slug_, name, _position, _id in sorted(
        session.execute(union_all(*parts)), key=lambda row: row[3:]
    ):
        found[number].append((slug_, name))
    return found


def chosen(session: Session, kind: type[L], entry_id: int | None, filed: int | None = None) -> L:
    """The entry that a content is filed under: one that is offered, or the one it has already.

    Raises Refused("unknown-theme") for a theme, Refused("unknown-kind") for what is of a kind.
    """
    entry = session.get(kind, entry_id) if entry_id else None
    if entry is None or (entry.retired and entry.id != filed):
        raise Refused("unknown-theme" if kind is Theme else "unknown-kind")
    return entry


def in_use(kind: type[L]) -> ColumnElement[bool]:
    """Whether any row, of whatever table, is filed under an entry, and would not go with it."""
    (entry,) = Base.metadata.tables[kind.__tablename__].primary_key.columns  # type: ignore[attr-defined]
    filed = [
        exists().where(key.parent == entry)
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column is entry and key.ondelete != "CASCADE"
    ]
    return or_(literal(False), *filed)


def every(viewer: Viewer, kind: type[L]) -> Select[L, bool]:
    """Every entry in order, the retired ones too, and whether it is in use."""
    needs_administrator(viewer)
    return select(kind, in_use(kind)).order_by(kind.position, kind.id)


def entry(viewer: Viewer, kind: type[L], entry_id: int) -> Select[L]:
    """One entry, for administrators."""
    needs_administrator(viewer)
    return select(kind).where(kind.id == entry_id)


def add(session: Session, viewer: Viewer, kind: type[L], *, by: Member, name: str) -> L:
    """Add an entry at the end. Raises Refused("name-empty") or Refused("name-taken")."""
    needs_administrator(viewer)
    name = _free_name(session, kind, name)
    last = session.scalar(select(func.max(kind.position)))
    made = kind()
    made.slug, made.name, made.retired = _free_slug(session, kind, name), name, False
    made.position = 0 if last is None else last + 1
    session.add(made)
    record(session, Named(by, name, {kind.listed: "added"}, made))
    return made


def rename(session: Session, viewer: Viewer, one: Listed, *, by: Member, name: str) -> None:
    """Give an entry another name; its address stays. Raises as add."""
    needs_administrator(viewer)
    one.name = _free_name(session, type(one), name, one)
    record(session, Named(by, one.name, {one.listed: "renamed"}, one))


def move(session: Session, viewer: Viewer, one: Listed, *, by: Member, step: int) -> None:
    """Move an entry up (-1) or down (+1). Raises Refused("nothing-to-do") at either end."""
    needs_administrator(viewer)
    order = [other for other, _used in session.execute(every(viewer, type(one)))]
    here = order.index(one)
    there = here + step
    if abs(step) != 1 or not 0 <= there < len(order):
        raise Refused("nothing-to-do")
    order[here], order[there] = order[there], order[here]
    for position, other in enumerate(order):
        other.position = position
    record(session, HouseChanged(by, one.name, {one.listed: "moved"}))


def retire(session: Session, viewer: Viewer, one: Listed, *, by: Member, retired: bool) -> None:
    """No longer offer an entry to new contents, or offer it again. What is filed there stays."""
    needs_administrator(viewer)
    if one.retired is retired:
        raise Refused("nothing-to-do")
    one.retired = retired
    record(session, HouseChanged(by, one.name, {one.listed: "retired" if retired else "reopened"}))


def remove(session: Session, viewer: Viewer, one: Listed, *, by: Member) -> None:
    """Remove an entry that nothing uses. Raises Refused("entry-used")."""
    needs_administrator(viewer)
    kind = type(one)
    if session.scalar(select(in_use(kind)).where(kind.id == one.id)):
        raise Refused("entry-used")
    session.delete(one)
    record(session, HouseChanged(by, one.name, {one.listed: "removed"}))


def _free_name(
    session: Session, kind: type[Listed], name: str, renamed: Listed | None = None
) -> str:
    name = name.strip()
    if not name:
        raise Refused("name-empty")
    namesake = session.scalar(select(kind).where(func.lower(kind.name) == name.lower()))
    if namesake is not None and namesake is not renamed:
        raise Refused("name-taken")
    return name


def _free_slug(session: Session, kind: type[Listed], name: str) -> str:
    stem = slug(name) or kind.listed
    taken = set(session.scalars(select(kind.slug).where(kind.slug.startswith(stem))))
    candidates = (stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3)))
    return next(candidate for candidate in candidates if candidate not in taken)
