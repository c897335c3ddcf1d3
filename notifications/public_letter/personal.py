"""What the public letter holds about a person: an address, and how it agreed."""

from sqlalchemy import and_, delete, select
from sqlalchemy.orm import Session

from accounts.departures import Departure
from accounts.models import Member
from core.portable import Held, rows_of
from core.retention import deleting
from notifications.public_letter.models import Subscriber


def its_data_of(session: Session, member_id: int) -> Held:
    """A member may also subscribe, under the same address."""
    address = select(Member.email).where(Member.id == member_id).scalar_subquery()
    return Held({"public_subscriber": rows_of(session, Subscriber, Subscriber.email == address)})


def erase(session: Session, departure: Departure, _after: int) -> int | None:
    """The address goes with the account."""
    session.execute(
        delete(Subscriber)
        .where(Subscriber.email == departure.email)
        .execution_options(synchronize_session=False)
    )
    return None


RULES = (
    deleting(
        "public-letter-asked",
        7,
        Subscriber,
        lambda limit: and_(Subscriber.confirmed_at.is_(None), Subscriber.asked_at < limit),
    ),
    deleting("public-letter-ended", 30, Subscriber, lambda limit: Subscriber.ended_at < limit),
)
