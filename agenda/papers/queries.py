"""Reads of what goes with a date that was found."""

from collections.abc import Collection

from sqlalchemy import Select, select, union
from sqlalchemy.orm import Session

from agenda.models import Occurrence
from agenda.papers.models import Minutes, Paper


def documents_of(occurrence_id: int) -> Select[int]:
    """The numbers of the documents that go with a date."""
    return select(Paper.document_id).where(Paper.occurrence_id == occurrence_id)


def minutes_of(occurrence_id: int) -> Select[Minutes]:
    """What was said there."""
    return select(Minutes).where(Minutes.occurrence_id == occurrence_id)


def needed(session: Session, occurrences: Collection[Occurrence]) -> set[int]:
    """Which of these dates have documents or minutes: a series that is rewritten keeps them."""
    numbers = [one.id for one in occurrences]
    papers = select(Paper.occurrence_id).where(Paper.occurrence_id.in_(numbers))
    minutes = select(Minutes.occurrence_id).where(Minutes.occurrence_id.in_(numbers))
    return set(session.scalars(union(papers, minutes)))
