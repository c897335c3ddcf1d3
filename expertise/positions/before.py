"""What remains to be done before a link opens: accept the rules, or take the place offered."""

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from accounts import queries as accounts
from accounts.models import Member
from core import clock
from expertise import rule
from expertise.experts import seats, standing
from expertise.experts.models import DeskSeat, Expert
from expertise.experts.standing import Bar
from expertise.needs.models import Need
from expertise.positions.life import State
from expertise.positions.links import Opened
from expertise.positions.models import Position


def awaited(link: Opened) -> Select[Position]:
    """The position of a link that was sent to who is named: nothing of its need is for them yet."""
    of_need = contains_eager(Position.need)
    expert = exists().where(
        Expert.id == Position.expert_id,
        Expert.email == link.address,
        Expert.left_at.is_(None),
        Expert.approved_at.is_not(None),
    )
    manager = exists().where(
        DeskSeat.institution_id == Position.institution_id,
        DeskSeat.expert_id.is_(None),
        DeskSeat.email == link.address,
        Member.id == DeskSeat.member_id,
        accounts.active(clock.now()),
    )
    return (
        select(Position)
        .join(Position.need)
        .where(
            Position.id == link.position_id,
            Position.link_epoch == link.epoch,
            Position.state != State.REMOVED,
            rule.open_to(),
            or_(expert, and_(Position.expert_id.is_(None), manager)),
        )
        .options(
            of_need.joinedload(Need.programme),
            joinedload(Position.institution),
            joinedload(Position.expert),
        )
    )


def remaining(session: Session, position: Position) -> Bar | None:
    """What they have to do; a manager who is asked has an account."""
    if position.expert_id is None:
        return Bar.RULES
    of_expert, _of_house = standing.bars(session, experts=[position.expert_id])
    return of_expert[position.expert_id]


def offered(position: Position) -> Select[DeskSeat]:
    """The places of its expert that nobody took."""
    return (
        select(DeskSeat)
        .where(DeskSeat.expert_id == position.expert_id, DeskSeat.member_id.is_(None))
        .order_by(DeskSeat.id)
    )


def offer_again(session: Session, position: Position) -> int:
    """They are invited again, each at the address where they were; how many.

    Raises what seats.offer_again raises.
    """
    waiting = session.scalars(offered(position)).all()
    seats.hold(session, position.institution_id)
    for seat in waiting:
        job = position.expert.job if position.expert else ""
        seats.offer_again(session, seat, position.institution, job=job)
    return len(waiting)
