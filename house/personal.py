"""What running the house holds about a member: given to them, and let go with them."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from accounts.facts import MemberLeft
from core.portable import Held, rows_of
from house.models import Deletion


def its_data_of(session: Session, member_id: int) -> Held:
    """The contents that they deleted as an administrator, until those are gone."""
    return Held({"deletion": rows_of(session, Deletion, Deletion.by_id == member_id)})


def forget(session: Session, fact: MemberLeft) -> None:
    """Their name leaves what they deleted; its reason stays until it is gone."""
    session.execute(
        update(Deletion)
        .where(Deletion.by_id == fact.member_id)
        .values(by_id=None)
        .execution_options(synchronize_session=False)
    )
