"""What those who share a ride are told: by mail, one each, in the worker.

Like what is told of a date that one comes to, it concerns a commitment: it does not wait for a
digest, and is always told. Who no longer sees the event is told nothing.
"""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from access import rule
from accounts.models import Member
from accounts.queries import active, came_in
from agenda.models import Occurrence
from agenda.rides.facts import Decided, What
from agenda.rides.models import Ride, Seat, SeatStanding
from core import clock, outbox
from core.jobs import Handler, enqueue

RIDE = "ride"
"""The kind of the mails that tell them."""
TELL = "rides.tell"

STANDS = {
    What.ASKED: SeatStanding.ASKED,
    What.PROPOSED: SeatStanding.PROPOSED,
    What.ACCEPTED: SeatStanding.ACCEPTED,
    What.TAKEN: SeatStanding.ACCEPTED,
}
"""What is said no more when it is otherwise already: the mail that says so leaves by itself."""


def on_decided(session: Session, fact: Decided) -> None:
    """Whom it concerns will be told."""
    payload = {
        "what": fact.what.value,
        "occurrence_id": fact.ride.occurrence_id,
        "told_id": fact.told_id,
        "by_id": fact.by_id,
        "ride_id": fact.ride.id,
        "seat_id": fact.seat.id if fact.seat else None,
    }
    enqueue(session, TELL, payload)


def tell(session: Session, payload: dict[str, Any]) -> None:
    """Tell somebody what was decided, unless it is otherwise already."""
    what = What(payload["what"])
    seat = session.get(Seat, payload["seat_id"]) if payload["seat_id"] else None
    if what in STANDS and (seat is None or seat.standing is not STANDS[what]):
        return
    occurrence = session.scalars(
        select(Occurrence)
        .options(joinedload(Occurrence.event))
        .where(Occurrence.id == payload["occurrence_id"], Occurrence.ends_at > clock.now())
    ).one_or_none()
    if occurrence is None:
        return
    member = session.scalars(
        select(Member).where(
            Member.id == payload["told_id"],
            rule.reached(Member.id, occurrence.event.audience_id),
            active(clock.now()),
        )
    ).one_or_none()
    if member is None or not came_in(session, member.id):
        return
    ride = select(Ride).options(joinedload(Ride.commune)).where(Ride.id == payload["ride_id"])
    outbox.post(
        session,
        RIDE,
        to_address=member.email,
        to_name=member.name,
        language=member.language,
        values={
            "member": member,
            "by": session.get_one(Member, payload["by_id"]),
            "what": what,
            "occurrence": occurrence,
            "ride": session.scalars(ride).one_or_none(),
            "words": seat.words if seat and what is What.ASKED else "",
        },
        subject_audience_id=occurrence.event.audience_id,
    )


handlers: dict[str, Handler] = {TELL: tell}
