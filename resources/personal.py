"""What the library holds about a member: given to them, and let go with them."""

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from accounts.facts import MemberLeft
from core import text
from core.facts import record
from core.portable import Held, Piece, rows_of
from files.models import StoredFile
from resources.facts import Described
from resources.models import Document, Download, Favourite, Opening, Version


def its_data_of(session: Session, member_id: int) -> Held:
    """What they deposited, keep at hand, and took with them."""
    theirs = or_(
        Version.deposited_by_id == member_id,
        Version.document_id.in_(select(Document.id).where(Document.owner_id == member_id)),
    )
    tables = {
        "document": rows_of(
            session, Document, Document.owner_id == member_id, without=("html", "title_key")
        ),
        "document_version": rows_of(session, Version, theirs),
        "favourite": rows_of(session, Favourite, Favourite.member_id == member_id),
        "download": rows_of(session, Download, Download.member_id == member_id),
        "document_opening": rows_of(session, Opening, Opening.member_id == member_id),
    }
    deposited = session.execute(
        select(Version.name, StoredFile.sha256, StoredFile.size)
        .join(StoredFile, StoredFile.id == Version.file_id)
        .where(theirs)
        .order_by(Version.id)
    )
    return Held(tables, [Piece(*row) for row in deposited])


def forget(session: Session, fact: MemberLeft) -> None:
    """Their documents stay without their name, or go with them, versions and all."""
    for model in (Favourite, Download, Opening):
        _delete(session, model, model.member_id == fact.member_id)
    _unname(session, fact)
    if fact.erases:
        _erase(session, fact.member_id)
        return
    session.execute(
        update(Document)
        .where(Document.owner_id == fact.member_id)
        .values(review_on=None)  # nobody is left to be asked whether it is still true
        .execution_options(synchronize_session=False)
    )


def _delete(session: Session, model: type, condition: object) -> None:
    session.execute(
        delete(model).where(condition).execution_options(synchronize_session=False)  # type: ignore[arg-type]
    )


def _unname(session: Session, fact: MemberLeft) -> None:
    called = Document.description.icontains(f"@{fact.handle}", autoescape=True)
    for document in session.scalars(select(Document).where(called)).all():
        for part in ("description", "html"):
            words = getattr(document, part)
            setattr(document, part, text.called_otherwise(words, fact.handle, fact.new_handle))
        record(session, Described(document))


def _erase(session: Session, member_id: int) -> None:
    documents = session.scalars(select(Document).where(Document.owner_id == member_id)).all()
    theirs = select(Document.id).where(Document.owner_id == member_id)
    for model in (Favourite, Download, Opening, Version):
        _delete(session, model, model.document_id.in_(theirs))
    session.execute(
        update(Document)
        .where(Document.replaced_by_id.in_(theirs))
        .values(replaced_by_id=None)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(Version)
        .where(Version.deposited_by_id == member_id)
        .values(note="")
        .execution_options(synchronize_session=False)
    )
    for document in documents:
        record(session, Described(document))  # the search reads it again, and finds it gone
        session.delete(document)
    session.flush()
