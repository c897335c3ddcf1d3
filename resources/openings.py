"""Who opened which document on which day: what the library's use is counted from."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from access.viewers import Viewer
from accounts.visits import KEPT
from core import clock
from core.db import insert_into
from core.retention import deleting
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


RULES = (deleting("openings", KEPT.days, Opening, lambda limit: Opening.day < limit.date()),)
