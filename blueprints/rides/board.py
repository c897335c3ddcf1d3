"""The rides of a date: one's own, those that are offered, the people who look for one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from accounts.models import Member
from agenda.models import Occurrence
from agenda.rides import queries
from agenda.rides.models import Ride, RideKind, Seat, SeatStanding
from agenda.rides.queries import Listed
from blueprints import _times
from blueprints._access import viewer
from blueprints._rides import ride_in_words
from blueprints._shell import initials
from blueprints._topics import address_of
from blueprints.agenda_attending._part import crumbs_of, page_of, title_of
from blueprints.directory._finding import kilometres
from blueprints.rides import bp
from blueprints.rides._shared import shared
from core.db import db

ASKED, PROPOSED, ACCEPTED = SeatStanding.ASKED, SeatStanding.PROPOSED, SeatStanding.ACCEPTED
Line = dict[str, Any]


@bp.get("")
def index(occurrence_id: int) -> str:
    """Who has places for a date, and who looks for one."""
    one, me = shared(occurrence_id), viewer().member_id
    session = db.session()
    listed = queries.rides(session, viewer(), one)
    seats = session.scalars(queries.seats(one.id)).all()
    cars = [_Car(one, ride, [s for s in seats if s.ride_id == ride.ride.id]) for ride in listed]
    mine = [car for car in cars if car.ride.member_id == me]
    others = [car for car in cars if car.ride.member_id != me]
    phones = queries.phones(session, _met(cars))
    return render_template(
        "rides/index.html",
        date=one,
        title=title_of(one),
        when=_times.in_words(one, one.event)[0],
        crumbs=crumbs_of(one),
        back=page_of(one),
        mine=[_mine(car, phones) for car in mine],
        sits=[_sits(car, seat, phones) for car in others if (seat := car.seat_of(me))],
        offers=[_offer(car) for car in others if car.is_offered_to(me)],
        seekers=[_seeker(car, mine) for car in others if car.listed.seeks],
    )


@dataclass(frozen=True, slots=True)
class _Car:
    """A ride of the date, and its places; what somebody looks for has none."""

    date: Occurrence
    listed: Listed
    seats: Sequence[Seat]

    @property
    def ride(self) -> Ride:
        return self.listed.ride

    @property
    def free(self) -> int:
        """Places that nobody has."""
        given = sum(seat.standing is ACCEPTED for seat in self.seats)
        return (self.ride.places or 0) - given

    def seat_of(self, member_id: int) -> Seat | None:
        """The place of somebody there, unless they said no."""
        theirs = (seat for seat in self.seats if seat.member_id == member_id)
        return next((one for one in theirs if one.standing is not SeatStanding.REFUSED), None)

    def is_offered_to(self, member_id: int) -> bool:
        """Whether a place may be asked for there."""
        offers = self.ride.kind is RideKind.OFFER and self.free > 0
        return offers and self.seat_of(member_id) is None

    def takes(self, other: Ride) -> bool:
        """Whether a place may be proposed there to who looks for one."""
        theirs = [seat for seat in self.seats if seat.member_id == other.member_id]
        may = all(seat.standing is SeatStanding.DECLINED for seat in theirs)
        offers = self.ride.kind is RideKind.OFFER and self.free > 0
        return offers and may and self.ride.way.meets(other.way)


def _met(cars: Collection[_Car]) -> set[int]:
    """Those with whom the viewer shares a ride, and who may therefore be called."""
    me = viewer().member_id
    two = [
        {seat.member_id, car.ride.member_id}
        for car in cars
        for seat in car.seats
        if seat.standing is ACCEPTED
    ]
    return {one for pair in two if me in pair for one in pair} - {me}


def _line(car: _Car, who: Member, acts: list[dict[str, Any]], **more: Any) -> Line:
    """Somebody, what is said of their ride, what may be done about it."""
    return {
        "id": car.ride.id,
        "name": who.name,
        "initials": initials(who),
        "href": address_of("directory.member", who.id),
        "ride": ride_in_words(car.ride, car.date),
        "note": car.ride.words,
        "far": kilometres(car.listed.squared),
        "free": _free(car),
        "state": "",
        "phone": None,
        "acts": acts,
    } | more


def _free(car: _Car) -> str:
    if car.ride.kind is RideKind.SEARCH:
        return ""
    if car.free <= 0:
        return _("No place left")
    return ngettext("%(num)s free place", "%(num)s free places", car.free)


def _act(endpoint: str, car: _Car, label: str, **more: Any) -> dict[str, Any]:
    """A button."""
    named = {"ride_id": car.ride.id} if "seat_id" not in more else {"seat_id": more.pop("seat_id")}
    action = url_for(f".{endpoint}", occurrence_id=car.date.id, **named)
    return {"action": action, "label": label, "kind": "second", "confirm": None} | more


def _mine(car: _Car, phones: Mapping[int, str]) -> Line:
    """A ride of the viewer, with who sits there or would."""
    offers = car.ride.kind is RideKind.OFFER
    confirm = _("Withdraw this ride? Those who have a place or asked for one are told.")
    if not offers:
        confirm = _("No longer look for this ride? Those who proposed you a place are told.")
    withdraw = _act("withdraw", car, _("Withdraw"), kind="danger", confirm=confirm)
    stands = [seat for seat in car.seats if seat.standing in queries.STANDS]
    people = [_rider(car, seat, phones) for seat in stands]
    change = url_for(".change", occurrence_id=car.date.id, ride_id=car.ride.id)
    return _line(
        car, car.ride.member, [withdraw], offers=offers, people=people, change=change, far=None
    )


def _rider(car: _Car, seat: Seat, phones: Mapping[int, str]) -> Line:
    """Somebody in the viewer's car, or who would be."""
    name, acts = seat.member.name, []
    if seat.standing is ASKED:
        acts = [
            _act("accept", car, _("Accept"), seat_id=seat.id, kind=None),
            _act("decline", car, _("Decline"), seat_id=seat.id),
        ]
    elif seat.standing is PROPOSED:
        acts = [_act("give_back", car, _("No longer propose"), seat_id=seat.id)]
    else:
        confirm = _("Take the place of %(name)s back? A mail tells them.", name=name)
        acts = [_act("decline", car, _("Take the place back"), seat_id=seat.id, confirm=confirm)]
    phone = phones.get(seat.member_id) if seat.standing is ACCEPTED else None
    return _line(
        car, seat.member, acts, ride="", note=seat.words, far=None, free="",
        state=str(TO_DRIVER[seat.standing]), phone=phone,
    )  # fmt: skip


TO_DRIVER = {
    ASKED: _l("Asks for a place"),
    PROPOSED: _l("Has not answered yet"),
    ACCEPTED: _l("Has a place"),
}
TO_RIDER = {
    ASKED: _l("You asked for a place"),
    PROPOSED: _l("Proposes you a place"),
    ACCEPTED: _l("You have a place"),
    SeatStanding.DECLINED: _l("No place for you"),
}


def _sits(car: _Car, seat: Seat, phones: Mapping[int, str]) -> Line:
    """A place of the viewer in somebody's car, or that they asked for or may take."""
    acts = []
    if seat.standing is PROPOSED:
        acts = [
            _act("accept", car, _("Accept"), seat_id=seat.id, kind=None),
            _act("decline", car, _("Decline"), seat_id=seat.id),
        ]
    elif seat.standing is ASKED:
        acts = [_act("give_back", car, _("No longer ask"), seat_id=seat.id)]
    elif seat.standing is ACCEPTED:
        confirm = _("Give your place back? The driver is told.")
        acts = [_act("give_back", car, _("Give my place back"), seat_id=seat.id, confirm=confirm)]
    phone = phones.get(car.ride.member_id) if seat.standing is ACCEPTED else None
    return _line(
        car, car.ride.member, acts, free="", state=str(TO_RIDER[seat.standing]), phone=phone
    )


def _offer(car: _Car) -> Line:
    """A ride in which a place may be asked for."""
    ask = url_for(".ask", occurrence_id=car.date.id, ride_id=car.ride.id)
    return _line(car, car.ride.member, [], ask=ask)


def _seeker(car: _Car, mine: Sequence[_Car]) -> Line:
    """Somebody who looks for a place, to whom one may perhaps be proposed."""
    may = any(one.takes(car.ride) for one in mine)
    acts = [_act("propose", car, _("Propose a place"))] if may else []
    return _line(car, car.ride.member, acts)
