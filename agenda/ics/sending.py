"""A calendar file that a member sends: read, shown event by event, written on a yes."""

import shutil
import tempfile
from dataclasses import asdict
from typing import Any, BinaryIO

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from access.viewers import Viewer
from agenda.ics import confined, limits
from agenda.ics.importing import WRITTEN, Choice, Fate, Outcome, bring
from agenda.ics.models import CalendarImport
from agenda.ics.values import Read
from core import clock
from core.refusals import Refused
from core.text import plain

LISTED = 10
"""Files of a member that their page lists."""


def read(file: BinaryIO) -> Read:
    """What a file that was sent says; a child reads it, whatever it holds.

    Raises Refused: "file-empty", "calendar-unknown", "calendar-damaged", "calendar-too-large",
    "calendar-too-deep", "calendar-too-many-events", "calendar-empty", "too-large", "too-slow".
    """
    if not file.seek(0, 2):
        raise Refused("file-empty")
    if file.tell() > limits.BYTES:
        raise Refused("calendar-too-large")
    file.seek(0)
    with tempfile.TemporaryFile() as real:  # a child reads no file that is only in memory
        shutil.copyfileobj(file, real)
        real.flush()
        found = confined.read(real)
    if found.refused:
        raise Refused(_LIKE_A_TABLE.get(found.refused, found.refused), most=limits.EVENTS)
    if not found.events:
        raise Refused("calendar-empty")
    return found


_LIKE_A_TABLE = {"too-large": "calendar-too-large", "too-slow": "calendar-too-large"}


def propose(
    session: Session, found: Read, *, viewer: Viewer, name: str, choice: Choice
) -> CalendarImport:
    """Keep what a file says, and what would become of each event. None of them is written.

    Raises as importing.bring. What the session held before is undone.
    """
    try:
        outcomes = bring(session, found, choice, owner=viewer)
    finally:
        session.rollback()
    made = CalendarImport(
        member_id=viewer.member_id,
        name=" ".join(plain(name).split())[:200] or "agenda.ics",
        choice=asdict(choice),
        said=found.as_json(),
        outcomes=[asdict(one) for one in outcomes],
        created_at=clock.now(),
    )
    session.add(made)
    session.flush()
    return made


def mine(viewer: Viewer) -> Select[CalendarImport]:
    """The files that a member sent, the latest first."""
    return (
        select(CalendarImport)
        .where(CalendarImport.member_id == viewer.member_id)
        .order_by(CalendarImport.id.desc())
        .limit(LISTED)
    )


def one(viewer: Viewer, file_id: int) -> Select[CalendarImport]:
    """One of them."""
    return select(CalendarImport).where(
        CalendarImport.id == file_id, CalendarImport.member_id == viewer.member_id
    )


def outcomes(sent: CalendarImport) -> list[Outcome]:
    """What becomes of its events."""
    return [Outcome(**{**said, "fate": Fate(said["fate"])}) for said in sent.outcomes]


def said(sent: CalendarImport) -> Read:
    """What it says."""
    return Read.from_json(sent.said) if sent.said else Read()


def writes(found: list[Outcome]) -> int:
    """How many events would be announced or brought up to date."""
    return sum(one.fate in WRITTEN for one in found)


def confirm(session: Session, viewer: Viewer, sent: CalendarImport) -> list[Outcome]:
    """Write its events. Raises Refused("nothing-to-do")."""
    if sent.done_at is not None or not writes(outcomes(sent)):
        raise Refused("nothing-to-do")
    found = bring(session, said(sent), _choice(sent.choice), owner=viewer)
    sent.outcomes = [asdict(one) for one in found]
    sent.said, sent.done_at = None, clock.now()
    return found


def _choice(kept: dict[str, Any]) -> Choice:
    places = {name: tuple(kept[name]) for name in ("networks", "territories")}
    return Choice(**{**kept, **places})


def give_up(session: Session, sent: CalendarImport) -> None:
    """Forget a file; what was written stays."""
    session.delete(sent)
