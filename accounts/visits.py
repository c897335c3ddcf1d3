"""Who was here on which day: the one trace that activity is counted from."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from accounts.models import Visit
from core import clock
from core.db import insert_into
from core.retention import deleting

KEPT = timedelta(days=750)
"""25 months: a year can be compared with the one before, then the days are forgotten."""


def note_presence(session: Session, member_id: int, *, by_mail: bool = False) -> None:
    """Remember that a member is here today, and whether a link of our mails led them."""
    noted = insert_into(session, Visit).values(
        member_id=member_id, day=clock.today(), by_mail=by_mail
    )
    session.execute(
        noted.on_conflict_do_update(
            index_elements=["member_id", "day"],
            set_={"by_mail": True},
            where=~Visit.by_mail,
        )
        if by_mail
        else noted.on_conflict_do_nothing()
    )


def oldest_kept() -> date:
    """The first day whose visits are still known."""
    return clock.today() - KEPT


RULES = (deleting("visits", KEPT.days, Visit, lambda limit: Visit.day < limit.date()),)
