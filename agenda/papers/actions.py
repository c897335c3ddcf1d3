"""Writes: documents that go with a date, and its minutes. Who announced it, or a moderator."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from access.viewers import Viewer
from agenda.models import Occurrence
from agenda.papers.facts import MinutesWritten
from agenda.papers.models import Minutes, Paper
from agenda.policy import may_tend
from core import clock, text
from core.facts import record
from core.refusals import Refused

MOST_PAPERS = 20
LONGEST_MINUTES = 50_000


def _tends(viewer: Viewer, occurrence: Occurrence) -> None:
    if not may_tend(viewer, occurrence.event):
        raise Refused("not-yours")


def join_document(
    session: Session, occurrence: Occurrence, document_id: int, *, by: Viewer
) -> None:
    """Have a document go with a date; the caller knows that its number is one they see.

    It stays as open as it is: each sees those of the library that they may. Raises Refused:
    "not-yours", "nothing-to-do", "too-many-papers".
    """
    _tends(by, occurrence)
    if session.get(Paper, (occurrence.id, document_id)) is not None:
        raise Refused("nothing-to-do")
    there = select(func.count()).where(Paper.occurrence_id == occurrence.id)
    if (session.scalar(there) or 0) >= MOST_PAPERS:
        raise Refused("too-many-papers", most=MOST_PAPERS)
    session.add(Paper(occurrence_id=occurrence.id, document_id=document_id, added_at=clock.now()))


def part_document(
    session: Session, occurrence: Occurrence, document_id: int, *, by: Viewer
) -> None:
    """Have it no longer go with the date; it stays in the library.

    Raises Refused("not-yours"), Refused("nothing-to-do").
    """
    _tends(by, occurrence)
    paper = session.get(Paper, (occurrence.id, document_id))
    if paper is None:
        raise Refused("nothing-to-do")
    session.delete(paper)


def write_minutes(session: Session, occurrence: Occurrence, words: str, *, by: Viewer) -> Minutes:
    """Write what was said, once it has begun; those who came are told the first time.

    Raises Refused: "not-yours", "minutes-early", "body-empty", "body-too-long".
    """
    _tends(by, occurrence)
    present = clock.now()
    if occurrence.starts_at > present:
        raise Refused("minutes-early")
    said = words.strip()
    if not said:
        raise Refused("body-empty")
    if len(said) > LONGEST_MINUTES:
        raise Refused("body-too-long", longest=LONGEST_MINUTES)
    minutes = session.get(Minutes, occurrence.id)
    first = minutes is None
    if minutes is None:
        minutes = Minutes(occurrence_id=occurrence.id, written_at=present)
        session.add(minutes)
    minutes.words, minutes.html, minutes.changed_at = said, text.clean(said), present
    record(session, MinutesWritten(minutes, occurrence.event_id, first))
    return minutes
