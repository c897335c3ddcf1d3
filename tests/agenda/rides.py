"""What the stories of rides share: who offers, who looks for a place, who asks whom."""

from datetime import time
from typing import Any

from sqlalchemy import select

from accounts.models import Member
from agenda.rides import actions, seats
from agenda.rides.actions import Said
from agenda.rides.models import Ride, Seat, SeatStanding, Way
from notifications.rides import RIDE
from tests.agenda.attending import comes, first_date, opened
from tests.world import World

NANTES, REZE, SAINT_NAZAIRE = "44109", "44143", "44184"
THERE, BACK, BOTH_WAYS = Way.THERE, Way.BACK, Way.BOTH


def a_date(world: World, owner: Member, *people: Member, **said: Any) -> int:
    """A date in Nantes to which these people come."""
    made = world.event(owner, "Job dating", **({"town": "Nantes", "postcode": "44000"} | said))
    date = first_date(world, opened(world, owner, made))
    for one in people:
        comes(world, one, date)
    return date


def _said(way: Way, start: str, **more: Any) -> Said:
    return Said(way=way, commune_code=start, **more)


def offers(
    world: World, who: Member, date: int, way: Way = BOTH_WAYS, *, start: str = REZE, **more: Any
) -> Ride:
    """They have places in their car, one unless told otherwise."""
    said = _said(way, start, **({"hour": time(8), "places": 1} | more))
    return world.act_as(who, lambda s, viewer: actions.offer(s, date, said, by=viewer))


def looks(
    world: World, who: Member, date: int, way: Way = BOTH_WAYS, *, start: str = REZE, **more: Any
) -> Ride:
    """They look for a place."""
    said = _said(way, start, **more)
    return world.act_as(who, lambda s, viewer: actions.seek(s, date, said, by=viewer))


def changes(world: World, who: Member, date: int, ride: Ride, **more: Any) -> Ride:
    """They say their ride otherwise."""
    known = {"way": ride.way, "commune_code": ride.commune_code, "hour": ride.hour}
    said = Said(**(known | {"places": ride.places, "words": ride.words} | more))
    return world.act_as(who, lambda s, viewer: actions.change(s, date, ride.id, said, by=viewer))


def withdraws(world: World, who: Member, date: int, ride: Ride) -> None:
    """They take their ride back."""
    world.act_as(who, lambda s, viewer: actions.withdraw(s, date, ride.id, by=viewer))


def asks(world: World, who: Member, date: int, ride: Ride, words: str = "") -> Seat:
    """They ask for a place there."""
    return world.act_as(who, lambda s, viewer: seats.ask(s, date, ride.id, words, by=viewer))


def proposes(world: World, who: Member, date: int, sought: Ride) -> Seat:
    """They propose a place to somebody who looks for one."""
    return world.act_as(who, lambda s, viewer: seats.propose(s, date, sought.id, by=viewer))


def accepts(world: World, who: Member, date: int, seat: Seat) -> Seat:
    """They say yes."""
    return world.act_as(who, lambda s, viewer: seats.accept(s, date, seat.id, by=viewer))


def says_no(world: World, who: Member, date: int, seat: Seat) -> Seat:
    """They say no."""
    return world.act_as(who, lambda s, viewer: seats.decline(s, date, seat.id, by=viewer))


def gives_back(world: World, who: Member, date: int, seat: Seat) -> None:
    """They give their place back, or no longer ask for it."""
    world.act_as(who, lambda s, viewer: seats.give_back(s, date, seat.id, by=viewer))


def rides_along(world: World, driver: Member, who: Member, date: int, ride: Ride) -> Seat:
    """They ask, and the driver says yes."""
    return accepts(world, driver, date, asks(world, who, date, ride))


def where(world: World, who: Member) -> list[SeatStanding]:
    """How the places of somebody stand."""
    return world.all(select(Seat.standing).where(Seat.member_id == who.id).order_by(Seat.id))


def subjects(world: World, member: Member) -> list[str]:
    """The mails about rides that they received, once the worker has done its work."""
    world.work()
    return [mail.subject for mail in world.mails(member) if mail.kind == RIDE]
