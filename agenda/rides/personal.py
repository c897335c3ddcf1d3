"""What rides hold about a member: given to them, let go with them, and for how long."""

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.orm import Session, joinedload

from access import rule
from accounts.facts import MemberChanged, MemberLeft
from agenda.attending.actions import hold
from agenda.attending.facts import Declined, PlaceTaken
from agenda.attending.queries import registration_of
from agenda.models import Occurrence
from agenda.rides import policy
from agenda.rides.actions import leave
from agenda.rides.models import Ride, Seat
from core import clock
from core.portable import Held, rows_of
from core.retention import deleting

KEPT_DAYS = 30
"""After the date."""


def its_data_of(session: Session, member_id: int) -> Held:
    """The rides they offered or looked for, the places they had or asked for."""
    return Held(
        {
            "ride": rows_of(session, Ride, Ride.member_id == member_id),
            "ride_seat": rows_of(session, Seat, Seat.member_id == member_id),
        }
    )


def on_place_left(session: Session, fact: Declined | PlaceTaken) -> None:
    """Who does not come, or was taken off the list, shares no ride. The date is held meanwhile."""
    leave(session, fact.registration.occurrence_id, fact.registration.member_id)


def on_member_changed(session: Session, fact: MemberChanged) -> None:
    """Who no longer sees a date, or no longer organises it, shares no ride to it."""
    if fact.member is None:  # an import, which takes nothing away
        return
    viewer = rule.viewer(session, fact.member.id, fact.member.role)
    for occurrence in session.scalars(_shared(viewer.member_id)).all():
        mine = registration_of(session, occurrence.id, viewer.member_id)
        if not policy.may_share(viewer, occurrence.event, mine):
            leave(session, hold(session, occurrence.id).id, viewer.member_id)


def forget(session: Session, fact: MemberLeft) -> None:
    """Those who shared their rides are told; all of it goes at once."""
    for occurrence in session.scalars(_shared(fact.member_id)).all():
        leave(session, hold(session, occurrence.id).id, fact.member_id)
    for model in (Seat, Ride):  # those of dates that are over
        session.execute(
            delete(model)
            .where(model.member_id == fact.member_id)
            .execution_options(synchronize_session=False)
        )


def merged(session: Session, member_id: int) -> None:
    """Two accounts are one: nobody sits in their own car."""
    own = select(Ride.id).where(Ride.member_id == member_id)
    session.execute(
        delete(Seat)
        .where(Seat.member_id == member_id, Seat.ride_id.in_(own))
        .execution_options(synchronize_session=False)
    )


def _shared(member_id: int) -> Select[Occurrence]:
    """The dates to come to which they share a ride, always in one order."""
    rides = select(Ride.occurrence_id).where(Ride.member_id == member_id)
    seats = (
        select(Ride.occurrence_id)
        .join(Seat, Seat.ride_id == Ride.id)
        .where(Seat.member_id == member_id)
    )
    return (
        select(Occurrence)
        .options(joinedload(Occurrence.event))
        .where(
            Occurrence.ends_at > clock.now(),
            or_(Occurrence.id.in_(rides), Occurrence.id.in_(seats)),
        )
        .order_by(Occurrence.id)
    )


RULES = (
    deleting(
        "rides",
        KEPT_DAYS,
        Ride,
        lambda limit: Ride.occurrence_id.in_(
            select(Occurrence.id).where(Occurrence.ends_at < limit)
        ),
    ),
)
