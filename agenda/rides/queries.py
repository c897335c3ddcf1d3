"""Reads of rides. The caller has found the date, and that its rides exist for who reads."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, null, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from access import rule
from access.geography import Around
from access.models import Commune
from access.viewers import Viewer
from accounts.models import Member
from accounts.queries import active
from agenda.models import Occurrence
from agenda.rides.models import Ride, RideKind, Seat, SeatStanding, Way
from core import clock
from directory.models import Organisation, Profile
from directory.organisations import workplace

PENDING = (SeatStanding.ASKED, SeatStanding.PROPOSED)
STANDS = (*PENDING, SeatStanding.ACCEPTED)
"""The places that somebody counts on, or may."""


def counts(occurrence_id: int) -> list[ScalarSelect[int]]:
    """For a read that stands already: the places that are free, the people who look for one."""
    here = Ride.occurrence_id == occurrence_id
    places = select(func.coalesce(func.sum(Ride.places), 0)).where(here).scalar_subquery()
    taken = (
        select(func.count())
        .select_from(Seat)
        .join(Ride, Ride.id == Seat.ride_id)
        .where(here, Seat.standing == SeatStanding.ACCEPTED)
        .scalar_subquery()
    )
    seeking = select(func.count()).select_from(Ride).where(here, _seeks()).scalar_subquery()
    return [(places - taken).label("free"), seeking]  # type: ignore[list-item] # a scalar too


def _seeks() -> ColumnElement[bool]:
    """Those who look for a place and have not found one for all their way."""
    return and_(
        Ride.kind == RideKind.SEARCH,
        or_(
            and_(Ride.way != Way.BACK, ~_goes(Way.THERE)),
            and_(Ride.way != Way.THERE, ~_goes(Way.BACK)),
        ),
    )


def _goes(way: Way) -> ColumnElement[bool]:
    """Whether who looks for a place has one, that way."""
    car = aliased(Ride)
    return (
        select(Seat.id)
        .join(car, car.id == Seat.ride_id)
        .where(
            car.occurrence_id == Ride.occurrence_id,
            Seat.member_id == Ride.member_id,
            Seat.standing == SeatStanding.ACCEPTED,
            car.way.in_([way, Way.BOTH]),
        )
        .correlate(Ride)
        .exists()
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """A ride in the list of a date."""

    ride: Ride
    seeks: bool
    """Its member looks for a place still."""
    squared: float | None
    """How far it starts from where the reader works, in square kilometres."""


def rides(session: Session, viewer: Viewer, occurrence: Occurrence) -> list[Listed]:
    """The rides of a date, the nearest to where the viewer works first, else by commune."""
    near = _workplace(session, viewer)
    squared: ColumnElement[Any] = null()
    if near is not None:
        squared = near.squared(Commune.latitude, Commune.longitude)
    found = (
        select(Ride, _seeks(), squared)
        .join(Ride.member)
        .join(Ride.commune)
        .options(contains_eager(Ride.member), contains_eager(Ride.commune))
        .where(
            Ride.occurrence_id == occurrence.id,
            rule.reached(Member.id, occurrence.event.audience_id),
            active(clock.now()),
        )
        .order_by(*([squared.nulls_last()] if near else []), Commune.folded_name, Ride.id)
    )
    return [Listed(ride, bool(seeks), far) for ride, seeks, far in session.execute(found)]


def _workplace(session: Session, viewer: Viewer) -> Around | None:
    """Where the viewer works, when that is known."""
    point = session.execute(
        select(Organisation.latitude, Organisation.longitude)
        .select_from(Profile)
        .join(Organisation, workplace(viewer))
        .where(Profile.member_id == viewer.member_id)
    ).one_or_none()
    if point is None or point[0] is None or point[1] is None:
        return None
    return Around(point[0], point[1], 0)


def seats(occurrence_id: int) -> Select[Seat]:
    """The places in the cars of a date, with who sits there, in the order of their asking."""
    return (
        select(Seat)
        .join(Seat.ride)
        .options(contains_eager(Seat.ride), joinedload(Seat.member))
        .where(Ride.occurrence_id == occurrence_id)
        .order_by(Seat.id)
    )


def ride(occurrence_id: int, ride_id: int) -> Select[Ride]:
    """A ride of a date."""
    return (
        select(Ride)
        .options(joinedload(Ride.commune))
        .where(Ride.id == ride_id, Ride.occurrence_id == occurrence_id)
    )


def taken(session: Session, ride_id: int) -> int:
    """How many places of a car are given."""
    given = select(func.count()).where(
        Seat.ride_id == ride_id, Seat.standing == SeatStanding.ACCEPTED
    )
    return session.scalar(given) or 0


def phones(session: Session, member_ids: Collection[int]) -> dict[int, str]:
    """The telephones of those who show theirs."""
    if not member_ids:
        return {}
    shown = select(Profile.member_id, Profile.phone).where(
        Profile.member_id.in_(member_ids), Profile.phone_shown, Profile.phone.is_not(None)
    )
    return {member_id: phone for member_id, phone in session.execute(shown) if phone}


@dataclass(frozen=True, slots=True)
class Trip:
    """A ride that is settled, for one of the two."""

    ride: Ride
    other: Member
    drives: bool


def trips(
    session: Session, occurrence_id: int, member_ids: Collection[int]
) -> dict[int, list[Trip]]:
    """For each of these members, the rides that they share. One query."""
    found: dict[int, list[Trip]] = {one: [] for one in member_ids}
    concerned = or_(Seat.member_id.in_(member_ids), Ride.member_id.in_(member_ids))
    shared: Sequence[Any] = session.scalars(
        seats(occurrence_id)
        .options(contains_eager(Seat.ride).options(joinedload(Ride.member)))
        .options(contains_eager(Seat.ride).options(joinedload(Ride.commune)))
        .where(Seat.standing == SeatStanding.ACCEPTED, concerned)
    ).all()
    for one in shared:
        if one.member_id in found:
            found[one.member_id].append(Trip(one.ride, one.ride.member, drives=False))
        if one.ride.member_id in found:
            found[one.ride.member_id].append(Trip(one.ride, one.member, drives=True))
    return found


def needed(session: Session, occurrences: Collection[Occurrence]) -> set[int]:
    """Which of these dates have rides: a series that is rewritten keeps them."""
    ids = [one.id for one in occurrences]
    return set(session.scalars(select(Ride.occurrence_id).where(Ride.occurrence_id.in_(ids))))
