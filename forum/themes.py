"""The themes that topics are opened under: administrators add, name, order and retire them."""

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from access.viewers import Viewer
from accounts.facts import HouseChanged
from accounts.models import Member
from accounts.policy import needs_administrator
from core.facts import record
from core.refusals import Refused
from core.text import folded
from forum.models import Theme, Topic


def all_themes(viewer: Viewer) -> Select[Theme, bool]:
    """Every theme in order, the retired ones too, and whether topics are filed under it."""
    needs_administrator(viewer)
    used = exists().where(Topic.theme_id == Theme.id)
    return select(Theme, used).order_by(Theme.position, Theme.id)


def theme(viewer: Viewer, theme_id: int) -> Select[Theme]:
    """One theme, for administrators."""
    needs_administrator(viewer)
    return select(Theme).where(Theme.id == theme_id)


def add_theme(session: Session, viewer: Viewer, *, by: Member, name: str) -> Theme:
    """Add a theme at the end. Raises Refused("name-empty") or Refused("name-taken")."""
    needs_administrator(viewer)
    name = _free_name(session, name)
    last = session.scalar(select(func.max(Theme.position)))
    made = Theme(
        slug=_free_slug(session, name),
        name=name,
        position=0 if last is None else last + 1,
        retired=False,
    )
    session.add(made)
    record(session, HouseChanged(by, name, {"theme": "added"}))
    return made


def rename_theme(session: Session, viewer: Viewer, theme: Theme, *, by: Member, name: str) -> None:
    """Give a theme another name; its address stays. Raises as add_theme."""
    needs_administrator(viewer)
    theme.name = _free_name(session, name, theme)
    record(session, HouseChanged(by, theme.name, {"theme": "renamed"}))


def move_theme(session: Session, viewer: Viewer, theme: Theme, *, by: Member, step: int) -> None:
    """Move a theme up (-1) or down (+1). Raises Refused("nothing-to-do") at either end."""
    needs_administrator(viewer)
    order = [one for one, _used in session.execute(all_themes(viewer))]
    here = order.index(theme)
    there = here + step
    if abs(step) != 1 or not 0 <= there < len(order):
        raise Refused("nothing-to-do")
    order[here], order[there] = order[there], order[here]
    for position, one in enumerate(order):
        one.position = position
    record(session, HouseChanged(by, theme.name, {"theme": "moved"}))


def retire_theme(
    session: Session, viewer: Viewer, theme: Theme, *, by: Member, retired: bool
) -> None:
    """No longer offer a theme to new topics, or offer it again. Its topics stay where they are."""
    needs_administrator(viewer)
    if theme.retired is retired:
        raise Refused("nothing-to-do")
    theme.retired = retired
    record(session, HouseChanged(by, theme.name, {"theme": "retired" if retired else "reopened"}))


def remove_theme(session: Session, viewer: Viewer, theme: Theme, *, by: Member) -> None:
    """Remove a theme that no topic uses. Raises Refused("theme-used")."""
    needs_administrator(viewer)
    if session.scalar(select(exists().where(Topic.theme_id == theme.id))):
        raise Refused("theme-used")
    session.delete(theme)
    record(session, HouseChanged(by, theme.name, {"theme": "removed"}))


def _free_name(session: Session, name: str, theme: Theme | None = None) -> str:
    name = name.strip()
    if not name:
        raise Refused("name-empty")
    namesake = session.scalar(select(Theme).where(func.lower(Theme.name) == name.lower()))
    if namesake is not None and namesake is not theme:
        raise Refused("name-taken")
    return name


def _free_slug(session: Session, name: str) -> str:
    stem = "-".join(
        "".join(c if c.isascii() and c.isalnum() else " " for c in folded(name)).split()
    )[:50].strip("-")
    stem = stem or "theme"
    taken = set(session.scalars(select(Theme.slug).where(Theme.slug.startswith(stem))))
    candidates = (stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3)))
    return next(candidate for candidate in candidates if candidate not in taken)
