"""What calendars hold about a member: given to them, let go with them, and for how long."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from accounts.facts import MemberLeft
from agenda.ics.models import CalendarFeed, CalendarImport
from core.portable import Held, rows_of
from core.retention import deleting

SECRET = ("token_hash", "shown")


def its_data_of(session: Session, member_id: int) -> Held:
    """The addresses that their programs read at, without their secrets; the files they sent."""
    feeds = CalendarFeed.member_id == member_id
    imports = CalendarImport.member_id == member_id
    return Held(
        {
            "calendar_feed": rows_of(session, CalendarFeed, feeds, without=SECRET),
            "calendar_import": rows_of(session, CalendarImport, imports),
        }
    )


def forget(session: Session, fact: MemberLeft) -> None:
    """Their addresses lead nowhere any more, and what they sent is gone."""
    for table in (CalendarFeed, CalendarImport):
        session.execute(
            delete(table)
            .where(table.member_id == fact.member_id)
            .execution_options(synchronize_session=False)
        )


RULES = (
    deleting(
        "calendar-imports", 30, CalendarImport, lambda limit: CalendarImport.created_at < limit
    ),
)
