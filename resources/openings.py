"""Who opened which document on which day: what the library's use is counted from."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import delete
from sqlalchemy.orm import Session

from access.viewers import Viewer
from core import clock
from core.db import insert_into
from resources.models import Document, Opening


def note_openings(session: Session, viewer: Viewer, documents: Iterable[Document]) -> None:
    """Remember that a member opened these documents today; one's own do not count."""
    rows = [
        {"member_id": viewer.member_id, "document_id": document.id, "day": clock.today()}
        for document in documents
        if document.owner_id != viewer.member_id
    ]
    if rows:
        session.execute(insert_into(session, Opening).on_conflict_do_nothing(), rows)


def forget_old_openings(session: Session, before: date) -> None:
    """Forget who opened what before this day; how many did stays counted elsewhere."""
    session.execute(
        delete(Opening).where(Opening.day < before).execution_options(synchronize_session=False)
    )
