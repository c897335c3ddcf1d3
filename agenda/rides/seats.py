"""Writes about a place in a car: asked for, proposed, given, given back. The date is held."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from access.viewers import Viewer
from agenda.rides import queries
from agenda.rides.actions import drop, held
from agenda.rides.facts import Decided, What
from agenda.rides.models import LONGEST_WORDS, Ride, RideKind, Seat, SeatStanding
from core import clock, text
from core.facts import record
from core.refusals import Refused


def ask(session: Session, occurrence_id: int, ride_id: int, words: str, *, by: Viewer) -> Seat:
    """Ask the driver for a place.

    Who was told no does not ask again. Raises Refused: "ride-closed", "nothing-to-do",
    "ride-full", "ride-twice", "seat-declined", "words-too-long".
    """
    occurrence = held(session, occurrence_id, by)
    ride = session.get(Ride, ride_id, populate_existing=True)
    if ride is None or ride.occurrence_id != occurrence.id or ride.kind is not RideKind.OFFER:
        raise Refused("nothing-to-do")
    said = text.plain(words).strip()
    if len(said) > LONGEST_WORDS:
        raise Refused("words-too-long", longest=LONGEST_WORDS)
    if _drives(session, ride, by.member_id) or _sits(session, ride, by.member_id):
        raise Refused("ride-twice")
    seat = _seat(session, ride, by.member_id)
    if seat is not None and seat.standing is not SeatStanding.REFUSED:
        declined = seat.standing is SeatStanding.DECLINED
        raise Refused("seat-declined" if declined else "nothing-to-do")
    return _stand(session, ride, seat, by.member_id, SeatStanding.ASKED, said)


def propose(session: Session, occurrence_id: int, ride_id: int, *, by: Viewer) -> Seat:
    """Propose a place in one's car to somebody who looks for one; ride_id: what they said.

    Raises Refused: "ride-closed", "nothing-to-do", "ride-none-to-propose", "ride-full".
    """
    occurrence = held(session, occurrence_id, by)
    sought = session.get(Ride, ride_id, populate_existing=True)
    if (
        sought is None
        or sought.occurrence_id != occurrence.id
        or sought.kind is not RideKind.SEARCH
    ):
        raise Refused("nothing-to-do")
    mine = select(Ride).where(
        Ride.occurrence_id == occurrence.id,
        Ride.member_id == by.member_id,
        Ride.kind == RideKind.OFFER,
    )
    for ride in session.scalars(mine.order_by(Ride.id)).all():
        seat = _seat(session, ride, sought.member_id)
        free = seat is None or seat.standing is SeatStanding.DECLINED
        if ride.way.meets(sought.way) and free and sought.member_id != by.member_id:
            return _stand(session, ride, seat, sought.member_id, SeatStanding.PROPOSED, "")
    raise Refused("ride-none-to-propose")


def _stand(
    session: Session,
    ride: Ride,
    seat: Seat | None,
    member_id: int,
    standing: SeatStanding,
    words: str,
) -> Seat:
    """A place that waits for an answer."""
    _fits(session, ride)
    if seat is None:
        seat = Seat(ride_id=ride.id, member_id=member_id)
        session.add(seat)
    seat.standing, seat.words, seat.since = standing, words, clock.now()
    session.flush()
    if standing is SeatStanding.ASKED:
        record(session, Decided(What.ASKED, ride.member_id, member_id, ride, seat))
    else:
        record(session, Decided(What.PROPOSED, member_id, ride.member_id, ride, seat))
    return seat


def accept(session: Session, occurrence_id: int, seat_id: int, *, by: Viewer) -> Seat:
    """Give the place that was asked for, or take the one that is proposed.

    What the same person still waits for elsewhere that way ends there. Raises Refused:
    "ride-closed", "nothing-to-do", "ride-full".
    """
    seat, ride = _answered(session, occurrence_id, seat_id, by)
    _fits(session, ride)
    proposed = seat.standing is SeatStanding.PROPOSED
    seat.standing, seat.since = SeatStanding.ACCEPTED, clock.now()
    if proposed:
        record(session, Decided(What.TAKEN, ride.member_id, seat.member_id, ride, seat))
    else:
        record(session, Decided(What.ACCEPTED, seat.member_id, ride.member_id, ride, seat))
    elsewhere = queries.seats(occurrence_id).where(
        Seat.member_id == seat.member_id,
        Seat.standing.in_(queries.PENDING),
        Seat.id != seat.id,
    )
    for other in session.scalars(elsewhere).all():
        if ride.way.covers(other.ride.way):
            drop(session, other)
    session.flush()
    return seat


def decline(session: Session, occurrence_id: int, seat_id: int, *, by: Viewer) -> Seat:
    """Say no: the driver to who asks, or to who has a place; somebody to a driver who proposes.

    Raises Refused("ride-closed"), Refused("nothing-to-do").
    """
    seat, ride = _answered(session, occurrence_id, seat_id, by, given=True)
    if ride.member_id == by.member_id:
        seat.standing = SeatStanding.DECLINED
        record(session, Decided(What.DECLINED, seat.member_id, ride.member_id, ride, seat))
    else:
        seat.standing = SeatStanding.REFUSED
        record(session, Decided(What.REFUSED, ride.member_id, seat.member_id, ride, seat))
    seat.since = clock.now()
    return seat


def give_back(session: Session, occurrence_id: int, seat_id: int, *, by: Viewer) -> None:
    """Give one's place back, or no longer ask for it; a driver: no longer propose it.

    Raises Refused("ride-closed"), Refused("nothing-to-do").
    """
    seat, ride = _of_two(session, occurrence_id, seat_id, by)
    mine = (SeatStanding.ASKED, SeatStanding.ACCEPTED)
    if seat.member_id == by.member_id and seat.standing in mine:
        drop(session, seat)
    elif ride.member_id == by.member_id and seat.standing is SeatStanding.PROPOSED:
        what = What.NO_LONGER_PROPOSED
        record(session, Decided(what, seat.member_id, ride.member_id, ride))
        session.delete(seat)
    else:
        raise Refused("nothing-to-do")


def _of_two(session: Session, occurrence_id: int, seat_id: int, by: Viewer) -> tuple[Seat, Ride]:
    """A place of a date that concerns who acts: they drive, or sit there."""
    occurrence = held(session, occurrence_id, by)
    seat = session.get(Seat, seat_id, populate_existing=True)
    ride = session.get(Ride, seat.ride_id, populate_existing=True) if seat else None
    if seat is None or ride is None or ride.occurrence_id != occurrence.id:
        raise Refused("nothing-to-do")
    if by.member_id not in {seat.member_id, ride.member_id}:
        raise Refused("nothing-to-do")
    return seat, ride


def _answered(
    session: Session, occurrence_id: int, seat_id: int, by: Viewer, *, given: bool = False
) -> tuple[Seat, Ride]:
    """A place that waits for the answer of who acts; `given`: or that a driver gave."""
    seat, ride = _of_two(session, occurrence_id, seat_id, by)
    theirs = {SeatStanding.PROPOSED}
    if ride.member_id == by.member_id:
        theirs = {SeatStanding.ASKED} | ({SeatStanding.ACCEPTED} if given else set())
    if seat.standing not in theirs:
        raise Refused("nothing-to-do")
    return seat, ride


def _fits(session: Session, ride: Ride) -> None:
    if queries.taken(session, ride.id) >= (ride.places or 0):
        raise Refused("ride-full")


def _seat(session: Session, ride: Ride, member_id: int) -> Seat | None:
    return session.scalars(
        select(Seat)
        .where(Seat.ride_id == ride.id, Seat.member_id == member_id)
        .execution_options(populate_existing=True)
    ).one_or_none()


def _drives(session: Session, ride: Ride, member_id: int) -> bool:
    """Whether they drive that way themselves, or it is their own car."""
    own = select(Ride.way).where(
        Ride.occurrence_id == ride.occurrence_id,
        Ride.member_id == member_id,
        Ride.kind == RideKind.OFFER,
    )
    return any(way.meets(ride.way) for way in session.scalars(own))


def _sits(session: Session, ride: Ride, member_id: int) -> bool:
    """Whether they have a place that way in another car."""
    others = queries.seats(ride.occurrence_id).where(
        Seat.member_id == member_id,
        Seat.standing == SeatStanding.ACCEPTED,
        Seat.ride_id != ride.id,
    )
    return any(one.ride.way.covers(ride.way) for one in session.scalars(others))
