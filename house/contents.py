"""All the contents together, for administrators: found, deleted, given back.

An administrator sees the contents that the rule opens to them, and no other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session, contains_eager, joinedload

from access import audiences
from access.viewers import Viewer
from accounts.models import Member
from accounts.policy import needs_administrator
from core import clock
from core.facts import record
from core.refusals import Refused
from directory.models import Theme
from forum import moderation
from forum.models import Post, Topic
from forum.models import State as TopicState
from house.facts import Deleted, Restored
from house.models import Deletion
from resources import actions as library
from resources.models import Document

PER_PAGE = 50
KEPT = timedelta(days=30)
"""How long a deleted content can be given back."""


class Kind(StrEnum):
    """What a content is."""

    TOPIC = "topic"
    DOCUMENT = "document"


class State(StrEnum):
    """Where a content stands."""

    ONLINE = "online"
    HELD = "held"
    """It waits for a moderator."""
    HIDDEN = "hidden"
    """By a moderator, or withdrawn by its owner."""
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address of the list says."""

    words: str = ""
    kind: Kind | None = None
    network_id: int | None = None
    state: State | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """A line of the list."""

    kind: Kind
    id: int
    title: str
    author: str
    theme: str | None
    audience_id: int
    at: datetime
    state: State
    deleted_at: datetime | None

    @property
    def place(self) -> tuple[datetime, str, int]:
        """Where it stands in the list."""
        return (self.at, self.kind.value, self.id)


@dataclass(frozen=True, slots=True)
class _Shelf:
    """How one kind of content is read."""

    model: Any
    title: Any
    author_id: Any
    at: Any
    exists: ColumnElement[bool]
    hidden: ColumnElement[bool]
    held: ColumnElement[bool]


_SHELVES: Mapping[Kind, _Shelf] = {
    Kind.TOPIC: _Shelf(
        Topic,
        Topic.title,
        Topic.author_id,
        Topic.last_activity_at,
        Topic.merged_into_id.is_(None),
        Topic.state == TopicState.HIDDEN,
        Topic.state == TopicState.HELD,
    ),
    Kind.DOCUMENT: _Shelf(
        Document,
        Document.title,
        Document.owner_id,
        Document.renewed_at,
        Document.id.is_not(None),
        Document.withdrawn_at.is_not(None),
        Document.id.is_(None),
    ),
}


def _state(shelf: _Shelf) -> ColumnElement[str]:
    deleted = and_(shelf.hidden, Deletion.at.is_not(None))
    return case(
        (deleted, State.DELETED.value),
        (shelf.hidden, State.HIDDEN.value),
        (shelf.held, State.HELD.value),
        else_=State.ONLINE.value,
    )


def _lines(viewer: Viewer, kind: Kind) -> Select[Any]:
    shelf = _SHELVES[kind]
    model = shelf.model
    return (
        select(
            model.id,
            shelf.title,
            Member.first_name,
            Member.last_name,
            Theme.name,
            model.audience_id,
            shelf.at.label("moved_at"),
            _state(shelf).label("state"),
            Deletion.at,
        )
        .join(Member, Member.id == shelf.author_id)
        .outerjoin(Theme, Theme.id == model.theme_id)
        .outerjoin(Deletion, and_(Deletion.kind == kind.value, Deletion.item_id == model.id))
        .where(model.visible_to(viewer), shelf.exists)
    )


def find(
    session: Session,
    viewer: Viewer,
    filters: Filters,
    after: tuple[datetime, str, int] | None = None,
    *,
    most: int = PER_PAGE + 1,
) -> list[Content]:
    """The contents that these filters keep, the latest first. A query for each kind."""
    needs_administrator(viewer)
    found: list[Content] = []
    for kind in [filters.kind] if filters.kind else Kind:
        shelf = _SHELVES[kind]
        lines = _lines(viewer, kind).where(*_conditions(shelf, filters))
        if after is not None:
            here = tuple_(shelf.at, literal(kind.value), shelf.model.id)
            lines = lines.where(here < tuple_(*after))
        rows = session.execute(lines.order_by(shelf.at.desc(), shelf.model.id.desc()).limit(most))
        found += [_content(kind, row) for row in rows]
    return sorted(found, key=lambda one: one.place, reverse=True)[:most]


def _conditions(shelf: _Shelf, filters: Filters) -> list[ColumnElement[bool]]:
    name = func.lower(Member.first_name + " " + Member.last_name)
    conditions: list[ColumnElement[bool]] = [
        or_(
            shelf.title.icontains(word, autoescape=True),
            name.contains(word.lower(), autoescape=True),
            Member.handle.contains(word.lower(), autoescape=True),
        )
        for word in filters.words.split()[:5]
    ]
    if filters.network_id is not None:
        conditions.append(shelf.model.audience_id.in_(audiences.naming(filters.network_id)))
    if filters.state is not None:
        conditions.append(_state(shelf) == filters.state.value)
    return conditions


def _content(kind: Kind, row: Any) -> Content:
    one, title, first, last, theme, audience_id, at, state, deleted_at = row
    state = State(state)
    return Content(
        kind=kind,
        id=one,
        title=title,
        author=f"{first} {last}",
        theme=theme,
        audience_id=audience_id,
        at=at,
        state=state,
        deleted_at=deleted_at if state is State.DELETED else None,
    )


def content(session: Session, viewer: Viewer, kind: Kind, item_id: int) -> Content | None:
    """One content, when it is there for this viewer."""
    needs_administrator(viewer)
    model = _SHELVES[kind].model
    row = session.execute(_lines(viewer, kind).where(model.id == item_id)).one_or_none()
    return None if row is None else _content(kind, row)


def question(session: Session, viewer: Viewer, topic_id: int) -> Post:
    """The words that open a topic: hiding them hides the topic."""
    return session.scalars(
        select(Post)
        .join(Post.topic)
        .options(contains_eager(Post.topic), joinedload(Post.author))
        .where(Post.topic_id == topic_id, Post.number == 0, Topic.visible_to(viewer))
    ).one()


def deletion(session: Session, kind: Kind, item_id: int) -> Deletion | None:
    """Who deleted it, when and why."""
    return session.get(Deletion, (kind.value, item_id))


def kept_away(session: Session, viewer: Viewer, document: Document) -> Deletion | None:
    """The deletion that keeps its author from giving a document back; moderators still may."""
    return None if viewer.moderates else deletion(session, Kind.DOCUMENT, document.id)


def delete(session: Session, viewer: Viewer, one: Content, *, by: Member, reason: str) -> None:
    """Take a content away; its author is told as of any hiding. It is gone in thirty days.

    Raises Refused("reason-needed"), Refused("already-deleted").
    """
    needs_administrator(viewer)
    if not reason.strip():
        raise Refused("reason-needed")
    if one.state is State.DELETED:
        raise Refused("already-deleted")
    if one.state is not State.HIDDEN:
        _hide(session, viewer, one, by, reason)
    session.merge(
        Deletion(
            kind=one.kind.value,
            item_id=one.id,
            at=clock.now(),
            by_id=by.id,
            reason=reason.strip(),
        )
    )
    said = {"what": one.kind.value, "reason": reason.strip()}
    record(session, Deleted(by, one.title, said, one.audience_id))


def _hide(session: Session, viewer: Viewer, one: Content, by: Member, reason: str) -> None:
    if one.kind is Kind.TOPIC:
        post = question(session, viewer, one.id)
        moderation.hide(session, post, by=viewer, reason=reason)
    else:
        library.withdraw(session, session.get_one(Document, one.id), by=by, viewer=viewer)


def restore(session: Session, viewer: Viewer, one: Content, *, by: Member, reason: str) -> None:
    """Give a deleted content back. Raises Refused("reason-needed"), Refused("not-deleted")."""
    needs_administrator(viewer)
    if not reason.strip():
        raise Refused("reason-needed")
    if one.state is not State.DELETED:
        raise Refused("not-deleted")
    if one.kind is Kind.TOPIC:
        post = question(session, viewer, one.id)
        moderation.restore(session, post, by=viewer, reason=reason)
    else:
        library.give_back(session, session.get_one(Document, one.id), by=by, viewer=viewer)
    said = {"what": one.kind.value, "reason": reason.strip()}
    record(session, Restored(by, one.title, said, one.audience_id))
