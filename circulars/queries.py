"""Reads of drafts: each member's own, and nobody else's."""

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import joinedload, selectinload

from access.viewers import Viewer
from circulars.models import Draft, Piece, Sort
from files.models import Upload

MOST_LISTED = 100


def waits() -> ColumnElement[bool]:
    """Whether something of a draft is still to be published."""
    return exists().where(Piece.draft_id == Draft.id, Piece.done_at.is_(None))


def drafts(viewer: Viewer) -> Select[Draft]:
    """Those of which something waits, the latest first."""
    return (
        select(Draft)
        .options(joinedload(Draft.network), selectinload(Draft.pieces).joinedload(Piece.upload))
        .where(Draft.member_id == viewer.member_id, waits())
        .order_by(Draft.id.desc())
        .limit(MOST_LISTED)
    )


def draft(viewer: Viewer, draft_id: int) -> Select[Draft]:
    """One of them, its pieces with it."""
    return (
        select(Draft)
        .options(selectinload(Draft.pieces))
        .where(Draft.id == draft_id, Draft.member_id == viewer.member_id)
    )


def piece(viewer: Viewer, piece_id: int, sort: Sort | None = None) -> Select[Piece]:
    """A part of one of them, whether it waits or was published."""
    found = (
        select(Piece)
        .join(Draft, Draft.id == Piece.draft_id)
        .options(joinedload(Piece.draft))
        .where(Piece.id == piece_id, Draft.member_id == viewer.member_id)
    )
    return found.where(Piece.sort == sort) if sort else found


def files_of(viewer: Viewer, draft_id: int) -> Select[Upload, int]:
    """The files of a draft that are still to be deposited, in their order; its network."""
    return (
        select(Upload, Draft.network_id)
        .options(joinedload(Upload.file))
        .join(Piece, Piece.upload_id == Upload.id)
        .join(Draft, Draft.id == Piece.draft_id)
        .where(
            Draft.id == draft_id,
            Draft.member_id == viewer.member_id,
            Upload.member_id == viewer.member_id,
            Piece.sort == Sort.DOCUMENT,
            Piece.done_at.is_(None),
        )
        .order_by(Piece.id)
    )


def still_waits(viewer: Viewer, draft_id: int) -> Select[bool]:
    """Whether something of a draft is still to be published."""
    mine = Draft.member_id == viewer.member_id
    return select(exists().where(Draft.id == draft_id, mine, waits()))
