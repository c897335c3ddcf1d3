"""Writes of those who offer a ride or look for one. All is decided while the date is held."""

from dataclasses import dataclass
from datetime import time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from access.models import Commune
from access.viewers import Viewer
from agenda.attending.actions import hold
from agenda.attending.queries import registration_of
from agenda.models import Occurrence
from agenda.recurrence import wall
from agenda.rides import policy, queries
from agenda.rides.facts import Decided, What
from agenda.rides.models import (
    LONGEST_WORDS,
    MOST_PLACES,
    Ride,
    RideKind,
    Seat,
    SeatStanding,
    Way,
)
from core import clock, text
from core.facts import record
from core.refusals import Refused

A_MOMENT = timedelta(microseconds=1)
MATTER = ("way", "commune_code", "days_after", "hour", "words")
"""What those who have a place must know of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is said of a ride, as it was typed."""

    way: Way
    commune_code: str
    days_after: int = 0
    hour: time | None = None
    places: int | None = None
    words: str = ""


def held(session: Session, occurrence_id: int, by: Viewer) -> Occurrence:
    """The date, held until the commit, for somebody who shares its rides.

    Raises Refused("ride-closed"): it is over, cancelled, on line, or they do not come.
    """
    occurrence = hold(session, occurrence_id)
    mine = registration_of(session, occurrence.id, by.member_id)
    present = clock.now()
    if not (policy.may_share(by, occurrence.event, mine) and policy.is_open(occurrence, present)):
        raise Refused("ride-closed")
    return occurrence


def days_of(occurrence: Occurrence) -> int:
    """Over how many days a date goes, on the clock of its event."""
    zone = occurrence.event.zone
    last = max(occurrence.starts_at, occurrence.ends_at - A_MOMENT)
    return (wall(last, zone).date() - wall(occurrence.starts_at, zone).date()).days + 1


def offer(session: Session, occurrence_id: int, said: Said, *, by: Viewer) -> Ride:
    """Say that one has places in one's car.

    Raises Refused: "ride-closed", "ride-twice", "ride-hour-needed", "ride-day-unknown",
    "ride-places-unknown", "unknown-commune", "words-too-long".
    """
    return _add(session, occurrence_id, RideKind.OFFER, said, by)


def seek(session: Session, occurrence_id: int, said: Said, *, by: Viewer) -> Ride:
    """Say that one looks for a place. Raises as offer, but of hours and places."""
    return _add(session, occurrence_id, RideKind.SEARCH, said, by)


def _add(session: Session, occurrence_id: int, kind: RideKind, said: Said, by: Viewer) -> Ride:
    occurrence = held(session, occurrence_id, by)
    ride = Ride(occurrence_id=occurrence.id, member_id=by.member_id, kind=kind, said_at=clock.now())
    with session.no_autoflush:
        _describe(session, occurrence, ride, said)
    session.add(ride)
    session.flush()
    return ride


def _describe(session: Session, occurrence: Occurrence, ride: Ride, said: Said) -> None:
    """Write what was said into a ride. Raises as offer."""
    if session.get(Commune, said.commune_code) is None:
        raise Refused("unknown-commune", commune=said.commune_code)
    words = text.plain(said.words).strip()
    if len(words) > LONGEST_WORDS:
        raise Refused("words-too-long", longest=LONGEST_WORDS)
    if any(one.way.meets(said.way) for one in _own(session, ride)):
        raise Refused("ride-twice")
    if ride.kind is RideKind.OFFER:
        if said.hour is None:
            raise Refused("ride-hour-needed")
        if not 0 <= said.days_after < days_of(occurrence):
            raise Refused("ride-day-unknown")
        if said.places is None or not 1 <= said.places <= MOST_PLACES:
            raise Refused("ride-places-unknown", most=MOST_PLACES)
        ride.days_after, ride.hour, ride.places = said.days_after, said.hour, said.places
    ride.way, ride.commune_code, ride.words = said.way, said.commune_code, words


def _own(session: Session, ride: Ride) -> list[Ride]:
    """The other rides of the same person for the same date."""
    others = select(Ride).where(
        Ride.occurrence_id == ride.occurrence_id, Ride.member_id == ride.member_id
    )
    return [one for one in session.scalars(others) if one is not ride]


def own_ride(session: Session, occurrence: Occurrence, ride_id: int, by: Viewer) -> Ride:
    """A ride of who acts, as it is now. Raises Refused("nothing-to-do"), Refused("not-yours")."""
    ride = session.get(Ride, ride_id, populate_existing=True)
    if ride is None or ride.occurrence_id != occurrence.id:
        raise Refused("nothing-to-do")
    if ride.member_id != by.member_id:
        raise Refused("not-yours")
    return ride


def change(session: Session, occurrence_id: int, ride_id: int, said: Said, *, by: Viewer) -> Ride:
    """Say a ride otherwise; those who have a place are told of what changes for them.

    Raises as offer, and Refused: "ride-fewer-places", "nothing-to-do", "not-yours".
    """
    occurrence = held(session, occurrence_id, by)
    ride = own_ride(session, occurrence, ride_id, by)
    given = queries.taken(session, ride.id)
    if ride.kind is RideKind.OFFER and said.places is not None and said.places < given:
        raise Refused("ride-fewer-places", given=given)
    before = [getattr(ride, name) for name in MATTER]
    with session.no_autoflush:
        _describe(session, occurrence, ride, said)
    if before != [getattr(ride, name) for name in MATTER]:
        for seat in _seats_of(session, ride):
            if seat.standing is SeatStanding.ACCEPTED:
                record(session, Decided(What.CHANGED, seat.member_id, by.member_id, ride))
    return ride


def withdraw(session: Session, occurrence_id: int, ride_id: int, *, by: Viewer) -> None:
    """Take a ride back: those who counted on it, or might have, are told.

    Raises Refused: "ride-closed", "nothing-to-do", "not-yours".
    """
    occurrence = held(session, occurrence_id, by)
    end(session, own_ride(session, occurrence, ride_id, by))


def _seats_of(session: Session, ride: Ride) -> list[Seat]:
    return list(session.scalars(select(Seat).where(Seat.ride_id == ride.id).order_by(Seat.id)))


def end(session: Session, ride: Ride) -> None:
    """Remove a ride, and tell those whom it concerns. The date is held."""
    if ride.kind is RideKind.SEARCH:
        for seat in _proposed_to(session, ride):
            drop(session, seat)
    for seat in _seats_of(session, ride):
        if seat.standing in queries.STANDS:
            what = What.WITHDRAWN
            if seat.standing is SeatStanding.PROPOSED:
                what = What.NO_LONGER_PROPOSED
            record(session, Decided(what, seat.member_id, ride.member_id, ride))
        session.delete(seat)
    session.delete(ride)
    session.flush()


def _proposed_to(session: Session, ride: Ride) -> list[Seat]:
    """The places that drivers propose to somebody who looks for one."""
    proposed = (
        select(Seat)
        .join(Seat.ride)
        .where(
            Ride.occurrence_id == ride.occurrence_id,
            Seat.member_id == ride.member_id,
            Seat.standing == SeatStanding.PROPOSED,
        )
    )
    return list(session.scalars(proposed))


TOLD_TO_DRIVER = {
    SeatStanding.ACCEPTED: What.GIVEN_BACK,
    SeatStanding.ASKED: What.NO_LONGER_ASKED,
    SeatStanding.PROPOSED: What.REFUSED,
}


def drop(session: Session, seat: Seat) -> None:
    """Somebody no longer sits there, or will not: the driver is told. The date is held."""
    ride = session.get_one(Ride, seat.ride_id)
    if what := TOLD_TO_DRIVER.get(seat.standing):
        record(session, Decided(what, ride.member_id, seat.member_id, ride))
    session.delete(seat)
    session.flush()


def leave(session: Session, occurrence_id: int, member_id: int) -> None:
    """Somebody does not come: their rides end, their places are free. The date is held."""
    own = select(Ride).where(Ride.occurrence_id == occurrence_id, Ride.member_id == member_id)
    for ride in session.scalars(own.order_by(Ride.id)).all():
        end(session, ride)
    sits = queries.seats(occurrence_id).where(Seat.member_id == member_id)
    for seat in session.scalars(sits).all():
        drop(session, seat)
