"""Writes of drafts: keep what came once, mark what was published, put aside the rest."""

import hashlib
import io
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from access.models import Network
from access.viewers import Viewer
from accounts.models import Member
from agenda.ics.values import Read
from circulars import guesses
from circulars.models import Draft, Piece, Sort
from circulars.policy import networks_served
from circulars.queries import waits
from core import clock
from core.refusals import Refused
from core.storage import Storage
from core.text import folded, plain
from files import actions as files
from files.policy import Limits
from forum.actions import LONGEST_BODY, LONGEST_TITLE
from news import pictures
from resources.actions import MOST_AT_ONCE

MOST_WAITING = 60
"""Drafts of one member: beyond, somebody borrows their address."""
LONGEST_NOTE = 2_000
_LINK = re.compile(r"\]\([^)\s]*\)|https?://\S+")
_WORD = re.compile(r"[^\W_]+")
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|webp)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circular:
    """What a mail holds."""

    number: str
    """Of the mail, as its sender's program wrote it."""
    title: str
    body: str
    """Markdown."""
    note: str = ""
    calendars: Sequence[Read] = ()
    files: Sequence[tuple[str, bytes]] = ()
    picture: bytes | None = None
    """What illustrates it, as news.pictures draws it."""
    doubtful: bool = False
    left_out: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of it."""

    draft: Draft
    again: bool
    """It had come before."""
    waits: bool
    """Something of it is still to be published."""


def may_send(session: Session, viewer: Viewer, network_id: int) -> bool:
    """Whether what they forward becomes a draft."""
    served = networks_served(viewer).where(Network.id == network_id)
    return session.scalar(served) is not None


def keep(
    session: Session,
    storage: Storage,
    limits: Limits,
    circular: Circular,
    *,
    author: Viewer,
    network_id: int,
) -> Kept:
    """Make a draft of a circular; the same one again makes no other.

    Raises Refused: "network-not-served", "circular-empty", "too-many-drafts".
    """
    if not may_send(session, author, network_id):
        raise Refused("network-not-served")
    # One at a time for each member: two mails at once would make two drafts.
    me = select(Member.id).where(Member.id == author.member_id)
    session.execute(me.with_for_update(key_share=True))
    message, content = _sha(circular.number.encode()), _sha(" ".join(_words(circular)).encode())
    if there := _there(session, author, message, content):
        return there
    if not (circular.body or circular.files or circular.calendars):
        raise Refused("circular-empty")
    waiting = select(func.count()).where(Draft.member_id == author.member_id, waits())
    if (session.scalar(waiting) or 0) >= MOST_WAITING:
        raise Refused("too-many-drafts", most=MOST_WAITING)
    title = " ".join(plain(circular.title).split())[:LONGEST_TITLE]
    draft = Draft(
        member_id=author.member_id,
        network_id=network_id,
        received_at=clock.now(),
        message=message,
        content=content,
        title=title,
        note=plain(circular.note)[:LONGEST_NOTE],
        doubtful=circular.doubtful,
        left_out=list(circular.left_out),
        pieces=[],
    )
    session.add(draft)
    session.flush()
    _fill(session, storage, limits, draft, circular)
    session.flush()
    return Kept(draft, again=False, waits=True)


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _words(circular: Circular) -> list[str]:
    """What makes it the same, whichever program laid it out: its words, its files, its dates.

    A picture counts when there are no words: each program has its own way with signatures.
    """
    said = _WORD.findall(folded(_LINK.sub(" ", f"{circular.title} {circular.body}")))
    bare = _WORD.search(circular.body) is None
    files = {_sha(held) for name, held in circular.files if bare or not is_picture(name)}
    dates = {
        f"{one.uid} {one.starts} {one.ends} {one.recurrence}"
        for read in circular.calendars
        for one in read.entries
    }
    return [*said, *sorted(files), *sorted(dates)]


def is_picture(name: str) -> bool:
    """Whether a file of that name is a picture that pages show."""
    return bool(_PICTURE.search(name))


def _there(session: Session, author: Viewer, message: str, content: str) -> Kept | None:
    """The draft that it made when it came before."""
    same = (Draft.message == message) | (Draft.content == content)
    mine = Draft.member_id == author.member_id
    found = session.execute(
        select(Draft, waits()).where(mine, same).order_by(Draft.id).limit(1)
    ).one_or_none()
    return Kept(found[0], again=True, waits=found[1]) if found else None


def _fill(
    session: Session, storage: Storage, limits: Limits, draft: Draft, circular: Circular
) -> None:
    body = plain(circular.body)[:LONGEST_BODY]
    dates = guesses.dates(draft.title, body, circular.calendars)
    article = Piece(sort=Sort.ARTICLE, said=guesses.article(session, draft.title, body, dates))
    draft.pieces.append(article)
    draft.pieces += [Piece(sort=Sort.EVENT, said=one) for one in dates]
    left_out = list(draft.left_out)
    if circular.picture is not None:
        left_out += _illustrate(session, storage, limits, draft, article, circular.picture)
    for name, content in circular.files[:MOST_AT_ONCE]:
        try:
            with session.begin_nested():
                upload = files.receive(
                    session,
                    storage,
                    member_id=draft.member_id,
                    name=name,
                    file=io.BytesIO(content),
                    limits=limits,
                )
        except Refused as refused:
            shown = files.clean_name(name)
            left_out.append({"name": shown, "code": refused.code, "values": refused.values})
        else:
            draft.pieces.append(
                Piece(sort=Sort.DOCUMENT, said={}, upload_id=upload.id, file_id=upload.file_id)
            )
    for name, _content in circular.files[MOST_AT_ONCE:]:
        values = {"most": MOST_AT_ONCE}
        left_out.append(
            {"name": files.clean_name(name), "code": "too-many-files", "values": values}
        )
    draft.left_out = left_out


def _illustrate(
    session: Session,
    storage: Storage,
    limits: Limits,
    draft: Draft,
    article: Piece,
    picture: bytes,
) -> list[dict[str, Any]]:
    """Give the article its picture; what was refused, as a draft keeps it."""
    try:
        with session.begin_nested():
            upload = pictures.keep(
                session, storage, member_id=draft.member_id, content=picture, limits=limits
            )
    except Refused as refused:
        return [{"name": pictures.NAME, "code": refused.code, "values": refused.values}]
    article.upload_id, article.file_id = upload.id, upload.file_id
    return []


def publish(session: Session, pieces: Iterable[Piece]) -> None:
    """Mark what was published, in the same transaction. Raises Refused("draft-used")."""
    for piece in pieces:
        taken = session.execute(
            update(Piece)
            .where(Piece.id == piece.id, Piece.done_at.is_(None))
            .values(done_at=clock.now())
            .returning(Piece.id)
            .execution_options(synchronize_session=False)
        ).one_or_none()
        if taken is None:
            raise Refused("draft-used")


def deposited(session: Session, draft: Draft, seen: Collection[str]) -> None:
    """Mark the documents that were deposited, or left out while one was looking at them."""
    documents = [one for one in draft.pieces if one.sort is Sort.DOCUMENT]
    shown = [one for one in documents if one.upload_id in seen and one.done_at is None]
    publish(session, shown)


def put_aside(session: Session, piece: Piece) -> None:
    """Forget a part of a draft, and the draft with its last part: it may come again."""
    others = select(Piece.id).where(Piece.draft_id == piece.draft_id, Piece.id != piece.id)
    left = session.scalar(others.limit(1))
    session.delete(piece.draft if left is None else piece)


def discard(session: Session, draft: Draft) -> None:
    """Forget a draft: the same circular would make another."""
    session.delete(draft)
