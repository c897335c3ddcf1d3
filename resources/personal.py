"""What the library holds about a member: given to them, and let go with them."""

from sqlalchemy import ColumnElement, Select, delete, func, or_, select, update
from sqlalchemy.orm import Session

from accounts.departures import Departure
from accounts.facts import MemberLeft
from core import clock, text
from core.facts import record
from core.portable import Held, rows_of
from files.personal import pieces
from resources.facts import Described
from resources.models import Document, Download, Favourite, Opening, Version

ERASED_AT_ONCE = 100
"""Documents erased in one transaction."""
READ_AT_ONCE = 5_000
"""Documents in which a name is looked for in one transaction."""


def its_data_of(session: Session, member_id: int) -> Held:
    """What they deposited, keep at hand, and took with them."""
    theirs = _versions_of(member_id)
    tables = {
        "document": rows_of(
            session, Document, Document.owner_id == member_id, without=("html", "title_key")
        ),
        "document_version": rows_of(session, Version, theirs),
        "favourite": rows_of(session, Favourite, Favourite.member_id == member_id),
        "download": rows_of(session, Download, Download.member_id == member_id),
        "document_opening": rows_of(session, Opening, Opening.member_id == member_id),
    }
    return Held(tables, pieces(session, files_of(member_id)))


def files_of(member_id: int) -> Select[int, str]:
    """What they deposited, and the versions that others added to their documents."""
    return select(Version.file_id, Version.name).where(_versions_of(member_id))


def _versions_of(member_id: int) -> ColumnElement[bool]:
    return or_(
        Version.deposited_by_id == member_id,
        Version.document_id.in_(select(Document.id).where(Document.owner_id == member_id)),
    )


def forget(session: Session, fact: MemberLeft) -> None:
    """At once: what they kept and opened; their documents, withdrawn when they are to go."""
    for model in (Favourite, Download, Opening):
        _delete(session, model, model.member_id == fact.member_id)
    theirs = update(Document).where(Document.owner_id == fact.member_id)
    if fact.erases:
        theirs = theirs.where(Document.withdrawn_at.is_(None)).values(withdrawn_at=clock.now())
    else:
        theirs = theirs.values(review_on=None)  # nobody is left to be asked if it is still true
    session.execute(theirs.execution_options(synchronize_session=False))


def _delete(session: Session, model: type, condition: object) -> None:
    session.execute(
        delete(model).where(condition).execution_options(synchronize_session=False)  # type: ignore[arg-type]
    )


def unname(session: Session, departure: Departure, after: int) -> int | None:
    """Take the name out of what calls them with @, some documents at a time."""
    last = session.scalar(select(func.max(Document.id))) or 0
    end = after + READ_AT_ONCE
    called = Document.description.icontains(f"@{departure.handle}", autoescape=True)
    for document in session.scalars(
        select(Document).where(Document.id > after, Document.id <= end, called)
    ).all():
        for part in ("description", "html"):
            words = getattr(document, part)
            new = text.called_otherwise(words, departure.handle, departure.new_handle)
            setattr(document, part, new)
        record(session, Described(document))
    return end if end < last else None


def erase(session: Session, departure: Departure, after: int) -> int | None:
    """Take their documents away when they wish so, some at a time, versions and all."""
    if not departure.erases:
        return None
    documents = session.scalars(
        select(Document)
        .where(Document.owner_id == departure.member_id, Document.id > after)
        .order_by(Document.id)
        .limit(ERASED_AT_ONCE)
    ).all()
    ids = [document.id for document in documents]
    for model in (Favourite, Download, Opening, Version):
        _delete(session, model, model.document_id.in_(ids))
    session.execute(
        update(Document)
        .where(Document.replaced_by_id.in_(ids))
        .values(replaced_by_id=None)
        .execution_options(synchronize_session=False)
    )
    for document in documents:
        record(session, Described(document))  # the search reads it again, and finds it gone
        session.delete(document)
    session.flush()
    if len(ids) == ERASED_AT_ONCE:
        return ids[-1]
    session.execute(
        update(Version)
        .where(Version.deposited_by_id == departure.member_id)
        .values(note="")
        .execution_options(synchronize_session=False)
    )
    return None
